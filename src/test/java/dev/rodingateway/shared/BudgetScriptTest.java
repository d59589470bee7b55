package dev.rodingateway.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The budget script, with the server's clock under the control of the test. */
class BudgetScriptTest {

    private static final long SECOND = TimeUnit.SECONDS.toMicros(1);
    private static final Map<String, Long> PATIENCE = Map.of("FIRST", 2 * SECOND, "REFRESH", 10 * SECOND);

    /** How late a permit may be used: the expiry of permits, and the latency of the reply. */
    private static final long LATEST = SECOND;

    private static RedisProcess redis;

    private final ScriptRunner scripts =
            new ScriptRunner(redis.client(), "test-" + UUID.randomUUID(), 1_700_000_000_000_000L);

    @BeforeAll
    static void start() {
        redis = RedisProcess.started();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 7, 8, 12, 16, 25, 60, 120, 600})
    void noMinuteHoldsMoreThanTheBudget(int perMinute) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Long> starts = new ArrayList<>();
        long end = scripts.now() + 300 * SECOND;

        while (scripts.now() < end) {
            boolean isBusy = scripts.now() / (40 * SECOND) % 3 != 0;
            long pause = (long) (random.nextDouble() * 60 * SECOND / perMinute * (isBusy ? 0.6 : 4));
            scripts.setTime(scripts.now() + Math.max(1, pause));
            take(random.nextInt(3) == 0 ? "FIRST" : "REFRESH", perMinute, random, starts);
        }

        assertThat(busiestMinute(starts)).as("seed " + seed).isLessThanOrEqualTo(perMinute);
        // Five minutes allow more; but with small budgets few requests are made, and chance decides how many of them in
        // time.
        assertThat(starts).as("seed " + seed).hasSizeGreaterThanOrEqualTo(perMinute < 8 ? perMinute : 2 * perMinute);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 24, 120})
    void lossOfTheDataGrantsNoPermitTwice(int perMinute) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Long> starts = new ArrayList<>();
        for (int minutes = 0; minutes < 4; minutes++) {
            spend(120, perMinute, random, starts);
            scripts.client()
                    .send(
                            "DEL",
                            scripts.keys.budget(),
                            scripts.keys.dueFirst(),
                            scripts.keys.dueRefresh(),
                            scripts.keys.window());
        }

        assertThat(busiestMinute(starts)).as("seed " + seed).isLessThanOrEqualTo(perMinute);
    }

    @Test
    void permitsLostByAFailoverAreChargedAsReportedByReplicas() {
        Random random = new Random(1);
        List<Long> starts = new ArrayList<>();
        spend(60, 120, random, starts);
        Map<String, String> old = hash(scripts.client().list("HGETALL", scripts.keys.budget()));
        scripts.setTime(scripts.now() + 60 * SECOND);
        long refilled = burst(120, 0);
        Map<String, String> spent = hash(scripts.client().list("HGETALL", scripts.keys.budget()));
        assertThat(refilled).isGreaterThan(12);

        old.forEach((field, value) -> scripts.client().send("HSET", scripts.keys.budget(), field, value));

        assertThat(burst(120, Long.parseLong(spent.get("granted")))).isLessThanOrEqualTo(2);
    }

    @Test
    void eachClassHasHalfOfTheBudget() {
        scripts.permit("FIRST", 120, 0, 0);
        scripts.setTime(scripts.now() + 120 * SECOND);
        int refreshes = 0;
        while (scripts.permit("REFRESH", 120, 10 * SECOND, 0) >= 0) {
            refreshes++;
        }

        int firsts = 0;
        while (scripts.permit("FIRST", 120, 0, 0) >= 0) {
            firsts++;
        }

        assertThat(refreshes).isBetween(14 + 6, 14 + 8);
        assertThat(firsts).isEqualTo(14);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FIRST", "REFRESH"})
    void onlyClassInUseGetsTheWholeRate(String alone) {
        List<Long> starts = new ArrayList<>();
        Random random = new Random(1);
        scripts.permit(alone, 120, 0, 0);
        scripts.setTime(scripts.now() + 120 * SECOND);
        long begun = scripts.now();
        while (scripts.now() < begun + 600 * SECOND) {
            scripts.setTime(scripts.now() + SECOND / 10);
            take(alone, 120, random, starts);
        }

        assertThat(starts.size()).isBetween(870, 920);
        assertThat(busiestMinute(starts)).isLessThanOrEqualTo(120);
    }

    @Test
    void permitsAreGrantedInTheOrderOfRequests() {
        scripts.permit("REFRESH", 120, 0, 0);
        long last = 0;
        int waited = 0;
        Random random = new Random(2);
        for (int i = 0; i < 2000; i++) {
            scripts.setTime(scripts.now() + random.nextInt((int) SECOND));
            long wait = scripts.permit("REFRESH", 120, 10 * SECOND, 0);
            if (wait >= 0) {
                assertThat(scripts.now() + wait).isGreaterThanOrEqualTo(last);
                last = scripts.now() + wait;
                waited += wait > 0 ? 1 : 0;
            }
        }
        assertThat(waited).isGreaterThan(100);
    }

    @Test
    void smallestBudgetApplies() {
        scripts.permit("FIRST", 1200, 0, 0);
        scripts.permit("FIRST", 120, 0, 0);
        scripts.setTime(scripts.now() + 120 * SECOND);
        assertThat(scripts.permit("FIRST", 120, 0, 0)).isZero();

        assertThat(burst(1200, 0)).isBetween(12L, 14L);
        scripts.setTime(scripts.now() + 5 * SECOND);
        assertThat(burst(1200, 0)).isBetween(3L, 8L);

        scripts.setTime(scripts.now() + 61 * SECOND);
        scripts.permit("FIRST", 1200, 0, 0);
        scripts.setTime(scripts.now() + 61 * SECOND);
        assertThat(burst(1200, 0)).isGreaterThan(100);
    }

    @Test
    void clockThatIsSetBackDoesNotBlockPermitsForLong() {
        spend(60, 120, new Random(3), new ArrayList<>());
        scripts.setTime(scripts.now() - 3600 * SECOND);
        scripts.permit("FIRST", 120, 0, 0);
        scripts.setTime(scripts.now() + 20 * SECOND);

        assertThat(burst(120, 0)).isBetween(7L, 14L);
    }

    @Test
    void invalidDataCountsAsAnEmptyBudget() {
        scripts.client().send("SET", scripts.keys.budget(), "garbage");
        scripts.client().send("SET", scripts.keys.dueFirst(), "garbage");
        scripts.client().send("SET", scripts.keys.window(), "garbage");
        scripts.permit("FIRST", 120, 0, 0);
        scripts.client().send("HSET", scripts.keys.budget(), "FIRST", "nan");
        scripts.client().send("HSET", scripts.keys.budget(), "n", "-5");

        assertThat(burst(120, 0)).isLessThanOrEqualTo(2);
        scripts.setTime(scripts.now() + 30 * SECOND);
        assertThat(burst(120, 0)).isGreaterThan(7);
    }

    private long burst(int perMinute, long grantedSeen) {
        long granted = 0;
        while (scripts.permit("FIRST", perMinute, 0, grantedSeen) >= 0) {
            granted++;
        }
        return granted;
    }

    private void spend(int seconds, int perMinute, Random random, List<Long> starts) {
        long end = scripts.now() + seconds * SECOND;
        while (scripts.now() < end) {
            scripts.setTime(scripts.now() + random.nextInt((int) (40 * SECOND / perMinute)));
            take(random.nextBoolean() ? "FIRST" : "REFRESH", perMinute, random, starts);
        }
    }

    private void take(String requestClass, int perMinute, Random random, List<Long> starts) {
        long wait = scripts.permit(requestClass, perMinute, PATIENCE.get(requestClass), 0);
        if (wait >= 0) {
            starts.add(scripts.now() + wait + (random.nextBoolean() ? 0 : random.nextInt((int) LATEST)));
        }
    }

    private static int busiestMinute(List<Long> starts) {
        List<Long> sorted = new ArrayList<>(starts);
        Collections.sort(sorted);
        int most = 0;
        int from = 0;
        for (int to = 0; to < sorted.size(); to++) {
            while (sorted.get(to) - sorted.get(from) >= 60 * SECOND) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }

    private static Map<String, String> hash(List<String> pairs) {
        Map<String, String> hash = new HashMap<>();
        for (int i = 0; i < pairs.size(); i += 2) {
            hash.put(pairs.get(i), pairs.get(i + 1));
        }
        return hash;
    }
}
