package dev.rodingateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LookupMetricsTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final LookupMetrics metrics = new LookupMetrics(meters);

    @Test
    void allOutcomesAreRegisteredBeforeTheFirstLookup() {
        assertThat(meters.find("gateway.lookups").meters().stream().map(LookupMetricsTest::outcome))
                .containsExactlyInAnyOrderElementsOf(Stream.of(
                                Arrays.stream(Source.values()).map(LookupMetricsTest::word),
                                Arrays.stream(Kind.values()).map(LookupMetricsTest::word),
                                Stream.of("negative", "internal-error"))
                        .flatMap(words -> words)
                        .toList());
        assertThat(counted()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void lookupIsCountedBySource(Source source) {
        LookupResult result = result(source);

        assertThat(metrics.count(Uni.createFrom().item(result)).await().indefinitely())
                .isSameAs(result);
        metrics.answered(source);

        assertThat(counted()).isEqualTo(Map.of(word(source), 2.0));
    }

    @ParameterizedTest
    @EnumSource
    void failureIsCountedByKind(Kind kind) {
        end(Uni.createFrom().failure(LookupFailure.of(kind)));

        assertThat(counted()).isEqualTo(Map.of(word(kind), 1.0));
    }

    @Test
    void cachedFailureOfAnUnknownTaskIsNegative() {
        end(Uni.createFrom().failure(LookupFailure.of(Kind.TASK_NOT_FOUND).withoutCall()));

        assertThat(counted()).isEqualTo(Map.of("negative", 1.0));
    }

    @Test
    void anyOtherExceptionIsAnInternalError() {
        end(Uni.createFrom().failure(new IllegalStateException("a bug")));

        assertThat(counted()).isEqualTo(Map.of("internal-error", 1.0));
    }

    @Test
    void watchIsCountedOnceByItsFirstResult() {
        Multi<LookupResult> watch =
                metrics.count(Multi.createFrom().items(result(Source.MISS), result(Source.HIT), result(Source.HIT)));

        watch.collect().asList().await().indefinitely();
        assertThat(counted()).isEqualTo(Map.of("miss", 1.0));
        watch.collect().asList().await().indefinitely();
        assertThat(counted()).isEqualTo(Map.of("miss", 2.0));
    }

    @Test
    void watchThatFailsIsCountedOnceByItsFailureOrItsFirstResult() {
        Multi<LookupResult> fails = Multi.createFrom().failure(LookupFailure.of(Kind.UPSTREAM_ERROR));

        metrics.count(fails).subscribe().with(result -> {}, failure -> {});
        assertThat(counted()).isEqualTo(Map.of("upstream-error", 1.0));
        metrics.count(Multi.createBy()
                        .concatenating()
                        .streams(Multi.createFrom().item(result(Source.HIT)), fails))
                .subscribe()
                .with(result -> {}, failure -> {});
        assertThat(counted()).isEqualTo(Map.of("upstream-error", 1.0, "hit", 1.0));
    }

    private void end(Uni<LookupResult> lookUp) {
        metrics.count(lookUp).subscribe().with(result -> {}, failure -> {});
    }

    /** Returns the number of look-ups by outcome. */
    private Map<String, Double> counted() {
        Map<String, Double> counted = new TreeMap<>();
        meters.find("gateway.lookups").functionCounters().stream()
                .filter(counter -> counter.count() > 0)
                .forEach(counter -> counted.put(outcome(counter), counter.count()));
        return counted;
    }

    private static String outcome(Meter meter) {
        return String.valueOf(meter.getId().getTag("outcome"));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static LookupResult result(Source source) {
        Snapshot snapshot = new Snapshot(ScriptedRodin.status(JobStatus.GENERATING), ManualTime.START);
        return new LookupResult(snapshot, Duration.ofSeconds(2), source, Duration.ZERO);
    }
}
