package dev.rodingateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.io.ByteArrayInputStream;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysReaderTest {

    private static final int BODY_LIMIT = 256 * 1024;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"keys\":[\"a\",\"b\",\"a\"]}",
                " {\"other\":{\"keys\":1},\"keys\":[\"a\",\"b\",\"a\"]}\n",
                "{\"keys\":[\"\\u0061\",\"b\",\"a\"]}"
            })
    void keysAreReadInOrder(String body) {
        assertThat(read(body).keys()).containsExactly("a", "b", "a");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void listMayHaveAsManyKeysAsTheContractSays(int keys) {
        assertThat(read(bodyOf(keys)).keys()).hasSize(keys);
    }

    static Stream<String> bodiesThatAreNone() {
        return Stream.of(
                "",
                " ",
                "keys",
                "null",
                "[]",
                "[\"a\"]",
                "\"a\"",
                "{}",
                "{\"Keys\":[\"a\"]}",
                "{\"keys\":null}",
                "{\"keys\":\"a\"}",
                "{\"keys\":{\"0\":\"a\"}}",
                "{\"keys\":[]}",
                "{\"keys\":[1]}",
                "{\"keys\":[true]}",
                "{\"keys\":[\"a\",null]}",
                "{\"keys\":[[\"a\"]]}",
                "{\"keys\":[\"a\"",
                "{\"keys\":[\"a\",]}",
                "{\"keys\":[\"a\"]}}",
                "{\"keys\":[\"a\"]} {\"keys\":[\"b\"]}",
                "{\"keys\":[\"a\"]} x",
                "{\"keys\":[\"a\"],\"keys\":[\"b\"]}",
                "{'keys':['a']}",
                "{\"keys\":[\"a\nb\"]}",
                bodyOf(101),
                "{\"keys\":[\"a\"],\"deep\":" + "[".repeat(101) + "]".repeat(101) + "}",
                "[".repeat(BODY_LIMIT),
                "{\"a\":".repeat(BODY_LIMIT / 5));
    }

    @ParameterizedTest
    @MethodSource("bodiesThatAreNone")
    void otherBodyIsABadRequestThatQuotesNothing(String body) {
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> read(body))
                .withNoCause()
                .withMessage("HTTP 400 Bad Request");
    }

    @Test
    void brokenUtf8IsABadRequest() {
        byte[] body = "{\"keys\":[\"\u00e9\"]}".getBytes(StandardCharsets.ISO_8859_1);

        assertThatExceptionOfType(BadRequestException.class).isThrownBy(() -> read(body));
    }

    @Test
    void longestStringAndNamesOfOneHashAreReadAsAnyOther() {
        String sameHash = IntStream.range(0, 1 << 12)
                .mapToObj(i -> "\"" + colliding(i) + "\":0,")
                .collect(Collectors.joining());
        String longest = "a".repeat(BODY_LIMIT - sameHash.length());

        assertThat(read("{" + sameHash + "\"keys\":[\"" + longest + "\"]}").keys())
                .containsExactly(longest);
    }

    @Test
    void keysDoNotPrintThemselves() {
        assertThat(read("{\"keys\":[\"a-secret\"]}")).asString().doesNotContain("a-secret");
    }

    /** "Aa" and "BB" have the same hash code, and so have all strings made of as many of them. */
    private static String colliding(int bits) {
        return IntStream.range(0, 12)
                .mapToObj(bit -> (bits & (1 << bit)) == 0 ? "Aa" : "BB")
                .collect(Collectors.joining());
    }

    private static String bodyOf(int keys) {
        return "{\"keys\":[" + String.join(",", Collections.nCopies(keys, "\"a\"")) + "]}";
    }

    private static KeysBody read(String body) {
        return read(body.getBytes(StandardCharsets.UTF_8));
    }

    private static KeysBody read(byte[] body) {
        return new KeysReader()
                .readFrom(
                        KeysBody.class,
                        KeysBody.class,
                        new Annotation[0],
                        MediaType.APPLICATION_JSON_TYPE,
                        new MultivaluedHashMap<>(),
                        new ByteArrayInputStream(body));
    }
}
