package dev.rodingateway.shared;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.shared.codec.Replies;
import dev.rodingateway.shared.redis.StoreCalls;
import dev.rodingateway.shared.redis.StoreClock;
import dev.rodingateway.shared.script.Reply;
import dev.rodingateway.shared.script.Script;
import dev.rodingateway.shared.script.StoreKeys;
import dev.rodingateway.task.LookupFailure;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The state that replicas share, in Redis or Valkey. Every {@link Uni} makes one call at each subscription and fails
 * with {@link StoreUnavailable} only: immediately while the store is known to be unavailable, otherwise within
 * {@code GATEWAY_REDIS_TIMEOUT}.
 */
public final class SharedStore {

    /** The maximum number of tasks that are fetched with one call. */
    public static final int MAX_FETCHED = 1000;

    private final StoreCalls calls;
    private final StoreClock clock;
    private final LogFollowers followers;
    private final Membership members;
    private final OutcomeWriter outcomes;
    private final Duration leaseTime;

    SharedStore(StoreCalls calls, StoreClock clock, LogFollowers followers, Membership members, Duration leaseTime) {
        this.calls = calls;
        this.clock = clock;
        this.followers = followers;
        this.members = members;
        this.outcomes = new OutcomeWriter(calls, members);
        this.leaseTime = leaseTime;
    }

    /**
     * Decides whether a task is to be checked.
     *
     * @param tryId chosen by the caller, unique to this attempt, without spaces; a repetition with the same id returns
     *     the same lease
     * @param known token of the snapshot that the caller holds, or {@link FencingToken#NONE}
     */
    public Uni<Begin> begin(TaskHash task, RequestClass requestClass, String tryId, FencingToken known) {
        StoreKeys keys = calls.keys();
        String hash = task.value();
        return Uni.createFrom()
                .deferred(() -> calls.call(
                        Script.BEGIN,
                        List.of(keys.task(hash), keys.lease(hash), keys.refusal(hash), keys.sequence(), keys.live()),
                        List.of(
                                hash,
                                tryId,
                                Long.toString(known.value()),
                                Long.toString(clock.highestToken()),
                                Long.toString(leaseTime.toMillis()),
                                members.liveTimeMillis()),
                        reply -> begun(reply, task, tryId)));
    }

    /**
     * Ends a check that returned a status, unless the store holds a newer one or would replace a terminal one by a live one.
     *
     * @param keepFor how long the status may be served
     * @return what the store holds now
     */
    public Uni<SharedOutcome> end(Lease lease, CheckResult result, Duration keepFor) {
        return Uni.createFrom().deferred(() -> outcomes.status(lease, result, keepFor));
    }

    /**
     * Ends a check that Rodin itself let fail: it does not know the task, or failed in a way that delays the next
     * check.
     *
     * @param failure only one that another replica would have received as well
     * @param recheckDelay how long the task is not to be checked
     * @return what the store holds now
     */
    public Uni<SharedOutcome> end(Lease lease, LookupFailure failure, Duration recheckDelay) {
        return Uni.createFrom().deferred(() -> outcomes.failure(lease, failure, recheckDelay));
    }

    /** Ends a check without an outcome that others can use; replicas that wait for it begin again. */
    public Uni<Void> release(Lease lease) {
        return Uni.createFrom().deferred(() -> outcomes.release(lease)).replaceWithVoid();
    }

    /**
     * Offers a status that was checked while the store was unavailable, under the same rules and with the same result
     * as {@link #end}.
     */
    public Uni<SharedOutcome> offer(TaskHash task, SharedOutcome.Status offered, Duration keepFor) {
        return Uni.createFrom().deferred(() -> outcomes.offer(task, offered, keepFor));
    }

    /**
     * Returns what the store holds of these tasks, at most {@value #MAX_FETCHED}; the map has no entry for a task that
     * it does not hold.
     */
    public Uni<Map<TaskHash, SharedOutcome>> fetch(Collection<TaskHash> tasks) {
        List<TaskHash> requested = tasks.stream().limit(MAX_FETCHED).toList();
        List<String> keys = new ArrayList<>();
        for (TaskHash task : requested) {
            keys.add(calls.keys().task(task.value()));
            keys.add(calls.keys().refusal(task.value()));
        }
        return calls.call(Script.FETCH, keys, List.of(), reply -> Replies.fetched(reply, requested));
    }

    /** Removes a task from the store and, by the log, from all replicas. */
    public Uni<Void> purge(TaskHash task) {
        return calls.call(
                        Script.PURGE,
                        outcomes.keysOf(task),
                        List.of(task.value(), calls.newEpoch(), calls.replica()),
                        reply -> true)
                .replaceWithVoid();
    }

    /**
     * Notifies the follower of everything that the replicas write from now on, one entry at a time, within 100 ms; it
     * must not block. The first entry after the store has become available is {@link LogEntry.Resynchronise}.
     */
    public void follow(Consumer<LogEntry> follower) {
        followers.add(follower);
    }

    /** Returns whether the last attempt to use the store succeeded; changes are logged. */
    public boolean isAvailable() {
        return calls.isAvailable();
    }

    /**
     * Returns the number of replicas last reported by the store, at least 1; the configured number until the store is
     * first reached.
     */
    public int replicas() {
        return members.replicas();
    }

    /**
     * Returns the number of live tasks of all replicas last reported by the store; out of date while the store is
     * unavailable.
     */
    public int liveTasks() {
        return members.liveTasks();
    }

    /** Returns the store's time, estimated by the local clock and the last known difference. */
    public Instant storeTime() {
        return clock.now();
    }

    /** Returns a token for a check that begins without the store: higher than all tokens that this replica has seen. */
    public FencingToken localToken() {
        return new FencingToken(clock.nextToken());
    }

    Uni<SharedOutcome> fetch(TaskHash task) {
        return fetch(List.of(task))
                .map(all -> Objects.requireNonNullElseGet(all.get(task), SharedOutcome.Nothing::new));
    }

    private Begin begun(Reply reply, TaskHash task, String tryId) {
        members.setLiveTasks(Replies.liveTasks(reply));
        Begin begin = Replies.begin(
                reply,
                (token, micros) -> new Lease(
                        task,
                        tryId,
                        token,
                        StoreClock.instant(micros),
                        Ticker.systemTicker().read(),
                        leaseTime));
        if (begin instanceof Begin.Go go) {
            clock.seen(go.lease().token().value());
        }
        return begin;
    }
}
