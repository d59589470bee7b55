package dev.rodingateway.rodin.connection;

import dev.rodingateway.settings.InvalidSetting;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The TLS configuration of Quarkus that applies to connections to Rodin. */
@Singleton
public final class RodinTls {

    private final Optional<TlsConfiguration> configuration;

    @Inject
    public RodinTls(
            TlsConfigurationRegistry registry,
            @ConfigProperty(name = "quarkus.rest-client.tls-configuration-name") Optional<String> name) {
        this(name.isEmpty() ? registry.getDefault() : Optional.of(named(registry, name.get())));
    }

    public RodinTls(Optional<TlsConfiguration> configuration) {
        this.configuration = configuration;
    }

    /** Returns the named configuration, otherwise the default one; empty if neither is set: the JDK's trust store applies. */
    public Optional<TlsConfiguration> configuration() {
        return configuration;
    }

    private static TlsConfiguration named(TlsConfigurationRegistry registry, String name) {
        return registry.get(name)
                .orElseThrow(
                        () -> new InvalidSetting("QUARKUS_REST_CLIENT_TLS_CONFIGURATION_NAME names a TLS configuration"
                                + " that does not exist: set quarkus.tls.NAME.trust-store for it."));
    }
}
