package dev.rodingateway.status.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.status.ManualTime;
import dev.rodingateway.task.TaskKey;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveTasksTest {

    private final ManualTime time = new ManualTime();
    private double refreshesPerSecond = 2;
    private long elsewhere;
    private final LiveTasks live = new LiveTasks(1000, () -> refreshesPerSecond, own -> own + elsewhere, time);

    @Test
    void fairShareIsTheTimeInWhichEachTaskIsCheckedOnce() {
        assertThat(live.fairShare()).isZero();

        look(30);
        time.advance(Duration.ofSeconds(1));

        assertThat(live.count()).isEqualTo(30);
        assertThat(live.fairShare()).isEqualTo(Duration.ofSeconds(15));
        refreshesPerSecond = 1;
        time.advance(Duration.ofSeconds(1));
        assertThat(live.fairShare()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void taskIsCountedOnceHoweverOftenItIsLookedUp() {
        look(3);
        look(3);
        time.advance(Duration.ofSeconds(1));

        assertThat(live.count()).isEqualTo(3);
    }

    @Test
    void countIsUpToASecondOld() {
        assertThat(live.count()).isZero();
        look(5);

        time.advance(Duration.ofSeconds(1).minusNanos(1));
        assertThat(live.count()).isZero();
        time.advance(Duration.ofNanos(1));
        assertThat(live.count()).isEqualTo(5);
    }

    @Test
    void tasksOfOtherReplicasShareTheBudget() {
        look(3);
        elsewhere = 7;
        time.advance(Duration.ofSeconds(1));

        assertThat(live.count()).isEqualTo(10);
        assertThat(live.fairShare()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void taskThatHasEndedIsNotCounted() {
        look(2);
        live.ended(key(0));
        time.advance(Duration.ofSeconds(1));

        assertThat(live.count()).isOne();
    }

    @Test
    void taskWithoutLookupsForAMinuteIsNotCounted() {
        look(2);
        time.advance(Duration.ofSeconds(50));
        live.requested(key(1));
        time.advance(Duration.ofSeconds(11));

        assertThat(live.count()).isOne();
    }

    /** The task of a caller that polls once per fair share must be counted between two polls, too. */
    @Test
    void withManyTasksEachIsCountedForTwiceItsFairShare() {
        // Given
        look(200);
        time.advance(Duration.ofSeconds(1));
        assertThat(live.fairShare()).isEqualTo(Duration.ofSeconds(100));
        look(200);

        // When
        time.advance(Duration.ofSeconds(199));
        assertThat(live.count()).isEqualTo(200);
        time.advance(Duration.ofSeconds(2));

        // Then
        assertThat(live.count()).isZero();
    }

    private void look(int tasks) {
        IntStream.range(0, tasks).forEach(number -> live.requested(key(number)));
    }

    private static TaskKey key(int number) {
        return new TaskKey("task-" + number);
    }
}
