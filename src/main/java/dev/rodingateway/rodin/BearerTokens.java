package dev.rodingateway.rodin;

import dev.rodingateway.settings.InvalidSetting;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Reads the API key from {@code RODIN_API_KEY} or {@code RODIN_API_KEY_FILE}, at start, so that a missing one is told at once. */
@Startup
@Singleton
final class BearerTokens implements Supplier<BearerToken> {

    private static final int MAX_BYTES = 8 * 1024;

    private final BearerToken token;

    /** @throws InvalidSetting when neither setting is there, or the one that is cannot be used */
    @Inject
    BearerTokens(RodinConfig config) {
        this.token = config.apiKeyFile()
                .map(BearerTokens::readFile)
                .or(() -> config.apiKey().map(key -> parse("RODIN_API_KEY", key)))
                .orElseThrow(() -> new InvalidSetting("RODIN_API_KEY or RODIN_API_KEY_FILE is required: "
                        + "set one of them to Rodin's API key or to a file that holds it."));
    }

    @Override
    public BearerToken get() {
        return token;
    }

    private static BearerToken readFile(String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new InvalidSetting("RODIN_API_KEY_FILE names a file of more than " + MAX_BYTES + " bytes.");
            }
            return parse("RODIN_API_KEY_FILE", new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException | InvalidPathException e) {
            throw new InvalidSetting("RODIN_API_KEY_FILE names a file that cannot be read ("
                    + e.getClass().getSimpleName() + "): a readable file with the API key is expected.");
        }
    }

    private static BearerToken parse(String setting, String text) {
        try {
            return new BearerToken(text.stripTrailing());
        } catch (IllegalArgumentException e) {
            throw new InvalidSetting(setting + " " + e.getMessage() + ": Rodin's API key, one line, is expected.");
        }
    }
}
