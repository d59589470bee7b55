package dev.rodingateway.rodin;

import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The client as the gateway has it, but of a Rodin of the test's own. To be used in a running Quarkus. */
final class ClientAt implements AutoCloseable {

    static final TaskKey KEY = new TaskKey("a-key.of-a_task");

    private static final Duration AMPLE = Duration.ofSeconds(10);

    private final RodinEndpoint endpoint;
    private final RodinClient client;
    private final Budget budget;
    private final Breaker breaker;
    private final MeterRegistry meters = new SimpleMeterRegistry();

    ClientAt(URI url) {
        this(url, AMPLE);
    }

    ClientAt(URI url, Duration timeout) {
        this(url, timeout, 100_000);
    }

    ClientAt(URI url, Duration timeout, RodinTls tls) {
        this(url, timeout, 100_000, keyOf(url), tls);
    }

    ClientAt(URI url, Duration timeout, int perMinute) {
        this(url, timeout, perMinute, keyOf(url));
    }

    ClientAt(URI url, Duration timeout, int perMinute, BearerTokens tokens) {
        this(url, timeout, perMinute, tokens, new RodinTls(Optional.empty()));
    }

    ClientAt(URI url, Duration timeout, int perMinute, BearerTokens tokens, RodinTls tls) {
        RodinConfig rodin = new Settings(url, Optional.empty(), Optional.empty());
        UpstreamConfig upstream = new Limits(perMinute, timeout);
        Budget budget = RodinProducer.budget(upstream);
        Breaker breaker = RodinProducer.breaker();
        this.budget = budget;
        this.breaker = breaker;
        this.endpoint = RodinApiProducer.rodinEndpoint(rodin, upstream, tls);
        this.client = new RodinClient(
                new ConfirmedRodin(
                        new AuthenticatedRodin(
                                new GuardedRodin(new Call(endpoint, budget), budget, breaker), tokens, upstream),
                        endpoint),
                budget,
                new CheckReports(new CheckMetrics(meters, budget, breaker), new CheckStateLog(tokens, budget)));
    }

    private static BearerTokens keyOf(URI url) {
        return new BearerTokens(
                new Settings(url, Optional.of(WireMockRodin.API_KEY), Optional.empty()), Ticker.systemTicker());
    }

    MeterRegistry meters() {
        return meters;
    }

    RodinClient client() {
        return client;
    }

    RodinEndpoint endpoint() {
        return endpoint;
    }

    Budget budget() {
        return budget;
    }

    Breaker breaker() {
        return breaker;
    }

    TaskStatus check() {
        return check(client);
    }

    /** Returns what a check ends with, or fails when that is a status. */
    LookupFailure failure() {
        return failure(client);
    }

    static TaskStatus check(RodinClient client) {
        return check(client, KEY);
    }

    TaskStatus check(TaskKey key) {
        return check(client, key);
    }

    private static TaskStatus check(RodinClient client, TaskKey key) {
        return client.check(key, Purpose.FIRST, null)
                .await()
                .atMost(AMPLE.plusSeconds(5))
                .status();
    }

    /** Returns what a check ends with, or fails when that is a status or anything but a failure of ours. */
    static LookupFailure failure(RodinClient client) {
        Throwable thrown = catchThrowable(() -> check(client));
        if (thrown instanceof LookupFailure failure) {
            return failure;
        }
        throw new AssertionError("a check ended with neither a failure of ours nor in time", thrown);
    }

    @Override
    public void close() throws IOException {
        endpoint.close();
    }

    private record Limits(int requestsPerMinute, Duration timeout) implements UpstreamConfig {}

    /** Settings as a value. */
    record Settings(URI url, Optional<String> apiKey, Optional<String> apiKeyFile) implements RodinConfig {}
}
