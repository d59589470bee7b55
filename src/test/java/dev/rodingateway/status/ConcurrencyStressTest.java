package dev.rodingateway.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Cache;
import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.status.check.StatusSource;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.context.SmallRyeContextManagerProvider;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Field;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Look-ups, long polls and watches of many keys on many threads, with cancellations, failures and answers that
 * expire. As the rate limiter does, starting a check completes those of other keys in the same thread.
 */
@Tag("thorough")
class ConcurrencyStressTest {

    private static final int THREADS = 8;
    private static final int ROUNDS = 10;
    private static final int STEPS = 400;
    private static final List<TaskKey> KEYS =
            IntStream.range(0, 300).mapToObj(i -> new TaskKey("task-" + i)).toList();

    /** All random numbers come from it; how the threads interleave does not. */
    private final long seed = System.nanoTime();

    private final AtomicInteger threadNumber = new AtomicInteger();
    private final ThreadLocal<Random> random =
            ThreadLocal.withInitial(() -> new Random(seed + threadNumber.getAndIncrement()));
    private final ThreadMXBean monitor = ManagementFactory.getThreadMXBean();
    private final ExecutorService callers = Executors.newFixedThreadPool(THREADS, ConcurrencyStressTest::daemon);
    private final ExecutorService notifications = Executors.newFixedThreadPool(2, ConcurrencyStressTest::daemon);
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, ConcurrencyStressTest::daemon);
    private final AtomicLong passed = new AtomicLong();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<UniEmitter<? super CheckResult>> pending = new ConcurrentLinkedQueue<>();
    private final TaskStatusesProducer.Lookups lookups = assemble(this::check);

    /** Its first use is not safe for several threads; in the gateway Quarkus has set it up by then. */
    @BeforeAll
    static void setUpContextPropagation() {
        assertThat(SmallRyeContextManagerProvider.getManager()).isNotNull();
    }

    @AfterEach
    void stop() {
        callers.shutdownNow();
        notifications.shutdownNow();
        timer.shutdownNow();
    }

    @Test
    void everyCallerIsAnsweredAndNothingIsLeft() throws Exception {
        System.out.println("seed " + seed);
        monitor.setThreadContentionMonitoringEnabled(true);
        for (int round = 0; round < ROUNDS; round++) {
            String where = "seed " + seed + ", round " + round;
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Future<Caller>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                running.add(callers.submit(new Caller(seed + THREADS * round + thread, start)));
            }
            List<Caller> done = new ArrayList<>();
            for (Future<Caller> caller : running) {
                done.add(finished(caller, where));
            }
            drainRodin(done, where);

            assertNobodyIsLeft(lookups.watches(), where);
            assertThat(monitor.findDeadlockedThreads()).as(where).isNull();
            assertThat(done).as(where).allMatch(caller -> caller.heldUpMillis < 1000);
            assertNoCheckIsLeft(where);
        }
    }

    @Test
    void whoeverJoinsWhileTheGatewayDrainsIsToldOnceAndLetGo() throws Exception {
        for (int round = 0; round < 100; round++) {
            TaskWatches watches = assemble((key, purpose, known) -> Uni.createFrom()
                            .item(new CheckResult(ScriptedRodin.status(JobStatus.WAITING), Duration.ZERO)))
                    .watches();
            CyclicBarrier start = new CyclicBarrier(THREADS + 1);
            List<Future<List<AssertSubscriber<LookupResult>>>> joining = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                joining.add(callers.submit(() -> {
                    start.await(10, TimeUnit.SECONDS);
                    return KEYS.stream()
                            .limit(12)
                            .map(key -> watches.watch(key)
                                    .subscribe()
                                    .withSubscriber(AssertSubscriber.<LookupResult>create(9)))
                            .toList();
                }));
            }

            start.await(10, TimeUnit.SECONDS);
            watches.drain();

            for (Future<List<AssertSubscriber<LookupResult>>> joined : joining) {
                for (AssertSubscriber<LookupResult> watcher : joined.get(10, TimeUnit.SECONDS)) {
                    assertThat(watcher.awaitCompletion(Duration.ofSeconds(10)).getItems())
                            .hasSize(1);
                }
            }
            assertNobodyIsLeft(watches, "round " + round);
        }
    }

    /** Who has had the end is taken off the count just after. */
    private static void assertNobodyIsLeft(TaskWatches watches, String where) {
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            assertThat(watches.watchers()).as(where).isZero();
            assertThat(watches.tasks()).as(where).isZero();
        });
    }

    /** Refreshes that nobody waited for may still be in flight, and checks that failed are kept for a while. */
    private void assertNoCheckIsLeft(String where) {
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            answerSome(Integer.MAX_VALUE);
            passed.addAndGet(Duration.ofMinutes(1).toNanos());
            long left = lookups.statuses().checks();
            assertThat(left).as(where + ", " + checksLeft()).isZero();
        });
    }

    private String checksLeft() throws ReflectiveOperationException {
        Cache<?, ?> cache = (Cache<?, ?>) field(field(lookups.statuses(), "checks"), "cache");
        return "checks begun " + begun + ", answered " + answered + ", waiting for an answer " + pending.size()
                + ", left unless they have expired: " + entries(cache);
    }

    /** Says of each entry whether it was never completed, or is an outcome that stays too long, and until when. */
    private static <K, V> List<String> entries(Cache<K, V> cache) {
        return cache.asMap().keySet().stream()
                .map(cache.policy()::getEntryIfPresentQuietly)
                .filter(Objects::nonNull)
                .map(entry -> entry.getKey() + " " + entry.getValue() + " for "
                        + Duration.ofNanos(entry.expiresAt() - entry.snapshotAt()))
                .toList();
    }

    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }

    private Caller finished(Future<Caller> caller, String where) throws Exception {
        try {
            return caller.get(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(where + ": deadlocked " + Arrays.toString(monitor.findDeadlockedThreads()), e);
        }
    }

    /** Lets all watchers go, and answers Rodin's checks until every caller has its answer. */
    private void drainRodin(List<Caller> done, String where) throws Exception {
        done.forEach(caller -> caller.watches.forEach(AssertSubscriber::cancel));
        List<CompletableFuture<Object>> all =
                done.stream().flatMap(caller -> caller.lookUps.stream()).toList();
        CompletableFuture<Void> every = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                !every.isDone() && System.nanoTime() < end; ) {
            answerSome(100);
            Thread.onSpinWait();
        }
        assertThat(every).as(where).isDone();
    }

    private Uni<CheckResult> check(TaskKey key, RequestClass purpose, @Nullable TaskStatus known) {
        answerSome(random.get().nextInt(3));
        begun.incrementAndGet();
        return Uni.createFrom().<CheckResult>emitter(emitter -> pending.add(emitter));
    }

    private void answerSome(int most) {
        for (int i = 0; i < most; i++) {
            UniEmitter<? super CheckResult> check = pending.poll();
            if (check == null) {
                return;
            }
            answered.incrementAndGet();
            switch (random.get().nextInt(8)) {
                case 0 -> check.fail(LookupFailure.of(Kind.TASK_NOT_FOUND));
                case 1 -> check.fail(LookupFailure.of(Kind.UPSTREAM_ERROR));
                case 2 -> check.fail(LookupFailure.of(Kind.UPSTREAM_THROTTLED).withoutCall());
                case 3 -> check.complete(new CheckResult(ScriptedRodin.status(JobStatus.DONE), Duration.ZERO));
                case 4, 5 -> check.complete(new CheckResult(ScriptedRodin.status(JobStatus.WAITING), Duration.ZERO));
                default ->
                    check.complete(new CheckResult(ScriptedRodin.status(JobStatus.GENERATING), Duration.ofSeconds(1)));
            }
        }
    }

    private TaskStatusesProducer.Lookups assemble(StatusSource rodin) {
        return TaskStatusesProducer.assemble(
                rodin,
                () -> 100,
                new TaskStatusesProducer.Settings(
                        new DefaultFreshness(), Duration.ofSeconds(30), 200, Duration.ofMillis(50), 100),
                new TaskStatusesProducer.Time(
                        InstantSource.system(),
                        () -> System.nanoTime() + passed.get(),
                        (executor, task, delay, unit) -> timer.schedule(
                                () -> executor.execute(task), 1 + unit.toMillis(delay) / 100, TimeUnit.MILLISECONDS),
                        notifications,
                        () -> random.get().nextDouble()),
                new SimpleMeterRegistry());
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    /** One thread's share of a round. */
    private final class Caller implements Callable<Caller> {

        private final long seedOfRound;
        private final CyclicBarrier start;
        private final List<CompletableFuture<Object>> lookUps = new ArrayList<>();
        private final List<AssertSubscriber<LookupResult>> watches = new ArrayList<>();
        private long heldUpMillis;

        Caller(long seedOfRound, CyclicBarrier start) {
            this.seedOfRound = seedOfRound;
            this.start = start;
        }

        @Override
        public Caller call() throws Exception {
            start.await(10, TimeUnit.SECONDS);
            random.get().setSeed(seedOfRound);
            long before = heldUp();
            for (int step = 0; step < STEPS; step++) {
                step(KEYS.get(random.get().nextInt(KEYS.size())));
            }
            heldUpMillis = heldUp() - before;
            return this;
        }

        private void step(TaskKey key) {
            switch (random.get().nextInt(8)) {
                case 0, 1, 2 -> answered(lookups.statuses().lookUp(key));
                case 3 -> {
                    boolean known = random.get().nextBoolean();
                    answered(lookups.longPoll().hold(key, answer -> known, Duration.ofMillis(60)));
                }
                case 4 ->
                    watches.add(lookups.watches().watch(key).subscribe().withSubscriber(AssertSubscriber.create(100)));
                case 5 -> {
                    Cancellable gone =
                            lookups.statuses().lookUp(key).subscribe().with(answer -> {}, failure -> {});
                    gone.cancel();
                    lookups.watches()
                            .watch(key)
                            .subscribe()
                            .withSubscriber(AssertSubscriber.create(1))
                            .cancel();
                }
                case 6 -> {
                    if (!watches.isEmpty()) {
                        watches.get(random.get().nextInt(watches.size())).cancel();
                    }
                }
                default -> {
                    passed.addAndGet(TimeUnit.MILLISECONDS.toNanos(random.get().nextInt(2000)));
                    answerSome(5);
                }
            }
        }

        private void answered(Uni<LookupResult> lookUp) {
            CompletableFuture<Object> outcome = new CompletableFuture<>();
            lookUps.add(outcome);
            lookUp.subscribe().with(outcome::complete, outcome::complete);
        }

        /** Returns how long this thread has been blocked by monitors or parked, in milliseconds. */
        private long heldUp() {
            ThreadInfo self = monitor.getThreadInfo(Thread.currentThread().getId());
            return self.getBlockedTime() + self.getWaitedTime();
        }
    }
}
