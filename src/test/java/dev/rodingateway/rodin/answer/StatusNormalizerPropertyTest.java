package dev.rodingateway.rodin.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.rodin.http.RodinResponse;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskStatus;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** Whatever Rodin sends, a status that can be passed on or a {@link LookupFailure} comes of it, and nothing else. */
@Tag("thorough")
class StatusNormalizerPropertyTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final StatusNormalizer normalizer =
            new StatusNormalizer(InstantSource.fixed(Instant.parse("2026-11-23T19:17:46Z")));

    @Property(tries = 1000)
    void anyBytesGiveAResult(@ForAll byte[] body, @ForAll("httpStatuses") int httpStatus, @ForAll String retryAfter)
            throws IOException {
        assertAnswered(new RodinResponse(httpStatus, body, retryAfter));
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void anyJsonGivesAResult(@ForAll("json") String json, @ForAll("httpStatuses") int httpStatus) throws IOException {
        assertAnswered(new RodinResponse(httpStatus, json.getBytes(UTF_8), null));
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void anyDamagedJsonGivesAResult(
            @ForAll("json") String json, @ForAll int place, @ForAll byte damage, @ForAll boolean cut)
            throws IOException {
        // Given
        byte[] body = json.getBytes(UTF_8);
        int at = Math.floorMod(place, body.length);
        body[at] = damage;

        // Then
        assertAnswered(new RodinResponse(201, cut ? Arrays.copyOf(body, at) : body, null));
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void everyEntryOfJobsIsOneJob(@ForAll("entries") List<String> entries) throws IOException {
        // Given
        RodinResponse response =
                new RodinResponse(201, ("{\"jobs\":[" + String.join(",", entries) + "]}").getBytes(UTF_8), null);

        // When
        TaskStatus status = normalizer.normalize(response);

        // Then
        assertThat(status.jobs()).hasSameSizeAs(entries);
        assertUsable(status);
    }

    private void assertAnswered(RodinResponse response) throws IOException {
        TaskStatus status;
        try {
            status = normalizer.normalize(response);
        } catch (LookupFailure failure) {
            assertThat(failure).hasMessage(failure.kind().name()).hasNoCause();
            return;
        }
        assertThat(response.httpStatus()).isBetween(200, 299);
        assertUsable(status);
    }

    private static void assertUsable(TaskStatus status) throws IOException {
        assertThat(status.jobs()).allSatisfy(StatusNormalizerPropertyTest::assertUsable);
        byte[] sent = MAPPER.writeValueAsBytes(status.jobs());
        assertThat(MAPPER.readValue(sent, Job[].class)).containsExactlyElementsOf(status.jobs());
    }

    private static void assertUsable(Job job) {
        assertThat(job.id()).isNotEqualTo("");
        assertThat(Stream.of(job.id(), job.reported()).filter(Objects::nonNull))
                .allMatch(text -> UTF_8.newEncoder().canEncode(text), "can be sent as UTF-8");
        if (job.queueLength() != null) {
            assertThat(job.queueLength()).isBetween(0L, (1L << 53) - 1);
        }
        if (job.reported() != null) {
            assertThat(job.status()).isEqualTo(JobStatus.UNKNOWN);
            assertThat(job.reported().codePoints().count()).isBetween(1L, 64L);
        }
    }

    @Provide
    Arbitrary<Integer> httpStatuses() {
        return Arbitraries.oneOf(
                Arbitraries.of(200, 201),
                Arbitraries.of(204, 302, 400, 401, 403, 404, 429, 500, 502, 503),
                Arbitraries.integers());
    }

    @Provide
    Arbitrary<String> json() {
        return AnyJson.documents();
    }

    @Provide
    Arbitrary<List<String>> entries() {
        return AnyJson.entries().list().ofMaxSize(8);
    }
}
