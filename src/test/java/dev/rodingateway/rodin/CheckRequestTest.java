package dev.rodingateway.rodin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.task.TaskKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckRequestTest {

    private static final CheckRequest REQUEST = CheckRequest.of(new TaskKey("secret.key-of~a_task"));

    @Test
    void requestPrintsNothingOfTheKey() {
        assertThat(List.of(REQUEST)).hasToString("[CheckRequest[***]]");
    }

    @Test
    void requestNamesTheKeyAsRodinDoes() throws JsonProcessingException {
        assertThat(new ObjectMapper().writeValueAsString(REQUEST))
                .isEqualTo("{\"subscription_key\":\"secret.key-of~a_task\"}");
    }
}
