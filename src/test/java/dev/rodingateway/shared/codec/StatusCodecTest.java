package dev.rodingateway.shared.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.TaskStatus;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusCodecTest {

    @Property(tries = 300)
    void encodedStatusCanBeDecoded(@ForAll("statuses") TaskStatus status) {
        String written = StatusCodec.encode(status).orElseThrow();

        assertThat(written).matches("\\p{ASCII}*");
        assertThat(StatusCodec.decode(written)).contains(status);
    }

    @Provide
    Arbitrary<TaskStatus> statuses() {
        Arbitrary<Job> job = Combinators.combine(
                        Arbitraries.strings().ofMaxLength(40).injectNull(0.1),
                        Arbitraries.of(JobStatus.class),
                        Arbitraries.longs().greaterOrEqual(0).injectNull(0.5),
                        Arbitraries.strings().ofMaxLength(60).injectNull(0.5))
                .as((id, status, queue, word) -> new Job(id, status, queue, status == JobStatus.UNKNOWN ? word : null));
        return job.list().ofMaxSize(8).map(TaskStatus::new);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "{}",
                "[]]",
                "[[]]",
                "[[\"a\"]]",
                "[[\"a\",\"q\"]]",
                "[[1,\"w\"]]",
                "[[\"a\",\"w\",\"7\"]]",
                "[[\"a\",\"w\",-7]]",
                "[[\"a\",\"w\",7.5]]",
                "[[\"a\",\"w\",99999999999999999999]]",
                "[[\"a\",\"w\",null,\"word\"]]",
                "[[\"a\",\"u\",null,\"word\",1]]",
                "[[\"a\",\"w\"]",
                "[[\"a\",\"w\"],7]"
            })
    void textThatCannotBeDecodedIsAbsent(String text) {
        assertThat(StatusCodec.decode(text)).isEmpty();
    }

    @Test
    void statusBeyondTheMaximumLengthIsNotShared() {
        TaskStatus enormous = new TaskStatus(Collections.nCopies(
                StatusCodec.MAX_LENGTH / 40, new Job("x".repeat(40), JobStatus.WAITING, null, null)));

        assertThat(StatusCodec.encode(enormous)).isEmpty();
        assertThat(StatusCodec.encode(new TaskStatus(List.of()))).contains("[]");
    }
}
