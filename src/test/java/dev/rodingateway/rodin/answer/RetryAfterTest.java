package dev.rodingateway.rodin.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T19:17:46Z"));

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "00, 1",
        "1, 1",
        "7, 7",
        "007, 7",
        "' 7 ', 7",
        "300, 300",
        "301, 300",
        "99999999999999999999, 300"
    })
    void secondsAreLimitedToOneSecondAndFiveMinutes(String header, long seconds) {
        assertThat(RetryAfter.delay(header, CLOCK)).hasSeconds(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mon, 23 Nov 2026 19:17:53 GMT",
                "Monday, 23-Nov-26 19:17:53 GMT",
                "Mon Nov 23 19:17:53 2026",
                " Mon, 23 Nov 2026 19:17:53 GMT ",
            })
    void dateInAnyFormatOfHttpIsTheTimeUntilThen(String header) {
        assertThat(RetryAfter.delay(header, CLOCK)).hasSeconds(7);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Tue, 1 Dec 2026 00:00:03 GMT     | Tue, 01 Dec 2026 00:00:03 GMT
                    Tuesday, 01-Dec-26 00:00:03 GMT  | Tue, 01 Dec 2026 00:00:03 GMT
                    Tue Dec  1 00:00:03 2026         | Tue, 01 Dec 2026 00:00:03 GMT
                    """)
    void dayOfOneDigitIsRead(String header, String sameMoment) {
        // Given
        InstantSource shortlyBefore = InstantSource.fixed(Instant.parse("2026-12-01T00:00:00Z"));

        // Then
        assertThat(RetryAfter.delay(header, shortlyBefore))
                .isEqualTo(RetryAfter.delay(sameMoment, shortlyBefore))
                .hasSeconds(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mon, 23 Nov 2026 19:17:45 GMT",
                "Mon, 23 Nov 2026 19:17:46 GMT",
                "Sun Nov  6 08:49:37 1994",
                "Sunday, 06-Nov-94 08:49:37 GMT"
            })
    void dateInThePastIsASecond(String header) {
        assertThat(RetryAfter.delay(header, CLOCK)).hasSeconds(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Tue, 24 Nov 2026 19:17:46 GMT",
                "Fri, 31 Dec 9999 23:59:59 GMT",
                "Saturday, 23-Nov-75 19:17:46 GMT"
            })
    void distantDateIsFiveMinutes(String header) {
        assertThat(RetryAfter.delay(header, CLOCK)).isEqualTo(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                " ",
                "-7",
                "+7",
                "7.5",
                "7s",
                "0x7",
                "1e3",
                "soon",
                "٧",
                "Tue, 23 Nov 2026 19:17:53 GMT",
                "Mon, 32 Nov 2026 19:17:53 GMT",
                "2026-11-23T19:17:53Z",
            })
    void missingOrInvalidHeaderIsTenSeconds(String header) {
        assertThat(RetryAfter.delay(header, CLOCK)).hasSeconds(10);
    }
}
