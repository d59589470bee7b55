package dev.rodingateway.api.response;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SerializedStatusTest {

    private static final byte[] FRESH = "{\"status\":\"waiting\",\"stale\":false}".getBytes(US_ASCII);

    @Test
    void variablePartsAreSerializedForEachResponse() {
        SerializedStatus written = SerializedStatus.of(FRESH, "abc");

        assertThat(written.tag(false)).isEqualTo("abc");
        assertThat(written.tag(true)).isEqualTo("abc.s");
        assertThat(written.body(false, null)).hasToString("{\"status\":\"waiting\",\"stale\":false}");
        assertThat(written.body(true, null)).hasToString("{\"status\":\"waiting\",\"stale\":true}");
        assertThat(written.body(true, 0L)).hasToString("{\"status\":\"waiting\",\"stale\":true,\"pollAfterMs\":0}");
        assertThat(written.body(false, 5123L))
                .hasToString("{\"status\":\"waiting\",\"stale\":false,\"pollAfterMs\":5123}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "}", "{}", "{\"stale\":true}", "{\"stale\":false,\"pollAfterMs\":1}", "{\"stale\":false"})
    void bodyThatDoesNotEndInStaleIsRejected(String json) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SerializedStatus.of(json.getBytes(US_ASCII), "abc"))
                .withMessageContaining("stale");
    }
}
