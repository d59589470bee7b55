package dev.rodingateway.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Creates keys in the format of Rodin's: a JWT that contains the ids of its jobs, 184 characters long for one job and
 * 52 more for each further one. They are not signed with a secret, and the simulator does not verify signatures.
 */
public final class SampleKeys {

    /** With a {@code type} of one digit the lengths are those of recorded keys. */
    private static final String PAYLOAD = "{\"type\":0,\"jobIds\":[%s],\"iat\":%d}";

    private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

    private SampleKeys() {}

    /** Returns a unique key, issued now, for a task with this number of jobs. */
    public static String forJobs(int jobs) {
        return of(Stream.generate(UUID::randomUUID).limit(jobs).toList(), Instant.now());
    }

    /** Returns the key of a task with these jobs; the same for the same arguments. */
    public static String of(List<UUID> jobs, Instant issuedAt) {
        String ids = jobs.stream().map(id -> '"' + id.toString() + '"').collect(Collectors.joining(","));
        String signed = base64(ascii(HEADER)) + '.' + base64(ascii(PAYLOAD.formatted(ids, issuedAt.getEpochSecond())));
        return signed + '.' + base64(sha256(signed));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(ascii(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
