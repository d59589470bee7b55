package dev.rodingateway.api.edge;

import dev.rodingateway.settings.WebOrigin;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import java.util.List;
import java.util.Optional;

/** Which other origins' pages may read the answers. */
@ConfigMapping(prefix = "gateway.cors")
public interface CorsConfig {

    /** Origins such as {@code https://app.example.com}, or {@code *} for all; absent, only pages of our own may. */
    Optional<List<@WithConverter(WebOrigin.class) String>> origins();
}
