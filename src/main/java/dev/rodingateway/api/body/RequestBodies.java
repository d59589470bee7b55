package dev.rodingateway.api.body;

import dev.rodingateway.api.ListLimit;
import dev.rodingateway.api.TaskListResource;
import dev.rodingateway.api.body.BodyReader.Outcome;
import dev.rodingateway.api.edge.ProblemCode;
import dev.rodingateway.api.edge.RequestFraming;
import dev.rodingateway.api.edge.RequestGuard;
import io.netty.channel.Channel;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.WebApplicationException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of all requests without blocking, because slow callers would occupy worker threads. The body of a list is
 * passed to its resource by {@link #read}; any other is discarded before the request is answered. A request that is answered
 * before its body has been read ends its connection, or over HTTP/2 its stream.
 */
@Singleton
public final class RequestBodies {

    /** After {@link RequestGuard}. */
    private static final int AFTER_REQUEST_GUARD = 3000;

    private static final String DISCARDED = RequestBodies.class.getName() + ".discarded";

    private final Vertx vertx;
    private final ListLimit lists;
    private final long timeoutMillis;

    @Inject
    RequestBodies(Vertx vertx, ListLimit lists, BodyConfig config) {
        this.vertx = vertx;
        this.lists = lists;
        this.timeoutMillis = config.timeout().toMillis();
    }

    /** Registers the handler before all routes that respond, so that it sees each response to a request with a body. */
    void watch(@Observes @Priority(3) Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::watch).failureHandler(this::watchFailure);
    }

    /** Before any resource. */
    void discard(@Observes @Priority(AFTER_REQUEST_GUARD) Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::discard);
    }

    /**
     * Reads the body of a list.
     *
     * @return fails with the {@link WebApplicationException} to respond with, also if the body has been discarded
     *     already, because its end would never be reported
     */
    public Uni<byte[]> read(RoutingContext routing) {
        if (routing.get(DISCARDED) != null) {
            return Uni.createFrom().failure(new BadRequestException());
        }
        return Uni.createFrom()
                .emitter(emitter -> start(routing.request(), lists, (outcome, body) -> {
                    WebApplicationException failure = failure(outcome);
                    if (failure == null) {
                        emitter.complete(body.getBytes());
                    } else {
                        emitter.fail(failure);
                    }
                }));
    }

    private void watch(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (request.version() == HttpVersion.HTTP_2) {
            // Http2Streams ends the streams of such requests.
            routing.next();
            return;
        }
        Channel connection = channel(request);
        if (EarlyResponseHandler.isClosing(connection)) {
            // This was parsed from the bytes after an invalid request.
            return;
        }
        if (!RequestFraming.isUnambiguous(request)) {
            EarlyResponseHandler.of(connection).stopReading();
            routing.fail(ProblemCode.INVALID_REQUEST.httpStatus());
            return;
        }
        if (RequestFraming.announcesBody(request)) {
            EarlyResponseHandler.of(connection).requestBegins();
        }
        routing.next();
    }

    /** Requests that the router itself rejects, such as those with an invalid host, do not pass {@link #watch}. */
    private void watchFailure(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (request.version() != HttpVersion.HTTP_2) {
            if (!RequestFraming.isUnambiguous(request) || request.authority() == null) {
                EarlyResponseHandler.of(channel(request)).stopReading();
            } else if (RequestFraming.announcesBody(request) && !request.isEnded()) {
                EarlyResponseHandler.of(channel(request)).requestBegins();
            }
        }
        routing.next();
    }

    private void discard(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (request.version() == HttpVersion.HTTP_2 || !RequestFraming.announcesBody(request) || isList(routing)) {
            routing.next();
            return;
        }
        Context context = vertx.getOrCreateContext();
        start(request, null, (outcome, body) -> {
            WebApplicationException failure = failure(outcome);
            if (failure == null) {
                routing.put(DISCARDED, true);
                context.runOnContext(read -> routing.next());
            } else if (!request.response().closed()) {
                routing.fail(failure.getResponse().getStatus());
            }
        });
    }

    private void start(HttpServerRequest request, @Nullable ListLimit memory, BiConsumer<Outcome, Buffer> done) {
        EarlyResponseHandler connection =
                request.version() == HttpVersion.HTTP_2 ? null : EarlyResponseHandler.of(channel(request));
        BodyReader.start(vertx, request, timeoutMillis, memory, (outcome, body) -> {
            if (connection != null) {
                if (outcome == Outcome.READ) {
                    connection.requestEnds();
                } else {
                    connection.stopReading();
                }
            }
            done.accept(outcome, body);
        });
    }

    private static @Nullable WebApplicationException failure(Outcome outcome) {
        return switch (outcome) {
            case READ -> null;
            case TOO_LARGE -> new ClientErrorException(ProblemCode.PAYLOAD_TOO_LARGE.httpStatus());
            case TOO_SLOW -> new ClientErrorException(ProblemCode.REQUEST_TIMEOUT.httpStatus());
            case NO_MEMORY -> ListLimit.full();
            case BROKEN -> new BadRequestException();
        };
    }

    /** Compares the path that the router matches, in which percent-encoded letters are decoded. */
    private static boolean isList(RoutingContext routing) {
        String path = routing.normalizedPath();
        return routing.request().method().equals(HttpMethod.POST)
                && (TaskListResource.PATH.equals(path) || (TaskListResource.PATH + "/").equals(path));
    }

    private static Channel channel(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channel();
    }
}
