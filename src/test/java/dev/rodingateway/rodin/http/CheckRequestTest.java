package dev.rodingateway.rodin.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.Deadline;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.rodin.token.BearerToken;
import dev.rodingateway.task.TaskKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckRequestTest {

    private static final CheckRequest REQUEST = CheckRequest.of(new Check(
            new TaskKey("secret.key-of~a_task"),
            RequestClass.FIRST,
            new BearerToken("secret-token"),
            new Deadline(Ticker.disabledTicker(), 0)));

    @Test
    void requestPrintsNeitherKeyNorToken() {
        assertThat(List.of(REQUEST)).hasToString("[CheckRequest[***]]");
    }

    @Test
    void bodyNamesTheKeyAsRodinDoesAndHoldsNothingElse() throws JsonProcessingException {
        assertThat(new ObjectMapper().writeValueAsString(REQUEST))
                .isEqualTo("{\"subscription_key\":\"secret.key-of~a_task\"}");
    }
}
