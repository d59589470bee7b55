package dev.rodingateway.api.edge;

import dev.rodingateway.api.TaskListResource;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Tells which methods a path answers: the framework tells nothing with a 405, and promises HEAD to any OPTIONS. */
final class AllowedMethods {

    private static final int METHOD_NOT_ALLOWED = 405;

    @ServerResponseFilter
    void tell(ContainerRequestContext request, ContainerResponseContext response) {
        boolean asked = request.getMethod().equals(HttpMethod.OPTIONS)
                && response.getHeaders().containsKey(HttpHeaders.ALLOW);
        if (asked || response.getStatus() == METHOD_NOT_ALLOWED) {
            response.getHeaders()
                    .putSingle(HttpHeaders.ALLOW, of(request.getUriInfo().getPath()));
        }
    }

    private static String of(String path) {
        boolean list = path.equals(TaskListResource.PATH) || path.equals(TaskListResource.PATH + "/");
        return list ? "POST, OPTIONS" : "GET, HEAD, OPTIONS";
    }
}
