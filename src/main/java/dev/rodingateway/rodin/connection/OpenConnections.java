package dev.rodingateway.rodin.connection;

import com.github.benmanes.caffeine.cache.Ticker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.impl.HttpClientConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The open HTTP/1.1 connections of one client, at most as many as its pool holds. Each gets a {@link StrictHttpCodec} before
 * its first request. HTTP/2 connections stay as they are, because HTTP/2 numbers its responses.
 */
public final class OpenConnections implements Consumer<HttpClientRequest> {

    /** The name of Vert.x' codec in the pipeline. */
    private static final String CODEC = "codec";

    /** The pool may give out a closed connection for about this long. */
    private static final long MOMENT_NANOS = Duration.ofSeconds(1).toNanos();

    private final Map<Channel, StrictHttpCodec> connections = new ConcurrentHashMap<>();
    private final Ticker ticker;
    private volatile long lastKeptAlive;

    public OpenConnections() {
        this(Ticker.systemTicker());
    }

    OpenConnections(Ticker ticker) {
        this.ticker = ticker;
        this.lastKeptAlive = ticker.read() - MOMENT_NANOS;
    }

    @Override
    public void accept(HttpClientRequest request) {
        Channel channel = ((HttpClientConnection) request.connection()).channel();
        if (channel.eventLoop().inEventLoop()) {
            install(channel);
        } else {
            channel.eventLoop().execute(() -> install(channel)); // runs before the request is written
        }
    }

    /** Prevents further requests on the connections that are open now. */
    public void retireAll() {
        connections.values().forEach(StrictHttpCodec::retire);
    }

    /**
     * Returns whether a connection that the pool has just given out may have been kept alive: such a connection is open, or was
     * a moment ago.
     */
    public boolean mayBeKeptAlive() {
        return connections.values().stream().anyMatch(StrictHttpCodec::hasAnswered)
                || ticker.read() - lastKeptAlive < MOMENT_NANOS;
    }

    void closed(Channel channel, boolean answered) {
        if (answered) {
            lastKeptAlive = ticker.read();
        }
        connections.remove(channel);
    }

    private void install(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (channel.isActive() && pipeline.get(CODEC) instanceof HttpClientCodec) {
            StrictHttpCodec codec = new StrictHttpCodec(channel, this);
            connections.put(channel, codec);
            pipeline.replace(CODEC, CODEC, codec);
        }
    }
}
