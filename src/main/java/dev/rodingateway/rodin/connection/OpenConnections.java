package dev.rodingateway.rodin.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.impl.HttpClientConnection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The HTTP/1.1 connections that one client has open: no more than its pool holds. Each gets a {@link StrictHttpCodec} before
 * its first request. Connections of HTTP/2, which numbers its responses, stay as they are.
 */
public final class OpenConnections implements Consumer<HttpClientRequest> {

    /** The name of Vert.x' codec in the pipeline. */
    private static final String CODEC = "codec";

    private final Map<Channel, StrictHttpCodec> connections = new ConcurrentHashMap<>();

    @Override
    public void accept(HttpClientRequest request) {
        Channel channel = ((HttpClientConnection) request.connection()).channel();
        if (channel.eventLoop().inEventLoop()) {
            install(channel);
        } else {
            channel.eventLoop().execute(() -> install(channel)); // runs before the request is written
        }
    }

    /** Uses none of the connections open now for another request. */
    public void retireAll() {
        connections.values().forEach(StrictHttpCodec::retire);
    }

    void closed(Channel channel) {
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
