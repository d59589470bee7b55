package dev.rodingateway.api;

import io.netty.handler.codec.DateFormatter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Date;

/** Headers of every answer: {@code Date}, and over HTTP/2 never {@code Connection}, which clients take for a broken stream. */
@Singleton
final class ResponseHeaders {

    private static final long SECOND_MILLIS = 1000;

    private final InstantSource clock = InstantSource.system();
    private volatile CharSequence date = format();

    /** The date is written once a second, for all answers of that second. */
    @Inject
    ResponseHeaders(Vertx vertx) {
        vertx.setPeriodic(SECOND_MILLIS, second -> date = format());
    }

    /** Before all other routes, whose answers are to have the headers too. */
    void register(@Observes @Priority(0) Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::add);
    }

    private void add(RoutingContext request) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.DATE, date);
        if (request.request().version() == HttpVersion.HTTP_2) {
            request.addHeadersEndHandler(written -> response.headers().remove(HttpHeaders.CONNECTION));
        }
        request.next();
    }

    private CharSequence format() {
        return HttpHeaders.createOptimized(DateFormatter.format(Date.from(clock.instant())));
    }
}
