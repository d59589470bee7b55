package dev.rodingateway.rodin.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.ClientAt;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenReloaderTest {

    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ManualScheduler scheduler = new ManualScheduler();

    @TempDir
    Path directory;

    @AfterEach
    void endScheduler() {
        scheduler.shutdownNow();
    }

    @Test
    void fileIsReadAgainEachPeriod() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("api-key"), "old-key");
        TokenStore tokens = tokens(Optional.empty(), Optional.of(file.toString()));
        watch(tokens);

        // When
        Files.writeString(file, "new-key");
        scheduler.tasks.forEach(Runnable::run);

        // Then
        assertThat(scheduler.periods).containsExactly(PERIOD);
        assertThat(tokens.get()).isEqualTo(new BearerToken("new-key"));
    }

    @Test
    void readThatThrowsIsNotTheLast() throws IOException {
        // Given a clock that throws when the key changes
        Path file = Files.writeString(directory.resolve("api-key"), "old-key");
        AtomicBoolean broken = new AtomicBoolean();
        TokenStore tokens = new TokenStore(
                new ClientAt.Settings(
                        URI.create("http://rodin.invalid"), Optional.empty(), Optional.of(file.toString())),
                () -> {
                    if (broken.get()) {
                        throw new IllegalStateException("broken clock");
                    }
                    return nanos.get();
                });
        watch(tokens);
        Files.writeString(file, "new-key");

        // When
        broken.set(true);
        scheduler.tasks.forEach(Runnable::run);
        broken.set(false);
        scheduler.tasks.forEach(Runnable::run);

        // Then
        assertThat(tokens.get()).isEqualTo(new BearerToken("new-key"));
    }

    @Test
    void nothingIsScheduledForAKeyWithoutAFile() {
        // When
        watch(tokens(Optional.of("a-key"), Optional.empty()));

        // Then
        assertThat(scheduler.tasks).isEmpty();
    }

    @Test
    void gaugeShowsTheAgeInSecondsWithoutLabels() {
        // Given
        watch(tokens(Optional.of("a-key"), Optional.empty()));

        // When
        nanos.addAndGet(Duration.ofMillis(90_500).toNanos());

        // Then
        Gauge age = meters.get("rodin.token.age").gauge();
        assertThat(age.value()).isEqualTo(90.5);
        assertThat(age.getId().getBaseUnit()).isEqualTo("seconds");
        assertThat(age.getId().getTags()).isEmpty();
    }

    @Test
    void stoppedReloaderDoesNotRead() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("api-key"), "a-key");
        TokenReloader watch = watch(tokens(Optional.empty(), Optional.of(file.toString())));

        // When
        watch.stop();

        // Then
        assertThat(scheduler.isShutdown()).isTrue();
        assertThat(scheduler.getQueue()).isEmpty();
    }

    private TokenReloader watch(TokenStore tokens) {
        return new TokenReloader(tokens, () -> PERIOD, meters, scheduler);
    }

    private TokenStore tokens(Optional<String> key, Optional<String> file) {
        return new TokenStore(new ClientAt.Settings(URI.create("http://rodin.invalid"), key, file), nanos::get);
    }

    /** Takes note of what is scheduled, and leaves it to the test to run it. */
    private static final class ManualScheduler extends ScheduledThreadPoolExecutor {

        private final List<Runnable> tasks = new ArrayList<>();
        private final List<Duration> periods = new ArrayList<>();

        ManualScheduler() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
            tasks.add(task);
            periods.add(Duration.of(delay, unit.toChronoUnit()));
            return super.scheduleWithFixedDelay(() -> {}, 1, 1, TimeUnit.DAYS);
        }
    }
}
