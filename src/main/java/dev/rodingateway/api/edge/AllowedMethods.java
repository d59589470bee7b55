package dev.rodingateway.api.edge;

import dev.rodingateway.api.TaskListResource;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Sets {@code Allow}: the framework omits it from a 405, and lists HEAD for every path in a response to OPTIONS. */
final class AllowedMethods {

    private static final int METHOD_NOT_ALLOWED = 405;

    @ServerResponseFilter
    void addAllow(ContainerRequestContext request, ContainerResponseContext response) {
        boolean options = request.getMethod().equals(HttpMethod.OPTIONS)
                && response.getHeaders().containsKey(HttpHeaders.ALLOW);
        if (options || response.getStatus() == METHOD_NOT_ALLOWED) {
            response.getHeaders()
                    .putSingle(HttpHeaders.ALLOW, of(request.getUriInfo().getPath()));
        }
    }

    private static String of(String path) {
        boolean list = path.equals(TaskListResource.PATH) || path.equals(TaskListResource.PATH + "/");
        return list ? "POST, OPTIONS" : "GET, HEAD, OPTIONS";
    }
}
