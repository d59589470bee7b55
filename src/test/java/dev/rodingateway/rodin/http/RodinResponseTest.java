package dev.rodingateway.rodin.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RodinResponseTest {

    @Test
    void responseDoesNotPrintItsContent() {
        assertThat(new RodinResponse(429, "secret".getBytes(UTF_8), "soon"))
                .hasToString("RodinResponse[httpStatus=429, body=6 bytes]");
    }

    @Test
    void responsesWithTheSameContentAreEqual() {
        // Given
        RodinResponse answer = new RodinResponse(201, "{}".getBytes(UTF_8), "7");

        // Then
        assertThat(answer)
                .isEqualTo(new RodinResponse(201, "{}".getBytes(UTF_8), "7"))
                .hasSameHashCodeAs(new RodinResponse(201, "{}".getBytes(UTF_8), "7"))
                .isNotEqualTo(new RodinResponse(200, "{}".getBytes(UTF_8), "7"))
                .isNotEqualTo(new RodinResponse(201, "[]".getBytes(UTF_8), "7"))
                .isNotEqualTo(new RodinResponse(201, "{}".getBytes(UTF_8), null));
    }
}
