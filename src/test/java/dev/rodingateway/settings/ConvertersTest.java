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
    void durationIsReadInEveryUsualFormat(String value, Duration expected) {
        assertThat(new PositiveDuration().convert(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0s", "-1s", "abc", "5 parsecs", "366d", "99999999999999999999s", "PT"})
    void otherDurationIsRejectedAndTheMessageSaysWhatIsAllowed(String value) {
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
    void otherNumberIsRejectedAndTheMessageSaysWhatIsAllowed(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PositiveInteger().convert(value))
                .withMessageContaining("from 1 to 2147483647");
    }

    @ParameterizedTest
    @CsvSource({"10ms, PT0.01S", "10m, PT10M", "' 5s ', PT5S"})
    void timeLimitIsRead(String value, Duration expected) {
        assertThat(new PositiveDuration.TimeLimit().convert(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "9ms", "601s", "11m", "soon"})
    void otherTimeLimitIsRejectedAndTheMessageSaysWhatIsAllowed(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PositiveDuration.TimeLimit().convert(value))
                .withMessageContaining("from 10ms to 10m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "100001", "1e3"})
    void numberUpToALimitIsRejectedBeyondIt(String value) {
        assertThat(new PositiveInteger.UpTo100000().convert("100000")).isEqualTo(100_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PositiveInteger.UpTo100000().convert(value))
                .withMessageContaining("from 1 to 100000");
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.hyper3d.com, https://api.hyper3d.com",
        "https://api.hyper3d.com/, https://api.hyper3d.com",
        "http://127.0.0.1:8091, http://127.0.0.1:8091",
        "HTTP://[::1]:1/rodin//, http://[::1]:1/rodin",
        "HTTPS://api.hyper3d.com, https://api.hyper3d.com",
        "hTTpS://API.Hyper3D.com:8443/A/b%20c/, https://api.hyper3d.com:8443/A/b%20c",
        "https://a:/, https://a",
        "https://xn--mnchen-3ya.example, https://xn--mnchen-3ya.example",
        "' https://[FE80::A] ', https://[fe80::a]"
    })
    void baseUrlIsNormalized(String value, URI expected) {
        assertThat(new RodinUrl().convert(value)).isEqualTo(expected);
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
                "https://a:0",
                "https://a:-1",
                "https://a:x",
                "http://a b",
                "https:a",
                "https:/a",
                "https:///a",
                "https://:443",
                "https://@a",
                "https://a?",
                "https://a#",
                "https://a.",
                "https://a.:443/b",
                "https://[fe80::1%25eth0]",
                "https://[::1",
                "https://m\u00fcnchen.example",
                "https://a_b",
                "https://a\\b",
                "https://a/b/../c",
                "https://a/./b",
                "https://a/..",
                "https://a/%2E%2e/b",
                "https://a//b",
                "https://a/b%2fc",
                "https://a\nb",
                "https://a,https://b",
                "httpss://a",
                "file:///a",
                "jar:https://a!/"
            })
    void otherUrlIsRejectedAndTheMessageSaysWhatIsAllowed(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RodinUrl().convert(value))
                .withMessageContaining("http or https URL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://a/api/v2/status",
                "https://a/api/v2/status/",
                "https://a/api/v2",
                "https://a/api/v2//",
                "https://a/API/V2",
                "https://a/proxy/api/v2/",
                "https://a/api/v2/task",
                "HTTPS://A/api/v2",
                "https://a/api",
                "https://a/api//",
                "https://a/API",
                "https://a/proxy/api",
                "https://a/%61pi"
            })
    void urlOfTheCallIsNoBaseUrl(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RodinUrl().convert(value))
                .withMessageContaining("without /api/v2/status");
    }

    @ParameterizedTest
    @CsvSource({
        "https://a/proxy/, https://a/proxy",
        "https://a/api/v2x, https://a/api/v2x",
        "https://a/api/rodin, https://a/api/rodin",
        "HTTPS://a/rodin-api, https://a/rodin-api"
    })
    void baseUrlWithAnotherPathIsRead(String value, URI expected) {
        assertThat(new RodinUrl().convert(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.hyper3d.com, false",
        "HTTPS://API.HYPER3D.COM, false",
        "http://api.hyper3d.com, true",
        "HTTP://API.HYPER3D.COM, true",
        "http://10.0.0.1, true",
        "http://0.0.0.0, true",
        "http://128.0.0.1, true",
        "http://127.0.0.1.example.com, true",
        "http://localhost.example.com, true",
        "http://[::2], true",
        "http://[::ffff:10.0.0.1], true",
        "http://127.0.0.1:8091, false",
        "http://127.8.9.10, false",
        "http://LOCALHOST:8091, false",
        "http://rodin.localhost, false",
        "http://[::1]:1, false",
        "http://[0:0:0:0:0:0:0:1], false"
    })
    void clearTextIsHttpToAnotherMachine(String value, boolean expected) {
        assertThat(RodinUrl.isClearText(new RodinUrl().convert(value))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "TRUE, true", "' False ', false"})
    void booleanIsRead(String value, boolean expected) {
        assertThat(new TrueOrFalse().convert(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes", "1", "ture"})
    void otherBooleanIsRejectedAndTheMessageSaysWhatIsAllowed(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrueOrFalse().convert(value))
                .withMessageContaining("true or false");
    }
}
