package dev.rodingateway.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rodingateway.rodin.WireMockRodin;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@QuarkusIntegrationTest
@WithTestResource(WireMockRodin.class)
class OpenApiIT {

    @Test
    void servedDescriptionIsTheOneInDocs() throws IOException {
        String served = given().get("/q/openapi").asString();
        YAMLMapper yaml = new YAMLMapper();

        assertThat(yaml.readTree(served)).isEqualTo(yaml.readTree(Files.readString(Path.of("docs/openapi.yaml"))));
    }
}
