package dev.rodingateway.rodin.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {

    private static final String SECRET = "rodin-secret-0123";

    @Test
    void tokenPrintsAsStars() {
        // Given
        BearerToken token = new BearerToken(SECRET);

        // Then
        assertThat(List.of(
                        "" + token,
                        String.valueOf(token),
                        String.format("%s", token),
                        List.of(token).toString(),
                        Map.of("token", token).toString(),
                        Optional.of(token).toString()))
                .allSatisfy(
                        text -> assertThat(text).contains("BearerToken[***]").doesNotContain(SECRET));
    }

    @Test
    void headerHasTheToken() {
        assertThat(new BearerToken(SECRET).authorization()).isEqualTo("Bearer " + SECRET);
    }

    @Test
    void fingerprintIsTheBeginningOfTheSha256OfTheValue() {
        assertThat(new BearerToken("abc").fingerprint()).isEqualTo("ba7816bf");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                SECRET + " ",
                " " + SECRET,
                "rodin secret-0123",
                SECRET + "\n",
                SECRET + "\r\nX-Evil: 1",
                SECRET + "\t",
                SECRET + "\0",
                SECRET + "\u007f",
                SECRET + "é",
                SECRET + "\u00a0",
                SECRET + "\u2028"
            })
    void tokenThatNoHeaderAllowsIsRejectedWithoutBeingQuoted(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BearerToken(value))
                .withMessageNotContainingAny("secret", "Evil")
                .withNoCause();
    }
}
