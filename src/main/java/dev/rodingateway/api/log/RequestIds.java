package dev.rodingateway.api.log;

import dev.rodingateway.api.edge.Cors;
import dev.rodingateway.api.edge.TaskPath;
import dev.rodingateway.task.TaskKey;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request an id, which its response, its problem documents and its log lines carry: the caller's own, from
 * {@code X-Request-Id}, if it is valid, otherwise a new one.
 *
 * <p>A caller's id is logged, so it must not be a task key: the key of the same request is not accepted as an id, nor is
 * anything that begins as Rodin's keys do. These are JWTs; a whole one is too long for an id, but a part of it would fit.
 */
@Singleton
public final class RequestIds {

    private static final CharSequence HEADER = HttpHeaders.createOptimized("X-Request-Id");
    private static final String LOG_KEY = "requestId";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~-]{1,64}");

    /** How a JWT begins: an encoded brace and quotation mark. */
    private static final String JWT = "eyJ";

    private static final HexFormat HEX = HexFormat.of();

    /** Before all other routes, so that rejections by {@link Cors} have an id, too. */
    void register(@Observes @Priority(1) Router router) {
        router.route().order(Integer.MIN_VALUE).handler(RequestIds::add).failureHandler(RequestIds::addUnlessPresent);
        // After FreshAnswers, which logs nothing: it costs more than the id itself.
        router.route().order(Integer.MIN_VALUE + 2).handler(request -> {
            addToLog(request.response());
            request.next();
        });
    }

    private static void add(RoutingContext request) {
        request.response().putHeader(HEADER, idOf(request.request()));
        request.next();
    }

    /** Requests that the router itself rejects, such as those with an invalid host, reach only failure handlers. */
    private static void addUnlessPresent(RoutingContext request) {
        if (!request.response().ended() && !request.response().headers().contains(HEADER)) {
            request.response().putHeader(HEADER, idOf(request.request()));
        }
        request.next();
    }

    /** Returns the id of the request that this answers. */
    public static String of(HttpServerResponse response) {
        String id = response.headers().get(HEADER);
        return id == null ? newId() : id;
    }

    /** Returns the id of the request that this answers, after replacing it if it is one of these keys. */
    public static String otherThan(Collection<String> keys, HttpServerResponse response) {
        String id = of(response);
        if (keys.contains(id)) {
            response.putHeader(HEADER, newId());
            addToLog(response);
        }
        return of(response);
    }

    /** Adds the id to the log lines of this request from here on. */
    public static void addToLog(HttpServerResponse response) {
        MDC.put(LOG_KEY, of(response));
    }

    private static String idOf(HttpServerRequest request) {
        String sent = request.headers().get(HEADER);
        return sent != null && isUsable(sent, request.path()) ? sent : newId();
    }

    private static boolean isUsable(String id, @Nullable String path) {
        return ID.matcher(id).matches() && !id.startsWith(JWT) && !isKeyOf(path, id);
    }

    private static boolean isKeyOf(@Nullable String path, String id) {
        TaskKey key = path == null ? null : TaskPath.key(path);
        return key != null && key.value().equals(id);
    }

    /** Returns 16 hexadecimal digits: unique enough to find a request, and not required to be hard to guess. */
    private static String newId() {
        return HEX.toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
