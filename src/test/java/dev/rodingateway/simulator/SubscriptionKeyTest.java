package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionKeyTest {

    @Test
    void jwtHasItsJobsWithoutVerificationOfTheSignature() {
        assertThat(SubscriptionKey.jobsOf(jwt("{\"type\":0,\"jobIds\":[\"a\",\"b\"],\"iat\":1}"))
                        .orElseThrow())
                .containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jobIds\":[]}",
                "{\"jobIds\":[\"a\",7]}",
                "{\"jobIds\":\"a\"}",
                "{\"jobIds\":null}",
                "{}",
                "[]",
                "null",
                "{\"jobIds\":[\"a\"",
                ""
            })
    void payloadWithoutJobsIsNotRodins(String payload) {
        assertThat(SubscriptionKey.jobsOf(jwt(payload))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a.b", "a.~~~.c", "a.eyJqb2JJZHMiOlsiYSJdfQ", "a.eyJqb2JJZHMiOlsiYSJdfQ."})
    void otherFormatsAreNotRodins(String key) {
        assertThat(SubscriptionKey.jobsOf(key)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {".eyJqb2JJZHMiOlsiYSJdfQ.c", "a.eyJqb2JJZHMiOlsiYSJdfQ.c.d"})
    void keyHasExactlyThreeParts(String key) {
        assertThat(SubscriptionKey.jobsOf("a.eyJqb2JJZHMiOlsiYSJdfQ.c")).isPresent();
        assertThat(SubscriptionKey.jobsOf(key)).isEmpty();
    }

    private static String jwt(String payload) {
        return "eyJhbGciOiJIUzI1NiJ9." + Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes())
                + ".any";
    }
}
