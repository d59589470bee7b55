package dev.rodingateway.api.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Counts the bytes of responses that wait for a flow-control window of an HTTP/2 connection, outside the connection's own
 * buffer. Delegates to the flow controller that it replaces.
 */
final class Http2UnreadBytes implements Http2RemoteFlowController {

    private final Http2RemoteFlowController windows;
    private long bytes;

    private Http2UnreadBytes(Http2RemoteFlowController windows) {
        this.windows = windows;
    }

    /** Starts to count on a connection. */
    static Http2UnreadBytes of(Http2Connection connection) {
        Http2UnreadBytes counting = new Http2UnreadBytes(connection.remote().flowController());
        connection.remote().flowController(counting);
        return counting;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void addFlowControlled(Http2Stream stream, FlowControlled payload) {
        bytes += payload.size();
        windows.addFlowControlled(stream, new Counted(payload));
    }

    @Override
    public ChannelHandlerContext channelHandlerContext() {
        return windows.channelHandlerContext();
    }

    @Override
    public boolean hasFlowControlled(Http2Stream stream) {
        return windows.hasFlowControlled(stream);
    }

    @Override
    public void writePendingBytes() throws Http2Exception {
        windows.writePendingBytes();
    }

    @Override
    public void listener(Listener listener) {
        windows.listener(listener);
    }

    @Override
    public boolean isWritable(Http2Stream stream) {
        return windows.isWritable(stream);
    }

    @Override
    public void channelWritabilityChanged() throws Http2Exception {
        windows.channelWritabilityChanged();
    }

    @Override
    public void updateDependencyTree(int childStreamId, int parentStreamId, short weight, boolean exclusive) {
        windows.updateDependencyTree(childStreamId, parentStreamId, weight, exclusive);
    }

    @Override
    public void channelHandlerContext(ChannelHandlerContext ctx) throws Http2Exception {
        windows.channelHandlerContext(ctx);
    }

    @Override
    public void initialWindowSize(int newWindowSize) throws Http2Exception {
        windows.initialWindowSize(newWindowSize);
    }

    @Override
    public int initialWindowSize() {
        return windows.initialWindowSize();
    }

    @Override
    public int windowSize(Http2Stream stream) {
        return windows.windowSize(stream);
    }

    @Override
    public void incrementWindowSize(Http2Stream stream, int delta) throws Http2Exception {
        windows.incrementWindowSize(stream, delta);
    }

    /** A part of a response, until it is written or discarded. */
    private final class Counted implements FlowControlled {

        private final FlowControlled payload;

        Counted(FlowControlled payload) {
            this.payload = payload;
        }

        @Override
        public int size() {
            return payload.size();
        }

        @Override
        public void error(ChannelHandlerContext ctx, Throwable cause) {
            bytes -= payload.size();
            payload.error(ctx, cause);
        }

        @Override
        public void writeComplete() {
            payload.writeComplete();
        }

        @Override
        public void write(ChannelHandlerContext ctx, int allowedBytes) {
            int before = payload.size();
            payload.write(ctx, allowedBytes);
            bytes -= before - payload.size();
        }

        @Override
        public boolean merge(ChannelHandlerContext ctx, FlowControlled next) {
            return next instanceof Counted counted && payload.merge(ctx, counted.payload);
        }
    }
}
