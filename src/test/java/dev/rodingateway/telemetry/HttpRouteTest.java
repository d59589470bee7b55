package dev.rodingateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpRouteTest {

    @ParameterizedTest
    @CsvSource({
        "/tasks/a-key/status, TASK_STATUS",
        "/tasks//status, TASK_STATUS",
        "/tasks/%61/status, TASK_STATUS",
        "/tasks/a-key/events, TASK_EVENTS",
        "/tasks/status, TASK_LIST",
        "/tasks/status/status, TASK_STATUS",
        "/tasks/a-key, OTHER",
        "/tasks/a-key/, OTHER",
        "/tasks/a-key/states, OTHER",
        "/tasks/a-key/status/, OTHER",
        "/tasks/a/b/status, OTHER",
        "/tasks/, OTHER",
        "/TASKS/a-key/status, OTHER",
        "/, ROOT",
        "'', ROOT",
        "/watch.js, WATCH_SCRIPT",
        "/bad-request, UNDECODABLE",
        "/q/openapi, API_DESCRIPTION",
        "/q/metrics, FRAMEWORK",
        "/query, OTHER"
    })
    void pathBelongsToOneRoute(String path, HttpRoute route) {
        assertThat(HttpRoute.of(path)).isEqualTo(route);
    }

    @Test
    void requestWithoutAPathIsForTheRoot() {
        assertThat(HttpRoute.of(null)).isEqualTo(HttpRoute.ROOT);
    }

    @Test
    void templatesContainNothingThatCallersSend() {
        assertThat(HttpRoute.of("/tasks/secret/status").template()).isEqualTo("/tasks/{key}/status");
        assertThat(HttpRoute.of("/secret").template()).isEqualTo("OTHER");
        assertThat(HttpRoute.of("/q/secret").template()).isEqualTo("OTHER");
    }
}
