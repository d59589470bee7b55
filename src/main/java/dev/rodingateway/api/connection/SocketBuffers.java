package dev.rodingateway.api.connection;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;

/**
 * Sizes of the operating system's buffers for each connection. They count towards the memory limit of the container.
 * Linux doubles the requested size to allow for its own overhead.
 */
final class SocketBuffers {

    private static final int SENT = 16 * 1024;

    /** Below the segment size of the loopback interface, a sidecar could send only one segment every 40 ms. */
    private static final int RECEIVED = 64 * 1024;

    /** In bytes, what a connection may hold of responses that are sent and not yet acknowledged. */
    static final int MAX_UNSENT = 2 * SENT;

    /** In bytes, what a connection may hold of requests that this process has not yet read. */
    static final int MAX_UNREAD = 2 * RECEIVED;

    private SocketBuffers() {}

    /** Bounds the buffers of the connections of a server. */
    static void bound(ServerBootstrap server) {
        // Accepted connections inherit this option; set later, it would not apply to data that have arrived already.
        server.option(ChannelOption.SO_RCVBUF, RECEIVED).childOption(ChannelOption.SO_SNDBUF, SENT);
    }
}
