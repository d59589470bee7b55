package dev.rodingateway.api.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Map;

/**
 * Counts the decoded heads of the requests whose streams are open. They may be far larger than what was received: a header
 * that was sent before takes one byte.
 */
final class Http2HeadBytes extends Http2FrameListenerDecorator {

    private final Http2Connection connection;
    private final Http2Connection.PropertyKey sizes;
    private int bytes;

    private Http2HeadBytes(Http2FrameListener server, Http2Connection connection) {
        super(server);
        this.connection = connection;
        this.sizes = connection.newKey();
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                Integer size = stream.removeProperty(sizes);
                bytes -= size == null ? 0 : size;
            }
        });
    }

    /** Begins to count on a connection. */
    static Http2HeadBytes of(Http2ConnectionHandler handler) {
        Http2HeadBytes counting = new Http2HeadBytes(handler.decoder().frameListener(), handler.connection());
        handler.decoder().frameListener(counting);
        return counting;
    }

    int bytes() {
        return bytes;
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

    private void count(int streamId, Http2Headers headers) {
        Http2Stream stream = connection.stream(streamId);
        if (stream == null) {
            return;
        }
        int size = 0;
        for (Map.Entry<CharSequence, CharSequence> header : headers) {
            size += header.getKey().length() + header.getValue().length();
        }
        Integer before = stream.getProperty(sizes);
        stream.setProperty(sizes, size + (before == null ? 0 : before));
        bytes += size;
    }
}
