package dev.rodingateway.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.http.HttpServerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The buffers of connections to a server with the limits. */
class ConnectionLimitsTest {

    private static final int LARGEST_READ = 2 * 1024;

    private final NioEventLoopGroup threads = new NioEventLoopGroup(1);
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private final BlockingQueue<ByteBuf> read = new LinkedBlockingQueue<>();
    private Channel server;

    @BeforeEach
    void start() throws InterruptedException {
        HttpServerOptions options = new HttpServerOptions().setPort(8080);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.pipeline().addLast("handler", new Receiver());
                        accepted.add(connection);
                    }
                });
        ConnectionLimits limits = new ConnectionLimits(new Defaults(), new SimpleMeterRegistry());
        limits.customizeHttpServer(options);
        limits.apply(options, bootstrap);
        server = bootstrap
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    @AfterEach
    void stop() {
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void buffersOfTheOperatingSystemAreBounded() throws Exception {
        try (Socket caller = connect()) {
            assertThat(caller.isConnected()).isTrue();
            Channel connection = accepted.poll(10, TimeUnit.SECONDS);

            // Linux doubles the requested size, and the JDK returns half of that.
            assertThat(connection.config().getOption(ChannelOption.SO_SNDBUF))
                    .isEqualTo(SocketBuffers.MAX_UNSENT / 2)
                    .isEqualTo(16 * 1024);
            assertThat(connection.config().getOption(ChannelOption.SO_RCVBUF))
                    .isEqualTo(SocketBuffers.MAX_UNREAD / 2)
                    .isEqualTo(64 * 1024);
        }
    }

    /** A part of a head retains the whole buffer that it was read into. */
    @Test
    void readBufferIsSmallHoweverMuchWasReadBefore() throws Exception {
        try (Socket caller = connect()) {
            // Given
            caller.getOutputStream().write(new byte[256 * 1024]);
            awaitBytes(256 * 1024);

            // When
            caller.getOutputStream().write('G');

            // Then
            ByteBuf last = read.poll(10, TimeUnit.SECONDS);
            assertThat(last.readableBytes()).isEqualTo(1);
            assertThat(memory(last)).isLessThanOrEqualTo(LARGEST_READ);
            last.release();
        }
    }

    private void awaitBytes(int count) throws InterruptedException {
        for (int bytes = 0; bytes < count; ) {
            ByteBuf part = read.poll(10, TimeUnit.SECONDS);
            assertThat(part).as("after %d bytes", bytes).isNotNull();
            assertThat(memory(part)).isLessThanOrEqualTo(LARGEST_READ);
            bytes += part.readableBytes();
            part.release();
        }
    }

    /** Returns the size of the whole buffer of which this is a part. */
    private static int memory(ByteBuf part) {
        ByteBuf whole = part;
        while (whole.unwrap() != null) {
            whole = whole.unwrap();
        }
        return whole.capacity();
    }

    private Socket connect() throws Exception {
        return new Socket(InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.localAddress()).getPort());
    }

    private final class Receiver extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            read.add((ByteBuf) msg);
        }
    }

    private record Defaults() implements ConnectionsConfig {

        @Override
        public Optional<Integer> maximum() {
            return Optional.empty();
        }

        @Override
        public Duration headTimeout() {
            return Duration.ofSeconds(15);
        }

        @Override
        public Duration idleTimeout() {
            return Duration.ofSeconds(75);
        }

        @Override
        public Duration writeTimeout() {
            return Duration.ofSeconds(20);
        }
    }
}
