package dev.rodingateway.api;

import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Counts the requests that reach a resource. */
@Singleton
public class ResourceVisits {

    private final AtomicInteger count = new AtomicInteger();

    @ServerRequestFilter
    public void count(ContainerRequestContext request) {
        count.incrementAndGet();
    }

    int soFar() {
        return count.get();
    }
}
