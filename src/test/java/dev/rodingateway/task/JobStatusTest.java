package dev.rodingateway.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JobStatusTest {

    @Test
    void doneFailedAndCanceledAreTerminalAndNothingElseIs() {
        assertThat(Stream.of(JobStatus.values()).filter(JobStatus::terminal))
                .containsExactlyInAnyOrder(JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELED);
    }
}
