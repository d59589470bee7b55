package dev.rodingateway.rodin;

import dev.rodingateway.rodin.http.RodinEndpoint;
import dev.rodingateway.rodin.token.AuthenticatedRodin;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks a task, and once more on a new connection when the first response contradicts its known status: a proxy can send a
 * response late or twice, and HTTP/1.1 cannot tell it from the one that is due. Both are one check, with one deadline.
 */
@Singleton
final class ConfirmedRodin {

    private final AuthenticatedRodin rodin;
    private final RodinEndpoint endpoint;

    @Inject
    ConfirmedRodin(AuthenticatedRodin rodin, RodinEndpoint endpoint) {
        this.rodin = rodin;
        this.endpoint = endpoint;
    }

    /**
     * Checks the task, each time it is subscribed to.
     *
     * @param known the known status of the task, or null
     * @return a status or a {@link LookupFailure}; one that contradicts the known status has been received twice
     */
    Uni<CheckResult> check(TaskKey key, RequestClass purpose, @Nullable TaskStatus known) {
        return Uni.createFrom().deferred(() -> {
            Deadline deadline = rodin.deadline();
            Uni<CheckResult> first = rodin.check(key, purpose, deadline);
            return known == null
                    ? first
                    : first.onItemOrFailure().transformToUni((result, failure) -> {
                        Response response = new Response(result, failure);
                        return response.contradicts(known)
                                ? confirm(key, purpose, deadline, known, response)
                                : response.asUni();
                    });
        });
    }

    private Uni<CheckResult> confirm(
            TaskKey key, RequestClass purpose, Deadline deadline, TaskStatus known, Response contradicting) {
        endpoint.retireConnections();
        return rodin.check(key, purpose, deadline).onItemOrFailure().transformToUni((result, failure) -> {
            Response second = new Response(result, failure);
            boolean unconfirmed =
                    second.isMissing() || (second.contradicts(known) && !second.agreesWith(contradicting));
            return unconfirmed
                    ? Uni.createFrom().failure(LookupFailure.of(Kind.UPSTREAM_INVALID_RESPONSE))
                    : second.asUni();
        });
    }

    /** The outcome of one call: exactly one of the two is set. */
    private record Response(
            @Nullable CheckResult result, @Nullable Throwable failure) {

        /** Returns whether this is most likely about another task. */
        boolean contradicts(TaskStatus known) {
            return result == null ? isFinal() : !mayFollow(known, result.status());
        }

        /** Returns whether this says the same about the task as another response that contradicts its known status. */
        boolean agreesWith(Response other) {
            if (result == null || other.result == null) {
                return kind() != null && kind() == other.kind();
            }
            return isSameTask(result.status(), other.result.status());
        }

        /** Returns whether Rodin was not called, for lack of a permit or because the circuit breaker was open. */
        boolean isMissing() {
            return failure instanceof LookupFailure known && !known.rodinCalled();
        }

        Uni<CheckResult> asUni() {
            return failure == null
                    ? Uni.createFrom().item(result)
                    : Uni.createFrom().failure(failure);
        }

        private boolean isFinal() {
            return failure instanceof LookupFailure known && known.isFinal();
        }

        private @Nullable Kind kind() {
            return failure instanceof LookupFailure known ? known.kind() : null;
        }

        /** A task's jobs are fixed at submission: the two have a job in common, unless one of them has no jobs with ids. */
        private static boolean mayFollow(TaskStatus known, TaskStatus next) {
            Set<String> ids = jobIds(known);
            return ids.isEmpty() || !Collections.disjoint(ids, jobIds(next));
        }

        /** Returns whether the two have a job in common or, without ids, equally many jobs. */
        private static boolean isSameTask(TaskStatus one, TaskStatus other) {
            Set<String> ids = jobIds(one);
            Set<String> otherIds = jobIds(other);
            return (ids.isEmpty() && otherIds.isEmpty())
                    ? one.jobs().size() == other.jobs().size()
                    : !Collections.disjoint(ids, otherIds);
        }

        private static Set<String> jobIds(TaskStatus status) {
            return status.jobs().stream().map(Job::id).filter(Objects::nonNull).collect(Collectors.toSet());
        }
    }
}
