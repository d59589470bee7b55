package dev.rodingateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvertersTest {

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "5s, PT5S",
        "5, PT5S",
        "10m, PT10M",
        "24h, PT24H",
        "365d, P365D",
        "PT1M, PT1M",
        "' 2s ', PT2S"
    })
    void durationIsReadInEveryUsualForm(String value, Duration expected) {
        assertThat(new PositiveDuration().convert(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0s", "-1s", "abc", "5 parsecs", "366d", "99999999999999999999s", "PT"})
    void otherDurationIsRefusedAndTheMessageSaysWhatIsAllowed(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PositiveDuration().convert(value))
                .withMessageContaining("longer than zero")
                .withMessageContaining("5s");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "100000, 100000", "2147483647, 2147483647", "' 7 ', 7"})
    void wholeNumberIsRead(String value, int expected) {
        assertThat(new PositiveInteger().convert(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1.5", "abc", "2147483648"})
    void otherNumberIsRefusedAndTheMessageSaysWhatIsAllowed(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PositiveInteger().convert(value))
                .withMessageContaining("from 1 to 2147483647");
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.hyper3d.com, https://api.hyper3d.com",
        "https://api.hyper3d.com/, https://api.hyper3d.com",
        "http://127.0.0.1:8091, http://127.0.0.1:8091",
        "HTTP://[::1]:1/rodin//, HTTP://[::1]:1/rodin"
    })
    void baseUrlIsReadWithoutItsLastSlash(String value, URI expected) {
        assertThat(new BaseUrl().convert(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "api.hyper3d.com",
                "ftp://a",
                "https://",
                "https://user@a",
                "https://a?b",
                "https://a#b",
                "https://a:99999",
                "http://a b"
            })
    void otherUrlIsRefusedAndTheMessageSaysWhatIsAllowed(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BaseUrl().convert(value))
                .withMessageContaining("http or https URL");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "TRUE, true", "' False ', false"})
    void truthIsRead(String value, boolean expected) {
        assertThat(new TrueOrFalse().convert(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes", "1", "ture"})
    void otherTruthIsRefusedAndTheMessageSaysWhatIsAllowed(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrueOrFalse().convert(value))
                .withMessageContaining("true or false");
    }
}
