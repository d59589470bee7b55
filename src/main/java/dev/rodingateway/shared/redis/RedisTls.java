package dev.rodingateway.shared.redis;

import dev.rodingateway.settings.InvalidSetting;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificates for {@code rediss://}. The files are read for each new connection.
 *
 * @param enabled whether the connection is encrypted
 * @param caFile certificates to trust besides those of the JDK
 * @param certFile the client certificate
 * @param keyFile its private key
 */
public record RedisTls(boolean enabled, Optional<String> caFile, Optional<String> certFile, Optional<String> keyFile) {

    static RedisTls of(RedisConfig config, boolean enabled) {
        boolean anyFile = config.caFile().isPresent()
                || config.certFile().isPresent()
                || config.keyFile().isPresent();
        if (anyFile && !enabled) {
            throw new InvalidSetting("GATEWAY_REDIS_CA_FILE, GATEWAY_REDIS_CERT_FILE or GATEWAY_REDIS_KEY_FILE is set:"
                    + " a GATEWAY_REDIS_URL with rediss:// is expected with it.");
        }
        if (config.certFile().isPresent() != config.keyFile().isPresent()) {
            throw new InvalidSetting("GATEWAY_REDIS_CERT_FILE and GATEWAY_REDIS_KEY_FILE are expected together.");
        }
        RedisTls tls = new RedisTls(enabled, config.caFile(), config.certFile(), config.keyFile());
        tls.applyTo(new NetClientOptions());
        return tls;
    }

    /**
     * Configures a client; blocks.
     *
     * @throws InvalidSetting if a file cannot be used
     */
    void applyTo(NetClientOptions options) {
        if (!enabled) {
            return;
        }
        options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
        caFile.ifPresent(file -> options.setTrustOptions(TrustOptions.wrap(trustManager(file))));
        if (certFile.isPresent() && keyFile.isPresent()) {
            requireReadable("GATEWAY_REDIS_CERT_FILE", certFile.get());
            requireReadable("GATEWAY_REDIS_KEY_FILE", keyFile.get());
            options.setKeyCertOptions(
                    new PemKeyCertOptions().addCertPath(certFile.get()).addKeyPath(keyFile.get()));
        }
    }

    private static X509TrustManager trustManager(String file) {
        try (InputStream pem = Files.newInputStream(Path.of(file))) {
            Collection<? extends Certificate> additional =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (additional.isEmpty()) {
                throw unusable("GATEWAY_REDIS_CA_FILE", "no certificate in it");
            }
            List<Certificate> trusted = new ArrayList<>(additional);
            trusted.addAll(List.of(managerOf(null).getAcceptedIssuers()));
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < trusted.size(); i++) {
                store.setCertificateEntry("trusted-" + i, trusted.get(i));
            }
            return managerOf(store);
        } catch (IOException | GeneralSecurityException | InvalidPathException e) {
            throw unusable("GATEWAY_REDIS_CA_FILE", e.getClass().getSimpleName());
        }
    }

    private static X509TrustManager managerOf(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    private static void requireReadable(String setting, String file) {
        try {
            if (!Files.isRegularFile(Path.of(file)) || !Files.isReadable(Path.of(file))) {
                throw unusable(setting, "not readable");
            }
        } catch (InvalidPathException e) {
            throw unusable(setting, "not a path");
        }
    }

    private static InvalidSetting unusable(String setting, String reason) {
        return new InvalidSetting(
                setting + " names a file that cannot be used (" + reason + "): a readable PEM file is expected.");
    }
}
