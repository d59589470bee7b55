package dev.rodingateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The series of {@code http_server_requests_seconds}, on which dashboards and alerts are built. */
class RequestTimersTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RequestTimers timers = new RequestTimers(meters);

    @ParameterizedTest
    @CsvSource({
        "GET,   TASK_STATUS, 200, 'method=GET outcome=SUCCESS status=200 uri=/tasks/{key}/status'",
        "GET,   TASK_STATUS, 304, 'method=GET outcome=REDIRECTION status=304 uri=/tasks/{key}/status'",
        "GET,   TASK_STATUS, 404, 'method=GET outcome=CLIENT_ERROR status=404 uri=/tasks/{key}/status'",
        "GET,   TASK_EVENTS, 503, 'method=GET outcome=SERVER_ERROR status=503 uri=/tasks/{key}/events'",
        "GET,   TASK_EVENTS, 0,   'method=GET outcome=CLIENT_ERROR status=RESET uri=/tasks/{key}/events'",
        "POST,  TASK_LIST,   413, 'method=POST outcome=CLIENT_ERROR status=413 uri=/tasks/status'",
        "GET,   OTHER,       404, 'method=GET outcome=CLIENT_ERROR status=404 uri=NOT_FOUND'",
        "GET,   OTHER,       414, 'method=GET outcome=CLIENT_ERROR status=414 uri=OTHER'",
        "GET,   ROOT,        200, 'method=GET outcome=SUCCESS status=200 uri=root'",
        "GET,   ROOT,        404, 'method=GET outcome=CLIENT_ERROR status=404 uri=root'",
        "GET,   WATCH_STYLE, 200, 'method=GET outcome=SUCCESS status=200 uri=/watch.css'",
        "GET,   WATCH_STYLE, 304, 'method=GET outcome=REDIRECTION status=304 uri=REDIRECTION'",
        "GET,   UNDECODABLE, 400, 'method=GET outcome=CLIENT_ERROR status=400 uri=/bad-request'",
        "PURGE, TASK_STATUS, 405, 'method=OTHER outcome=CLIENT_ERROR status=405 uri=/tasks/{key}/status'",
        "GET,   TASK_STATUS, 599, 'method=GET outcome=SERVER_ERROR status=599 uri=/tasks/{key}/status'"
    })
    void timerHasTheTagsOfTheResponse(String method, HttpRoute route, int status, String tags) {
        Timer timer = timers.of(method, route, status);

        assertThat(timer.getId().getName()).isEqualTo("http.server.requests");
        assertThat(timer.getId().getTags().stream()
                        .sorted()
                        .map(RequestTimersTest::text)
                        .toList())
                .isEqualTo(List.of(tags.split(" ")));
        assertThat(timers.of(method, route, status)).as("found again").isSameAs(timer);
    }

    @Test
    void noTwoResponsesShareATimer() {
        for (HttpRoute route : new HttpRoute[] {HttpRoute.TASK_STATUS, HttpRoute.TASK_EVENTS}) {
            for (String method : new String[] {"GET", "HEAD"}) {
                for (int status : new int[] {RequestTimers.RESET, 100, 200, 599}) {
                    timers.of(method, route, status);
                }
            }
        }

        assertThat(meters.getMeters()).hasSize(16);
    }

    @Test
    void methodsThatCallersInventShareATimer() {
        assertThat(timers.of("PURGE", HttpRoute.OTHER, 404)).isSameAs(timers.of("BREW", HttpRoute.OTHER, 404));
    }

    private static String text(Tag tag) {
        return tag.getKey() + "=" + tag.getValue();
    }
}
