package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rodingateway.simulator.Answer.Late;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaybookTest {

    private static final Duration LENGTH = Duration.ofSeconds(30);

    private final AtomicLong now = new AtomicLong();
    private final RodinSimulator simulator =
            RodinSimulator.start(new SimulatorSettings("127.0.0.1", 0, Optional.empty(), LENGTH, now::get));
    private final SimulatorClient client = new SimulatorClient(simulator.url());

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void healthyTaskProgressesJobByJobFromWaitingToDone() throws Exception {
        assertThat(client.statusesOf("demo")).containsExactly("Waiting", "Waiting", "Waiting");
        pass(Duration.ofSeconds(5));
        assertThat(client.statusesOf("demo")).containsExactly("Generating", "Waiting", "Waiting");
        pass(Duration.ofSeconds(8));
        assertThat(client.statusesOf("demo")).containsExactly("Done", "Generating", "Waiting");
        pass(Duration.ofSeconds(9));
        assertThat(client.statusesOf("demo")).containsExactly("Done", "Done", "Generating");
        pass(Duration.ofSeconds(8));
        assertThat(client.statusesOf("demo")).containsExactly("Done", "Done", "Done");
        pass(Duration.ofHours(1));
        assertThat(client.statusesOf("demo")).containsExactly("Done", "Done", "Done");
    }

    @Test
    void eachTaskStartsWithItsFirstCheck() throws Exception {
        client.check("demo");
        pass(LENGTH);

        assertThat(client.statusesOf("demo")).containsOnly("Done");
        assertThat(client.statusesOf("demo-2")).containsOnly("Waiting");
    }

    @Test
    void taskStartsAgainAfterAReset() throws Exception {
        client.check("demo");
        pass(LENGTH);

        simulator.reset();

        assertThat(client.statusesOf("demo")).containsOnly("Waiting");
    }

    @Test
    void idsOfJobsAreConstantAndUniqueToTheTask() throws Exception {
        List<String> uuids = SimulatorClient.json(client.check("demo")).findValuesAsText("uuid");
        List<String> again = SimulatorClient.json(client.check("demo")).findValuesAsText("uuid");
        List<String> others = SimulatorClient.json(client.check("demo-2")).findValuesAsText("uuid");

        assertThat(uuids).hasSize(3).doesNotHaveDuplicates().allSatisfy(UUID::fromString);
        assertThat(again).isEqualTo(uuids);
        assertThat(others).doesNotContainAnyElementsOf(uuids);
    }

    @ParameterizedTest
    @CsvSource({
        "failed-7, Failed, Failed, Failed",
        "partial, Done, Done, Failed",
        "canceled, Canceled, Canceled, Canceled",
        "slow-2, Done, Done, Done"
    })
    void taskEndsWithTheStatusOfItsScenario(String key, String first, String second, String third) throws Exception {
        // Given
        Playbook playbook = new Playbook(new Timeline(LENGTH));

        // When
        Answer answer = playbook.answer(key, LENGTH);

        // Then
        Answer.Reply reply = (Answer.Reply) (answer instanceof Late late ? late.answer() : answer);
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.body())
                .containsSubsequence(
                        "\"status\":\"" + first + '"', "\"status\":\"" + second + '"', "\"status\":\"" + third + '"');
    }

    @Test
    void unknownStatusOfAJobStaysWhileAnotherProgresses() throws Exception {
        assertThat(client.statusesOf("unknown-word")).containsExactly("Packing", "Waiting");
        pass(LENGTH);
        assertThat(client.statusesOf("unknown-word")).containsExactly("Packing", "Done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-task", "no-such-task-2", "anything", "not.a.jwt", "a.e30.c"})
    void noSuchTaskIsA201WithAnError(String key) throws Exception {
        HttpResponse<String> response = client.check(key);

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("{\"error\":\"NO_SUCH_TASK\",\"message\":\"task does not exist\"}");
    }

    @Test
    void throttledHasARetryAfter() throws Exception {
        HttpResponse<String> response = client.check("throttled");

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).contains("7");
    }

    @Test
    void slowRespondsAfterThreeSecondsWithoutDelayingOthers() throws Exception {
        Answer answer = new Playbook(new Timeline(LENGTH)).answer("slow", Duration.ZERO);

        assertThat(answer).isInstanceOfSatisfying(Late.class, late -> assertThat(late.delay())
                .isEqualTo(Duration.ofSeconds(3)));
        assertUnanswered("slow");
        assertThat(client.check("demo").statusCode()).isEqualTo(201);
    }

    @Test
    void hangNeverRespondsAndDoesNotDelayOthers() throws Exception {
        assertUnanswered("hang");

        assertThat(simulator.checks("hang")).isEqualTo(1);
        assertThat(client.check("demo").statusCode()).isEqualTo(201);
    }

    @Test
    void brokenIsABadGatewayInHtml() throws Exception {
        HttpResponse<String> response = client.check("broken");

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).isEqualTo("<html>bad gateway</html>");
        assertThat(response.headers().firstValue("Content-Type")).contains("text/html");
    }

    @Test
    void garbageIsATruncatedJsonDocument() throws Exception {
        HttpResponse<String> response = client.check("garbage");

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThatThrownBy(() -> SimulatorClient.json(response)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void credentialsAreRejected() throws Exception {
        HttpResponse<String> response = client.check("credentials-refused");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(SimulatorClient.json(response).path("error").textValue()).isEqualTo("UNAUTHORIZED");
    }

    @Test
    void noFundsIsA201WithAnError() throws Exception {
        HttpResponse<String> response = client.check("no-funds");

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("{\"error\":\"API_INSUFFICIENT_FUNDS\"}");
    }

    @Test
    void emptyHasNoJobs() throws Exception {
        HttpResponse<String> response = client.check("empty");

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("{\"jobs\":[]}");
    }

    @Test
    void keyThatIsAJwtHasItsJobs() throws Exception {
        List<UUID> jobs = List.of(new UUID(1, 1), new UUID(1, 2), new UUID(1, 3), new UUID(1, 4), new UUID(1, 5));
        String key = SampleKeys.of(jobs, Instant.EPOCH);

        assertThat(SimulatorClient.json(client.check(key)).findValuesAsText("uuid"))
                .containsExactlyElementsOf(jobs.stream().map(UUID::toString).toList());
        assertThat(client.statusesOf(key)).hasSize(5).containsOnly("Waiting");
        pass(LENGTH);
        assertThat(client.statusesOf(key)).hasSize(5).containsOnly("Done");
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private void assertUnanswered(String key) {
        HttpRequest impatient = client.statusCall(BodyPublishers.ofString("{\"subscription_key\":\"" + key + "\"}"))
                .timeout(Duration.ofMillis(300))
                .build();
        assertThatThrownBy(() -> SimulatorClient.send(impatient)).isInstanceOf(HttpTimeoutException.class);
    }
}
