package dev.rodingateway.shared.script;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/** A Lua script: one call, executed atomically. The files document keys and arguments. */
public enum Script {
    BEGIN("common", "begin"),
    END("common", "end"),
    FETCH("common", "fetch"),
    PURGE("common", "purge"),
    PAUSE("common", "pause"),
    PERMIT("common", "budget", "permit"),
    TICK("common", "budget", "tick");

    private final String text;
    private final String sha1;

    Script(String... files) {
        StringBuilder joined = new StringBuilder();
        for (String file : files) {
            joined.append(read("/shared-store/" + file + ".lua"));
        }
        this.text = joined.toString();
        this.sha1 = sha1(text);
    }

    /** Returns the source. */
    public String text() {
        return text;
    }

    /** Returns the digest that identifies the script to a server which has executed it before. */
    public String sha1() {
        return sha1;
    }

    /** Returns the label {@code call} of metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static String read(String resource) {
        try (InputStream in = Objects.requireNonNull(Script.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
