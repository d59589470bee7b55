package dev.rodingateway.api.edge;

import dev.rodingateway.settings.WebOrigin;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import java.util.List;
import java.util.Optional;

/** The other origins whose pages may read responses. */
@ConfigMapping(prefix = "gateway.cors")
public interface CorsConfig {

    /** Origins such as {@code https://app.example.com}, or {@code *} for all; none by default. */
    Optional<List<@WithConverter(WebOrigin.class) String>> origins();
}
