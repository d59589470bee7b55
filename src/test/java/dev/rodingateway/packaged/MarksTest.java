package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarksTest {

    private static final String MARK = "MARKEDKEY7Zq";

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "ab", "Bearer ", "{\"subscription_key\":\""})
    void markIsFoundInEveryEncoding(String before) {
        byte[] secret = (before + MARK + "-tail").getBytes(StandardCharsets.UTF_8);

        assertThat(Marks.of(MARK).in("log " + before + MARK + "-tail")).isNotEmpty();
        assertThat(Marks.of(MARK).in("log markedkey7zq")).isNotEmpty();
        assertThat(Marks.of(MARK).in("log %4DARKED%4bEY7Zq")).isNotEmpty();
        assertThat(Marks.of(MARK).in("log \\u004dARKEDKEY7Zq")).isNotEmpty();
        assertThat(Marks.of(MARK).in(HexFormat.of().formatHex(secret))).isNotEmpty();
        assertThat(Marks.of(MARK).in(Base64.getEncoder().encodeToString(secret)))
                .isNotEmpty();
        assertThat(Marks.of(MARK).in(Base64.getUrlEncoder().encodeToString(secret)))
                .isNotEmpty();
    }

    @Test
    void otherTextIsNotFound() {
        assertThat(Marks.of(MARK).in("log MARKEDKEY7Z %4DARKED TUFSS0VES0VZ q")).isEmpty();
    }
}
