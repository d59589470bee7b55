package dev.rodingateway.rodin.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The codec with the time at which requests are written in the hands of the test. */
class StrictHttpCodecTest {

    private static final String ANSWER = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final OpenConnections pool = new OpenConnections();
    private final List<Throwable> failures = new ArrayList<>();
    private final StrictHttpCodec codec = new StrictHttpCodec(channel, pool);

    @BeforeEach
    void timeStandsStill() {
        channel.freezeTime();
        channel.pipeline().addLast(codec, new ClosesOnFailure());
    }

    @ParameterizedTest
    @ValueSource(strings = {ANSWER, "H", "\r\n", "HTTP/1.1 102 Processing\r\n\r\n"})
    void bytesBeforeTheFirstRequestAreNotItsResponse(String early) {
        // Given
        ChannelFuture written = request();

        // When
        receive(early);
        assertThat(failures).singleElement().isInstanceOf(IrregularResponse.class);
        pass(1_000);

        // Then
        assertThat(written.cause()).isInstanceOf(IOException.class);
        assertThat(received()).isNull();
        assertThat(sent()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {ANSWER, "H", "\r\n"})
    void bytesBeforeALaterRequestAreNotItsResponse(String early) {
        // Given
        answerOne();
        ChannelFuture written = request();

        // When
        receive(early);
        assertThat(failures).singleElement().isInstanceOf(StaleConnection.class);
        pass(1_000);

        // Then
        assertThat(written.cause()).isInstanceOf(IOException.class);
        assertThat(received()).isNull();
        assertThat(sent()).isNull();
    }

    @Test
    void keptAliveConnectionIsStaleUntilAResponseToTheLatestRequestBegins() {
        // Given
        ChannelFuture first = request();
        pass(1_000);
        assertThat(first.isSuccess()).isTrue();
        assertThat(codec.isStale()).as("new").isFalse();
        receive(ANSWER);

        // When
        ChannelFuture second = request();
        assertThat(codec.isStale()).as("before the request is written").isTrue();
        pass(1_000);
        assertThat(second.isSuccess()).isTrue();
        assertThat(codec.isStale()).as("before a response").isTrue();
        receive("HTTP/1.1 20");

        // Then
        assertThat(codec.isStale()).as("in a response").isFalse();
    }

    @Test
    void refusedResponseDoesNotMakeAConnectionStale() {
        answerOne();
        ChannelFuture unused = request();
        pass(1_000);
        receive("HTTP/1.1 2x1 Created\r\n\r\n");

        assertThat(failures).singleElement().isInstanceOf(IrregularResponse.class);
        assertThat(codec.isStale()).isFalse();
    }

    @Test
    void connectionFromThePoolMayBeKeptAliveForAMomentAfterOneWasClosed() {
        // Given
        AtomicLong nanos = new AtomicLong();
        OpenConnections connections = new OpenConnections(nanos::get);
        assertThat(connections.mayBeKeptAlive()).isFalse();

        // When
        connections.closed(channel, false);
        assertThat(connections.mayBeKeptAlive()).as("closed before it was used").isFalse();
        connections.closed(channel, true);
        assertThat(connections.mayBeKeptAlive()).as("closed after it was used").isTrue();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));

        // Then
        assertThat(connections.mayBeKeptAlive()).isFalse();
    }

    @Test
    void requestIsWrittenAfterAMomentInWhichNothingArrived() {
        answerOne();
        answerOne();
    }

    @Test
    void newConnectionIsNotRetiredBeforeItsFirstRequest() {
        // Given
        ChannelFuture written = request();

        // When
        codec.retire();
        pass(1_000);

        // Then
        assertThat(written.isSuccess()).isTrue();
        receive(ANSWER);
        assertThat(received()).isInstanceOf(HttpResponse.class);
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void requestOnARetiredConnectionIsNotWritten() {
        // Given
        answerOne();
        ChannelFuture written = request();

        // When
        codec.retire();
        pass(1_000);

        // Then
        assertThat(written.cause()).isInstanceOf(IOException.class);
        assertThat(sent()).isNull();
    }

    private void answerOne() {
        ChannelFuture written = request();
        assertThat(sent()).isNull();
        pass(100);
        assertThat(written.isSuccess()).isTrue();
        assertThat(channel.releaseOutbound()).isTrue();
        receive(ANSWER);
        assertThat(received()).isInstanceOf(HttpResponse.class);
        assertThat(channel.releaseInbound()).isTrue();
    }

    private ChannelFuture request() {
        return channel.writeAndFlush(
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/api/v2/status"));
    }

    private @Nullable Object received() {
        return channel.readInbound();
    }

    private @Nullable Object sent() {
        return channel.readOutbound();
    }

    private void receive(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, ISO_8859_1));
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    /** Does as Vert.x does. */
    private final class ClosesOnFailure extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
            failures.add(failure);
            ChannelFuture unused = ctx.close();
        }
    }
}
