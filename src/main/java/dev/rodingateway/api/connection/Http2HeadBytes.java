package dev.rodingateway.api.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Map;

/**
 * Counts the memory of the decoded heads of open streams. It may be much more than the received bytes: a repeated
 * header is sent as one byte.
 */
final class Http2HeadBytes {

    /** The decoder holds a header as bytes; the server's request holds it as text, too. */
    private static final int COPIES = 2;

    private final Http2Connection connection;
    private final Http2ConnectionDecoder decoder;
    private final Http2Connection.PropertyKey sizes;
    private int bytes;

    /** Starts to count on a connection that has not received any frame yet. */
    Http2HeadBytes(Http2ConnectionHandler handler) {
        this.connection = handler.connection();
        this.decoder = handler.decoder();
        this.sizes = connection.newKey();
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                Integer size = stream.removeProperty(sizes);
                bytes -= size == null ? 0 : size;
            }
        });
        decoder.frameListener(new Listener(decoder.frameListener()));
    }

    int bytes() {
        return bytes;
    }

    private void count(int streamId, Http2Headers headers) {
        Http2Stream stream = connection.stream(streamId);
        if (stream == null) {
            return;
        }
        int size = 0;
        for (Map.Entry<CharSequence, CharSequence> header : headers) {
            size += COPIES * (header.getKey().length() + header.getValue().length());
        }
        Integer before = stream.getProperty(sizes);
        stream.setProperty(sizes, size + (before == null ? 0 : before));
        bytes += size;
    }

    /** Counts heads before the server gets them. */
    private final class Listener extends Http2FrameListenerDecorator {

        Listener(Http2FrameListener server) {
            super(server);
        }

        /** Vert.x replaces the listener when the first settings arrive. */
        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
            super.onSettingsRead(ctx, settings);
            if (decoder.frameListener() != this) {
                decoder.frameListener(new Listener(decoder.frameListener()));
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endStream)
                throws Http2Exception {
            count(streamId, headers);
            super.onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, endStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endStream)
                throws Http2Exception {
            count(streamId, headers);
            super.onHeadersRead(ctx, streamId, headers, padding, endStream);
        }
    }
}
