package dev.rodingateway.rodin.token;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.ClientAt;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A token store under many threads whose checks are refused, while its file is swapped, broken and read again. */
@Timeout(60)
class TokenStoreStressTest {

    private static final int ROUNDS = 8;
    private static final int THREADS = 8;
    private static final int STEPS = 200;
    private static final Duration BLOCKED = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    @Test
    void everyRefusedCheckEndsAndTheLastKeyIsCurrent() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        ExecutorService readers = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                new Round(seed + round).run(threads, readers);
            }
        } catch (AssertionError e) {
            throw new AssertionError("with seed " + seed, e);
        } finally {
            threads.shutdownNow();
            readers.shutdownNow();
        }
    }

    /** One store from its first key to its last. */
    private final class Round {

        private final long seed;
        private final Path file;
        private final TokenStore tokens;
        private final AtomicInteger keys = new AtomicInteger();
        private final AtomicInteger reading = new AtomicInteger();
        private final AtomicInteger readings = new AtomicInteger();
        private final Queue<CompletableFuture<Boolean>> refused = new ConcurrentLinkedQueue<>();
        private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
        private final Queue<Duration> took = new ConcurrentLinkedQueue<>();
        private final CyclicBarrier start = new CyclicBarrier(THREADS);

        Round(long seed) throws IOException {
            this.seed = seed;
            this.file = Files.writeString(directory.resolve("api-key-" + seed), "key-0");
            this.tokens = new TokenStore(
                    new ClientAt.Settings(
                            URI.create("http://rodin.invalid"), Optional.empty(), Optional.of(file.toString())),
                    Ticker.systemTicker());
        }

        void run(ExecutorService threads, ExecutorService readers) throws Exception {
            long begun = System.nanoTime();
            List<Future<?>> running = IntStream.range(0, THREADS)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> play(new Random(seed * THREADS + i), readers)))
                    .toList();
            for (Future<?> one : running) {
                one.get();
            }

            assertThat(refused).allSatisfy(check -> assertThat(check).succeedsWithin(BLOCKED));
            assertThat(took).allMatch(time -> time.compareTo(BLOCKED) < 0);
            assertThat(wrong).isEmpty();
            assertThat(reading).hasValue(0);
            long intervals = 1 + (System.nanoTime() - begun) / TokenStore.REREAD_INTERVAL.toNanos();
            assertThat(readings.get()).isBetween(1, (int) intervals);

            swap("the-last-key");
            tokens.refresh();
            assertThat(tokens.get().value()).isEqualTo("the-last-key");
        }

        private Void play(Random random, ExecutorService readers) throws Exception {
            start.await();
            for (int step = 0; step < STEPS; step++) {
                long begun = System.nanoTime();
                switch (random.nextInt(8)) {
                    case 0 -> swap("key-" + keys.incrementAndGet());
                    case 1 -> swap(random.nextBoolean() ? "" : "no key");
                    case 2 -> Files.deleteIfExists(file);
                    case 3 -> tokens.refresh();
                    default -> refuse(tokens.get(), random.nextInt(4) == 0, readers);
                }
                took.add(Duration.ofNanos(System.nanoTime() - begun));
            }
            return null;
        }

        private void refuse(BearerToken used, boolean cancels, ExecutorService readers) {
            CompletableFuture<Boolean> replaced = tokens.isReplaced(
                            used,
                            task -> readers.execute(() -> {
                                readings.incrementAndGet();
                                if (reading.incrementAndGet() > 1) {
                                    wrong.add("two readings at a time");
                                }
                                try {
                                    task.run();
                                } finally {
                                    reading.decrementAndGet();
                                }
                            }))
                    .toCompletableFuture();
            refused.add(replaced.handle((unused, failure) -> {
                if (failure != null && !replaced.isCancelled()) {
                    wrong.add("failed with " + failure);
                }
                return true;
            }));
            if (cancels) {
                replaced.cancel(false); // a check that is canceled takes the answer from no other
            }
        }

        private void swap(String key) throws IOException {
            Path beside = Files.writeString(Files.createTempFile(directory, "key", ""), key);
            Files.move(beside, file, ATOMIC_MOVE);
        }
    }
}
