package dev.rodingateway.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rodingateway.task.LookupFailure.Kind;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskKeyTest {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-";
    private static final String SECRET = "eyJhbGciOiJIUzI1NiJ9.eyJqb2JJZHMiOltdfQ.c2VjcmV0";

    @Test
    void everyCharacterOfTheAlphabetIsAccepted() {
        assertThat(new TaskKey(ALPHABET).value()).isEqualTo(ALPHABET);
    }

    @Test
    void everyOtherCharacterIsRejected() {
        // Given
        Stream<String> others = IntStream.rangeClosed(0, Character.MAX_VALUE)
                .filter(c -> ALPHABET.indexOf(c) < 0)
                .mapToObj(c -> "key" + (char) c);

        // Then
        assertThat(others).allSatisfy(TaskKeyTest::assertRefused);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 184, 760, 2048})
    void keyHasOneTo2048Characters(int length) {
        assertThat(new TaskKey("k".repeat(length)).value()).hasSize(length);
    }

    @ParameterizedTest
    @MethodSource
    void keysOfOtherLengthsAreRejected(String value) {
        assertRefused(value);
    }

    static Stream<String> keysOfOtherLengthsAreRejected() {
        return Stream.of("", "k".repeat(2049), "k".repeat(1_000_000));
    }

    @Test
    void toStringDoesNotContainTheKey() {
        // Given
        TaskKey key = new TaskKey(SECRET);

        // Then
        assertThat(Stream.of(key.toString(), "look-up of " + key, String.format("%s", key), key.fingerprint()))
                .allSatisfy(text -> assertThat(text).contains(key.fingerprint()).doesNotContain(SECRET.split("\\.")));
    }

    @Test
    void rejectionDoesNotContainTheKey() {
        assertThatExceptionOfType(LookupFailure.class)
                .isThrownBy(() -> new TaskKey(SECRET + "/"))
                .withMessage("INVALID_KEY");
    }

    @Test
    void fingerprintIsTheStartOfTheSha256() {
        // That of "abc" is an example of FIPS 180-2, so it is the same on every replica.
        assertThat(new TaskKey("abc").fingerprint()).isEqualTo("ba7816bf8f01");
    }

    @Test
    void differentKeysHaveDifferentFingerprints() {
        // Given
        Stream<TaskKey> keys = IntStream.range(0, 10_000).mapToObj(i -> new TaskKey("key-" + i));

        // Then
        assertThat(keys.map(TaskKey::fingerprint)).doesNotHaveDuplicates();
    }

    @Test
    void keysOfTheSameValueAreEqual() {
        assertThat(new TaskKey("k1")).isEqualTo(new TaskKey("k1")).isNotEqualTo(new TaskKey("k2"));
    }

    private static void assertRefused(String value) {
        assertThatExceptionOfType(LookupFailure.class)
                .isThrownBy(() -> new TaskKey(value))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.INVALID_KEY));
    }
}
