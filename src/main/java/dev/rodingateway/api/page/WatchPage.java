package dev.rodingateway.api.page;

import dev.rodingateway.api.edge.ProblemCode;
import dev.rodingateway.api.response.EntityTags;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** Serves the page that shows the progress of a task, and its script, which frontends may copy. */
@Singleton
final class WatchPage {

    /** Allows the page's own files only, and no framing: users enter keys here. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private final WatchPageConfig config;

    @Inject
    WatchPage(WatchPageConfig config) {
        this.config = config;
    }

    void register(@Observes Router router) {
        if (config.watchPage()) {
            files().forEach(file -> router.route(file.path()).handler(request -> send(request, file)));
        }
    }

    private static List<PageFile> files() {
        return List.of(
                PageFile.read("/", "index.html", "text/html; charset=utf-8"),
                PageFile.read("/watch.css", "watch.css", "text/css; charset=utf-8"),
                PageFile.read("/watch.js", "watch.js", SCRIPT),
                PageFile.read("/rodin-task.js", "rodin-task.js", SCRIPT));
    }

    private static void send(RoutingContext request, PageFile file) {
        if (!file.path().equals(request.request().path())) {
            // The router also matches the path with a slash at its end.
            request.next();
            return;
        }
        HttpMethod method = request.request().method();
        HttpServerResponse response = request.response();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            request.fail(ProblemCode.METHOD_NOT_ALLOWED.httpStatus());
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.mediaType())
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(HttpHeaders.ETAG, '"' + file.tag() + '"')
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Referrer-Policy", "no-referrer");
        if (EntityTags.matches(request.request().headers().getAll(HttpHeaders.IF_NONE_MATCH.toString()), file.tag())) {
            response.setStatusCode(304).end();
        } else if (method.equals(HttpMethod.HEAD)) {
            response.putHeader(
                            HttpHeaders.CONTENT_LENGTH,
                            String.valueOf(file.content().length()))
                    .end();
        } else {
            response.end(file.content());
        }
    }
}
