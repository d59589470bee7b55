package dev.rodingateway.rodin;

import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.breaker.CircuitBreaker;
import dev.rodingateway.rodin.breaker.GuardedRodin;
import dev.rodingateway.rodin.budget.Budget;
import dev.rodingateway.rodin.connection.RodinTls;
import dev.rodingateway.rodin.http.RodinApiProducer;
import dev.rodingateway.rodin.http.RodinCall;
import dev.rodingateway.rodin.http.RodinEndpoint;
import dev.rodingateway.rodin.token.AuthenticatedRodin;
import dev.rodingateway.rodin.token.TokenStore;
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
public final class ClientAt implements AutoCloseable {

    public static final TaskKey KEY = new TaskKey("a-key.of-a_task");

    private static final Duration AMPLE = Duration.ofSeconds(10);

    private final RodinEndpoint endpoint;
    private final RodinClient client;
    private final Budget budget;
    private final CircuitBreaker breaker;
    private final MeterRegistry meters = new SimpleMeterRegistry();

    public ClientAt(URI url) {
        this(url, AMPLE);
    }

    public ClientAt(URI url, Duration timeout) {
        this(url, timeout, 100_000);
    }

    public ClientAt(URI url, Duration timeout, RodinTls tls) {
        this(url, timeout, 100_000, keyOf(url), tls);
    }

    public ClientAt(URI url, Duration timeout, int perMinute) {
        this(url, timeout, perMinute, keyOf(url));
    }

    public ClientAt(URI url, Duration timeout, int perMinute, TokenStore tokens) {
        this(url, timeout, perMinute, tokens, new RodinTls(Optional.empty()));
    }

    public ClientAt(URI url, Duration timeout, int perMinute, TokenStore tokens, RodinTls tls) {
        RodinConfig rodin = new Settings(url, Optional.empty(), Optional.empty());
        UpstreamConfig upstream = new Limits(perMinute, timeout);
        Budget budget = RodinProducer.budget(upstream);
        CircuitBreaker breaker = RodinProducer.breaker();
        this.budget = budget;
        this.breaker = breaker;
        this.endpoint = RodinApiProducer.rodinEndpoint(rodin, upstream, tls);
        this.client = new RodinClient(
                new ConfirmedRodin(
                        new AuthenticatedRodin(
                                new GuardedRodin(new RodinCall(endpoint, budget), budget, breaker), tokens, upstream),
                        endpoint),
                budget,
                new CheckMetrics(meters, budget, breaker),
                new CheckStateLog(tokens, budget));
    }

    private static TokenStore keyOf(URI url) {
        return new TokenStore(
                new Settings(url, Optional.of(WireMockRodin.API_KEY), Optional.empty()), Ticker.systemTicker());
    }

    MeterRegistry meters() {
        return meters;
    }

    public RodinClient client() {
        return client;
    }

    RodinEndpoint endpoint() {
        return endpoint;
    }

    public Budget budget() {
        return budget;
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    public TaskStatus check() {
        return check(client);
    }

    /** Returns what a check ends with, or fails when that is a status. */
    public LookupFailure failure() {
        return failure(client);
    }

    public static TaskStatus check(RodinClient client) {
        return check(client, KEY);
    }

    public TaskStatus check(TaskKey key) {
        return check(client, key);
    }

    private static TaskStatus check(RodinClient client, TaskKey key) {
        return client.check(key, RequestClass.FIRST, null)
                .await()
                .atMost(AMPLE.plusSeconds(5))
                .status();
    }

    /** Returns what a check ends with, or fails when that is a status or anything but a failure of ours. */
    public static LookupFailure failure(RodinClient client) {
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
    public record Settings(URI url, Optional<String> apiKey, Optional<String> apiKeyFile) implements RodinConfig {}
}
