package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.packaged.Pollers.Poll;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three gateways that share a Redis spend one budget, however many live tasks frontends poll. */
@Tag("slow")
class ReplicasBudgetIT {

    private static final int BUDGET = 120;

    @Test
    void busiestMinuteOfAllReplicasHasNoMoreChecksThanTheBudget() throws InterruptedException {
        List<String> tasks =
                IntStream.range(0, 40).mapToObj(i -> "600000-live-" + i).toList();
        try (Replicas replicas = new Replicas(
                        3,
                        Map.of(
                                "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE",
                                String.valueOf(BUDGET),
                                "GATEWAY_REDIS_TIMEOUT",
                                "2s"));
                Pollers pollers = new Pollers(replicas.all(), 40)) {
            pollers.begin(tasks, Duration.ofMillis(500));
            TimeUnit.SECONDS.sleep(130); // the measurement
            pollers.end();

            // What keeps to a minute where checks are granted may be a hair closer together where they arrive.
            List<TimedRodin.Check> checks = replicas.rodin().checks("");
            assertThat(TimedRodin.busiest(checks, Duration.ofMillis(59_900))).isLessThanOrEqualTo(BUDGET);
            assertThat(checks).as("the budget is used").hasSizeGreaterThan(BUDGET);
            assertThat(pollers.backInTime()).isEmpty();

            // A minute after the last first check nothing is refused, and all replicas give the same hints: 40 tasks at
            // nearly 1.5 checks a second.
            long known = pollers.all().stream()
                    .filter(poll -> poll.status() != 200)
                    .mapToLong(Poll::answered)
                    .max()
                    .orElse(0);
            List<Poll> after = pollers.all().stream()
                    .filter(poll -> poll.begun() > known + TimeUnit.SECONDS.toNanos(60))
                    .toList();
            assertThat(after).hasSizeGreaterThan(1000);
            assertThat(after.stream()
                            .map(poll -> poll.body().path("pollAfterMs").longValue())
                            .filter(hint -> hint < 23_500 || hint > 33_000))
                    .isEmpty();
        }
    }
}
