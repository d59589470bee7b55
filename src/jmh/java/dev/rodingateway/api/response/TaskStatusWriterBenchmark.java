package dev.rodingateway.api.response;

import dev.rodingateway.status.Snapshot;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.TaskStatus;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to write a status of five jobs: with its entity tag for the first caller, and again for each other. */
@State(Scope.Benchmark)
public class TaskStatusWriterBenchmark {

    private static final Job JOB =
            new Job("2c6f1d1e-0000-4000-8000-000000000000", JobStatus.GENERATING, null, null);

    private final TaskStatusWriter writer = new TaskStatusWriter(new ObjectMapper());
    private final Snapshot snapshot = new Snapshot(new TaskStatus(Collections.nCopies(5, JOB)), Instant.now());
    private final SerializedStatus written = writer.write(snapshot);
    private final byte[] tagged = "a status of some size, as it is tagged ".repeat(12).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    private final List<String> ifNoneMatch = List.of(EntityTags.weak(written.tag(false)));

    @Benchmark
    public SerializedStatus writeAndTag() {
        return writer.write(snapshot);
    }

    @Benchmark
    public String tagAlone() {
        return EntityTags.opaque(tagged);
    }

    @Benchmark
    public Buffer writeAgain() {
        return written.body(false, 2000L);
    }

    @Benchmark
    public boolean matchTag() {
        return EntityTags.matches(ifNoneMatch, written.tag(false));
    }
}
