package dev.rodingateway.packaged;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Several gateways that share a Redis, and the Rodin that they check tasks with. */
final class Replicas implements AutoCloseable {

    private final RedisProcess redis;
    private final TimedRodin rodin = new TimedRodin();
    private final List<GatewayProcess> gateways = new ArrayList<>();
    private final Map<String, String> settings;

    /** Starts so many gateways; they are processes of their own, so all of them at a time. */
    Replicas(int count, Map<String, String> settings) {
        this(count, RedisProcess.start(), settings);
    }

    /**
     * Starts so many gateways that share through a server that is running.
     *
     * @param redis closed with the gateways
     * @param settings may name another way to the server than its own URL
     */
    Replicas(int count, RedisProcess redis, Map<String, String> settings) {
        this.redis = redis;
        this.settings = settings;
        try {
            for (int i = 0; i < count; i++) {
                gateways.add(GatewayProcess.start(environment(true)));
            }
            gateways.forEach(GatewayProcess::port);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    RedisProcess redis() {
        return redis;
    }

    TimedRodin rodin() {
        return rodin;
    }

    List<GatewayProcess> all() {
        return List.copyOf(gateways);
    }

    GatewayProcess get(int index) {
        return gateways.get(index);
    }

    /** Returns the number of gateways that share through the store at the moment. */
    long available() {
        return gateways.stream()
                .filter(gateway ->
                        RawHttp.get(gateway.managementPort(), "/q/metrics").contains("\ngateway_store_available 1.0"))
                .count();
    }

    /** Starts one more. */
    GatewayProcess add() {
        GatewayProcess gateway = GatewayProcess.startAndAwait(environment(true));
        gateways.add(gateway);
        return gateway;
    }

    /** Starts a gateway that shares nothing; the caller closes it. */
    GatewayProcess startAlone() {
        return GatewayProcess.startAndAwait(environment(false));
    }

    /** Kills one at once. */
    void kill(GatewayProcess gateway) {
        gateways.remove(gateway);
        gateway.close();
    }

    /** Returns what all have printed, for the message of a test that fails. */
    String output() {
        StringBuilder output = new StringBuilder();
        for (GatewayProcess gateway : gateways) {
            output.append("--- ").append(gateway.pid()).append('\n').append(gateway.output());
        }
        return output.toString();
    }

    @Override
    public void close() {
        gateways.forEach(GatewayProcess::close);
        rodin.close();
        redis.close();
    }

    private Map<String, String> environment(boolean shared) {
        Map<String, String> environment = new HashMap<>();
        environment.put("RODIN_API_KEY", "the-api-key");
        environment.put("RODIN_URL", rodin.url());
        if (shared) {
            environment.put("GATEWAY_REDIS_URL", redis.url());
        }
        environment.putAll(settings);
        return environment;
    }
}
