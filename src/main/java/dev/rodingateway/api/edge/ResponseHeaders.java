package dev.rodingateway.api.edge;

import io.netty.handler.codec.DateFormatter;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;

/** Adds {@code Date} to every response of both ports, and removes {@code Connection} over HTTP/2, where it is a protocol error. */
@Singleton
final class ResponseHeaders {

    private static final long SECOND_MILLIS = 1000;

    /** Responses of FreshAnswers are sent immediately, with the date of the request. */
    private static final int AFTER_FRESH_ANSWERS = Integer.MIN_VALUE + 2;

    private final InstantSource clock = InstantSource.system();
    private volatile FormattedDate date = new FormattedDate(-1, "");

    /**
     * Before all other routes, so that their responses have the headers, too. A response that is sent later has the
     * date of its sending.
     */
    void register(@Observes @Priority(0) Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::add).failureHandler(this::addDate);
        router.route().order(AFTER_FRESH_ANSWERS).handler(request -> {
            request.addHeadersEndHandler(written -> request.response().putHeader(HttpHeaders.DATE, date()));
            request.next();
        });
    }

    void register(@Observes ManagementInterface management) {
        management.router().route().order(Integer.MIN_VALUE).handler(this::add).failureHandler(this::addDate);
    }

    private void add(RoutingContext request) {
        if (request.request().version() == HttpVersion.HTTP_2) {
            HttpServerResponse response = request.response();
            request.addHeadersEndHandler(written -> response.headers().remove(HttpHeaders.CONNECTION));
        }
        addDate(request);
    }

    private void addDate(RoutingContext request) {
        if (!request.response().headWritten()) {
            request.response().putHeader(HttpHeaders.DATE, date());
        }
        request.next();
    }

    /** Returns the current date, formatted once a second. */
    private CharSequence date() {
        long second = clock.millis() / SECOND_MILLIS;
        FormattedDate current = date;
        if (current.second() != second) {
            current = new FormattedDate(
                    second,
                    HttpHeaders.createOptimized(DateFormatter.format(Date.from(Instant.ofEpochSecond(second)))));
            date = current;
        }
        return current.text();
    }

    private record FormattedDate(long second, CharSequence text) {}
}
