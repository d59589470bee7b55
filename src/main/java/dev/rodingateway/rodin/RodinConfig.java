package dev.rodingateway.rodin;

import dev.rodingateway.settings.RodinUrl;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/** The address of Rodin and the gateway's API key there. */
@ConfigMapping(prefix = "rodin")
public interface RodinConfig {

    /** Rodin's base URL, without {@code /api/v2/status}. */
    @WithDefault("https://hyperhuman.deemos.com")
    @WithConverter(RodinUrl.class)
    URI url();

    /** The bearer token. One of this and {@link #apiKeyFile()} is required. */
    Optional<String> apiKey();

    /** A file that holds the bearer token; it takes precedence over {@link #apiKey()}. */
    Optional<String> apiKeyFile();
}
