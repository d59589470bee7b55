package dev.rodingateway.api;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.rodingateway.task.TaskKey;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Removal of a task by an operator. */
@QuarkusTest
@WithTestResource(SimulatorResource.class)
class TaskRemovalTest {

    private static final String KEY = "empty-to-be-removed";
    private static final String STATUS = "/tasks/" + KEY + "/status";

    /** With a root path of health and metrics, which does not apply to tasks. */
    @TestHTTPResource(management = true)
    URI management;

    @Test
    void removedTaskIsCheckedAgainAndTheRemovalIsLoggedWithoutItsKey() {
        when().get(STATUS).then().header("Cache-Status", equalTo("rodin-gateway; fwd=miss; stored"));
        when().get(STATUS).then().header("Cache-Status", startsWith("rodin-gateway; hit"));

        try (LoggedRecords log = new LoggedRecords(TaskRemoval.class.getName())) {
            when().delete(tasks() + KEY).then().statusCode(204);

            assertThat(log.records().stream().map(line -> line.get("message")).toList())
                    .containsExactly("The task " + new TaskKey(KEY).fingerprint() + " was removed by an operator.");
        }
        when().get(STATUS).then().header("Cache-Status", equalTo("rodin-gateway; fwd=miss; stored"));
    }

    @Test
    void unknownTaskCanBeRemoved() {
        when().delete(tasks() + "never-asked").then().statusCode(204).header("Date", notNullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"not%20a%20key", "%C3%A4", "a%2Fb", "%00"})
    void invalidKeyIsRejected(String segment) {
        given().urlEncodingEnabled(false).delete(tasks() + segment).then().statusCode(400);
    }

    @Test
    void mainPortHasNoSuchRoute() {
        when().delete("/tasks/" + KEY).then().statusCode(404);
        when().delete(STATUS).then().statusCode(405);
    }

    @Test
    void metricsContainNoKeys() {
        when().delete(tasks() + "removed-and-measured").then().statusCode(204);

        String metrics = when().get(management.resolve("/q/metrics")).asString();

        assertThat(metrics).contains("gateway_lookups_total").doesNotContain("removed-and-measured");
    }

    private URI tasks() {
        return management.resolve("/tasks/");
    }
}
