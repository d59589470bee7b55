package dev.rodingateway.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.api.body.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** A connection whose server answers under the control of the test. */
class ConnectionFlowTest {

    private static final String REQUEST = "GET / HTTP/1.1\r\n\r\n";
    private final ByteBudget requests = new ByteBudget(100_000);
    private final List<ConnectionLimits.Reason> closed = new ArrayList<>();
    private final Server server = new Server();
    private final EmbeddedChannel connection = new EmbeddedChannel(new ConnectionFlow(new ConnectionRules(
            Duration.ofHours(1).toNanos(),
            Duration.ofHours(1).toNanos(),
            Duration.ofHours(1).toNanos(),
            requests,
            new ByteBudget(100_000),
            closed::add)));

    ConnectionFlowTest() {
        connection.pipeline().addLast("httpDecoder", new HttpRequestDecoder());
        connection.pipeline().addLast("httpEncoder", new HttpResponseEncoder());
        connection.pipeline().addLast("handler", server);
    }

    @Test
    void requestsWaitUntilThePreviousOneIsAnswered() {
        // When
        receive(REQUEST.repeat(1000));

        // Then
        assertThat(server.waiting).hasSize(1);
        assertThat(connection.config().isAutoRead()).isFalse();

        // When
        int answered = 0;
        while (server.answerNext()) {
            connection.runPendingTasks();
            assertThat(server.waiting).hasSizeLessThanOrEqualTo(1);
            answered++;
        }

        // Then
        assertThat(answered).isEqualTo(1000);
        assertThat(connection.config().isAutoRead()).isTrue();
        assertThat(requests.used()).isZero();
    }

    @Test
    void bytesReadWhileReadingIsPausedAreHeldBack() {
        receive(REQUEST.repeat(1000));
        int before = server.waiting.size();
        connection.config().setAutoRead(true);

        receive(REQUEST);

        assertThat(server.waiting).hasSize(before);
        assertThat(connection.config().isAutoRead()).isFalse();
    }

    @Test
    void endOfTheConnectionReleasesEverything() {
        ByteBuf bytes = Unpooled.copiedBuffer(REQUEST.repeat(1000), StandardCharsets.US_ASCII);
        connection.writeInbound(bytes);
        assertThat(requests.used()).isPositive();

        connection.close();
        connection.runPendingTasks();

        assertThat(requests.used()).isZero();
        assertThat(bytes.refCnt()).isZero();
    }

    @Test
    void unfinishedRequestCountsUntilItIsComplete() {
        receive("GET / HTTP/1.1\r\nX: ");
        assertThat(requests.used()).isEqualTo(19);

        receive("y\r\n\r\nGET");
        assertThat(server.waiting).hasSize(1);
        assertThat(requests.used()).as("in progress").isEqualTo(27);

        server.answerNext();
        assertThat(requests.used()).isZero();
        receive(" / HTTP/1.1\r\n\r\n");
        assertThat(server.waiting).hasSize(1);
        server.answerNext();
        assertThat(requests.used()).isZero();
    }

    @Test
    void manySmallReadsBehindARequestTakeNoMoreMemoryThanTheirBytes() {
        receive(REQUEST);
        List<ByteBuf> reads = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            reads.add(connection.alloc().buffer(2048).writeByte('a'));
        }

        reads.forEach(connection::writeInbound);

        assertThat(reads.stream().filter(read -> read.refCnt() > 0)).hasSizeLessThanOrEqualTo(1);
        assertThat(requests.used()).isEqualTo(REQUEST.length() + 1000);
        assertThat(connection.config().isAutoRead()).isTrue();
        connection.close();
    }

    @Test
    void connectionsWhoseUnfinishedRequestsExceedTheirBudgetAreClosed() {
        requests.add(99_990);

        receive("GET / HTTP/1.1\r\nX: " + "y".repeat(7_000));
        assertThat(connection.isActive()).as("an ordinary request is accepted").isTrue();
        receive("y".repeat(2_000));

        assertThat(connection.isActive()).isFalse();
        assertThat(closed).containsExactly(ConnectionLimits.Reason.HEADS_TOO_LARGE);
        assertThat(requests.used()).isEqualTo(99_990);
    }

    private void receive(String text) {
        connection.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    /** Receives requests and answers them in their order. */
    private static final class Server extends ChannelInboundHandlerAdapter {

        private final Queue<ChannelHandlerContext> waiting = new ArrayDeque<>();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (msg instanceof HttpRequest) {
                waiting.add(ctx);
            }
        }

        boolean answerNext() {
            ChannelHandlerContext next = waiting.poll();
            if (next == null) {
                return false;
            }
            next.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT));
            return true;
        }
    }
}
