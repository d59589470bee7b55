package dev.rodingateway.status;

import static dev.rodingateway.task.JobStatus.DONE;
import static dev.rodingateway.task.JobStatus.GENERATING;
import static dev.rodingateway.task.JobStatus.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.status.freshness.Backoff;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Long polls, and the counting of each request as one look-up. */
class LongPollTest {

    private static final TaskKey KEY = new TaskKey("a-key");
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(55);
    private static final Duration AT_MOST = Duration.ofSeconds(10);
    private static final Duration WAITING_REFRESH = Duration.ofSeconds(4);

    private final ScriptedRodin rodin = new ScriptedRodin();
    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TaskStatusesProducer.Lookups lookups = TaskStatusesProducer.assemble(
            rodin,
            () -> 1.5,
            new TaskStatusesProducer.Settings(
                    new DefaultFreshness(), Duration.ofMinutes(10), 1000, Duration.ofHours(1), 2),
            time.with(Runnable::run),
            meters);

    @Test
    void pollEndsWithTheChangeAndCountsOnce() {
        lookUp();
        rodin.answer(WAITING);
        UniAssertSubscriber<LookupResult> poll = hold(LONG);

        time.advance(WAITING_REFRESH);
        poll.assertNotTerminated();
        rodin.answer(GENERATING);

        assertThat(poll.awaitItem(AT_MOST).getItem().snapshot().status()).isEqualTo(ScriptedRodin.status(GENERATING));
        assertThat(counted()).isEqualTo(Map.of("miss", 1.0, "refreshed", 1.0));
        assertThat(lookups.watches().watchers()).isZero();
    }

    @Test
    void pollEndsWhenTheStatusBecomesStaleAndWhenItBecomesFreshAgain() {
        lookUp();
        rodin.answer(WAITING);
        UniAssertSubscriber<LookupResult> untilStale = hold(LONG);
        time.advance(WAITING_REFRESH);
        rodin.fail(Kind.UPSTREAM_UNAVAILABLE);
        untilStale.assertNotTerminated();
        time.advance(Duration.ofSeconds(1));
        assertThat(untilStale.awaitItem(AT_MOST).getItem().stale()).isTrue();

        UniAssertSubscriber<LookupResult> untilFresh = hold(LONG);
        untilFresh.assertNotTerminated();
        time.advance(Backoff.LONGEST);
        rodin.answer(WAITING);

        assertThat(untilFresh.awaitItem(AT_MOST).getItem().stale()).isFalse();
        assertThat(counted()).isEqualTo(Map.of("miss", 1.0, "stale", 1.0, "refreshed", 1.0));
    }

    /** The caller does not have the status that the check of its own poll returns. */
    @Test
    void changeFoundByTheCheckThatTheCallerWaitsForEndsThePoll() {
        lookUp();
        rodin.answer(WAITING);
        time.advance(Duration.ofSeconds(30));
        UniAssertSubscriber<LookupResult> poll = holdWithoutTag(LONG);
        poll.assertNotTerminated();

        rodin.answer(GENERATING);

        assertThat(poll.awaitItem(AT_MOST).getItem().snapshot().status()).isEqualTo(ScriptedRodin.status(GENERATING));
        assertThat(lookups.watches().watchers()).isZero();
    }

    @Test
    void pollContinuesWhenACheckConfirmsTheExpiredStatus() {
        lookUp();
        rodin.answer(WAITING);
        time.advance(Duration.ofSeconds(30));
        UniAssertSubscriber<LookupResult> poll = holdWithoutTag(LONG);

        rodin.answer(WAITING);
        poll.assertNotTerminated();
        time.advance(WAITING_REFRESH);
        rodin.answer(GENERATING);

        assertThat(poll.awaitItem(AT_MOST).getItem().snapshot().status()).isEqualTo(ScriptedRodin.status(GENERATING));
    }

    @Test
    void pollContinuesAfterTheFirstCheckOfTheTask() {
        UniAssertSubscriber<LookupResult> poll = holdWithoutTag(LONG);
        rodin.answer(WAITING);
        poll.assertNotTerminated();

        time.advance(WAITING_REFRESH);
        rodin.answer(GENERATING);

        assertThat(poll.awaitItem(AT_MOST).getItem().snapshot().status()).isEqualTo(ScriptedRodin.status(GENERATING));
    }

    @Test
    void pollEndsWithTheCachedStatusWhenTheTimeIsUpAndCountsOnce() {
        lookUp();
        rodin.answer(WAITING);

        LookupResult answer = hold(SOON).awaitItem(AT_MOST).getItem();

        assertThat(answer.source()).isEqualTo(Source.HIT);
        assertThat(counted()).isEqualTo(Map.of("miss", 1.0, "hit", 1.0));
        assertThat(lookups.watches().watchers()).isZero();
    }

    /** A check that a look-up would wait for is in flight; the status has expired meanwhile. */
    @Test
    void pollDoesNotWaitForACheckWhenTheTimeIsUp() {
        lookUp();
        rodin.answer(WAITING);
        UniAssertSubscriber<LookupResult> poll = hold(Duration.ofMillis(300));
        time.advance(WAITING_REFRESH);
        time.advance(WAITING_REFRESH);

        assertThat(poll.awaitItem(AT_MOST).getItem().stale()).isTrue();
        assertThat(rodin.pending()).isTrue();
    }

    @Test
    void pollOfAnUnknownTaskWaitsForItsFirstCheckEvenBeyondItsTime() {
        UniAssertSubscriber<LookupResult> over = hold(Duration.ofSeconds(2));
        time.advance(Duration.ofMillis(5400));
        over.assertNotTerminated();

        rodin.answer(WAITING);

        assertThat(over.awaitItem(Duration.ofMillis(500)).getItem().source()).isEqualTo(Source.MISS);
        assertThat(counted()).isEqualTo(Map.of("miss", 1.0));
    }

    @Test
    void timeOfTheFirstCheckCountsTowardsTheWait() {
        UniAssertSubscriber<LookupResult> poll = hold(LONG);
        time.advance(LONG.minusMillis(20));
        rodin.answer(WAITING);

        poll.awaitItem(AT_MOST);
    }

    @Test
    void newAndTerminalStatusesAreReturnedImmediately() {
        lookUp();
        rodin.answer(WAITING);
        assertThat(lookups.longPoll()
                        .hold(KEY, answer -> false, LONG)
                        .await()
                        .atMost(AT_MOST)
                        .source())
                .isEqualTo(Source.HIT);
        time.advance(WAITING_REFRESH);
        lookUp();
        rodin.answer(DONE);

        assertThat(hold(LONG).awaitItem(AT_MOST).getItem().source()).isEqualTo(Source.HIT);
    }

    @Test
    void rejectedCallersAndWatchersAreCountedOnceEach() {
        AssertSubscriber<LookupResult> stream = watch();
        rodin.answer(WAITING);
        AssertSubscriber<LookupResult> second = watch();

        AssertSubscriber<LookupResult> refusedStream = watch();
        UniAssertSubscriber<LookupResult> refusedPoll = hold(LONG);

        assertThat(((LookupFailure) refusedStream.getFailure()).kind()).isEqualTo(Kind.TOO_MANY_WATCHERS);
        assertThat(((LookupFailure) refusedPoll.getFailure()).kind()).isEqualTo(Kind.TOO_MANY_WATCHERS);
        assertThat(counted()).isEqualTo(Map.of("miss", 1.0, "hit", 1.0, "too-many-watchers", 2.0));
        stream.assertNotTerminated();
        second.assertNotTerminated();
    }

    @Test
    void checksInTheBackgroundAreNotCounted() {
        watch();
        rodin.answer(WAITING);
        for (int i = 0; i < 3000; i++) {
            time.advance(Duration.ofMillis(500));
            while (rodin.pending()) {
                rodin.fail(Kind.UPSTREAM_UNAVAILABLE);
            }
        }

        assertThat(lookups.statuses().known(KEY)).isNull();
        assertThat(counted()).isEqualTo(Map.of("miss", 1.0));
    }

    @Test
    void knownFailureIsCountedAsSuch() {
        UniAssertSubscriber<LookupResult> first = lookUp();
        rodin.fail(Kind.TASK_NOT_FOUND);
        first.assertFailed();
        lookUp().assertFailed();
        hold(LONG).assertFailed();
        watch().assertTerminated();

        assertThat(counted()).isEqualTo(Map.of("task-not-found", 1.0, "negative", 3.0));
    }

    private UniAssertSubscriber<LookupResult> lookUp() {
        return lookups.statuses().lookUp(KEY).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private UniAssertSubscriber<LookupResult> hold(Duration wait) {
        return lookups.longPoll()
                .hold(KEY, answer -> true, wait)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
    }

    private UniAssertSubscriber<LookupResult> holdWithoutTag(Duration wait) {
        return lookups.longPoll().hold(KEY, wait).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private AssertSubscriber<LookupResult> watch() {
        return lookups.watches().watch(KEY).subscribe().withSubscriber(AssertSubscriber.create(10));
    }

    /** Returns the number of look-ups so far, by outcome. */
    private Map<String, Double> counted() {
        return meters.get("gateway.lookups").functionCounters().stream()
                .filter(counter -> counter.count() > 0)
                .collect(Collectors.toMap(counter -> counter.getId().getTag("outcome"), FunctionCounter::count));
    }
}
