package dev.rodingateway.rodin.http;

import dev.rodingateway.rodin.token.BearerToken;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;

/** Adds the API key of a check to each of its calls; the only code that reads the token. */
final class BearerTokenFilter implements ClientRequestFilter {

    @Override
    public void filter(ClientRequestContext request) {
        BearerToken token = ((RodinApi.Request) request.getEntity()).token();
        request.getHeaders().putSingle(HttpHeaders.AUTHORIZATION, token.authorization());
    }
}
