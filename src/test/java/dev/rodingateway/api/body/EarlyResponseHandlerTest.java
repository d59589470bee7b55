package dev.rodingateway.api.body;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A connection with the handlers that Vert.x adds, and a clock that does not advance. */
class EarlyResponseHandlerTest {

    private final EmbeddedChannel connection = connection();
    private final EarlyResponseHandler handler = EarlyResponseHandler.of(connection);

    @Test
    void responseAfterTheRequestLeavesTheConnectionOpen() {
        handler.requestBegins();
        handler.requestEnds();

        assertThat(answer(HttpResponseStatus.OK)).doesNotContain("connection: close");
        assertThat(EarlyResponseHandler.isClosing(connection)).isFalse();
    }

    @Test
    void earlyResponseHasConnectionClose() {
        handler.requestBegins();

        assertThat(answer(HttpResponseStatus.NOT_FOUND)).contains("connection: close");
        assertThat(EarlyResponseHandler.isClosing(connection)).isTrue();
    }

    @Test
    void interimResponseIsNotEarly() {
        handler.requestBegins();

        assertThat(answer(HttpResponseStatus.CONTINUE)).doesNotContain("connection: close");
        assertThat(EarlyResponseHandler.isClosing(connection)).isFalse();
    }

    @Test
    void nothingIsParsedAfterReadingHasStopped() {
        handler.stopReading();

        connection.writeInbound(bytes("GET / HTTP/1.1\r\n\r\n"));

        assertThat(connection.<Object>readInbound()).isNull();
        assertThat(connection.pipeline().get("httpDecoder")).isNull();
    }

    @Test
    void connectionLingersUntilTheResponseIsReadOrTheTimeIsUp() {
        connection.freezeTime();
        handler.stopReading();
        ChannelFuture unused = connection.pipeline().close();

        connection.advanceTimeBy(1_900, TimeUnit.MILLISECONDS);
        connection.runScheduledPendingTasks();
        assertThat(connection.isOpen()).isTrue();
        connection.advanceTimeBy(200, TimeUnit.MILLISECONDS);
        connection.runScheduledPendingTasks();
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void discardedBytesAreLimited() {
        handler.stopReading();

        for (int i = 0; i < 1024; i++) {
            connection.writeInbound(bytes("x".repeat(1024)));
        }
        assertThat(connection.isOpen()).isTrue();
        ByteBuf last = bytes("x");
        connection.writeInbound(last);

        assertThat(connection.isOpen()).isFalse();
        assertThat(last.refCnt()).isZero();
    }

    @Test
    void unsupportedVersionOfTheRequestIsNotRepeated() {
        handler.stopReading();
        connection.writeOutbound(new DefaultFullHttpResponse(
                HttpVersion.valueOf("FOO/1.1"), HttpResponseStatus.BAD_REQUEST, Unpooled.EMPTY_BUFFER));

        assertThat(connection.<ByteBuf>readOutbound().toString(US_ASCII)).startsWith("HTTP/1.1 400 ");
    }

    private String answer(HttpResponseStatus status) {
        connection.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER));
        return connection.<ByteBuf>readOutbound().toString(US_ASCII);
    }

    private static EmbeddedChannel connection() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast("httpDecoder", new HttpRequestDecoder());
        channel.pipeline().addLast("httpEncoder", new HttpResponseEncoder());
        channel.pipeline().addLast("handler", new ChannelInboundHandlerAdapter());
        return channel;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }
}
