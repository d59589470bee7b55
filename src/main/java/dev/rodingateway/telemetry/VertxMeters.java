package dev.rodingateway.telemetry;

import io.quarkus.vertx.http.runtime.ExtendedQuarkusVertxHttpMetrics;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.spi.metrics.DatagramSocketMetrics;
import io.vertx.core.spi.metrics.EventBusMetrics;
import io.vertx.core.spi.metrics.HttpClientMetrics;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.TCPMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Vert.x metrics of which those of HTTP servers are recorded by {@link HttpServerMeters} and all others as before.
 *
 * @param others records everything but HTTP servers
 * @param servers makes the meters of a server with these options
 */
record VertxMeters(VertxMetrics others, Function<HttpServerOptions, HttpServerMeters> servers)
        implements VertxMetrics, ExtendedQuarkusVertxHttpMetrics {

    @Override
    public HttpServerMetrics<?, ?, ?> createHttpServerMetrics(HttpServerOptions options, SocketAddress localAddress) {
        return servers.apply(options);
    }

    @Override
    public ConnectionTracker getHttpConnectionTracker() {
        return others instanceof ExtendedQuarkusVertxHttpMetrics quarkus
                ? quarkus.getHttpConnectionTracker()
                : NOOP_CONNECTION_TRACKER;
    }

    @Override
    public EventBusMetrics<?> createEventBusMetrics() {
        return others.createEventBusMetrics();
    }

    @Override
    public ClientMetrics<?, ?, ?, ?> createClientMetrics(SocketAddress remoteAddress, String type, String namespace) {
        return others.createClientMetrics(remoteAddress, type, namespace);
    }

    @Override
    public HttpClientMetrics<?, ?, ?, ?> createHttpClientMetrics(HttpClientOptions options) {
        return others.createHttpClientMetrics(options);
    }

    @Override
    public TCPMetrics<?> createNetServerMetrics(NetServerOptions options, SocketAddress localAddress) {
        return others.createNetServerMetrics(options, localAddress);
    }

    @Override
    public TCPMetrics<?> createNetClientMetrics(NetClientOptions options) {
        return others.createNetClientMetrics(options);
    }

    @Override
    public DatagramSocketMetrics createDatagramSocketMetrics(DatagramSocketOptions options) {
        return others.createDatagramSocketMetrics(options);
    }

    /** Not for Redis: each reconnection would register a pool of one connection again, with a warning. */
    @Override
    public @Nullable PoolMetrics<?> createPoolMetrics(String poolType, String poolName, int maxPoolSize) {
        return poolType.equals("redis") ? null : others.createPoolMetrics(poolType, poolName, maxPoolSize);
    }

    @Override
    public void vertxCreated(Vertx vertx) {
        others.vertxCreated(vertx);
    }

    @Override
    public boolean isMetricsEnabled() {
        return others.isMetricsEnabled();
    }

    @Override
    public void close() {
        others.close();
    }
}
