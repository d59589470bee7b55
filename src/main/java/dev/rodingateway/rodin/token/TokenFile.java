package dev.rodingateway.rodin.token;

import dev.rodingateway.settings.InvalidSetting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The file that {@code RODIN_API_KEY_FILE} names. Its path is resolved at each read, symbolic links included: a mounted Secret
 * changes when the link {@code ..data} in its path is swapped.
 *
 * @param name the value of the setting
 */
record TokenFile(String name) {

    private static final int MAX_BYTES = 8 * 1024;

    /**
     * Returns the current key in the file; blocks.
     *
     * @throws InvalidSetting when it has none or cannot be read
     */
    BearerToken read() {
        try (InputStream in = Files.newInputStream(Path.of(name))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new InvalidSetting("RODIN_API_KEY_FILE names a file of more than " + MAX_BYTES + " bytes.");
            }
            return BearerToken.parse("RODIN_API_KEY_FILE", new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException | InvalidPathException e) {
            throw new InvalidSetting("RODIN_API_KEY_FILE names a file that cannot be read ("
                    + e.getClass().getSimpleName() + "): a readable file with the API key is expected.");
        }
    }

    /**
     * Returns the same as {@link #read()}, for every read but the first: a pipe, such as a shell's {@code <(…)}, can be read
     * once, and another read could block forever.
     *
     * @throws InvalidSetting when it has none, or cannot be read or not again
     */
    BearerToken readAgain() {
        Path path = Path.of(name);
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new InvalidSetting("RODIN_API_KEY_FILE does not name a regular file, so it cannot be read again.");
        }
        return read();
    }
}
