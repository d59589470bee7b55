package dev.rodingateway.api.edge;

import dev.rodingateway.api.log.RequestIds;
import dev.rodingateway.api.log.RequestLog;
import dev.rodingateway.api.response.WholeSeconds;
import dev.rodingateway.task.LookupFailure;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Maps every exception of a resource to a problem response. */
@Singleton
public final class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    RestResponse<Problem> lookupFailure(LookupFailure failure, RoutingContext request) {
        ResponseBuilder<Problem> response = problem(ProblemCode.of(failure.kind()), failure.upstreamCode(), request);
        Duration retryAfter = failure.retryAfter();
        if (retryAfter != null) {
            response.header(HttpHeaders.RETRY_AFTER, WholeSeconds.roundedUp(retryAfter));
        }
        return response.build();
    }

    @ServerExceptionMapper
    RestResponse<Problem> notFound(NotFoundException unused, RoutingContext request) {
        return problem(ProblemCode.NOT_FOUND, null, request).build();
    }

    @ServerExceptionMapper
    RestResponse<Problem> framework(WebApplicationException failure, RoutingContext request) {
        Response answer = failure.getResponse();
        ResponseBuilder<Problem> response = problem(ProblemCode.ofHttpStatus(answer.getStatus()), null, request);
        String retryAfter = answer.getHeaderString(HttpHeaders.RETRY_AFTER);
        if (retryAfter != null) {
            response.header(HttpHeaders.RETRY_AFTER, retryAfter);
        }
        return response.build();
    }

    @ServerExceptionMapper
    RestResponse<Problem> bug(Throwable failure, RoutingContext request) {
        if (!request.response().ended()) {
            LOG.error("A look-up ended in an unexpected failure", failure);
        }
        return problem(ProblemCode.INTERNAL_ERROR, null, request).build();
    }

    private static ResponseBuilder<Problem> problem(
            ProblemCode code, @Nullable String upstreamCode, RoutingContext request) {
        RequestLog.problem(request, code);
        Problem problem = Problem.of(code, upstreamCode, RequestIds.of(request.response()));
        return ResponseBuilder.create(RestResponse.Status.fromStatusCode(code.httpStatus()), problem)
                .type(Problem.MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }
}
