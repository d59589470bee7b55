package dev.rodingateway.rodin.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.ClientAt;
import dev.rodingateway.rodin.RodinConfig;
import dev.rodingateway.settings.InvalidSetting;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenStoreTest {

    private static final String SECRET = "rodin-secret-0123";
    private static final int MAX_BYTES = 8 * 1024;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {SECRET, SECRET + "\n", SECRET + "\r\n", SECRET + " \n\n"})
    void trailingBlanksOfTheKeyAreIgnored(String key) {
        assertThat(tokenOf(key, null)).isEqualTo(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {SECRET, SECRET + "\n", SECRET + "\r\n", SECRET + " \n\n"})
    void trailingBlanksOfTheFileAreIgnored(String content) throws IOException {
        assertThat(tokenOf(null, file(content))).isEqualTo(SECRET);
    }

    @Test
    void fileTakesPrecedenceOverKey() throws IOException {
        assertThat(tokenOf("another-key", file(SECRET))).isEqualTo(SECRET);
    }

    @Test
    void keyDoesNotReplaceAnUnusableFile() {
        assertRefused(SECRET, directory.resolve("absent").toString(), "RODIN_API_KEY_FILE ");
    }

    @Test
    void oneOfTheTwoIsRequired() {
        assertRefused(null, null, "RODIN_API_KEY or RODIN_API_KEY_FILE is required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\n", SECRET + "\n" + SECRET, SECRET + "\0x", "\t" + SECRET, "é" + SECRET})
    void invalidKeyIsRejected(String key) {
        assertRefused(key, null, "RODIN_API_KEY ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\n", SECRET + "\n" + SECRET, SECRET + "\0x", "\uFEFF" + SECRET, "é" + SECRET})
    void fileWithoutAKeyIsRejected(String content) throws IOException {
        assertRefused(null, file(content), "RODIN_API_KEY_FILE ");
    }

    @Test
    void fileOfExactlyTheLimitIsRead() throws IOException {
        assertThat(tokenOf(null, file("k".repeat(MAX_BYTES)))).hasSize(MAX_BYTES);
    }

    @Test
    void largerFileIsRejected() throws IOException {
        assertRefused(null, file(SECRET + "\n".repeat(MAX_BYTES)), "RODIN_API_KEY_FILE names a file of more than 8192");
    }

    @Test
    void unreadableFileIsRejected() {
        assertRefused(null, directory.resolve("absent").toString(), "RODIN_API_KEY_FILE names a file that cannot");
        assertRefused(null, directory.toString(), "RODIN_API_KEY_FILE names a file that cannot");
        assertRefused(null, "no\0path", "RODIN_API_KEY_FILE names a file that cannot");
    }

    private String file(String content) throws IOException {
        return Files.writeString(directory.resolve("api-key"), content).toString();
    }

    private static String tokenOf(String key, String file) {
        return new TokenStore(settings(key, file), Ticker.systemTicker()).get().value();
    }

    private static void assertRefused(String key, String file, String beginning) {
        assertThatExceptionOfType(InvalidSetting.class)
                .isThrownBy(() -> new TokenStore(settings(key, file), Ticker.systemTicker()))
                .withMessageStartingWith(beginning)
                .withMessageNotContaining("secret")
                .withNoCause();
    }

    private static RodinConfig settings(String key, String file) {
        return new ClientAt.Settings(
                URI.create("http://rodin.invalid"), Optional.ofNullable(key), Optional.ofNullable(file));
    }
}
