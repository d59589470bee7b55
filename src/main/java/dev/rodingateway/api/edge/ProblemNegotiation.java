package dev.rodingateway.api.edge;

import dev.rodingateway.api.FreshAnswers;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import java.util.regex.Pattern;

/**
 * Accepts requests whose {@code Accept} lists problem documents and not the resource's own media type: generated clients that
 * expect no body in a successful response list only the media type of problems. The framework's content negotiation
 * looks at successes alone and would refuse them. Naming both media types in {@code @Produces} does not help: the framework
 * then chooses a writer by the header and writes the response object itself as JSON.
 */
@Singleton
final class ProblemNegotiation {

    private static final String SUCCESSES = MediaType.APPLICATION_JSON + ", " + MediaType.SERVER_SENT_EVENTS;

    /** Alone or among others, but not with a weight of zero. */
    private static final Pattern ACCEPTS_PROBLEMS = Pattern.compile(
            "(?:^|[,\\s])application/problem\\+json(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))", Pattern.CASE_INSENSITIVE);

    /** After {@link FreshAnswers}, which answers no such request. */
    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE + 2).handler(request -> {
            acceptSuccesses(request.request());
            request.next();
        });
    }

    private static void acceptSuccesses(HttpServerRequest request) {
        for (String accept : request.headers().getAll(HttpHeaders.ACCEPT)) {
            if (ACCEPTS_PROBLEMS.matcher(accept).find()) {
                request.headers().add(HttpHeaders.ACCEPT, SUCCESSES);
                return;
            }
        }
    }
}
