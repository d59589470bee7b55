package dev.rodingateway.status;

import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Predicate;

/**
 * Simulates other replicas under the control of a test. Leases are granted immediately, unless the test holds
 * decisions.
 */
final class ScriptedCoordinator implements CheckCoordinator {

    private final ManualTime time;
    private final List<String> calls = new ArrayList<>();
    private final Queue<UniEmitter<? super Decision>> waiting = new ArrayDeque<>();
    private boolean deciding = true;
    private long token = 100;
    private long liveTasksElsewhere;
    private Follower follower;

    ScriptedCoordinator(ManualTime time) {
        this.time = time;
    }

    /** From now on decisions wait for the test. */
    void hold() {
        deciding = false;
    }

    /** Completes the first waiting decision: another replica has this result. */
    void decide(SharedResult result) {
        waiting.remove().complete(new Decision.Adopt(result));
    }

    /** Completes the first waiting decision: this replica makes the check. */
    void proceed() {
        waiting.remove().complete(new Decision.Proceed(new ScriptedLease(++token)));
    }

    /** Notifies this replica of another replica's result. */
    void found(TaskKey key, SharedResult result) {
        follower.found(key, result);
    }

    void purged(Predicate<TaskKey> keys) {
        follower.purgeAll(keys);
    }

    void setLiveTasksElsewhere(long count) {
        liveTasksElsewhere = count;
    }

    /** Returns the calls in their order. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    /** Returns a token that is newer than all earlier ones. */
    long nextToken() {
        return ++token;
    }

    @Override
    public Uni<Decision> begin(TaskKey key, RequestClass requestClass, long knownToken) {
        calls.add("begin " + requestClass + " " + knownToken);
        return Uni.createFrom().emitter(emitter -> {
            waiting.add(emitter);
            if (deciding) {
                proceed();
            }
        });
    }

    @Override
    public long liveTasks(long here) {
        return here + liveTasksElsewhere;
    }

    @Override
    public Uni<Void> purge(TaskKey key) {
        calls.add("purge");
        return Uni.createFrom().voidItem();
    }

    @Override
    public void follow(Follower newFollower) {
        follower = newFollower;
    }

    private final class ScriptedLease implements Lease {

        private final long token;

        ScriptedLease(long token) {
            this.token = token;
        }

        @Override
        public long token() {
            return token;
        }

        @Override
        public Instant now() {
            return time.instant();
        }

        @Override
        public void found(CheckResult result, Instant checkedAt, Duration keepFor) {
            calls.add("found " + result.status().overall() + " " + checkedAt + " " + keepFor);
        }

        @Override
        public void failed(LookupFailure failure, Duration recheckDelay) {
            calls.add("failed " + failure.kind() + " " + recheckDelay);
        }

        @Override
        public void release() {
            calls.add("release");
        }
    }
}
