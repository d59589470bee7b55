package dev.rodingateway.status;

import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.status.check.StatusSource;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Simulates Rodin: counts checks, which a test answers. */
public final class ScriptedRodin implements StatusSource {

    private final AtomicInteger checks = new AtomicInteger();
    private final AtomicInteger terminated = new AtomicInteger();
    private final Queue<RequestClass> purposes = new ConcurrentLinkedQueue<>();
    private final Queue<UniEmitter<? super CheckResult>> pending = new ConcurrentLinkedQueue<>();

    @Override
    public Uni<CheckResult> check(TaskKey key, RequestClass purpose, @Nullable TaskStatus known) {
        return Uni.createFrom().emitter(emitter -> {
            checks.incrementAndGet();
            purposes.add(purpose);
            emitter.onTermination(terminated::incrementAndGet);
            pending.add(emitter);
        });
    }

    int checks() {
        return checks.get();
    }

    /** Returns how many checks have ended: answered, failed or canceled. */
    int terminated() {
        return terminated.get();
    }

    /** Returns the request classes of the checks, in order. */
    List<RequestClass> purposes() {
        return List.copyOf(purposes);
    }

    /** Returns whether a check has not been answered. */
    boolean pending() {
        return !pending.isEmpty();
    }

    void answer(JobStatus... jobs) {
        answer(Duration.ZERO, jobs);
    }

    /** Answers a check as if it had taken this long. */
    void answer(Duration took, JobStatus... jobs) {
        pending.remove().complete(new CheckResult(status(jobs), took));
    }

    void fail(LookupFailure.Kind kind) {
        fail(LookupFailure.of(kind));
    }

    void fail(Throwable failure) {
        pending.remove().fail(failure);
    }

    public static TaskStatus status(JobStatus... jobs) {
        List<Job> list = Stream.of(jobs)
                .map(status -> new Job("a-job", status, null, null))
                .toList();
        return new TaskStatus(list);
    }
}
