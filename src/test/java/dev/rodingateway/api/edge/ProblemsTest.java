package dev.rodingateway.api.edge;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.rodingateway.api.RawAnswer;
import dev.rodingateway.rodin.WireMockRodin;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of the contract's table of problems. */
@QuarkusTest
@WithTestResource(value = WireMockRodin.class, initArgs = @ResourceArg(name = WireMockRodin.TIMEOUT, value = "2500ms"))
class ProblemsTest {

    private static final String MESSAGE_OF_RODIN = "a sentence of Rodin's own";

    WireMockServer rodin;

    static Stream<Arguments> answersOfRodin() {
        return Stream.of(
                row(404, "task-not-found", "NO_SUCH_TASK", refusal(201, "NO_SUCH_TASK")),
                row(404, "task-not-found", "NO_SUCH_TASK", refusal(404, "NO_SUCH_TASK")),
                row(404, "task-not-found", "NO_SUCH_TASK", refusal(400, "NO_SUCH_TASK")),
                row(404, "task-not-found", null, answer(404, "<html>not found</html>")),
                row(400, "invalid-key", "INVALID_REQUEST", refusal(400, "INVALID_REQUEST")),
                row(400, "invalid-key", "INVALID_REQUEST", refusal(201, "INVALID_REQUEST")),
                row(502, "upstream-credentials", "UNAUTHORIZED", refusal(401, "UNAUTHORIZED")),
                row(502, "upstream-credentials", null, answer(401, "")),
                row(502, "upstream-credentials", null, answer(403, "<html>forbidden</html>")),
                row(502, "upstream-credentials", "USER_NOT_FOUND", refusal(201, "USER_NOT_FOUND")),
                row(502, "upstream-credentials", "GROUP_NOT_FOUND", refusal(403, "GROUP_NOT_FOUND")),
                row(502, "upstream-credentials", "PERMISSION_DENIED", refusal(201, "PERMISSION_DENIED")),
                row(502, "upstream-account", "API_INSUFFICIENT_FUNDS", refusal(201, "API_INSUFFICIENT_FUNDS")),
                row(502, "upstream-account", "INSUFFICIENT_FUND", refusal(400, "INSUFFICIENT_FUND")),
                row(502, "upstream-account", "NO_ACTIVE_SUBSCRIPTION", refusal(201, "NO_ACTIVE_SUBSCRIPTION")),
                row(
                        502,
                        "upstream-account",
                        "API_SUBSCRIPTION_PLAN_TOO_LOW",
                        refusal(403, "API_SUBSCRIPTION_PLAN_TOO_LOW")),
                row(502, "upstream-invalid-response", null, answer(201, "<html>hello</html>")),
                row(502, "upstream-invalid-response", null, answer(201, "{\"jobs\":[")),
                row(502, "upstream-invalid-response", null, answer(201, "{}")),
                row(502, "upstream-invalid-response", null, answer(200, "")),
                row(502, "upstream-invalid-response", null, answer(201, "{\"jobs\":[]}" + " ".repeat(256 * 1024))),
                row(502, "upstream-invalid-response", null, answer(302, "").withHeader("Location", "http://[::1]:1/")),
                row(502, "upstream-invalid-response", null, answer(201, "x").withFault(Fault.MALFORMED_RESPONSE_CHUNK)),
                row(502, "upstream-error", null, answer(502, "<html>bad gateway</html>")),
                row(502, "upstream-error", "UNKNOWN", refusal(500, "UNKNOWN")),
                row(
                        502,
                        "upstream-error",
                        "API_PARALLELISM_LIMIT_REACHED",
                        refusal(201, "API_PARALLELISM_LIMIT_REACHED")),
                row(502, "upstream-error", null, refusal(201, "not a code of Rodin's")),
                row(503, "upstream-unavailable", null, answer(201, "").withFault(Fault.CONNECTION_RESET_BY_PEER)),
                row(503, "upstream-unavailable", null, answer(201, "").withFault(Fault.EMPTY_RESPONSE)),
                row(504, "upstream-timeout", null, answer(201, "{\"jobs\":[]}").withFixedDelay(10_000)));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("answersOfRodin")
    void failuresOfRodinAreProblems(
            int httpStatus, String code, @Nullable String upstreamCode, ResponseDefinitionBuilder answer) {
        Response response = lookUpAnsweredWith(answer);

        assertProblem(response, httpStatus, code, upstreamCode);
    }

    @Test
    void unavailableRodinIsAProblemWithRetryAfter() {
        Response response = lookUpAnsweredWith(answer(201, "").withFault(Fault.CONNECTION_RESET_BY_PEER));

        assertThat(response.header("Retry-After")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/tasks//status",
                "/tasks//events",
                "/tasks/%20/status",
                "/tasks/./status",
                "/tasks/../status",
                "/tasks/%2e/status",
                "/tasks/%2E%2e/status",
                "/tasks/.%2e/status",
                "/tasks/x/../demo/status",
                "/tasks/demo/./status",
                "/tasks/a%2Fb/status",
                "/tasks/a%252Fb/status",
                "/tasks/a;x=1/status",
                "/tasks/a/status;x=1",
                "/%74asks/a;x=1/status",
                "/tasks;x=1/a/status",
                "/tasks/a%3Bx/status",
                "/tasks/%C3%A9/status",
                "/tasks/a%00b/status",
                "/tasks/a%0Ab/status",
                "/tasks/%zz/status",
                "/tasks/a+b/status",
                "/tasks/a%/status",
                "/tasks/a\"b/status",
                "/tasks/a{b}/status",
                "/tasks/\u00e9/status"
            })
    void malformedKeyIsRejectedWithoutACheck(String path) {
        RawAnswer answer = RawAnswer.toGet(RestAssured.port, path);

        assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 400 Bad Request");
        assertThat(answer.head()).contains("application/problem+json", "X-Content-Type-Options: nosniff");
        assertThat(answer.body()).contains("\"code\":\"invalid-key\"", "\"status\":400");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//tasks/demo/status",
                "//tasks/demo/events",
                "//tasks/status",
                "/tasks/demo//status",
                "/tasks/demo/status//",
                "/tasks/demo/events//",
                "/tasks///status",
                "//tasks//status",
                "//tasks/a;x=1/status",
                "//",
                "/q//openapi"
            })
    void emptySegmentBesideAValidKeyIsNotFound(String path) {
        RawAnswer answer = RawAnswer.toGet(RestAssured.port, path);

        assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 404 Not Found");
        assertThat(answer.head()).contains("application/problem+json", "X-Content-Type-Options: nosniff");
        assertThat(answer.body()).contains("\"code\":\"not-found\"", "\"status\":404");
    }

    @Test
    void callerThatAcceptsOnlyProblemsGetsTheProblem() {
        RequestSpecification onlyProblems = given().accept(Problem.MEDIA_TYPE);

        assertProblem(onlyProblems.get("/tasks/not*a*key/status"), 400, "invalid-key", null);
        onlyProblems.head("/tasks/not*a*key/status").then().statusCode(400).contentType(Problem.MEDIA_TYPE);
        assertProblem(
                onlyProblems.contentType("application/json").body("{}").post("/tasks/status"),
                400,
                "invalid-request",
                null);
    }

    @Test
    void requestLineThatIsTooLongIsAProblem() {
        RawAnswer answer = RawAnswer.toGet(RestAssured.port, "/tasks/" + "a".repeat(17_000) + "/status");

        assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 414 Request-URI Too Long");
        assertThat(answer.head()).contains("application/problem+json", "X-Content-Type-Options: nosniff");
        assertThat(answer.body()).contains("\"code\":\"uri-too-long\"");
    }

    @Test
    void headersThatAreTooLargeAreAProblem() {
        given().header("X-Long", "a".repeat(21_000))
                .get("/tasks/a/status")
                .then()
                .statusCode(431)
                .contentType("application/problem+json")
                .header("X-Content-Type-Options", "nosniff")
                .body("code", org.hamcrest.Matchers.equalTo("request-header-fields-too-large"));
    }

    @Test
    void malformedPathOutsideTheTasksIsAnInvalidRequest() {
        RawAnswer answer = RawAnswer.toGet(RestAssured.port, "/%zz");

        assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 400 Bad Request");
        assertThat(answer.body()).contains("\"code\":\"invalid-request\"");
    }

    @Test
    void keyThatIsTooLongIsRejectedWithoutACheck() {
        Response response = given().get("/tasks/" + "a".repeat(2049) + "/status");

        assertProblem(response, 400, "invalid-key", null);
    }

    @Test
    void unknownPathIsNotFound() {
        assertProblem(given().get("/nothing/here"), 404, "not-found", null);
    }

    @Test
    void otherMethodIsNotAllowedAndAllowIsReturned() {
        Response response = given().delete("/tasks/a-key/status");

        assertProblem(response, 405, "method-not-allowed", null);
        assertThat(response.header("Allow")).contains("GET", "HEAD");
    }

    @Test
    void otherMediaTypeIsNotAcceptable() {
        assertProblem(given().accept("text/html").get("/tasks/a-key/status"), 406, "not-acceptable", null);
        assertProblem(
                given().accept("application/problem+json;q=0, text/html").get("/tasks/a-key/status"),
                406,
                "not-acceptable",
                null);
    }

    @Test
    void bodyThatIsTooLargeIsNotRead() {
        RequestSpecification request = given().contentType("application/json").body("x".repeat(256 * 1024 + 1));

        assertProblem(request.post("/tasks/a-key/status"), 413, "payload-too-large", null);
    }

    private Response lookUpAnsweredWith(ResponseDefinitionBuilder answer) {
        String key = "key-" + UUID.randomUUID();
        rodin.stubFor(post(urlEqualTo("/api/v2/status"))
                .withRequestBody(matchingJsonPath("$.subscription_key", equalTo(key)))
                .willReturn(answer));
        return given().get("/tasks/{key}/status", key);
    }

    private static void assertProblem(Response response, int httpStatus, String code, @Nullable String upstreamCode) {
        assertThat(response.statusCode()).isEqualTo(httpStatus);
        assertThat(response.contentType()).isEqualTo("application/problem+json");
        assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        ObjectNode problem = response.as(ObjectNode.class);
        assertThat(problem.remove("title").textValue()).isNotBlank();
        assertThat(problem.remove("detail").textValue())
                .endsWith(".")
                .doesNotContain(MESSAGE_OF_RODIN, "Exception", "dev.rodingateway");
        assertThat(problem.remove("instance").textValue())
                .isEqualTo("urn:rodin-gateway:request:" + response.header("X-Request-Id"));
        ObjectNode expected = new ObjectMapper()
                .createObjectNode()
                .put("type", "urn:rodin-gateway:problem:" + code)
                .put("status", httpStatus)
                .put("code", code);
        if (upstreamCode != null) {
            expected.put("upstreamCode", upstreamCode);
        }
        assertThat(problem).isEqualTo(expected);
    }

    private static Arguments row(
            int httpStatus, String code, @Nullable String upstreamCode, ResponseDefinitionBuilder answer) {
        return Arguments.of(httpStatus, code, upstreamCode, answer);
    }

    private static ResponseDefinitionBuilder refusal(int httpStatus, String code) {
        return answer(httpStatus, "{\"error\":\"" + code + "\",\"message\":\"" + MESSAGE_OF_RODIN + "\"}");
    }

    private static ResponseDefinitionBuilder answer(int httpStatus, String body) {
        return aResponse().withStatus(httpStatus).withBody(body);
    }
}
