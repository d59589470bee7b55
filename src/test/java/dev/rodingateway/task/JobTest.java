package dev.rodingateway.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class JobTest {

    /** One character, two Java chars. */
    private static final String CUBE = "\uD83E\uDDCA";

    @ParameterizedTest
    @EnumSource
    void jobMayHaveOnlyAStatus(JobStatus status) {
        assertThat(new Job(null, status, null, null).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4, Long.MAX_VALUE})
    void queueLengthIsZeroOrMore(long queueLength) {
        assertThat(new Job("j-1", JobStatus.WAITING, queueLength, null).queueLength())
                .isEqualTo(queueLength);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void negativeQueueLengthIsRejected(long queueLength) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Job("j-1", JobStatus.WAITING, queueLength, null))
                .withMessageContaining("queueLength");
    }

    @Test
    void unknownStatusMayHaveAReportedStatus() {
        assertThat(new Job("j-1", JobStatus.UNKNOWN, null, "Packing").reported())
                .isEqualTo("Packing");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "UNKNOWN")
    void knownStatusHasNoReportedStatus(JobStatus status) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Job("j-1", status, null, "Packing"))
                .withMessageContaining("reported");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", CUBE})
    void reportedStatusHasAtMost64Characters(String character) {
        // Given
        String longest = character.repeat(64);

        // Then
        assertThat(new Job(null, JobStatus.UNKNOWN, null, longest).reported()).isEqualTo(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Job(null, JobStatus.UNKNOWN, null, longest + character))
                .withMessageContaining("64");
    }
}
