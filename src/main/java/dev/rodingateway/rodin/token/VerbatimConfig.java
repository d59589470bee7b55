package dev.rodingateway.rodin.token;

import dev.rodingateway.rodin.RodinConfig;
import io.smallrye.config.Expressions;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/** The settings as they were written: the configuration library takes a dollar sign in an API key for an expression. */
record VerbatimConfig(RodinConfig expanded, Config config) implements RodinConfig {

    @Override
    public URI url() {
        return expanded.url();
    }

    @Override
    public Optional<String> apiKey() {
        return verbatim("rodin.api-key");
    }

    @Override
    public Optional<String> apiKeyFile() {
        return verbatim("rodin.api-key-file");
    }

    private Optional<String> verbatim(String property) {
        return Expressions.withoutExpansion(() -> config.getOptionalValue(property, String.class));
    }
}
