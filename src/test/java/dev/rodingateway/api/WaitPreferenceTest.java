package dev.rodingateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaitPreferenceTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            wait=1                                   | 1
            wait=20                                  | 20
            wait=55                                  | 55
            wait=56                                  | 55
            wait=60                                  | 55
            wait=61                                  | 55
            wait=99999999999999999999                | 55
            wait=007                                 | 7
            WAIT=5                                   | 5
            wait = 5                                 | 5
            wait="5"                                 | 5
            respond-async, wait=5                    | 5
            respond-async,wait=5;foo=bar             | 5
            handling=lenient; wait=9, wait=5         | 5
            wait=5, wait=9                           | 5
            foo="a, wait=9", wait=5                  | 5
            foo="a\\", wait=9", wait=5               | 5
            """)
    void waitIsParsedAsTheRfcRequires(String header, int seconds) {
        assertThat(WaitPreference.of(List.of(header))).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "wait",
                "wait=",
                "wait=0",
                "wait=00",
                "wait=-1",
                "wait=+1",
                "wait=1.5",
                "wait=x",
                "wait=\"",
                "respond-async; wait=5",
                "waiting=5",
                "x-wait=5",
                "foo=\"wait=5\"",
                "return=minimal"
            })
    void invalidPreferenceIsIgnored(String header) {
        assertThat(WaitPreference.of(List.of(header))).isNull();
    }

    @Test
    void severalHeadersAreCombined() {
        assertThat(WaitPreference.of(List.of("respond-async", "wait=5", "wait=9")))
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(WaitPreference.of(List.of())).isNull();
    }

    @Property(tries = 300)
    void noHeaderCausesAnException(@ForAll String header) {
        assertThatCode(() -> WaitPreference.of(List.of(header))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "a=", "a ", ",", "a=\"\\", "a;"})
    void parsingTimeIsLinearInTheLengthOfTheHeader(String piece) {
        String header = piece.repeat(100_000);

        long begun = System.nanoTime();
        Duration wait = WaitPreference.of(Arrays.asList(header, "wait=3"));

        assertThat(wait).isIn(null, Duration.ofSeconds(3));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }
}
