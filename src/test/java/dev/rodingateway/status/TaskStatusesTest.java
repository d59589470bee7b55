package dev.rodingateway.status;

import static dev.rodingateway.task.JobStatus.DONE;
import static dev.rodingateway.task.JobStatus.FAILED;
import static dev.rodingateway.task.JobStatus.GENERATING;
import static dev.rodingateway.task.JobStatus.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.status.cache.CacheEntry;
import dev.rodingateway.status.cache.StatusCache;
import dev.rodingateway.status.freshness.Backoff;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskStatusesTest {

    private static final TaskKey KEY = new TaskKey("a-key");
    private static final Duration STALE_FOR = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ScriptedRodin rodin = new ScriptedRodin();
    private final ManualTime time = new ManualTime();
    private final TaskStatuses statuses = statuses(1000);

    @Test
    void firstLookupChecksTheTaskAndReturnsTheTimeOfTheCheck() {
        UniAssertSubscriber<LookupResult> caller = lookUp();

        rodin.answer(GENERATING);

        LookupResult answer = caller.awaitItem(PATIENCE).getItem();
        assertThat(answer.snapshot().status()).isEqualTo(ScriptedRodin.status(GENERATING));
        assertThat(answer.snapshot().checkedAt()).isEqualTo(ManualTime.START);
        assertThat(answer.source()).isEqualTo(Source.MISS);
    }

    @Test
    void concurrentLookupsShareOneCheck() throws Exception {
        int callers = 1000;
        CountDownLatch asked = new CountDownLatch(callers);
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<UniAssertSubscriber<LookupResult>>> lookUps = IntStream.range(0, callers)
                    .mapToObj(i -> threads.submit(() -> {
                        UniAssertSubscriber<LookupResult> caller = lookUp();
                        asked.countDown();
                        return caller;
                    }))
                    .toList();
            asked.await();

            rodin.answer(GENERATING);

            int missed = 0;
            for (Future<UniAssertSubscriber<LookupResult>> lookUp : lookUps) {
                LookupResult answer = lookUp.get().awaitItem(PATIENCE).getItem();
                assertThat(answer.source()).isIn(Source.MISS, Source.COALESCED);
                missed += answer.source() == Source.MISS ? 1 : 0;
            }
            assertThat(missed).isEqualTo(1);
            assertThat(rodin.checks()).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource({"WAITING, PT5S", "GENERATING, PT2S", "DONE, PT24H", "FAILED, PT24H", "CANCELED, PT24H"})
    void statusIsFreshForTheLifetimeOfItsState(JobStatus status, Duration lifetime) {
        known(status);

        time.advance(lifetime.minusNanos(1));
        LookupResult kept = lookUp().awaitItem(PATIENCE).getItem();
        time.advance(Duration.ofNanos(1));
        lookUp().assertNotTerminated();

        assertThat(kept.source()).isEqualTo(Source.HIT);
        assertThat(kept.lifetime()).isEqualTo(lifetime);
        assertThat(kept.snapshot().checkedAt()).isEqualTo(ManualTime.START);
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void freshStatusIsServedWithoutACheckInTheFirstFourFifthsOfItsLifetime() {
        known(WAITING);

        time.advance(Duration.ofSeconds(4).minusNanos(1));
        lookUp().awaitItem(PATIENCE);

        assertThat(rodin.checks()).isEqualTo(1);
    }

    @Test
    void lookupInTheLastFifthOfTheLifetimeStartsOneCheckWithoutWaiting() {
        known(WAITING);
        time.advance(Duration.ofSeconds(4));

        LookupResult first = lookUp().awaitItem(PATIENCE).getItem();
        LookupResult second = lookUp().awaitItem(PATIENCE).getItem();
        assertThat(first.source()).isEqualTo(Source.HIT);
        assertThat(second.source()).isEqualTo(Source.HIT);
        assertThat(rodin.purposes()).containsExactly(RequestClass.FIRST, RequestClass.REFRESH);
        rodin.answer(GENERATING);

        LookupResult third = lookUp().awaitItem(PATIENCE).getItem();
        assertThat(third.source()).isEqualTo(Source.HIT);
        assertThat(third.snapshot().status()).isEqualTo(ScriptedRodin.status(GENERATING));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT4S", "PT1S, PT3S", "PT2.5S, PT1.5S", "PT3S, PT1S", "PT9S, PT1S"})
    void refreshStartsEarlierTheLongerACheckTakes(Duration took, Duration from) {
        UniAssertSubscriber<LookupResult> first = lookUp();
        rodin.answer(took, WAITING);
        first.awaitItem(PATIENCE);

        time.advance(from.minusNanos(1));
        lookUp().awaitItem(PATIENCE);
        assertThat(rodin.checks()).isEqualTo(1);
        time.advance(Duration.ofNanos(1));
        LookupResult early = lookUp().awaitItem(PATIENCE).getItem();

        assertThat(early.source()).isEqualTo(Source.HIT);
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void lookupOfAnExpiredStatusWaitsForTheCheck() {
        known(WAITING);
        time.advance(Duration.ofSeconds(5));

        UniAssertSubscriber<LookupResult> first = lookUp();
        UniAssertSubscriber<LookupResult> second = lookUp();
        rodin.answer(DONE, FAILED);

        LookupResult answer = first.awaitItem(PATIENCE).getItem();
        assertThat(answer.snapshot().status()).isEqualTo(ScriptedRodin.status(DONE, FAILED));
        assertThat(answer.snapshot().checkedAt()).isEqualTo(ManualTime.START.plusSeconds(5));
        assertThat(answer.source()).isEqualTo(Source.REFRESHED);
        assertThat(second.awaitItem(PATIENCE).getItem().source()).isEqualTo(Source.COALESCED);
        assertThat(rodin.purposes()).containsExactly(RequestClass.FIRST, RequestClass.REFRESH);
    }

    @Test
    void slowCheckIsAnsweredWithTheCachedStatusAndContinues() {
        TaskStatuses impatient = statuses(1000, Duration.ofMillis(50));
        UniAssertSubscriber<LookupResult> before = lookUp(impatient);
        rodin.answer(WAITING);
        before.awaitItem(PATIENCE);
        time.advance(Duration.ofSeconds(5));

        LookupResult stale = lookUp(impatient).awaitItem(PATIENCE).getItem();
        assertThat(stale.stale()).isTrue();
        assertThat(stale.snapshot().checkedAt()).isEqualTo(ManualTime.START);
        rodin.answer(GENERATING);

        LookupResult next = lookUp(impatient).awaitItem(PATIENCE).getItem();
        assertThat(next.stale()).isFalse();
        assertThat(next.snapshot().status()).isEqualTo(ScriptedRodin.status(GENERATING));
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"TASK_NOT_FOUND", "INVALID_KEY"})
    void failedCheckIsAnsweredWithTheCachedStatusMarkedStale(Kind kind) {
        known(WAITING);
        time.advance(Duration.ofSeconds(5));

        UniAssertSubscriber<LookupResult> caller = lookUp();
        rodin.fail(kind);

        LookupResult answer = caller.awaitItem(PATIENCE).getItem();
        assertThat(answer.stale()).isTrue();
        assertThat(answer.source()).isEqualTo(Source.STALE);
        assertThat(answer.snapshot().checkedAt()).isEqualTo(ManualTime.START);
    }

    @Test
    void cachedStatusIsServedStaleForALimitedTime() {
        known(WAITING);
        time.advance(Duration.ofSeconds(5).plus(STALE_FOR).minusNanos(1));
        UniAssertSubscriber<LookupResult> inTime = lookUp();
        rodin.fail(Kind.UPSTREAM_TIMEOUT);
        assertThat(inTime.awaitItem(PATIENCE).getItem().stale()).isTrue();

        time.advance(Backoff.LONGEST);
        UniAssertSubscriber<LookupResult> tooLate = lookUp();
        rodin.fail(Kind.UPSTREAM_TIMEOUT);

        assertFailed(tooLate, Kind.UPSTREAM_TIMEOUT);
    }

    @Test
    void taskThatRodinNoLongerKnowsIsNotServedStale() {
        known(WAITING);
        time.advance(Duration.ofSeconds(5));

        UniAssertSubscriber<LookupResult> caller = lookUp();
        rodin.fail(Kind.TASK_NOT_FOUND);

        assertFailed(caller, Kind.TASK_NOT_FOUND);
        assertFailed(lookUp(), Kind.TASK_NOT_FOUND);
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void failedRefreshKeepsTheFreshStatusAndIsNotRepeatedImmediately() {
        known(WAITING);
        time.advance(Duration.ofSeconds(4));
        lookUp().awaitItem(PATIENCE);
        rodin.fail(Kind.UPSTREAM_ERROR);

        LookupResult answer = lookUp().awaitItem(PATIENCE).getItem();

        assertThat(answer.source()).isEqualTo(Source.HIT);
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "GENERATING, 1, 0, PT1.6S, PT15S",
        "GENERATING, 1, 0.999, PT1.6S, PT15S",
        "WAITING, 1, 0, PT4S, PT15S",
        "WAITING, 1, 0.999, PT4S, PT15S",
        "WAITING, 60, 0, PT32S, PT32.1S",
        "GENERATING, 60, 0.999, PT32S, PT44.9S"
    })
    void keyWhoseCheckFailedIsLeftAloneNoShorterThanInHealthAndLongerEachTime(
            JobStatus status, int liveTasks, double random, Duration betweenChecksInHealth, Duration longest) {
        TaskStatuses failing = statuses(1000, Duration.ofHours(1), () -> 1.5, () -> random);
        for (int i = 1; i < liveTasks; i++) {
            failing.lookUp(new TaskKey("other-" + i)).subscribe().withSubscriber(UniAssertSubscriber.create());
            rodin.answer(WAITING);
        }
        lookUp(failing);
        rodin.answer(status);
        time.advance(Duration.ofSeconds(50));
        lookUp(failing);
        Duration[] waits = new Duration[8];

        for (int failures = 0; failures < waits.length; failures++) {
            for (int i = 1; i < liveTasks; i++) {
                failing.known(new TaskKey("other-" + i));
            }
            rodin.fail(Kind.UPSTREAM_UNAVAILABLE);
            int before = rodin.checks();
            assertThat(lookUp(failing).awaitItem(PATIENCE).getItem().stale()).isTrue();
            waits[failures] = Duration.ZERO;
            while (rodin.checks() == before) {
                assertThat(waits[failures]).isLessThanOrEqualTo(longest);
                time.advance(Duration.ofMillis(50));
                waits[failures] = waits[failures].plusMillis(50);
                lookUp(failing);
            }
        }

        assertThat(waits).allMatch(wait -> wait.compareTo(betweenChecksInHealth) >= 0);
        assertThat(waits)
                .as("jittered")
                .allMatch(wait -> random < 0.5
                        || wait.compareTo(betweenChecksInHealth.multipliedBy(13).dividedBy(10)) > 0);
        assertThat(waits[7]).isGreaterThanOrEqualTo(waits[0]).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void laterCallersReceiveTheRemainderOfRodinsRetryAfter() {
        UniAssertSubscriber<LookupResult> first = lookUp();
        rodin.fail(LookupFailure.of(Kind.UPSTREAM_ERROR).withRetryAfter(Duration.ofSeconds(30)));

        assertThat(retryAfter(first)).isEqualTo(Duration.ofSeconds(30));
        time.advance(Duration.ofSeconds(20));
        assertThat(retryAfter(lookUp())).isEqualTo(Duration.ofSeconds(10));
        time.advance(Duration.ofMillis(9500));
        assertThat(retryAfter(lookUp())).isEqualTo(Duration.ofSeconds(1));
        assertThat(rodin.checks()).isEqualTo(1);
    }

    @Test
    void successResetsTheBackoffOfAKey() {
        known(GENERATING);
        time.advance(Duration.ofSeconds(2));
        for (int i = 0; i < 6; i++) {
            lookUp();
            rodin.fail(Kind.UPSTREAM_UNAVAILABLE);
            time.advance(Backoff.LONGEST);
        }
        UniAssertSubscriber<LookupResult> recovered = lookUp();
        rodin.answer(GENERATING);
        assertThat(recovered.awaitItem(PATIENCE).getItem().stale()).isFalse();
        time.advance(Duration.ofSeconds(2));
        lookUp();
        rodin.fail(Kind.UPSTREAM_UNAVAILABLE);
        int before = rodin.checks();

        time.advance(Duration.ofMillis(2241));
        lookUp();

        assertThat(rodin.checks()).isEqualTo(before + 1);
    }

    @Test
    void terminalStatusIsNeverCheckedAgainWhileItIsCached() {
        known(DONE);

        time.advance(Duration.ofHours(24).minusNanos(1));

        assertThat(lookUp().awaitItem(PATIENCE).getItem().source()).isEqualTo(Source.HIT);
        assertThat(rodin.checks()).isEqualTo(1);
    }

    @Test
    void terminalStatusIsNeverReplacedByALiveOne() {
        StatusCache lastKnown = new StatusCache(10, Long.MAX_VALUE, time);
        CacheEntry ended = new CacheEntry(
                new Snapshot(ScriptedRodin.status(DONE), ManualTime.START), 0, Duration.ZERO, Duration.ofHours(1));
        CacheEntry live = new CacheEntry(
                new Snapshot(ScriptedRodin.status(GENERATING), ManualTime.START),
                1,
                Duration.ZERO,
                Duration.ofHours(1));
        lastKnown.keep(KEY, ended);

        CacheEntry kept = lastKnown.keep(KEY, live);

        assertThat(kept).isSameAs(ended);
        assertThat(lastKnown.find(KEY)).isSameAs(ended);
    }

    @Test
    void liveTasksShareTheBudgetEvenly() {
        for (int i = 0; i < 30; i++) {
            statuses.lookUp(new TaskKey("task-" + i)).subscribe().withSubscriber(UniAssertSubscriber.create());
            rodin.answer(GENERATING);
        }
        time.advance(Duration.ofSeconds(1));

        LookupResult answer = statuses.lookUp(new TaskKey("task-0"))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitItem(PATIENCE)
                .getItem();

        assertThat(answer.lifetime()).isEqualTo(Duration.ofSeconds(20));
        assertThat(answer.stale()).isFalse();
    }

    @Test
    void lifetimesFollowTheRateOfRefreshes() {
        AtomicReference<Double> rate = new AtomicReference<>(1.5);
        TaskStatuses shared = statuses(1000, PATIENCE, rate::get, () -> 0.5);
        for (int i = 0; i < 30; i++) {
            shared.lookUp(new TaskKey("task-" + i)).subscribe().withSubscriber(UniAssertSubscriber.create());
            rodin.answer(GENERATING);
        }
        TaskKey key = new TaskKey("task-0");

        time.advance(Duration.ofSeconds(1));
        Duration alone = shared.fresh(key).lifetime();
        rate.set(0.75);
        time.advance(Duration.ofSeconds(1));
        Duration besideFirsts = shared.fresh(key).lifetime();

        assertThat(alone).isEqualTo(Duration.ofSeconds(20));
        assertThat(besideFirsts).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void endedTasksAndTasksWithoutLookupsTakeNoShareOfTheBudget() {
        for (int i = 0; i < 30; i++) {
            statuses.lookUp(new TaskKey("ended-" + i)).subscribe().withSubscriber(UniAssertSubscriber.create());
            rodin.answer(DONE);
            statuses.lookUp(new TaskKey("left-" + i)).subscribe().withSubscriber(UniAssertSubscriber.create());
            rodin.answer(WAITING);
        }
        time.advance(Duration.ofMinutes(2));
        known(GENERATING);
        time.advance(Duration.ofSeconds(1));

        assertThat(lookUp().awaitItem(PATIENCE).getItem().lifetime()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void keysDoNotShareStatuses() {
        known(DONE);

        statuses.lookUp(new TaskKey("another-key")).subscribe().withSubscriber(UniAssertSubscriber.create());

        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void noSuchTaskIsCachedForItsShortLifetime() {
        UniAssertSubscriber<LookupResult> first = lookUp();
        rodin.fail(LookupFailure.of(Kind.TASK_NOT_FOUND).withUpstreamCode("NO_SUCH_TASK"));
        assertFailed(first, Kind.TASK_NOT_FOUND);

        time.advance(Duration.ofSeconds(5).minusNanos(1));
        assertFailed(lookUp(), Kind.TASK_NOT_FOUND);
        assertThat(rodin.checks()).isEqualTo(1);
        time.advance(Duration.ofNanos(1));
        lookUp();

        assertThat(rodin.checks()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "TASK_NOT_FOUND")
    void otherFailureIsReturnedUntilTheBackoffEnds(Kind kind) {
        UniAssertSubscriber<LookupResult> first = lookUp();
        UniAssertSubscriber<LookupResult> second = lookUp();
        rodin.fail(kind);
        assertFailed(first, kind);
        assertFailed(second, kind);
        assertFailed(lookUp(), kind);
        assertThat(rodin.checks()).isEqualTo(1);

        time.advance(Duration.ofMillis(2241));
        UniAssertSubscriber<LookupResult> third = lookUp();
        rodin.answer(DONE);

        third.awaitItem(PATIENCE);
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void unexpectedFailureReachesEveryCallerAndIsNotCached() {
        UniAssertSubscriber<LookupResult> first = lookUp();
        UniAssertSubscriber<LookupResult> second = lookUp();
        rodin.fail(new IllegalStateException("a bug"));

        assertThat(first.awaitFailure(PATIENCE).getFailure()).hasMessageContaining("a bug");
        assertThat(second.awaitFailure(PATIENCE).getFailure()).hasMessageContaining("a bug");
        lookUp();
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void cancelledLookupDoesNotAffectTheOthers() {
        UniAssertSubscriber<LookupResult> first = lookUp();
        UniAssertSubscriber<LookupResult> second = lookUp();

        first.cancel();
        assertThat(rodin.terminated()).isZero();
        rodin.answer(DONE);

        second.awaitItem(PATIENCE);
        assertThat(lookUp().awaitItem(PATIENCE).getItem().source()).isEqualTo(Source.HIT);
        assertThat(rodin.checks()).isEqualTo(1);
    }

    @Test
    void lookupStartsOnSubscription() {
        statuses.lookUp(KEY);

        assertThat(rodin.checks()).isZero();
    }

    @Test
    void cacheHoldsAtMostTheConfiguredNumberOfTasks() {
        int kept = 10;
        TaskStatuses small = statuses(kept);
        for (int i = 0; i < 100; i++) {
            small.lookUp(new TaskKey("key-" + i)).subscribe().withSubscriber(UniAssertSubscriber.create());
            rodin.answer(DONE);
        }

        assertThat(small.size()).isLessThanOrEqualTo(kept);
    }

    private TaskStatuses statuses(int maximumSize) {
        return statuses(maximumSize, Duration.ofHours(1));
    }

    private TaskStatuses statuses(int maximumSize, Duration patience) {
        return statuses(maximumSize, patience, () -> 1.5, () -> 0.5);
    }

    private TaskStatuses statuses(
            int maximumSize, Duration patience, DoubleSupplier refreshesPerSecond, DoubleSupplier random) {
        return TaskStatusesProducer.assemble(
                        rodin,
                        refreshesPerSecond,
                        new TaskStatusesProducer.Settings(new DefaultFreshness(), STALE_FOR, maximumSize, patience, 1),
                        time.with(Runnable::run, random),
                        new SimpleMeterRegistry())
                .statuses();
    }

    private UniAssertSubscriber<LookupResult> lookUp() {
        return lookUp(statuses);
    }

    private static UniAssertSubscriber<LookupResult> lookUp(TaskStatuses statuses) {
        return statuses.lookUp(KEY).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private void known(JobStatus... jobs) {
        UniAssertSubscriber<LookupResult> caller = lookUp();
        rodin.answer(jobs);
        caller.awaitItem(PATIENCE);
    }

    private static Duration retryAfter(UniAssertSubscriber<LookupResult> caller) {
        assertFailed(caller, Kind.UPSTREAM_ERROR);
        return ((LookupFailure) caller.getFailure()).retryAfter();
    }

    private static void assertFailed(UniAssertSubscriber<LookupResult> caller, Kind kind) {
        assertThat(caller.awaitFailure(PATIENCE).getFailure())
                .isInstanceOfSatisfying(LookupFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(kind));
    }
}
