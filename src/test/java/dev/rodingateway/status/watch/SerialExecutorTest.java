package dev.rodingateway.status.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SerialExecutorTest {

    @Test
    void tasksOfManyThreadsRunOneAtATimeAndInOrder() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        SerialExecutor serial = new SerialExecutor(threads);
        CountDownLatch all = new CountDownLatch(8 * 1000);
        AtomicBoolean busy = new AtomicBoolean();
        AtomicBoolean together = new AtomicBoolean();
        List<List<Integer>> seen = new ArrayList<>();
        try {
            for (int thread = 0; thread < 8; thread++) {
                List<Integer> mine = new ArrayList<>();
                seen.add(mine);
                threads.execute(() -> {
                    for (int i = 0; i < 1000; i++) {
                        int number = i;
                        serial.execute(() -> {
                            together.compareAndSet(false, !busy.compareAndSet(false, true));
                            mine.add(number);
                            busy.set(false);
                            all.countDown();
                        });
                    }
                });
            }
            assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            threads.shutdownNow();
        }

        assertThat(together).isFalse();
        assertThat(seen).allSatisfy(mine -> assertThat(mine).hasSize(1000).isSorted());
    }

    @Test
    void tasksRunInTheSubmittingThreadWhenTheExecutorRejectsThem() {
        List<String> ran = new ArrayList<>();
        ExecutorService stopped = Executors.newSingleThreadExecutor();
        stopped.shutdown();
        SerialExecutor serial = new SerialExecutor(stopped);

        serial.execute(() -> ran.add("one"));
        serial.execute(() -> ran.add("another"));

        assertThat(ran).containsExactly("one", "another");
    }

    /** For example because the operating system cannot create another thread. */
    @ParameterizedTest
    @MethodSource("failures")
    void tasksRunAlthoughTheExecutorFailedOnce(Throwable failure) {
        List<String> ran = new ArrayList<>();
        AtomicBoolean failing = new AtomicBoolean(true);
        SerialExecutor serial = new SerialExecutor(task -> {
            if (failing.getAndSet(false)) {
                sneakyThrow(failure);
            }
            task.run();
        });

        Throwable thrown = catchThrowable(() -> serial.execute(() -> ran.add("one")));
        serial.execute(() -> ran.add("another"));

        assertThat(thrown).isSameAs(failure);
        assertThat(ran).containsExactly("one", "another");
    }

    static Stream<Throwable> failures() {
        return Stream.of(new OutOfMemoryError("no thread, on purpose"), new IllegalStateException("on purpose"));
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneakyThrow(Throwable failure) throws T {
        throw (T) failure;
    }

    @Test
    void tasksAfterOneThatThrowsAreRun() {
        List<String> ran = new ArrayList<>();
        SerialExecutor serial = new SerialExecutor(Runnable::run);

        serial.execute(() -> {
            serial.execute(() -> ran.add("within"));
            throw new IllegalStateException("a bug, on purpose");
        });
        serial.execute(() -> ran.add("after"));

        assertThat(ran).containsExactly("within", "after");
    }
}
