package dev.rodingateway.status;

import static dev.rodingateway.task.JobStatus.DONE;
import static dev.rodingateway.task.JobStatus.GENERATING;
import static dev.rodingateway.task.JobStatus.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How this replica handles the results of other replicas. */
class CheckCoordinationTest {

    private static final TaskKey KEY = new TaskKey("a-key");
    private static final Duration STALE_FOR = Duration.ofMinutes(10);
    private static final Duration AT_MOST = Duration.ofSeconds(10);
    private static final Instant ELSEWHERE = Instant.parse("2026-11-23T19:00:00Z");

    private final ScriptedRodin rodin = new ScriptedRodin();
    private final ManualTime time = new ManualTime();
    private final ScriptedCoordinator others = new ScriptedCoordinator(time);
    private final TaskStatusesProducer.Lookups lookups = TaskStatusesProducer.assemble(
            rodin,
            others,
            () -> 1.5,
            new TaskStatusesProducer.Settings(new DefaultFreshness(), STALE_FOR, 1000, Duration.ofHours(1), 10),
            time.with(Runnable::run),
            new SimpleMeterRegistry());

    @Test
    void checkMadeHereIsReported() {
        UniAssertSubscriber<LookupResult> caller = lookUp();

        rodin.answer(WAITING);

        assertThat(caller.awaitItem(AT_MOST).getItem().snapshot().shared()).isFalse();
        assertThat(others.calls())
                .containsExactly("begin FIRST 0", "found WAITING " + ManualTime.START + " " + STALE_FOR.plusSeconds(5));
    }

    @Test
    void failedCheckIsReportedAndAnUnexpectedFailureEndsTheLease() {
        lookUp();
        rodin.fail(Kind.TASK_NOT_FOUND);
        time.advance(Duration.ofSeconds(6));
        lookUp();
        rodin.fail(new IllegalStateException("a bug"));

        assertThat(others.calls())
                .containsExactly("begin FIRST 0", "failed TASK_NOT_FOUND PT5S", "begin FIRST 0", "release");
    }

    @Test
    void resultOfAnotherReplicaIsReturnedWithoutACheckAndWithItsAge() {
        others.hold();
        UniAssertSubscriber<LookupResult> caller = lookUp();
        UniAssertSubscriber<LookupResult> second = lookUp();

        others.decide(status(1, Duration.ofSeconds(3), WAITING));

        for (UniAssertSubscriber<LookupResult> each : List.of(caller, second, lookUp())) {
            LookupResult answer = each.awaitItem(AT_MOST).getItem();
            assertThat(answer.source()).isEqualTo(Source.HIT);
            assertThat(answer.snapshot().shared()).isTrue();
            assertThat(answer.snapshot().checkedAt()).isEqualTo(ELSEWHERE);
            assertThat(answer.age()).isEqualTo(Duration.ofSeconds(3));
        }
        assertThat(rodin.checks()).isZero();
        time.advance(Duration.ofSeconds(2));
        assertThat(lookups.statuses().known(KEY).stale()).isTrue();
    }

    @Test
    void expiredResultOfAnotherReplicaIsCheckedAndServedStaleIfTheCheckFails() {
        others.hold();
        UniAssertSubscriber<LookupResult> caller = lookUp();
        others.decide(status(7, Duration.ofMinutes(1), WAITING));

        caller.assertNotTerminated();
        others.proceed();
        rodin.fail(Kind.UPSTREAM_UNAVAILABLE);

        LookupResult answer = caller.awaitItem(AT_MOST).getItem();
        assertThat(answer.stale()).isTrue();
        assertThat(answer.snapshot().checkedAt()).isEqualTo(ELSEWHERE);
        assertThat(others.calls()).startsWith("begin FIRST 0", "begin REFRESH 7");
    }

    @Test
    void refreshThatAdoptsAStaleResultIsFollowedByACheck() {
        known(WAITING);
        time.advance(Duration.ofSeconds(20));
        others.hold();
        UniAssertSubscriber<LookupResult> caller = lookUp();
        others.decide(status(others.nextToken(), Duration.ofSeconds(10), WAITING));

        others.proceed();
        rodin.answer(GENERATING);

        assertThat(caller.awaitItem(AT_MOST).getItem().snapshot().status()).isEqualTo(ScriptedRodin.status(GENERATING));
    }

    @Test
    void cachedStatusIsReplacedByALaterOneOfAnotherReplicaButNotByAnEarlierOne() {
        known(WAITING);

        others.found(KEY, status(1, Duration.ZERO, DONE));
        assertThat(overall()).isEqualTo("WAITING");

        others.found(KEY, status(others.nextToken(), Duration.ZERO, GENERATING));
        assertThat(overall()).isEqualTo("GENERATING");
    }

    @Test
    void terminalStatusIsNeverReplacedByALiveOne() {
        known(DONE);

        others.found(KEY, status(others.nextToken(), Duration.ZERO, GENERATING));
        others.found(KEY, failed(others.nextToken(), Kind.TASK_NOT_FOUND));

        assertThat(overall()).isEqualTo("DONE");
        assertThat(lookUp().awaitItem(AT_MOST).getItem().stale()).isFalse();
    }

    @Test
    void lateResultOfACheckMadeHereDoesNotReplaceALaterOneOfAnotherReplica() {
        UniAssertSubscriber<LookupResult> caller = lookUp();
        others.found(KEY, status(others.nextToken() + 1, Duration.ZERO, GENERATING));

        rodin.answer(WAITING);

        assertThat(caller.awaitItem(AT_MOST).getItem().snapshot().status()).isEqualTo(ScriptedRodin.status(GENERATING));
        assertThat(overall()).isEqualTo("GENERATING");
    }

    @Test
    void notFoundOfAnotherReplicaIsReturnedHere() {
        known(WAITING);

        others.found(KEY, failed(others.nextToken(), Kind.TASK_NOT_FOUND));

        assertFailed(lookUp(), Kind.TASK_NOT_FOUND);
        assertThat(rodin.checks()).isEqualTo(1);
        time.advance(Duration.ofSeconds(2));
        lookUp();
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void failureOfAnotherReplicaDelaysChecksHereUntilASuccess() {
        others.found(KEY, failed(others.nextToken(), Kind.UPSTREAM_ERROR));

        assertFailed(lookUp(), Kind.UPSTREAM_ERROR);
        assertThat(rodin.checks()).isZero();

        others.found(KEY, status(others.nextToken(), Duration.ZERO, WAITING));
        assertThat(overall()).isEqualTo("WAITING");
        time.advance(Duration.ofSeconds(6));
        lookUp();
        assertThat(rodin.checks()).isEqualTo(1);
    }

    @Test
    void delaysIncreaseWithTheFailuresOfAllReplicas() {
        for (int i = 0; i < 6; i++) {
            others.found(KEY, failed(others.nextToken(), Kind.UPSTREAM_ERROR));
            time.advance(Duration.ofSeconds(3));
        }
        lookUp();
        rodin.fail(Kind.UPSTREAM_ERROR);

        // 0.25 s doubled six times, with half of the maximum jitter
        assertThat(others.calls()).contains("failed UPSTREAM_ERROR PT12.5S");
    }

    @Test
    void ownFailureThatTheLogRepeatsDoesNotCountTwice() {
        lookUp();
        rodin.fail(Kind.UPSTREAM_ERROR);
        others.found(KEY, failed(101, Kind.UPSTREAM_ERROR));
        time.advance(Duration.ofSeconds(3));
        lookUp();
        rodin.fail(Kind.UPSTREAM_ERROR);

        List<String> failed = others.calls().stream()
                .filter(call -> call.startsWith("failed"))
                .toList();
        // Never shorter than the interval between two checks of a generating task, 1.6 s with jitter.
        assertThat(failed).containsExactly("failed UPSTREAM_ERROR PT1.92S", "failed UPSTREAM_ERROR PT1.92S");
    }

    @Test
    void watchersReceiveTheResultOfAnotherReplicaWhichReschedulesTheNextCheck() {
        AssertSubscriber<LookupResult> watcher =
                lookups.watches().watch(KEY).subscribe().withSubscriber(AssertSubscriber.create(10));
        rodin.answer(WAITING);
        time.advance(Duration.ofSeconds(3));

        others.found(KEY, status(others.nextToken(), Duration.ZERO, WAITING, WAITING));
        time.advance(Duration.ofSeconds(3));

        assertThat(watcher.getItems()).hasSize(2);
        assertThat(rodin.checks()).isEqualTo(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(rodin.checks()).isEqualTo(2);
        others.found(KEY, status(others.nextToken() + 1, Duration.ZERO, DONE));
        assertThat(watcher.getItems()).hasSize(3);
        watcher.assertCompleted();
    }

    @Test
    void watchesEndWhenAnotherReplicaReportsThatRodinDoesNotKnowTheTask() {
        AssertSubscriber<LookupResult> watcher =
                lookups.watches().watch(KEY).subscribe().withSubscriber(AssertSubscriber.create(10));
        rodin.answer(WAITING);

        others.found(KEY, failed(others.nextToken(), Kind.TASK_NOT_FOUND));

        watcher.awaitFailure(AT_MOST);
    }

    @Test
    void liveTasksOfAllReplicasShareTheBudget() {
        known(GENERATING);
        others.setLiveTasksElsewhere(29);
        time.advance(Duration.ofSeconds(1));

        assertThat(lookups.statuses().known(KEY).lifetime()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void operatorRemovesATaskHereAndElsewhere() {
        known(DONE);

        lookups.updates().remove(KEY).await().atMost(AT_MOST);

        assertThat(others.calls()).endsWith("purge");
        assertThat(lookups.statuses().known(KEY)).isNull();
        lookUp();
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void taskThatAnotherReplicaRemovesIsRemovedHere() {
        known(DONE);

        others.purged(key -> key.equals(KEY));

        assertThat(lookups.statuses().known(KEY)).isNull();
        assertThat(lookups.statuses().size()).isZero();
    }

    @Test
    void cachedStatusIsOfferedWithItsAge() {
        known(WAITING);
        time.advance(Duration.ofSeconds(2));

        CheckCoordinator.Known known = lookups.updates().known(KEY);

        assertThat(known.status())
                .isEqualTo(new SharedResult.Status(
                        ScriptedRodin.status(WAITING), 101, ManualTime.START, Duration.ofSeconds(2), Duration.ZERO));
        assertThat(known.usableFor()).isEqualTo(STALE_FOR.plusSeconds(3));
        assertThat(lookups.updates().known(new TaskKey("never-asked"))).isNull();
    }

    private static SharedResult status(long token, Duration age, JobStatus... jobs) {
        return new SharedResult.Status(ScriptedRodin.status(jobs), token, ELSEWHERE, age, Duration.ZERO);
    }

    private static SharedResult failed(long token, Kind kind) {
        return new SharedResult.Failed(LookupFailure.of(kind), token, Duration.ofSeconds(1));
    }

    private UniAssertSubscriber<LookupResult> lookUp() {
        return lookups.statuses().lookUp(KEY).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private void known(JobStatus... jobs) {
        UniAssertSubscriber<LookupResult> caller = lookUp();
        rodin.answer(jobs);
        caller.awaitItem(AT_MOST);
    }

    private String overall() {
        return lookups.statuses().known(KEY).snapshot().status().overall().name();
    }

    private static void assertFailed(UniAssertSubscriber<LookupResult> caller, Kind kind) {
        assertThat(caller.awaitFailure(AT_MOST).getFailure())
                .isInstanceOfSatisfying(LookupFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(kind));
    }
}
