package dev.rodingateway.shared.redis;

import dev.rodingateway.settings.InvalidSetting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The credentials for the store. A password file is read for each new connection. {@code toString} reveals nothing. */
public final class RedisCredentials {

    private static final Logger LOG = Logger.getLogger(RedisCredentials.class);
    private static final int MAX_BYTES = 8 * 1024;

    private final Optional<String> username;
    private final Optional<String> file;
    private Optional<String> password;
    private boolean unreadable;

    private RedisCredentials(Optional<String> username, Optional<String> password, Optional<String> file) {
        this.username = username;
        this.file = file;
        this.password = file.map(RedisCredentials::read).or(() -> password);
    }

    static RedisCredentials of(RedisConfig config, RedisAddress address) {
        boolean inUrl = address.username().isPresent() || address.password().isPresent();
        boolean outside = config.username().isPresent()
                || config.password().isPresent()
                || config.passwordFile().isPresent();
        if (inUrl && outside) {
            throw new InvalidSetting("GATEWAY_REDIS_URL holds credentials: either those or GATEWAY_REDIS_USERNAME,"
                    + " GATEWAY_REDIS_PASSWORD and GATEWAY_REDIS_PASSWORD_FILE are expected.");
        }
        RedisCredentials credentials = new RedisCredentials(
                address.username().or(config::username),
                address.password().or(config::password),
                config.passwordFile());
        if (credentials.username.isPresent() && credentials.password.isEmpty()) {
            throw new InvalidSetting((inUrl ? "GATEWAY_REDIS_URL" : "GATEWAY_REDIS_USERNAME")
                    + " names a user without a password: a password is expected with it.");
        }
        return credentials;
    }

    Optional<String> username() {
        return username;
    }

    /** Returns the password, read again if it comes from a file; the last valid one if the file is invalid. Blocks. */
    synchronized Optional<String> password() {
        if (file.isPresent()) {
            try {
                if (!Files.isRegularFile(Path.of(file.get()))) {
                    throw unusable("is no regular file");
                }
                password = Optional.of(read(file.get()));
                unreadable = false;
            } catch (InvalidSetting e) {
                if (!unreadable) {
                    LOG.warnf("%s The last good password stays in use.", e.getMessage());
                }
                unreadable = true;
            }
        }
        return password;
    }

    private static String read(String name) {
        try (InputStream in = Files.newInputStream(Path.of(name))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            String text = new String(bytes, StandardCharsets.UTF_8).stripTrailing();
            if (text.isEmpty() || bytes.length > MAX_BYTES) {
                throw unusable("is empty or longer than " + MAX_BYTES + " bytes");
            }
            return text;
        } catch (IOException | InvalidPathException e) {
            throw unusable("cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static InvalidSetting unusable(String reason) {
        return new InvalidSetting("GATEWAY_REDIS_PASSWORD_FILE names a file that " + reason
                + ": a readable file with the password is expected.");
    }

    @Override
    public String toString() {
        return "RedisCredentials[***]";
    }
}
