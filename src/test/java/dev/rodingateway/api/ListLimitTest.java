package dev.rodingateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import jakarta.ws.rs.ServiceUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ListLimitTest {

    private final ListLimit limit = new ListLimit(() -> 2);

    @Test
    void listBeyondTheLimitFailsUntilAnotherHasEnded() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        UniAssertSubscriber<String> one = run(Uni.createFrom().completionStage(first));
        UniAssertSubscriber<String> two = run(Uni.createFrom().completionStage(second));

        run(Uni.createFrom().item("third")).assertFailedWith(ServiceUnavailableException.class);
        first.complete("first");
        run(Uni.createFrom().item("fourth")).assertItem("fourth");
        second.completeExceptionally(new IllegalStateException("second"));

        one.assertItem("first");
        two.assertFailedWith(IllegalStateException.class);
        assertThat(limit.inProgress()).isZero();
    }

    @Test
    void listThatIsCanceledOrCannotStartIsNotCounted() {
        run(Uni.createFrom().<String>nothing()).cancel();
        limit.<String>run(
                        () -> {
                            throw new IllegalStateException("at once");
                        },
                        Runnable::run)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .assertFailedWith(IllegalStateException.class);

        assertThat(limit.inProgress()).isZero();
    }

    @Test
    void listCountsUntilItsResponseHasEnded() {
        List<Runnable> responseEnds = new ArrayList<>();
        UniAssertSubscriber<String> sent = UniAssertSubscriber.create();
        UniAssertSubscriber<String> canceled = UniAssertSubscriber.create();
        limit.run(() -> Uni.createFrom().item("found"), responseEnds::add)
                .subscribe()
                .withSubscriber(sent);
        limit.run(() -> Uni.createFrom().<String>nothing(), responseEnds::add)
                .subscribe()
                .withSubscriber(canceled);
        canceled.cancel();

        sent.assertItem("found");
        assertThat(limit.inProgress()).isEqualTo(2);
        run(Uni.createFrom().item("third")).assertFailedWith(ServiceUnavailableException.class);
        responseEnds.forEach(Runnable::run);
        responseEnds.forEach(Runnable::run);

        assertThat(limit.inProgress()).isZero();
    }

    @Test
    void listOfADisconnectedCallerCountsUntilItsLookUpHasEnded() {
        CompletableFuture<String> lookUp = new CompletableFuture<>();
        run(Uni.createFrom().completionStage(lookUp));
        assertThat(limit.inProgress()).isOne();

        lookUp.complete("found");

        assertThat(limit.inProgress()).isZero();
    }

    @Test
    void bodiesMayTakeAsMuchMemoryAsTheMaximumNumberOfLargestBodies() {
        assertThat(limit.reserve(KeyList.LONGEST_BODY)).isTrue();
        assertThat(limit.reserve(KeyList.LONGEST_BODY - 1)).isTrue();

        assertThat(limit.reserve(2)).isFalse();
        assertThat(limit.reserve(1)).isTrue();
        limit.release(1);
        assertThat(limit.reservedBytes()).isEqualTo(2L * KeyList.LONGEST_BODY - 1);
    }

    @Test
    void concurrentListsNeitherExceedTheLimitNorLeaveAnythingBehind() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed: " + seed);
        ListLimit bounded = new ListLimit(() -> 3);
        AtomicInteger running = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> done = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                Random random = new Random(seed + thread);
                done.add(threads.submit(() -> rounds(bounded, running, random)));
            }
            int most = 0;
            for (Future<Integer> thread : done) {
                most = Math.max(most, thread.get(30, TimeUnit.SECONDS));
            }

            assertThat(most).isBetween(1, 3);
            assertThat(bounded.inProgress()).isZero();
            assertThat(bounded.reservedBytes()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void rejectionHasARetryAfter() {
        assertThatThrownBy(() -> {
                    throw ListLimit.full();
                })
                .isInstanceOfSatisfying(ServiceUnavailableException.class, refusal -> assertThat(
                                refusal.getResponse().getHeaderString("Retry-After"))
                        .isIn("5", "6", "7"));
    }

    /** Returns the maximum number of concurrent lists. */
    private static int rounds(ListLimit limit, AtomicInteger running, Random random) {
        int most = 0;
        for (int round = 0; round < 2_000; round++) {
            CompletableFuture<String> end = new CompletableFuture<>();
            UniAssertSubscriber<String> list = limit.<String>run(
                            () -> {
                                running.incrementAndGet();
                                return Uni.createFrom().completionStage(end);
                            },
                            Runnable::run)
                    .subscribe()
                    .withSubscriber(UniAssertSubscriber.create());
            int bytes = random.nextInt(KeyList.LONGEST_BODY);
            boolean reserved = limit.reserve(bytes);
            if (list.getFailure() == null) {
                most = Math.max(most, running.get());
                running.decrementAndGet();
                if (random.nextBoolean()) {
                    list.cancel();
                }
                end.complete("done");
            }
            if (reserved) {
                limit.release(bytes);
            }
        }
        return most;
    }

    private UniAssertSubscriber<String> run(Uni<String> lookUp) {
        return limit.run(() -> lookUp, Runnable::run).subscribe().withSubscriber(UniAssertSubscriber.create());
    }
}
