package dev.rodingateway.api;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.simulator.SampleKeys;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many look-ups in one request, over the whole road. */
@QuarkusTest
@WithTestResource(SimulatorResource.class)
class TaskListResourceTest {

    private static final String LIST = "/tasks/status";

    @SimulatorResource.Url
    String simulator;

    @Test
    void eachKeyIsAnsweredInItsPlaceWithATaskOrAProblem() {
        String task = newKey("empty");
        int before = checks();

        Response list = ask(task, "not a key", newKey("no-such-task"), task, newKey("credentials-refused"));

        list.then()
                .statusCode(200)
                .header("Content-Type", "application/json")
                .header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .body("tasks", hasSize(5))
                .body("tasks.collect { it.task?.status }", contains("waiting", null, null, "waiting", null))
                .body(
                        "tasks.collect { it.problem?.code }",
                        contains(null, "invalid-key", "task-not-found", null, "upstream-credentials"))
                .body("tasks[0]", not(hasKey("problem")))
                .body("tasks[1]", not(hasKey("task")))
                .body("tasks[2].problem.upstreamCode", equalTo("NO_SUCH_TASK"));
        assertThat(checks() - before).isEqualTo(3);
        assertThat(list.asString()).doesNotContain(task, "not a key");
    }

    @Test
    void taskAndProblemAreWhatASingleLookUpAnswers() throws Exception {
        String task = newKey("empty");
        String gone = newKey("no-such-task");

        JsonNode list = new ObjectMapper().readTree(ask(task, gone).asString());

        for (int i = 0; i < 2; i++) {
            String single = when().get(
                            "/tasks/{key}/status", List.of(task, gone).get(i))
                    .asString();
            JsonNode told = list.get("tasks").get(i).elements().next();
            assertThat(told.fieldNames()).toIterable().containsExactlyElementsOf(fieldNames(single));
            assertThat(told.get("status"))
                    .isEqualTo(new ObjectMapper().readTree(single).get("status"));
        }
    }

    @Test
    void listAndSingleLookUpShareWhatIsKept() {
        String key = newKey("empty");
        int before = checks();

        when().get("/tasks/{key}/status", key).then().statusCode(200);
        ask(key).then().statusCode(200).body("tasks[0].task.status", equalTo("waiting"));

        assertThat(checks() - before).isEqualTo(1);
    }

    @Test
    void hundredKeysAsRodinMintsThemAreAnswered() {
        String[] keys = IntStream.rangeClosed(1, 100)
                .mapToObj(i -> SampleKeys.forJobs(8) + "-" + i)
                .toArray(String[]::new);

        ask(keys).then().statusCode(200).body("tasks", hasSize(100)).body("tasks[99]", notNullValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"keys\":",
                "{}",
                "{\"keys\":\"a\"}",
                "{\"keys\":[]}",
                "{\"keys\":[1]}",
                "{\"keys\":[\"a\"]}x",
                "{\"keys\":[\"a\"],\"keys\":[\"a\"]}"
            })
    void bodyThatIsNoListOfKeysIsAnInvalidRequest(String body) {
        given().contentType("application/json")
                .body(body)
                .post(LIST)
                .then()
                .statusCode(400)
                .contentType(equalTo("application/problem+json"))
                .header("Cache-Control", "no-store")
                .body("code", equalTo("invalid-request"));
    }

    @Test
    void missingBodyIsAnInvalidRequest() {
        given().contentType("application/json")
                .post(LIST)
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid-request"));
    }

    @Test
    void moreThanAHundredKeysAreAnInvalidRequest() {
        ask(IntStream.range(0, 101).mapToObj(i -> "key-" + i).toArray(String[]::new))
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid-request"));
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, 415, unsupported-media-type",
        "application/x-www-form-urlencoded, 415, unsupported-media-type",
        "nonsense, 415, unsupported-media-type",
        "application/json; charset=nonsense, 200, waiting",
    })
    void bodyOfAnotherMediaTypeIsNotRead(String mediaType, int httpStatus, String expected) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + LIST))
                                .header("Content-Type", mediaType)
                                .POST(BodyPublishers.ofString("{\"keys\":[\"empty-1\"]}"))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(httpStatus);
        assertThat(answer.body()).contains(expected);
    }

    @Test
    void bodyThatIsTooLargeIsNotRead() {
        given().contentType("application/json")
                .body("{\"keys\":[\"" + "a".repeat(256 * 1024) + "\"]}")
                .post(LIST)
                .then()
                .statusCode(413)
                .contentType(equalTo("application/problem+json"))
                .body("code", equalTo("payload-too-large"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE"})
    void otherMethodIsNotAllowedAndToldWhichAre(String method) {
        for (String path : List.of(LIST, LIST + "/")) {
            given().request(method, path).then().statusCode(405).header("Allow", "POST, OPTIONS");
        }
    }

    @Test
    void optionsTellsTheMethodsOfEachPath() {
        when().options(LIST)
                .then()
                .statusCode(204)
                .header("Allow", "POST, OPTIONS")
                .body(emptyString());
        assertThat(when().options("/tasks/a-key/status").header("Allow").split(",\\s*"))
                .containsExactlyInAnyOrder("GET", "HEAD", "OPTIONS");
    }

    @Test
    void pathOfTheListAndPathsOfTasksDoNotMix() {
        when().get("/tasks/status-1/status").then().statusCode(404).body("code", equalTo("task-not-found"));
        given().post("/tasks/status-1/status").then().statusCode(405).header("Allow", "GET, HEAD, OPTIONS");
        when().get("/tasks/status/status").then().statusCode(404).body("code", equalTo("not-found"));
    }

    private static Response ask(String... keys) {
        return given().contentType("application/json")
                .body(Map.of("keys", keys))
                .post(LIST);
    }

    private static List<String> fieldNames(String json) throws Exception {
        List<String> names = new ArrayList<>();
        new ObjectMapper().readTree(json).fieldNames().forEachRemaining(names::add);
        return names;
    }

    private int checks() {
        return when().get(simulator + "/simulator/checks").path("total");
    }

    private static String newKey(String scenario) {
        return scenario + "-" + UUID.randomUUID();
    }
}
