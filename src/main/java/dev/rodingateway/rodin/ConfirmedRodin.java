package dev.rodingateway.rodin;

import dev.rodingateway.rodin.http.RodinEndpoint;
import dev.rodingateway.rodin.token.AuthenticatedRodin;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Asks Rodin about a task, and once more on a new connection when the first response contradicts what is known of the
 * task: a proxy can send a response late or twice, and HTTP/1.1 cannot tell it from the one that is due. Both are one
 * check, with one deadline.
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
     * Asks, each time it is subscribed to.
     *
     * @param known the status that is known of the task, or null
     * @return a status or a {@link LookupFailure}; one that contradicts what is known has been given twice
     */
    Uni<CheckResult> check(TaskKey key, RequestClass purpose, @Nullable TaskStatus known) {
        return Uni.createFrom().deferred(() -> {
            Deadline deadline = rodin.deadline();
            Uni<CheckResult> first = rodin.ask(key, purpose, deadline);
            return known == null
                    ? first
                    : first.onItemOrFailure().transformToUni((answer, failure) -> {
                        Response response = new Response(answer, failure);
                        return response.contradicts(known)
                                ? confirm(key, purpose, deadline, known, response)
                                : response.asUni();
                    });
        });
    }

    private Uni<CheckResult> confirm(
            TaskKey key, RequestClass purpose, Deadline deadline, TaskStatus known, Response contradicting) {
        endpoint.retireConnections();
        return rodin.ask(key, purpose, deadline).onItemOrFailure().transformToUni((answer, failure) -> {
            Response second = new Response(answer, failure);
            boolean unconfirmed =
                    second.wasNotGiven() || (second.contradicts(known) && !second.agreesWith(contradicting));
            return unconfirmed
                    ? Uni.createFrom().failure(LookupFailure.of(Kind.UPSTREAM_INVALID_RESPONSE))
                    : second.asUni();
        });
    }

    /** What came of asking once: either of the two. */
    private record Response(
            @Nullable CheckResult answer, @Nullable Throwable failure) {

        /** Returns whether this is not what Rodin would say of the task. */
        boolean contradicts(TaskStatus known) {
            return answer == null ? isFinal() : !TaskIdentity.mayFollow(known, answer.status());
        }

        /** Returns whether this says the same of the task as another response that contradicts what was known. */
        boolean agreesWith(Response other) {
            if (answer == null || other.answer == null) {
                return kind() != null && kind() == other.kind();
            }
            return TaskIdentity.isSame(answer.status(), other.answer.status());
        }

        /** Returns whether Rodin was not asked, for want of a permit or because of the breaker. */
        boolean wasNotGiven() {
            return failure instanceof LookupFailure known && !known.asked();
        }

        Uni<CheckResult> asUni() {
            return failure == null
                    ? Uni.createFrom().item(answer)
                    : Uni.createFrom().failure(failure);
        }

        private boolean isFinal() {
            return failure instanceof LookupFailure known && known.isFinal();
        }

        private @Nullable Kind kind() {
            return failure instanceof LookupFailure known ? known.kind() : null;
        }
    }
}
