package dev.rodingateway.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The number of replicas in an upgrade while an autoscaler may have set another one. */
class ChartReplicasTest {

    private static final Map<String, ?> AUTOSCALED =
            Map.of("autoscaling.enabled", true, "autoscaling.minReplicas", 3, "autoscaling.maxReplicas", 10);

    @ParameterizedTest
    @CsvSource({"6, 6", "0, 3"})
    void enablingTheAutoscalerKeepsTheCurrentReplicas(int live, int replicas) {
        try (ApiServer cluster = ApiServer.start().withDeployment(live)) {
            assertThat(spec(Chart.renderIn(cluster.url(), AUTOSCALED)).path("replicas"))
                    .isEqualTo(number(replicas));
        }
    }

    @ParameterizedTest
    @CsvSource({"7", "0"})
    void upgradeKeepsTheReplicasThatTheAutoscalerHasSet(int live) {
        try (ApiServer cluster = ApiServer.start().withDeployment(live).withAutoscaler()) {
            assertThat(spec(Chart.renderIn(cluster.url(), AUTOSCALED)).path("replicas"))
                    .isEqualTo(number(live));
        }
    }

    @Test
    void withoutAnAutoscalerTheValueApplies() {
        try (ApiServer cluster = ApiServer.start().withDeployment(6)) {
            assertThat(spec(Chart.renderIn(cluster.url(), Map.of("replicaCount", 4)))
                            .path("replicas"))
                    .isEqualTo(number(4));
        }
    }

    @Test
    void installationLeavesTheReplicasToTheAutoscaler() {
        try (ApiServer cluster = ApiServer.start()) {
            assertThat(spec(Chart.renderIn(cluster.url(), AUTOSCALED)).has("replicas"))
                    .isFalse();
        }
        assertThat(spec(Chart.render(AUTOSCALED)).has("replicas")).isFalse();
    }

    private static JsonNode spec(Chart.Manifests manifests) {
        return manifests.one("Deployment").path("spec");
    }

    private static JsonNode number(int number) {
        return Chart.YAML.getNodeFactory().numberNode(number);
    }
}
