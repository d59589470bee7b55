package dev.rodingateway.status;

import dev.rodingateway.rodin.Checked;
import dev.rodingateway.rodin.Purpose;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.smallrye.mutiny.Uni;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Checks a task a second time, on a new connection, when the first answer names none of the jobs that are known of the
 * task. A task's jobs are fixed at submission, so such an answer is most likely that of another task: a proxy can send a
 * response late or twice, and HTTP/1.1 cannot tell it from the one that is due.
 */
final class ConfirmedChecks implements BiFunction<TaskKey, Purpose, Uni<Checked>> {

    private final BiFunction<TaskKey, Purpose, Uni<Checked>> check;
    private final BiFunction<TaskKey, Purpose, Uni<Checked>> checkOnNewConnection;
    private final LastKnown lastKnown;

    ConfirmedChecks(
            BiFunction<TaskKey, Purpose, Uni<Checked>> check,
            BiFunction<TaskKey, Purpose, Uni<Checked>> checkOnNewConnection,
            LastKnown lastKnown) {
        this.check = check;
        this.checkOnNewConnection = checkOnNewConnection;
        this.lastKnown = lastKnown;
    }

    /** Returns an answer that agrees with what is known or with the second check; fails with a {@link LookupFailure}. */
    @Override
    public Uni<Checked> apply(TaskKey key, Purpose purpose) {
        return check.apply(key, purpose)
                .chain(first -> agreesWithKnown(key, first)
                        ? Uni.createFrom().item(first)
                        : checkOnNewConnection.apply(key, Purpose.REFRESH).map(second -> {
                            if (agreesWithKnown(key, second) || agree(first.status(), second.status())) {
                                return second;
                            }
                            throw LookupFailure.of(Kind.UPSTREAM_INVALID_RESPONSE);
                        }));
    }

    private boolean agreesWithKnown(TaskKey key, Checked answer) {
        Kept known = lastKnown.find(key);
        return known == null || agree(known.snapshot().status(), answer.status());
    }

    /** Returns whether the two may be of one task: they have a job in common, or one of them names none. */
    private static boolean agree(TaskStatus one, TaskStatus other) {
        Set<String> ids = ids(one);
        Set<String> otherIds = ids(other);
        return ids.isEmpty() || otherIds.isEmpty() || !Collections.disjoint(ids, otherIds);
    }

    private static Set<String> ids(TaskStatus status) {
        return status.jobs().stream().map(Job::id).filter(Objects::nonNull).collect(Collectors.toSet());
    }
}
