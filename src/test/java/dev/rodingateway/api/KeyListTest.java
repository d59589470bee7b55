package dev.rodingateway.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import jakarta.ws.rs.BadRequestException;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyListTest {

    /** The maximum allocation for parsing a body of the maximum size: less than four bytes per byte. */
    private static final long MAX_BYTES = 4L * KeyList.LONGEST_BODY;

    private final KeyList keys = new KeyList();

    @Test
    void unknownMembersAreSkippedWhateverTheirValues() {
        String body = "{\"a\":{\"keys\":[1]},\"keys\":[\"x\",\"y\"],\"b\":[[{\"keys\":null}]],\"c\":1.5}";

        assertThat(keys.read(body.getBytes(UTF_8))).containsExactly("x", "y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"\":0}", "[]", "\"\"", "\"key\"", "0", "null", "[[]]"})
    void rejectedLargeBodyTakesLittleMemory(String element) {
        byte[] body = largest("{\"keys\":[", element, "]}");
        assertThatThrownBy(() -> keys.read(body)).isInstanceOf(BadRequestException.class);

        assertThat(allocated(() -> assertRefused(body))).isLessThan(MAX_BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"\":0}", "[]", "\"\"", "\"text\"", "0", "null", "[[]]"})
    void ignoredPartsOfALargeBodyTakeLittleMemory(String element) {
        byte[] body = largest("{\"other\":[", element, "],\"keys\":[\"x\"]}");
        assertThat(keys.read(body)).containsExactly("x");

        assertThat(allocated(() -> keys.read(body))).isLessThan(MAX_BYTES);
    }

    private void assertRefused(byte[] body) {
        try {
            keys.read(body);
            throw new AssertionError("was not rejected");
        } catch (BadRequestException expected) {
            assertThat(expected.getResponse().getStatus()).isEqualTo(400);
        }
    }

    private static byte[] largest(String start, String element, String end) {
        int count = (KeyList.LONGEST_BODY - start.length() - end.length()) / (element.length() + 1);
        return (start + String.join(",", Collections.nCopies(count, element)) + end).getBytes(UTF_8);
    }

    private static long allocated(Runnable action) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
