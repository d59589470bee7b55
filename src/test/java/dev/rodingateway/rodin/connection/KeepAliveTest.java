package dev.rodingateway.rodin.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeepAliveTest {

    @ParameterizedTest
    @ValueSource(strings = {"timeout=20", "timeout=21", "max=5, timeout=86400", "TIMEOUT = 100 , max=1"})
    void connectionIsNotKeptLongerThanTheLimit(String keepAlive) {
        HttpResponse head = ordinary();
        head.headers().set("Keep-Alive", keepAlive);

        KeepAlive.adjust(head, true);

        assertThat(head.headers().contains("Keep-Alive")).isFalse();
        assertThat(head.headers().contains("Connection")).isFalse();
    }

    @Test
    void serverMayReduceTheLimit() {
        HttpResponse head = ordinary();
        head.headers().set("Keep-Alive", "timeout=5, max=100");

        KeepAlive.adjust(head, true);

        assertThat(head.headers().get("Keep-Alive")).isEqualTo("timeout=5, max=100");
        assertThat(head.headers().contains("Connection")).isFalse();
    }

    @Test
    void idleTimeOfZeroClosesTheConnection() {
        HttpResponse head = ordinary();
        head.headers().set("Keep-Alive", "timeout=0");

        KeepAlive.adjust(head, true);

        assertThat(head.headers().get("Connection")).isEqualTo("close");
    }

    @ParameterizedTest
    @CsvSource({
        "Connection, close",
        "Connection, 'keep-alive, Close'",
        "Content-Length, 7",
        "Transfer-Encoding, chunked"
    })
    void closeOrAmbiguousLengthClosesTheConnection(String name, String value) {
        HttpResponse head = ordinary();
        head.headers().add(name, value);

        KeepAlive.adjust(head, true);

        assertThat(head.headers().getAll("Connection")).containsExactly("close");
    }

    @Test
    void irregularityClosesTheConnection() {
        HttpResponse head = ordinary();

        KeepAlive.adjust(head, false);

        assertThat(head.headers().get("Connection")).isEqualTo("close");
    }

    private static HttpResponse ordinary() {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CREATED);
        head.headers().set("Content-Length", 7);
        return head;
    }
}
