package dev.rodingateway.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A list in the packaged application; a native executable needs its JSON classes registered. */
@QuarkusIntegrationTest
@WithTestResource(SimulatorResource.class)
class TaskListIT {

    @Test
    void eachKeyHasATaskOrAProblemInTheOrderOfTheRequest() {
        given().contentType("application/json")
                .body(Map.of("keys", List.of("demo-list", "unknown-task", "not a key")))
                .post("/tasks/status")
                .then()
                .statusCode(200)
                .body("tasks.size()", equalTo(3))
                .body("tasks[0].task.status", equalTo("waiting"))
                .body("tasks[0].task.pollAfterMs", notNullValue())
                .body("tasks[1].problem.code", equalTo("task-not-found"))
                .body("tasks[2].problem.code", equalTo("invalid-key"));
    }
}
