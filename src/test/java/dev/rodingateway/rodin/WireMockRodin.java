package dev.rodingateway.rodin;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** A Rodin for the gateway under test; fields of type {@link WireMockServer} are given it. */
public final class WireMockRodin implements QuarkusTestResourceLifecycleManager {

    /** Names the argument that sets the time limit of a check. */
    public static final String TIMEOUT = "timeout";

    public static final String API_KEY = "test-api-key";

    private final WireMockServer rodin = new WireMockServer(options().dynamicPort());
    private String timeout = "10s";

    @Override
    public void init(Map<String, String> args) {
        timeout = args.getOrDefault(TIMEOUT, timeout);
    }

    @Override
    public Map<String, String> start() {
        rodin.start();
        return Map.of(
                "rodin.url",
                rodin.baseUrl(),
                "rodin.api-key",
                API_KEY,
                "gateway.upstream.timeout",
                timeout,
                "gateway.upstream.requests-per-minute",
                "100000");
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(rodin, new TestInjector.MatchesType(WireMockServer.class));
    }

    @Override
    public void stop() {
        rodin.stop();
    }
}
