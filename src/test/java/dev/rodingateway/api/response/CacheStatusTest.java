package dev.rodingateway.api.response;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.status.Snapshot;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheStatusTest {

    @ParameterizedTest
    @CsvSource({
        "HIT, 3.5, rodin-gateway; hit; ttl=1",
        "MISS, 0, rodin-gateway; fwd=miss; stored",
        "REFRESHED, 0, rodin-gateway; fwd=stale; stored",
        "COALESCED, 0, rodin-gateway; fwd=miss; collapsed",
        "STALE, 5.2, rodin-gateway; hit; ttl=-1; detail=stale",
        "STALE, 65, rodin-gateway; hit; ttl=-60; detail=stale"
    })
    void sourceIsExpressedAsInTheRfc(Source source, double ageSeconds, String expected) {
        LookupResult answer = new LookupResult(
                new Snapshot(new TaskStatus(List.of()), Instant.EPOCH),
                Duration.ofSeconds(5),
                source,
                Duration.ofMillis(Math.round(ageSeconds * 1000)));

        assertThat(CacheStatus.of(answer)).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({"HIT, rodin-gateway; hit; ttl=5; detail=shared", "STALE, rodin-gateway; hit; ttl=-1; detail=stale"})
    void resultOfAnotherReplicaIsMarkedUnlessItIsStale(Source source, String expected) {
        Snapshot snapshot = new Snapshot(new TaskStatus(List.of()), Instant.EPOCH, 1, true);

        assertThat(CacheStatus.of(new LookupResult(snapshot, Duration.ofSeconds(5), source, Duration.ZERO)))
                .hasToString(expected);
    }
}
