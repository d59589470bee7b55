package dev.rodingateway.rodin.connection;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** TLS configurations that trust authorities of the tests' own, and those authorities. */
public final class PrivateCas implements QuarkusTestResourceLifecycleManager {

    private Certificates first;
    private Certificates second;
    private Path changing;

    @Override
    public Map<String, String> start() {
        try {
            Path directory = Files.createTempDirectory("private-ca");
            first = new Certificates(directory, "first");
            second = new Certificates(directory, "second");
            changing = Files.writeString(directory.resolve("changing.pem"), second.pemText());
            return Map.of(
                    "quarkus.tls.trust-store.pem.certs", first.pem().toString(),
                    "quarkus.tls.second.trust-store.pem.certs", second.pem().toString(),
                    "quarkus.tls.changing.trust-store.pem.certs", changing.toString(),
                    "quarkus.tls.changing.reload-period", "1s");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, new TestInjector.MatchesType(PrivateCas.class));
    }

    @Override
    public void stop() {}

    Certificates first() {
        return first;
    }

    Certificates second() {
        return second;
    }

    /** Returns the trust store of the configuration {@code changing}: at first it trusts the second authority. */
    Path changing() {
        return changing;
    }
}
