package dev.rodingateway.api.connection;

import dev.rodingateway.api.body.ByteBudget;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.quarkus.arc.Unremovable;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetServerOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Limits callers' connections: their number, the time to send a request and to read responses, and the bytes buffered
 * meanwhile.
 */
@Singleton
@Unremovable
final class ConnectionLimits implements HttpServerOptionsCustomizer {

    /** Why a connection was closed. */
    enum Reason {
        /** Too many connections. */
        TOO_MANY,
        /** A request line or headers took too long. */
        HEAD_TIMEOUT,
        /** Responses were not read. */
        UNREAD,
        /** Too many bytes of requests that are not yet answered, all connections together. */
        HEADS_TOO_LARGE,
        /** Too many bytes of unread responses, all connections together. */
        UNREAD_TOO_LARGE;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Enough for the default maximum of watchers and for other callers. */
    private static final int MAX_CONNECTIONS = 25_000;

    private static final int MAX_MANAGEMENT_CONNECTIONS = 64;

    /** Descriptors for connections to Rodin and for files. */
    private static final int OTHER_DESCRIPTORS = 64;

    private static final int MIN_CONNECTIONS = 16;

    /** In bytes of the heap, somewhat more than an event stream takes. */
    private static final int MEMORY_PER_CONNECTION = 16 * 1024;

    /** In bytes. Unsent responses are in memory outside the heap, which by default may be as large as the heap. */
    private static final WriteBufferWaterMark UNREAD = new WriteBufferWaterMark(8 * 1024, 16 * 1024);

    /**
     * In bytes; what is read at a time is in memory outside the heap, too. Of a fixed size, because an incomplete part
     * of a request retains the whole buffer that it was read into.
     */
    private static final RecvByteBufAllocator READ = new FixedRecvByteBufAllocator(2 * 1024).maxMessagesPerRead(16);

    private static final int SHARE_OF_MEMORY = 8;

    private static final Logger LOG = Logger.getLogger(ConnectionLimits.class);

    private final ConnectionRules rules;
    private final AcceptLimit mainPort;
    private final AcceptLimit managementPort;
    private final Set<Integer> mainPorts = new HashSet<>();
    private final Map<Reason, Counter> closed = new EnumMap<>(Reason.class);

    @Inject
    ConnectionLimits(ConnectionsConfig config, MeterRegistry meters) {
        for (Reason reason : Reason.values()) {
            closed.put(
                    reason,
                    Counter.builder("gateway.connections.closed")
                            .description("Connections of callers closed for a limit")
                            .tag("reason", reason.label())
                            .register(meters));
        }
        long share = Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY;
        this.rules = new ConnectionRules(
                config.headTimeout().toNanos(),
                config.idleTimeout().toNanos(),
                config.writeTimeout().toNanos(),
                new ByteBudget(share),
                new ByteBudget(share),
                this::count);
        this.mainPort = new AcceptLimit(maximum(config), () -> count(Reason.TOO_MANY));
        this.managementPort = new AcceptLimit(MAX_MANAGEMENT_CONNECTIONS, () -> count(Reason.TOO_MANY));
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        mainPorts.add(options.getPort());
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        mainPorts.add(options.getPort());
    }

    /** Adds the limits before the server's own handlers. */
    void apply(NetServerOptions options, ServerBootstrap server) {
        ChannelHandler connections = Objects.requireNonNull(server.config().childHandler());
        SocketBuffers.bound(server);
        server.handler(mainPorts.contains(options.getPort()) ? mainPort : managementPort)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD)
                .childOption(ChannelOption.RCVBUF_ALLOCATOR, READ)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.pipeline().addLast(connections);
                        if (options.isSsl()) {
                            DeferredConnectionFlow.addTo(connection, rules);
                        } else {
                            connection.pipeline().addFirst(new ConnectionFlow(rules));
                        }
                    }
                });
    }

    private void count(Reason reason) {
        Objects.requireNonNull(closed.get(reason)).increment();
    }

    private static int maximum(ConnectionsConfig config) {
        long descriptors = FileDescriptors.available().orElse(Long.MAX_VALUE);
        long most = Math.max(MIN_CONNECTIONS, descriptors - MAX_MANAGEMENT_CONNECTIONS - OTHER_DESCRIPTORS);
        long byMemory = Runtime.getRuntime().maxMemory() / MEMORY_PER_CONNECTION;
        long wanted = config.maximum().map(Long::valueOf).orElse(Math.min(byMemory, MAX_CONNECTIONS));
        if (wanted > most && config.maximum().isPresent()) {
            LOG.warnf("GATEWAY_CONNECTIONS_MAXIMUM is %d, but the limit of file descriptors leaves %d", wanted, most);
        }
        return (int) Math.min(wanted, most);
    }
}
