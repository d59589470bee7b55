package dev.rodingateway.rodin.budget;

import static dev.rodingateway.rodin.RequestClass.FIRST;
import static dev.rodingateway.rodin.RequestClass.REFRESH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** What a budget promises, whatever its size and whoever asks, cancels and pauses when. */
class BudgetPropertyTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final int FAIR_MINUTES = 8;

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void noWindowOfAMinuteExceedsTheBudget(@ForAll("budgets") int perMinute, @ForAll("histories") List<Event> history) {
        // When
        List<Turn> granted = replay(perMinute, history).granted();

        // Then
        for (int i = perMinute; i < granted.size(); i++) {
            assertThat(granted.get(i).settledAt - granted.get(i - perMinute).settledAt)
                    .isGreaterThanOrEqualTo(MINUTE);
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void everyRequestIsGrantedOrRefusedWithinItsPatience(
            @ForAll("budgets") int perMinute, @ForAll("histories") List<Event> history) {
        // When
        Replay replay = replay(perMinute, history);
        replay.time.advance(REFRESH.patience());

        // Then
        assertThat(replay.turns).allSatisfy(turn -> {
            assertThat(turn.future).isDone();
            assertThat(turn.settledAt)
                    .isBetween(turn.askedAt, replay.awakeFrom(turn.askedAt + patienceOf(turn.purpose)));
            if (turn.refusal != null) {
                assertThat(turn.refusal.kind()).isEqualTo(Kind.UPSTREAM_THROTTLED);
                assertThat(turn.refusal.retryAfter()).isPositive();
            }
        });
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void nothingIsGrantedDuringAPause(@ForAll("budgets") int perMinute, @ForAll("histories") List<Event> history) {
        // When
        Replay replay = replay(perMinute, history);

        // Then
        assertThat(replay.granted()).noneMatch(turn -> turn.settledInPause);
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void permitsWithinAClassAreGrantedInOrderOfArrival(
            @ForAll("budgets") int perMinute, @ForAll("histories") List<Event> history) {
        // When
        List<Turn> granted = replay(perMinute, history).granted();

        // Then
        for (RequestClass purpose : RequestClass.values()) {
            assertThat(granted.stream().filter(turn -> turn.purpose == purpose).map(turn -> turn.number))
                    .isSorted();
        }
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void eachClassGetsItsShareHoweverMuchTheOtherRequests(
            @ForAll("budgets") int perMinute,
            @ForAll @IntRange(min = 100, max = 1000) int everyMillis,
            @ForAll @IntRange(min = 1, max = 4) int greed,
            @ForAll RequestClass greedy) {
        // Given
        Replay replay = new Replay(perMinute);
        int enough = 1 + perMinute * everyMillis / 60_000;

        // When
        for (long millis = 0; millis < FAIR_MINUTES * 60_000; millis += everyMillis) {
            for (RequestClass purpose : List.of(greedy, other(greedy))) {
                replay.acquire(purpose, purpose == greedy ? greed * enough : enough);
            }
            replay.time.advance(Duration.ofMillis(everyMillis));
        }

        // Then
        int share = FAIR_MINUTES * perMinute * 3 / 8;
        for (RequestClass purpose : RequestClass.values()) {
            assertThat(replay.granted().stream().filter(turn -> turn.purpose == purpose))
                    .as("%s", purpose)
                    .hasSizeGreaterThanOrEqualTo(share);
        }
    }

    @Provide
    Arbitrary<Integer> budgets() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(1, 12), Arbitraries.integers().between(1, 2000));
    }

    /** Crowds of either purpose, some of them obstinate, moments, minutes, naps, pauses, and somebody who leaves. */
    @Provide
    Arbitrary<List<Event>> histories() {
        Arbitrary<Integer> crowds = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 3), Arbitraries.integers().between(1, 300));
        Arbitrary<Event> acquire = crowds.flatMap(
                many -> Arbitraries.of(RequestClass.class).map(purpose -> replay -> replay.acquire(purpose, many)));
        Arbitrary<Event> insist = Arbitraries.of(RequestClass.class).flatMap(purpose -> durations(Duration.ofSeconds(3))
                .map(every -> replay -> replay.insist(purpose, every)));
        Arbitrary<Event> pass = durations(Duration.ofSeconds(4)).map(by -> replay -> replay.time.advance(by));
        Arbitrary<Event> passLong = durations(Duration.ofMinutes(2)).map(by -> replay -> replay.time.advance(by));
        Arbitrary<Event> nap = durations(Duration.ofSeconds(20)).map(by -> replay -> replay.nap(by));
        Arbitrary<Event> pause = durations(Duration.ofSeconds(15)).map(by -> replay -> replay.pause(by));
        Arbitrary<Event> cancel = Arbitraries.integers().map(which -> replay -> replay.cancel(which));
        return Arbitraries.frequencyOf(
                        Tuple.of(10, acquire),
                        Tuple.of(5, insist),
                        Tuple.of(10, pass),
                        Tuple.of(2, passLong),
                        Tuple.of(1, nap),
                        Tuple.of(1, pause),
                        Tuple.of(3, cancel))
                .list()
                .ofMaxSize(80);
    }

    private static Arbitrary<Duration> durations(Duration longest) {
        return Arbitraries.longs().between(0, longest.toNanos()).map(Duration::ofNanos);
    }

    private static Replay replay(int perMinute, List<Event> history) {
        Replay replay = new Replay(perMinute);
        history.forEach(event -> event.happenTo(replay));
        return replay;
    }

    private static long patienceOf(RequestClass purpose) {
        return purpose.patience().toNanos();
    }

    private static RequestClass other(RequestClass purpose) {
        return purpose == FIRST ? REFRESH : FIRST;
    }

    /** Something that happens to a budget. */
    @FunctionalInterface
    public interface Event {
        void happenTo(Replay replay);
    }

    /** A budget, what happened to it, and what came of that. */
    static final class Replay {

        private final ManualTimer time = new ManualTimer();
        private final Budget budget;
        private final List<Turn> turns = new ArrayList<>();
        private final List<Turn> granted = new ArrayList<>();
        private final List<Nap> naps = new ArrayList<>();
        private long pausedUntil;

        Replay(int perMinute) {
            this.budget = new Budget(perMinute, time, time);
        }

        void acquire(RequestClass purpose, int many) {
            for (int i = 0; i < many; i++) {
                Turn turn = new Turn(turns.size(), purpose, time.elapsed(), budget.acquire(purpose));
                turns.add(turn);
                turn.future.whenComplete((unused, failure) -> settled(turn, failure));
            }
        }

        void insist(RequestClass purpose, Duration every) {
            for (int i = 0; i < 20; i++) {
                acquire(purpose, 1);
                time.advance(every);
            }
        }

        void pause(Duration duration) {
            pausedUntil = Math.max(pausedUntil, time.elapsed() + duration.toNanos());
            budget.pauseFor(duration);
        }

        /** Nobody is woken meanwhile. */
        void nap(Duration duration) {
            naps.add(new Nap(time.elapsed(), time.elapsed() + duration.toNanos()));
            time.stall(duration);
        }

        void cancel(int which) {
            List<Turn> waiting =
                    turns.stream().filter(turn -> !turn.future.isDone()).toList();
            if (!waiting.isEmpty()) {
                waiting.get(Math.floorMod(which, waiting.size())).future.cancel(false);
            }
        }

        /** Returns who was granted a check, in the order of that. */
        List<Turn> granted() {
            return granted;
        }

        /** Returns that moment, or the end of the nap that was taken over it. */
        long awakeFrom(long moment) {
            return naps.stream()
                    .filter(nap -> nap.from < moment && moment <= nap.to)
                    .mapToLong(Nap::to)
                    .findFirst()
                    .orElse(moment);
        }

        private void settled(Turn turn, @Nullable Throwable failure) {
            turn.settledAt = time.elapsed();
            turn.settledInPause = time.elapsed() < pausedUntil;
            if (failure == null) {
                granted.add(turn);
            } else if (failure instanceof LookupFailure refusal) {
                turn.refusal = refusal;
            }
        }

        private record Nap(long from, long to) {}
    }

    /** Somebody who asked for a check. */
    private static final class Turn {

        private final int number;
        private final RequestClass purpose;
        private final long askedAt;
        private final CompletableFuture<Void> future;
        private long settledAt = -1;
        private boolean settledInPause;
        private @Nullable LookupFailure refusal;

        Turn(int number, RequestClass purpose, long askedAt, CompletableFuture<Void> future) {
            this.number = number;
            this.purpose = purpose;
            this.askedAt = askedAt;
            this.future = future;
        }
    }
}
