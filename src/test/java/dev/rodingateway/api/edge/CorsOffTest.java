package dev.rodingateway.api.edge;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.rodingateway.api.SimulatorResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** Pages of other origins, by default. */
@QuarkusTest
@WithTestResource(SimulatorResource.class)
class CorsOffTest {

    @Test
    void pagesOfOtherOriginsMayReadNothing() {
        given().header("Origin", "https://app.example.com")
                .get("/tasks/demo-cors/status")
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Origin", nullValue())
                .header("Vary", equalTo("Prefer"));
        given().header("Origin", "https://app.example.com")
                .header("Access-Control-Request-Method", "GET")
                .options("/tasks/demo-cors/status")
                .then()
                .header("Access-Control-Allow-Origin", nullValue());
    }
}
