package dev.rodingateway.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.task.LookupFailure.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class LookupFailureTest {

    @ParameterizedTest
    @EnumSource
    void failureHasOnlyItsKind(Kind kind) {
        // When
        LookupFailure failure = LookupFailure.of(kind);

        // Then
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessage(kind.name()).hasNoCause();
        assertThat(failure.upstreamCode()).isNull();
        assertThat(failure.retryAfter()).isNull();
    }

    @Test
    void failureHasNeitherStackTraceNorSuppressed() {
        // Given
        LookupFailure failure = LookupFailure.of(Kind.UPSTREAM_ERROR);

        // When
        failure.addSuppressed(new IllegalStateException("Rodin's words"));

        // Then
        assertThat(failure.getStackTrace()).isEmpty();
        assertThat(failure.getSuppressed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "NO_SUCH_TASK", "E42", "A_"})
    void validCodeIsKept(String code) {
        assertThat(LookupFailure.of(Kind.UPSTREAM_ERROR).withUpstreamCode(code).upstreamCode())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"", "_A", "4XX", "no_such_task", "NO SUCH TASK", "NO_SUCH_TASK\n", "É", "task does not exist"})
    void invalidCodeIsDropped(String code) {
        // Given
        LookupFailure failure = LookupFailure.of(Kind.UPSTREAM_ERROR).withUpstreamCode("EARLIER");

        // Then
        assertThat(failure.withUpstreamCode(code).upstreamCode()).isNull();
    }

    @Test
    void codeHasAtMost64Characters() {
        // Given
        LookupFailure failure = LookupFailure.of(Kind.UPSTREAM_ERROR);

        // Then
        assertThat(failure.withUpstreamCode("A".repeat(64)).upstreamCode()).hasSize(64);
        assertThat(failure.withUpstreamCode("A".repeat(65)).upstreamCode()).isNull();
    }

    @Test
    void eachCopyKeepsTheOtherFields() {
        // Given
        LookupFailure bare = LookupFailure.of(Kind.UPSTREAM_THROTTLED);

        // When
        LookupFailure full = bare.withRetryAfter(Duration.ofSeconds(7)).withUpstreamCode("SLOW_DOWN");

        // Then
        assertThat(full.kind()).isEqualTo(Kind.UPSTREAM_THROTTLED);
        assertThat(full.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(full.upstreamCode()).isEqualTo("SLOW_DOWN");
        assertThat(full.withRetryAfter(Duration.ZERO).upstreamCode()).isEqualTo("SLOW_DOWN");
        assertThat(bare.retryAfter()).isNull();
    }
}
