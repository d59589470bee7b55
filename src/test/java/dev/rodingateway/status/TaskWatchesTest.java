package dev.rodingateway.status;

import static dev.rodingateway.task.JobStatus.DONE;
import static dev.rodingateway.task.JobStatus.GENERATING;
import static dev.rodingateway.task.JobStatus.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.status.freshness.Backoff;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskWatchesTest {

    private static final TaskKey KEY = new TaskKey("a-key");
    private static final int MAXIMUM = 1000;

    /** The time after which a waiting task is refreshed. */
    private static final Duration WAITING_REFRESH = Duration.ofSeconds(4);

    private static final Duration WAITING_EXPIRY = Duration.ofSeconds(5);

    private final ScriptedRodin rodin = new ScriptedRodin();
    private final ManualTime time = new ManualTime();
    private final TaskStatusesProducer.Lookups lookups = TaskStatusesProducer.assemble(
            rodin,
            () -> 1.5,
            new TaskStatusesProducer.Settings(
                    new DefaultFreshness(), Duration.ofMinutes(10), 1000, Duration.ofHours(1), MAXIMUM),
            time.with(Runnable::run),
            new SimpleMeterRegistry());
    private final TaskWatches watches = lookups.watches();
    private final AtomicInteger accepted = new AtomicInteger();

    @Test
    void watcherReceivesTheStatusAndEachChange() {
        AssertSubscriber<LookupResult> watcher = watch();

        rodin.answer(WAITING);
        time.advance(WAITING_REFRESH);
        rodin.answer(GENERATING);

        assertThat(received(watcher)).containsExactly(ScriptedRodin.status(WAITING), ScriptedRodin.status(GENERATING));
        assertThat(watcher.getItems()).noneMatch(LookupResult::stale);
        assertThat(watcher.getItems().get(1).snapshot().checkedAt()).isEqualTo(ManualTime.START.plus(WAITING_REFRESH));
        assertThat(rodin.purposes()).containsExactly(RequestClass.FIRST, RequestClass.REFRESH);
    }

    @Test
    void checkWithoutAChangeIsNotReported() {
        AssertSubscriber<LookupResult> watcher = watch();
        rodin.answer(WAITING);

        for (int i = 0; i < 10; i++) {
            time.advance(WAITING_REFRESH);
            rodin.answer(WAITING);
        }

        assertThat(watcher.getItems()).hasSize(1);
        assertThat(rodin.checks()).isEqualTo(11);
    }

    @Test
    void allWatchersOfATaskShareOneSequenceOfChecks() {
        List<AssertSubscriber<LookupResult>> watchers =
                Stream.generate(this::watch).limit(MAXIMUM).toList();
        rodin.answer(WAITING);
        time.advance(WAITING_REFRESH);
        rodin.answer(GENERATING);
        time.advance(Duration.ofMillis(1600));
        rodin.answer(DONE);

        assertThat(rodin.checks()).isEqualTo(3);
        for (AssertSubscriber<LookupResult> watcher : watchers) {
            assertThat(received(watcher))
                    .containsExactly(
                            ScriptedRodin.status(WAITING),
                            ScriptedRodin.status(GENERATING),
                            ScriptedRodin.status(DONE));
            watcher.assertCompleted();
        }
        assertNothingIsLeft();
    }

    @Test
    void laterWatcherReceivesTheCachedStatusWithoutACheck() {
        watch();
        rodin.answer(WAITING);
        time.advance(WAITING_REFRESH);
        rodin.answer(WAITING);
        time.advance(Duration.ofSeconds(1));

        AssertSubscriber<LookupResult> late = watch();

        assertThat(received(late)).containsExactly(ScriptedRodin.status(WAITING));
        assertThat(late.getItems().get(0).snapshot().checkedAt()).isEqualTo(ManualTime.START.plus(WAITING_REFRESH));
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void taskWithoutWatchersIsNotChecked() {
        List<AssertSubscriber<LookupResult>> watchers =
                Stream.generate(this::watch).limit(MAXIMUM).toList();
        rodin.answer(WAITING);

        watchers.forEach(AssertSubscriber::cancel);
        time.advance(Duration.ofHours(1));

        assertThat(rodin.checks()).isEqualTo(1);
        assertNothingIsLeft();
    }

    @Test
    void nothingIsLeftOfAWatchCancelledDuringItsFirstCheck() {
        watch().cancel();

        rodin.answer(WAITING);
        time.advance(Duration.ofHours(1));

        assertThat(rodin.checks()).isEqualTo(1);
        assertNothingIsLeft();
    }

    @Test
    void lookUpsOfAWatchedTaskCauseNoAdditionalChecks() {
        watch();
        rodin.answer(WAITING);
        for (int i = 0; i < 40; i++) {
            time.advance(Duration.ofMillis(100));
            lookups.statuses().lookUp(KEY).await().atMost(Duration.ofSeconds(1));
        }

        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void outageMakesTheStatusStaleAndRecoveryMakesItFresh() {
        AssertSubscriber<LookupResult> watcher = watch();
        rodin.answer(WAITING);
        time.advance(WAITING_REFRESH);
        rodin.fail(Kind.UPSTREAM_UNAVAILABLE);
        assertThat(watcher.getItems()).hasSize(1);
        time.advance(WAITING_EXPIRY);
        while (rodin.pending()) {
            rodin.fail(Kind.UPSTREAM_UNAVAILABLE);
            time.advance(Duration.ofSeconds(1));
        }
        time.advance(Backoff.LONGEST);
        rodin.answer(WAITING);

        assertThat(watcher.getItems().stream().map(LookupResult::stale)).containsExactly(false, true, false);
        assertThat(received(watcher)).containsOnly(ScriptedRodin.status(WAITING));
        watcher.assertNotTerminated();
    }

    @Test
    void failureBeforeTheFirstStatusEndsTheWatch() {
        AssertSubscriber<LookupResult> watcher = watch();

        rodin.fail(Kind.UPSTREAM_UNAVAILABLE);

        assertFailed(watcher, Kind.UPSTREAM_UNAVAILABLE);
        assertNothingIsLeft();
    }

    @Test
    void watchWhoseFirstCheckHasToWaitForAPermitIsAccepted() {
        AssertSubscriber<LookupResult> watcher = watch();

        for (int turns = 0; turns < 100; turns++) {
            rodin.fail(LookupFailure.of(Kind.UPSTREAM_THROTTLED).withoutCall());
            watcher.assertNotTerminated();
            time.advance(Duration.ofSeconds(1));
        }
        rodin.answer(WAITING);

        assertThat(received(watcher)).containsExactly(ScriptedRodin.status(WAITING));
        assertThat(accepted).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"TASK_NOT_FOUND", "INVALID_KEY"},
            mode = EnumSource.Mode.EXCLUDE)
    void transientFailureDoesNotEndAnAcceptedWatch(Kind kind) {
        AssertSubscriber<LookupResult> watcher = watch();
        time.advance(Duration.ofSeconds(1));
        assertThat(accepted).hasValue(1);

        rodin.fail(kind);
        watcher.assertNotTerminated();
        time.advance(Backoff.LONGEST);
        rodin.answer(WAITING);

        assertThat(received(watcher)).containsExactly(ScriptedRodin.status(WAITING));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"TASK_NOT_FOUND", "INVALID_KEY"})
    void finalFailureEndsAnAcceptedWatch(Kind kind) {
        AssertSubscriber<LookupResult> watcher = watch();
        time.advance(Duration.ofSeconds(1));

        rodin.fail(kind);

        assertFailed(watcher, kind);
        assertNothingIsLeft();
    }

    @Test
    void watchWhoseFirstStatusArrivesSoonIsNotAccepted() {
        AssertSubscriber<LookupResult> watcher = watch();
        time.advance(Duration.ofMillis(900));
        rodin.answer(WAITING);
        time.advance(Duration.ofSeconds(1));

        assertThat(received(watcher)).hasSize(1);
        assertThat(accepted).hasValue(0);
    }

    @Test
    void drainEndsAcceptedWatchesAndThoseAcceptedLater() {
        AssertSubscriber<LookupResult> before = watch();
        time.advance(Duration.ofSeconds(1));

        watches.drain();
        before.assertCompleted();
        AssertSubscriber<LookupResult> after = watch();
        after.assertNotTerminated();
        time.advance(Duration.ofSeconds(1));

        after.assertCompleted();
        assertNothingIsLeft();
    }

    @Test
    void scheduledAcceptanceIsCancelledWithTheWatch() {
        watch().cancel();

        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"TASK_NOT_FOUND", "INVALID_KEY"})
    void taskThatRodinNoLongerKnowsEndsTheWatch(Kind kind) {
        AssertSubscriber<LookupResult> watcher = watch();
        rodin.answer(WAITING);
        time.advance(WAITING_REFRESH);

        rodin.fail(kind);

        assertFailed(watcher, kind);
        assertThat(watcher.getItems()).hasSize(1);
        assertNothingIsLeft();
    }

    @Test
    void unexpectedFailureEndsTheWatch() {
        AssertSubscriber<LookupResult> watcher = watch();
        rodin.answer(WAITING);
        time.advance(WAITING_REFRESH);

        rodin.fail(new IllegalStateException("a bug"));

        watcher.assertFailedWith(IllegalStateException.class, "a bug");
    }

    @Test
    void terminalStatusIsEmittedImmediatelyAndEndsTheWatch() {
        AssertSubscriber<LookupResult> first = watch();
        rodin.answer(DONE);
        first.assertCompleted();

        AssertSubscriber<LookupResult> second = watch();

        assertThat(received(second)).containsExactly(ScriptedRodin.status(DONE));
        second.assertCompleted();
        assertThat(rodin.checks()).isEqualTo(1);
        assertNothingIsLeft();
    }

    @Test
    void slowWatcherMissesOutdatedStatusesAndDoesNotDelayOthers() {
        AssertSubscriber<LookupResult> slow = watches.watch(KEY).subscribe().withSubscriber(AssertSubscriber.create(1));
        AssertSubscriber<LookupResult> quick = watch();
        rodin.answer(WAITING);
        time.advance(WAITING_REFRESH);
        rodin.answer(WAITING, GENERATING);
        time.advance(WAITING_REFRESH);
        rodin.answer(GENERATING);
        time.advance(WAITING_REFRESH);
        rodin.answer(DONE);
        assertThat(received(slow)).containsExactly(ScriptedRodin.status(WAITING));
        assertThat(quick.getItems()).hasSize(4);

        slow.request(10);

        assertThat(received(slow)).containsExactly(ScriptedRodin.status(WAITING), ScriptedRodin.status(DONE));
        slow.assertCompleted();
    }

    @Test
    void numberOfWatchersIsLimitedAndLeavingFreesAPlace() {
        List<AssertSubscriber<LookupResult>> watchers =
                Stream.generate(this::watch).limit(MAXIMUM).toList();
        rodin.answer(WAITING);

        AssertSubscriber<LookupResult> tooMany = watch();
        assertFailed(tooMany, Kind.TOO_MANY_WATCHERS);
        assertThat(((LookupFailure) tooMany.getFailure()).retryAfter()).isPositive();
        watchers.get(0).cancel();
        AssertSubscriber<LookupResult> after = watch();

        assertThat(received(after)).containsExactly(ScriptedRodin.status(WAITING));
        assertThat(watches.watchers()).isEqualTo(MAXIMUM);
    }

    @Test
    void drainEndsAllWatchesAndLaterOnesAfterTheirFirstStatus() {
        AssertSubscriber<LookupResult> before = watch();
        rodin.answer(WAITING);

        watches.drain();
        AssertSubscriber<LookupResult> after = watch();

        before.assertCompleted();
        assertThat(received(after)).containsExactly(ScriptedRodin.status(WAITING));
        after.assertCompleted();
        assertNothingIsLeft();
    }

    @Test
    void watchThatJoinedBeforeTheDrainEndsAfterItsFirstStatus() {
        AssertSubscriber<LookupResult> waiting = watch();

        watches.drain();
        waiting.assertNotTerminated();
        rodin.answer(WAITING);

        assertThat(received(waiting)).containsExactly(ScriptedRodin.status(WAITING));
        waiting.assertCompleted();
        assertNothingIsLeft();
    }

    /** The watcher joins while the drain iterates over the tasks: when the watch of another one ends. */
    @Test
    void watchThatJoinsDuringTheDrainEndsAfterItsFirstStatus() {
        AssertSubscriber<LookupResult> during = AssertSubscriber.create(10);
        watches.watch(KEY)
                .onCompletion()
                .invoke(() -> watches.watch(KEY).subscribe(during))
                .subscribe()
                .with(answer -> {});
        rodin.answer(WAITING);

        watches.drain();

        assertThat(received(during)).containsExactly(ScriptedRodin.status(WAITING));
        during.assertCompleted();
        assertNothingIsLeft();
    }

    @Test
    void watchWhoseSubscriberThrowsEndsWithoutAffectingTheOthers() {
        ThrowingSubscriber throwing = new ThrowingSubscriber();
        watches.watch(KEY).subscribe().withSubscriber(throwing);
        AssertSubscriber<LookupResult> other = watch();
        watches.watch(KEY).subscribe().withSubscriber(new ThrowingSubscriber());

        rodin.answer(WAITING);
        time.advance(WAITING_REFRESH);
        rodin.answer(GENERATING);

        assertThat(received(other)).containsExactly(ScriptedRodin.status(WAITING), ScriptedRodin.status(GENERATING));
        assertThat(watches.watchers()).isEqualTo(1);
        assertThat(throwing.ended).as("notified of the end of the watch").isEqualTo(1);
        throwing.cancel();
        assertThat(watches.watchers()).as("leaving twice frees one place").isEqualTo(1);
        other.cancel();
        assertNothingIsLeft();
    }

    /** The check failed while the status was fresh, so nothing is in flight when it becomes stale. */
    @Test
    void statusBecomesStaleForWatchersAndLookUpsAtTheSameTime() {
        AssertSubscriber<LookupResult> watcher = watch();
        rodin.answer(WAITING);
        time.advance(WAITING_REFRESH.plusMillis(300));
        rodin.fail(Kind.UPSTREAM_UNAVAILABLE);

        time.advance(Duration.ofMillis(700).minusNanos(1));
        assertThat(lookUp().stale()).isFalse();
        assertThat(watcher.getItems()).hasSize(1);
        time.advance(Duration.ofNanos(1));

        assertThat(lookUp().stale()).isTrue();
        assertThat(watcher.getItems().stream().map(LookupResult::stale)).containsExactly(false, true);
    }

    /** Otherwise a long poll with the status of a look-up would return immediately, again and again. */
    @Test
    void watchersReceiveWhatALookUpWouldReturnFromTheCache() {
        AssertSubscriber<LookupResult> before = watch();
        rodin.answer(WAITING);
        for (int i = 0; i < 200; i++) {
            time.advance(Duration.ofMillis(173));
            AssertSubscriber<LookupResult> joining = watch();
            while (rodin.pending()) {
                if (i / 20 % 2 == 0) {
                    rodin.fail(Kind.UPSTREAM_UNAVAILABLE);
                } else {
                    rodin.answer(i % 3 == 0 ? WAITING : GENERATING);
                }
            }

            LookupResult found = lookups.statuses().known(KEY);

            assertThat(joining.getLastItem().differsFrom(found)).isFalse();
            assertThat(before.getLastItem().differsFrom(found)).isFalse();
            joining.cancel();
        }
        assertThat(before.getItems()).extracting(LookupResult::stale).contains(true, false);
    }

    @Test
    void firstCheckCountsAsMadeForOneOfTheWatchers() {
        List<AssertSubscriber<LookupResult>> watchers =
                Stream.generate(this::watch).limit(3).toList();

        rodin.answer(WAITING);

        assertThat(watchers.stream().map(watcher -> watcher.getItems().get(0).source()))
                .containsExactlyInAnyOrder(Source.MISS, Source.COALESCED, Source.COALESCED);
    }

    @Test
    void tasksAreWatchedIndependently() {
        AssertSubscriber<LookupResult> one = watch();
        rodin.answer(WAITING);
        AssertSubscriber<LookupResult> other =
                watches.watch(new TaskKey("another-key")).subscribe().withSubscriber(AssertSubscriber.create(10));
        rodin.answer(DONE);

        assertThat(received(one)).containsExactly(ScriptedRodin.status(WAITING));
        assertThat(received(other)).containsExactly(ScriptedRodin.status(DONE));
        assertThat(watches.tasks()).isEqualTo(1);
    }

    private LookupResult lookUp() {
        return lookups.statuses().lookUp(KEY).await().atMost(Duration.ofSeconds(1));
    }

    private AssertSubscriber<LookupResult> watch() {
        return watches.watch(KEY, accepted::incrementAndGet).subscribe().withSubscriber(AssertSubscriber.create(100));
    }

    private void assertNothingIsLeft() {
        assertThat(watches.watchers()).isZero();
        assertThat(watches.tasks()).isZero();
        assertThat(time.pending()).isZero();
    }

    private static List<TaskStatus> received(AssertSubscriber<LookupResult> watcher) {
        return watcher.getItems().stream()
                .map(answer -> answer.snapshot().status())
                .toList();
    }

    private static void assertFailed(AssertSubscriber<LookupResult> watcher, Kind kind) {
        assertThat(watcher.getFailure())
                .isInstanceOfSatisfying(LookupFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(kind));
    }

    /** A subscriber that throws an exception for each signal. */
    private static final class ThrowingSubscriber implements Subscriber<LookupResult> {

        private @Nullable Subscription subscription;
        private int ended;

        @Override
        public void onSubscribe(Subscription watch) {
            subscription = watch;
            watch.request(10);
        }

        void cancel() {
            Objects.requireNonNull(subscription).cancel();
        }

        @Override
        public void onNext(LookupResult answer) {
            throw new IllegalStateException("thrown by a watcher, on purpose");
        }

        @Override
        public void onError(Throwable failure) {
            ended++;
            throw new IllegalStateException("thrown by a watcher, on purpose", failure);
        }

        @Override
        public void onComplete() {
            throw new IllegalStateException("thrown by a watcher, on purpose");
        }
    }
}
