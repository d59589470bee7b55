package dev.rodingateway.rodin.token;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.Deadline;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.rodin.UpstreamConfig;
import dev.rodingateway.rodin.breaker.GuardedRodin;
import dev.rodingateway.rodin.http.Check;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Checks a task with the API key in use, and once more when Rodin refuses that key and the store has another one. The deadline
 * of the check covers all of it: waiting for permits, call and retry with one key, reading the key's file again, the try with
 * the other key.
 */
@Singleton
public final class AuthenticatedRodin {

    private final GuardedRodin rodin;
    private final TokenStore tokens;
    private final Duration timeout;

    @Inject
    public AuthenticatedRodin(GuardedRodin rodin, TokenStore tokens, UpstreamConfig config) {
        this.rodin = rodin;
        this.tokens = tokens;
        this.timeout = config.timeout();
    }

    /** Returns the deadline of a check that begins now: {@code GATEWAY_UPSTREAM_TIMEOUT} away. */
    public Deadline deadline() {
        return Deadline.after(timeout, Ticker.systemTicker());
    }

    /**
     * Checks the task, each time it is subscribed to.
     *
     * @param deadline the deadline of the whole check, of which this may be a part
     * @return the status of the task, or a {@link LookupFailure}, before the deadline
     */
    public Uni<CheckResult> check(TaskKey key, RequestClass purpose, Deadline deadline) {
        return Uni.createFrom().deferred(() -> {
            Check check = new Check(key, purpose, tokens.get(), deadline);
            return rodin.check(check)
                    .onFailure(AuthenticatedRodin::isRefusedToken)
                    .recoverWithUni(refusal -> checkWithAnotherToken(refusal, check));
        });
    }

    private static boolean isRefusedToken(Throwable failure) {
        return failure instanceof LookupFailure known && known.kind() == Kind.UPSTREAM_CREDENTIALS;
    }

    /** A file system that hangs takes no more than half of the time left; then the result is the refusal. */
    private Uni<CheckResult> checkWithAnotherToken(Throwable refusal, Check check) {
        return Uni.createFrom()
                .completionStage(() -> tokens.isReplaced(check.token(), Infrastructure.getDefaultWorkerPool()))
                .ifNoItem()
                .after(check.deadline().longestWait())
                .recoverWithItem(false)
                .chain(replaced -> replaced
                        ? rodin.check(check.with(tokens.get()))
                                .onFailure(LookupFailure.class)
                                .transform(failure -> failure.afterCall())
                        : Uni.createFrom().failure(refusal));
    }
}
