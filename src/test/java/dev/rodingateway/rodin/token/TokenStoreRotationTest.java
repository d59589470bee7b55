package dev.rodingateway.rodin.token;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.ClientAt;
import dev.rodingateway.rodin.RodinConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenStoreRotationTest {

    private static final String OLD = "old-secret-0123";
    private static final String NEW = "new-secret-4567";
    private static final Duration MOMENT = Duration.ofNanos(1);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final LogOf log = new LogOf(TokenStore.class);

    @TempDir
    Path directory;

    private Path file;
    private TokenStore tokens;

    @BeforeEach
    void gatewayHasReadTheOldKey() throws IOException {
        file = Files.writeString(directory.resolve("api-key"), OLD + "\n");
        tokens = tokens(null, file.toString());
    }

    @AfterEach
    void endLog() {
        log.close();
    }

    @Test
    void overwrittenFileIsRead() throws IOException {
        // When
        Files.writeString(file, NEW + "\n");
        tokens.refresh();

        // Then
        assertHeld(NEW);
    }

    @Test
    void renamedFileIsRead() throws IOException {
        // When
        Files.move(Files.writeString(directory.resolve("beside"), NEW), file, ATOMIC_MOVE);
        tokens.refresh();

        // Then
        assertHeld(NEW);
    }

    @Test
    void secretSwappedByKubernetesIsReadEachTime() throws IOException {
        // Given
        SecretMount mount = new SecretMount(Files.createDirectory(directory.resolve("mount")), OLD);
        tokens = tokens(null, mount.file());

        // When
        mount.swap(NEW);
        tokens.refresh();

        // Then
        assertHeld(NEW);

        // When
        mount.swap("third-secret-89");
        tokens.refresh();

        // Then
        assertHeld("third-secret-89");
    }

    @Test
    void keyDoesNotChangeBeforeARefresh() throws IOException {
        // When
        Files.writeString(file, NEW);

        // Then
        assertHeld(OLD);
    }

    @Test
    void fileTakesPrecedenceOverTheKeyForever() throws IOException {
        // Given
        tokens = tokens("another-key", file.toString());

        // When
        Files.delete(file);
        tokens.refresh();

        // Then
        assertHeld(OLD);
    }

    @Test
    void missingFileKeepsTheLastGoodKeyUntilItReturnsWithAnother() throws IOException {
        // When
        Files.delete(file);
        tokens.refresh();

        // Then
        assertHeld(OLD);

        // When
        Files.writeString(file, NEW);
        tokens.refresh();

        // Then
        assertHeld(NEW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", NEW + "\n" + NEW, NEW + "\0", "\t" + NEW, "\uFEFF" + NEW, "é" + NEW})
    void fileWithoutAKeyKeepsTheLastGoodOne(String content) throws IOException {
        // When
        Files.writeString(file, content);
        tokens.refresh();

        // Then
        assertHeld(OLD);
        assertThat(log.lines()).singleElement().asString().startsWith("WARN RODIN_API_KEY_FILE ");
        assertThatLogHoldsNoKey();
    }

    @Test
    void tooLargeFileKeepsTheLastGoodKey() throws IOException {
        // When
        Files.writeString(file, NEW + "\n".repeat(8 * 1024));
        tokens.refresh();

        // Then
        assertHeld(OLD);
        assertThat(log.lines())
                .containsExactly("WARN RODIN_API_KEY_FILE names a file of more than 8192 bytes."
                        + " The last good key stays in use.");
    }

    @Test
    void directoryInPlaceOfTheFileKeepsTheLastGoodKey() throws IOException {
        // When
        Files.delete(file);
        Files.createDirectory(file);
        tokens.refresh();

        // Then
        assertHeld(OLD);
        assertThat(log.lines()).singleElement().asString().contains("does not name a regular file");
    }

    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void pipeInPlaceOfTheFileIsNotRead() throws Exception {
        // Given
        Files.delete(file);
        int made = new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
        assertThat(made).isZero();

        // When
        tokens.refresh();

        // Then
        assertHeld(OLD);
        assertThat(log.lines()).singleElement().asString().contains("does not name a regular file");
    }

    @Test
    void eachNewReasonIsLoggedOnce() throws IOException {
        // When
        Files.delete(file);
        tokens.refresh();
        tokens.refresh();
        tokens.refresh();
        Files.writeString(file, "");
        tokens.refresh();
        tokens.refresh();

        // Then
        assertThat(log.lines())
                .containsExactly(
                        "WARN RODIN_API_KEY_FILE names a file that cannot be read (NoSuchFileException): a readable file"
                                + " with the API key is expected. The last good key stays in use.",
                        "WARN RODIN_API_KEY_FILE is empty: Rodin's API key, one line, is expected."
                                + " The last good key stays in use.");
    }

    @Test
    void recoveryIsLoggedOnceAndTheSameReasonAgainAfterIt() throws IOException {
        // When
        Files.writeString(file, "");
        tokens.refresh();
        Files.writeString(file, OLD);
        tokens.refresh();
        tokens.refresh();
        Files.writeString(file, "");
        tokens.refresh();

        // Then
        assertThat(log.lines())
                .map(line -> line.substring(0, line.indexOf(' ')))
                .containsExactly("WARN", "INFO", "WARN");
    }

    @Test
    void rotationIsLoggedByFingerprintAndNotByValue() throws IOException {
        // When
        Files.writeString(file, NEW);
        tokens.refresh();
        tokens.refresh();

        // Then
        assertThat(log.lines())
                .singleElement()
                .asString()
                .startsWith("INFO ")
                .contains(new BearerToken(NEW).fingerprint());
        assertThatLogHoldsNoKey();
    }

    @Test
    void unchangedFileIsNotLogged() {
        // When
        tokens.refresh();
        reread();

        // Then
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void rereadReplacesTheKeyAndReturnsTrue() throws IOException {
        // When
        Files.writeString(file, NEW);

        // Then
        assertThat(reread()).isTrue();
        assertHeld(NEW);
    }

    @Test
    void rereadOfTheSameKeyReturnsFalse() {
        assertThat(reread()).isFalse();
        assertHeld(OLD);
    }

    @Test
    void rereadOfAnInvalidFileReturnsFalse() throws IOException {
        // When
        Files.delete(file);

        // Then
        assertThat(reread()).isFalse();
        assertHeld(OLD);
    }

    @Test
    void fileIsRereadOncePerInterval() throws IOException {
        // Given
        reread();
        Files.writeString(file, NEW);

        // When
        pass(TokenStore.REREAD_INTERVAL.minus(MOMENT));

        // Then
        assertThat(reread()).isFalse();
        assertHeld(OLD);

        // When
        pass(MOMENT);

        // Then
        assertThat(reread()).isTrue();
        assertHeld(NEW);
    }

    @Test
    void earlierKeyIsReplacedHoweverLongAgoItChanged() throws IOException {
        // Given
        Files.writeString(file, NEW);
        assertThat(reread()).isTrue();

        // When
        pass(TokenStore.REREAD_INTERVAL.multipliedBy(60));

        // Then
        assertThat(reread()).isTrue();
    }

    @Test
    void currentKeyIsNotReplacedHoweverRecentlyItChanged() throws IOException {
        // Given
        Files.writeString(file, NEW);
        tokens.refresh();

        // Then
        assertThat(tokens.isReplaced(new BearerToken(NEW), Runnable::run)).isCompletedWithValue(false);
    }

    @Test
    void checksRefusedTogetherShareOneReadAndItsOutcome() throws IOException {
        // Given
        List<Runnable> readings = new ArrayList<>();
        List<CompletionStage<Boolean>> refused = new ArrayList<>();
        Files.writeString(file, NEW);

        // When
        for (int i = 0; i < 100; i++) {
            refused.add(tokens.isReplaced(new BearerToken(OLD), readings::add));
            pass(TokenStore.REREAD_INTERVAL.dividedBy(10)); // however long the reading takes
        }

        // Then
        assertThat(readings).hasSize(1);
        assertThat(refused).noneMatch(check -> check.toCompletableFuture().isDone());
        readings.get(0).run();
        assertThat(refused).allSatisfy(check -> assertThat(check).isCompletedWithValue(true));
    }

    @Test
    void checkDoesNotWaitForAStoppedExecutor() {
        assertThat(tokens.isReplaced(new BearerToken(OLD), task -> {
                    throw new RejectedExecutionException("the gateway stops");
                }))
                .isCompletedWithValue(false);
    }

    @Test
    void keyThatChangedDuringTheCheckIsReplaced() throws IOException {
        // Given
        Files.writeString(file, NEW);
        tokens.refresh();

        // Then
        assertThat(reread()).isTrue();
    }

    @Test
    void keyWithoutAFileNeverChanges() {
        // Given
        tokens = tokens(OLD, null);

        // When
        tokens.refresh();

        // Then
        assertThat(tokens.canChange()).isFalse();
        assertThat(reread()).isFalse();
        assertHeld(OLD);
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void ageIsTheTimeSinceTheFirstReadOfTheCurrentKey() throws IOException {
        // When
        pass(Duration.ofSeconds(7));
        tokens.refresh();

        // Then
        assertThat(tokens.tokenAge()).isEqualTo(Duration.ofSeconds(7));

        // When
        Files.writeString(file, NEW);
        tokens.refresh();
        pass(Duration.ofSeconds(2));
        Files.delete(file);
        tokens.refresh();

        // Then
        assertThat(tokens.tokenAge()).isEqualTo(Duration.ofSeconds(2));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void assertHeld(String key) {
        assertThat(tokens.get().value()).isEqualTo(key);
    }

    /** Returns whether another key is held than the old one, which Rodin has refused. */
    private boolean reread() {
        return tokens.isReplaced(new BearerToken(OLD), Runnable::run)
                .toCompletableFuture()
                .join();
    }

    private void assertThatLogHoldsNoKey() {
        assertThat(log.lines()).allSatisfy(line -> assertThat(line).doesNotContain("secret"));
    }

    private TokenStore tokens(String key, String file) {
        RodinConfig config = new ClientAt.Settings(
                URI.create("http://rodin.invalid"), Optional.ofNullable(key), Optional.ofNullable(file));
        return new TokenStore(config, nanos::get);
    }
}
