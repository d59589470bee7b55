package dev.rodingateway.shared;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.shared.codec.OutcomeCodec;
import dev.rodingateway.shared.codec.Replies;
import dev.rodingateway.shared.codec.StatusCodec;
import dev.rodingateway.shared.redis.StoreCalls;
import dev.rodingateway.shared.script.Script;
import dev.rodingateway.shared.script.StoreKeys;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskStatus;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Writes the outcomes of checks to the store. Each call returns what the store holds afterwards. */
final class OutcomeWriter {

    private static final String NO_TRY = "-";

    private final StoreCalls calls;
    private final Membership members;

    OutcomeWriter(StoreCalls calls, Membership members) {
        this.calls = calls;
        this.members = members;
    }

    /** Writes a status; one that is too large to be stored only ends the lease. */
    Uni<SharedOutcome> status(Lease lease, CheckResult result, Duration keepFor) {
        TaskStatus status = result.status();
        return StatusCodec.encode(status)
                .map(payload ->
                        write(lease, OutcomeCodec.kind(status), storeTime(lease), result.took(), keepFor, payload))
                .orElseGet(() -> release(lease));
    }

    /** Writes a status that was checked without a lease; one that is too large to be stored is not written. */
    Uni<SharedOutcome> offer(TaskHash task, SharedOutcome.Status offered, Duration keepFor) {
        TaskStatus status = offered.status();
        Lease none = new Lease(task, NO_TRY, offered.token(), offered.checkedAt(), 0, Duration.ZERO);
        return StatusCodec.encode(status)
                .map(payload ->
                        write(none, OutcomeCodec.kind(status), offered.checkedAt(), offered.took(), keepFor, payload))
                .orElseGet(() -> Uni.createFrom().item(new SharedOutcome.Nothing()));
    }

    /** Writes a failure of Rodin that delays the next check by this time. */
    Uni<SharedOutcome> failure(Lease lease, LookupFailure failure, Duration delay) {
        boolean isNotFound = failure.kind() == Kind.TASK_NOT_FOUND;
        return write(
                lease,
                isNotFound ? "N" : "B",
                storeTime(lease),
                Duration.ZERO,
                delay,
                isNotFound ? "" : OutcomeCodec.reason(failure));
    }

    /** Ends the lease without an outcome. */
    Uni<SharedOutcome> release(Lease lease) {
        return write(lease, "R", Instant.EPOCH, Duration.ZERO, Duration.ZERO, "");
    }

    /** Returns the keys of the scripts that change a task and write to the log. */
    List<String> keysOf(TaskHash task) {
        StoreKeys keys = calls.keys();
        String hash = task.value();
        return List.of(
                keys.task(hash), keys.lease(hash), keys.refusal(hash), keys.live(), keys.log(), keys.logPosition());
    }

    private static Instant storeTime(Lease lease) {
        return lease.storeTime(Ticker.systemTicker().read());
    }

    private Uni<SharedOutcome> write(
            Lease lease, String kind, Instant checkedAt, Duration took, Duration keepFor, String payload) {
        return calls.call(
                Script.END,
                keysOf(lease.task()),
                List.of(
                        lease.task().value(),
                        lease.tryId(),
                        Long.toString(lease.token().value()),
                        kind,
                        Long.toString(checkedAt.toEpochMilli()),
                        Long.toString(took.toMillis()),
                        Long.toString(Math.max(1, keepFor.toMillis())),
                        members.liveTimeMillis(),
                        payload,
                        calls.newEpoch(),
                        calls.replica()),
                reply -> {
                    members.setLiveTasks(Replies.liveTasks(reply));
                    return Replies.held(reply);
                });
    }
}
