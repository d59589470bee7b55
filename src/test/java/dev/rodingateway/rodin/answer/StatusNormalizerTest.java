package dev.rodingateway.rodin.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rodingateway.rodin.http.RodinResponse;
import dev.rodingateway.task.LookupFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows 1 to 18 of what a gateway must survive are directories of samples; {@link StatusNormalizerLimitsTest} has the rest. */
class StatusNormalizerTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T19:17:46Z"));

    private final StatusNormalizer normalizer = new StatusNormalizer(CLOCK);

    @ParameterizedTest
    @MethodSource("dev.rodingateway.rodin.answer.Sample#all")
    void everySampleIsNormalizedAsExpected(Sample sample) {
        assertThat(Outcome.of(normalizer, sample.response())).isEqualTo(sample.expected());
    }

    @Test
    void everyRowAboutABodyOrACodeHasSamples() {
        // When
        List<String> rows = Sample.all().stream()
                .map(sample -> sample.name().substring(0, 2))
                .distinct()
                .toList();

        // Then
        assertThat(rows)
                .containsAll(IntStream.rangeClosed(1, 18)
                        .mapToObj(row -> String.format(Locale.ROOT, "%02d", row))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 400, 401, 404, 500})
    void failureDoesNotQuoteRodin(int httpStatus) {
        // Given
        RodinResponse response = new RodinResponse(
                httpStatus, "{\"error\":\"secret words\",\"message\":\"more\"}".getBytes(UTF_8), null);

        // Then
        assertThatExceptionOfType(LookupFailure.class)
                .isThrownBy(() -> normalizer.normalize(response))
                .satisfies(failure -> {
                    assertThat(failure).hasMessage(failure.kind().name()).hasNoCause();
                    assertThat(failure.upstreamCode()).isNull();
                });
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            429, '',                          7,  7
            429, '',                          -,  10
            429, '',                          0,  1
            503, '',                          7,  7
            503, '',                          -,  -
            503, '',                          x,  -
            503, '{"error":"NO_SUCH_TASK"}',  7,  -
            500, '{"error":"UNKNOWN"}',       0,  1
            401, '',                          7,  -
            201, '{}',                        7,  -
            """)
    void temporaryFailureKeepsItsRetryAfter(int httpStatus, String body, String retryAfter, Integer seconds) {
        // Given
        RodinResponse response = new RodinResponse(httpStatus, body.getBytes(UTF_8), retryAfter);

        // Then
        assertThat(failure(response).retryAfter()).isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    }

    private LookupFailure failure(RodinResponse response) {
        try {
            throw new AssertionError(normalizer.normalize(response));
        } catch (LookupFailure failure) {
            return failure;
        }
    }
}
