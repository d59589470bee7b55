package dev.rodingateway.rodin.http;

import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import org.jboss.resteasy.reactive.client.impl.RestClientRequestContext;
import org.jboss.resteasy.reactive.client.spi.ResteasyReactiveClientRequestContext;

/** Connects the {@link ResponseHead} of each call to the call. */
final class ResponseHeadFilter implements ClientRequestFilter {

    @Override
    public void filter(ClientRequestContext request) {
        RestClientRequestContext call =
                ((ResteasyReactiveClientRequestContext) request).unwrap(RestClientRequestContext.class);
        ((CheckRequest) request.getEntity()).head().belongsTo(call);
    }
}
