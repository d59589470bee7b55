package dev.rodingateway.status.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.status.Snapshot;
import dev.rodingateway.status.TaskStatusesProducer;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("thorough")
class EntryWeigherTest {

    private static final int MANY = 20_000;
    private static final long AMPLE = Long.MAX_VALUE;
    private static final Duration LONG = Duration.ofDays(1);

    private final EntryWeigher weigher = new EntryWeigher(MANY, AMPLE);

    @ParameterizedTest
    @CsvSource({"0, 132", "1, 184", "5, 392", "8, 548"})
    void usualTaskWeighsOne(int jobs, int keyLength) {
        assertThat(weigher.weigh(key(keyLength), kept(uuids(jobs)))).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 100, 1000})
    void taskWeighsByItsJobs(int jobs) {
        // The minimum size of a job in JSON
        int json = "{\"id\":\"\",\"status\":\"done\"}".length() + 36;

        assertThat(weigher.weigh(key(500), kept(uuids(jobs))))
                .isBetween(jobs * json / EntryWeigher.LARGEST_UNIT, jobs * 8 * json / EntryWeigher.LARGEST_UNIT);
    }

    @ParameterizedTest
    @CsvSource({"x, 2", "'\"', 3", "'\\', 3", "'\u0001', 7", "é, 3", "語, 5"})
    void textsWeighTheirSizeInMemoryAndAsJson(String character, int bytes) {
        int units = 100_000 * bytes / EntryWeigher.LARGEST_UNIT;

        assertThat(weigher.weigh(key(1), kept(text(character)))).isBetween(units, units + 2);
    }

    @Test
    void noEntryWeighsMoreThanTheMaximum() {
        assertThat(new EntryWeigher(10, AMPLE).weigh(key(1), kept(text("x")))).isEqualTo(10);
    }

    @Test
    void cacheHoldsItsMaximumOfUsualTasksAndFewerLargeOnes() {
        CacheEntry usual = kept(uuids(5));
        CacheEntry large = kept(uuids(1000));
        StatusCache usualOnes = new StatusCache(MANY, AMPLE, Ticker.systemTicker());
        StatusCache largeOnes = new StatusCache(MANY, AMPLE, Ticker.systemTicker());

        IntStream.range(0, MANY).forEach(i -> usualOnes.keep(new TaskKey("usual-" + i), usual));
        IntStream.range(0, 1000).forEach(i -> largeOnes.keep(new TaskKey("large-" + i), large));

        assertThat(usualOnes.size()).isEqualTo(MANY);
        assertThat(largeOnes.size()).isBetween(100L, (long) MANY / weigher.weigh(key(10), large));
    }

    /** The chart's defaults: 20,000 tasks, and half of 384 MiB, or of 256 MiB for the native executable, as heap. */
    @ParameterizedTest
    @CsvSource({"192, 8, 548", "128, 5, 392"})
    void cacheHoldsTheTasksOfTheChartInItsShareOfTheHeap(int heapMib, int jobs, int keyLength) {
        long share = heapMib * 1024L * 1024 / TaskStatusesProducer.SHARE_OF_MEMORY;

        assertThat(new EntryWeigher(20_000, share).weigh(key(keyLength), kept(uuids(jobs))))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 1000})
    void cacheStaysWithinItsMemoryLimitWhateverItsMaximumNumberOfTasks(int jobs) {
        long maximumBytes = 4 * 1024 * 1024;
        int bytesOfJob = 2 * 36 + "{\"id\":\"\",\"status\":\"generating\"}".length();
        StatusCache lastKnown = new StatusCache(100_000, maximumBytes, Ticker.systemTicker());
        CacheEntry answer = kept(uuids(jobs));

        IntStream.range(0, 20_000).forEach(i -> lastKnown.keep(new TaskKey("task-" + i), answer));

        assertThat(lastKnown.size()).isBetween(1L, maximumBytes / (jobs * bytesOfJob));
    }

    @Test
    void statusThatIsHeavierThanTheCacheIsCached() {
        StatusCache lastKnown = new StatusCache(3, AMPLE, Ticker.systemTicker());
        TaskKey key = new TaskKey("heavy");

        lastKnown.keep(key, kept(text("x")));

        assertThat(lastKnown.size()).isEqualTo(1);
        assertThat(lastKnown.find(key)).isNotNull();
    }

    private static List<Job> text(String character) {
        return List.of(new Job(character.repeat(100_000), JobStatus.DONE, null, null));
    }

    private static List<Job> uuids(int count) {
        return Stream.generate(() -> new Job(UUID.randomUUID().toString(), JobStatus.GENERATING, 4L, null))
                .limit(count)
                .toList();
    }

    private static CacheEntry kept(List<Job> jobs) {
        return new CacheEntry(new Snapshot(new TaskStatus(jobs), Instant.EPOCH), 0, Duration.ZERO, LONG);
    }

    private static TaskKey key(int length) {
        return new TaskKey("k".repeat(length));
    }
}
