package dev.rodingateway.rodin.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import dev.rodingateway.rodin.http.BodyLimit;
import dev.rodingateway.rodin.http.RodinResponse;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.TaskStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Row 17 of what a gateway must survive, where it is too large or too many for a sample file. */
@Timeout(20)
class StatusNormalizerLimitsTest {

    private final StatusNormalizer normalizer =
            new StatusNormalizer(InstantSource.fixed(Instant.parse("2026-11-23T19:17:46Z")));

    @ParameterizedTest
    @ValueSource(strings = {"{\"uuid\":\"j-%d\",\"status\":\"Done\"}", "\"Done\"", "1", "[]", "{}"})
    void row17ThousandJobsAreValidAndMoreAreNot(String job) {
        assertThat(normalizer.normalize(created(array(1000, job))).jobs()).hasSize(1000);
        assertThat(outcome(created(array(1001, job)))).isEqualTo("UPSTREAM_INVALID_RESPONSE");
        assertThat(outcome(created(array(10_000, job)))).isEqualTo("UPSTREAM_INVALID_RESPONSE");
    }

    @Test
    void row17ThousandJobsByNameAreValidAndMoreAreNot() {
        assertThat(normalizer.normalize(created(object(1000))).jobs()).hasSize(1000);
        assertThat(outcome(created(object(1001)))).isEqualTo("UPSTREAM_INVALID_RESPONSE");
    }

    @Test
    void row17ThousandJobsWithManyMembersAreValid() {
        // Given
        String job =
                "{\"uuid\":\"j-%d\",\"status\":\"Done\",\"queue_length\":1,\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5}";

        // Then
        assertThat(normalizer.normalize(created(array(1000, job))).jobs()).hasSize(1000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jobs\":[%s]}",
                "{\"jobs\":[],\"x\":[%s]}",
                "{\"error\":[%s]}",
                "[%s]",
                "{\"jobs\":[],\"x\":{\"y\":[%s]}}"
            })
    void row17ParsedResponseTakesFewTimesItsSize(String document) {
        for (String entry : List.of("1", "[]", "{}", "{\"a\":1}", "1.5", "\"\"", "[[[]]]")) {
            // Given as many as fit into the longest body
            int count = BodyLimit.MAX_BYTES / (entry.length() + 1);
            RodinResponse response = created(document.formatted(String.join(",", Collections.nCopies(count, entry))));

            // When
            long before = allocated();
            outcome(response);

            // Then
            assertThat(allocated() - before).as(entry).isLessThan(6L << 20);
        }
    }

    @Test
    void row17FiveMegabytesBesideTheJobsAreIgnored() {
        // Given
        RodinResponse response = created("{\"x\":\"" + "x".repeat(5 << 20) + "\",\"jobs\":[]}");

        // Then
        assertThat(outcome(response)).isEqualTo("waiting 0/0:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"x\":"})
    void row17TwoHundredLevelsOfNestingAreIgnored(String opening) {
        // Given
        String closing = opening.equals("[") ? "]" : "}";
        String nested = opening.repeat(200) + "1" + closing.repeat(200);

        // Then
        assertThat(outcome(created("{\"x\":" + nested + ",\"jobs\":[]}"))).isEqualTo("waiting 0/0:");
        assertThat(outcome(created("{\"jobs\":[" + nested + "]}"))).isEqualTo("generating 0/1: - unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"x\":"})
    void row17MillionLevelsOfNestingAreInvalid(String opening) {
        // Given
        String nested = opening.repeat(1_000_000);

        // Then
        assertThat(outcome(created("{\"jobs\":[],\"x\":" + nested))).isEqualTo("UPSTREAM_INVALID_RESPONSE");
    }

    @Test
    void row17NumberOfAMillionDigitsIsInvalid() {
        assertThat(outcome(created("{\"jobs\":[],\"x\":" + "9".repeat(1_000_000) + "}")))
                .isEqualTo("UPSTREAM_INVALID_RESPONSE");
    }

    @Test
    void row17CompressedBytesAreInvalid() throws IOException {
        // Given
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write("{\"jobs\":[]}".getBytes(UTF_8));
        }

        // Then
        assertThat(outcome(new RodinResponse(201, compressed.toByteArray(), null)))
                .isEqualTo("UPSTREAM_INVALID_RESPONSE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE"})
    void encodingsOtherThanUtf8AreInvalid(String charset) {
        // Given
        byte[] body = "{\"jobs\":[]}".getBytes(Charset.forName(charset));

        // Then
        assertThat(outcome(new RodinResponse(201, body, null))).isEqualTo("UPSTREAM_INVALID_RESPONSE");
    }

    @Test
    void everyTruncatedResponseIsInvalid() {
        // Given
        String body = "{\"jobs\":[{\"uuid\":\"j-1\",\"status\":\"Done\",\"queue_length\":4}]}";

        // Then
        assertThat(IntStream.range(0, body.length()).mapToObj(end -> outcome(created(body.substring(0, end)))))
                .containsOnly("UPSTREAM_INVALID_RESPONSE");
    }

    @Test
    void reportedWordIsNotCutWithinACharacter() throws IOException {
        // Given
        String word = "x".repeat(63) + "\uD83E\uDDCA" + "x";

        // When
        TaskStatus status = normalizer.normalize(created("{\"jobs\":[{\"status\":\"" + word + "\"}]}"));

        // Then
        assertThat(status.jobs())
                .containsExactly(new Job(null, JobStatus.UNKNOWN, null, "x".repeat(63) + "\uD83E\uDDCA"));
        assertThat(new ObjectMapper().writeValueAsString(status.jobs())).contains("\uD83E\uDDCA");
    }

    private static RodinResponse created(String body) {
        return new RodinResponse(201, body.getBytes(UTF_8), null);
    }

    private static String array(int count, String job) {
        return "{\"jobs\":["
                + IntStream.range(0, count).mapToObj(job::formatted).collect(Collectors.joining(","))
                + "]}";
    }

    private static String object(int count) {
        return "{\"jobs\":{"
                + IntStream.range(0, count)
                        .mapToObj("\"j-%d\":\"Done\""::formatted)
                        .collect(Collectors.joining(","))
                + "}}";
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private String outcome(RodinResponse response) {
        return Outcome.of(normalizer, response);
    }
}
