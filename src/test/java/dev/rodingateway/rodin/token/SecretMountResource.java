package dev.rodingateway.rodin.token;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The API key in a mounted Secret, watched closely; fields of type {@link SecretMount} are given it. */
public final class SecretMountResource implements QuarkusTestResourceLifecycleManager {

    static final String FIRST_KEY = "first-key-from-the-mount";

    private Path directory;
    private SecretMount mount;

    @Override
    public Map<String, String> start() {
        try {
            directory = Files.createTempDirectory("secret-mount");
            mount = new SecretMount(directory, FIRST_KEY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of("rodin.api-key-file", mount.file(), "gateway.token.reread-every", "50ms");
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(mount, new TestInjector.MatchesType(SecretMount.class));
    }

    @Override
    public void stop() {
        try {
            SecretMount.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
