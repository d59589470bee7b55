package dev.rodingateway.rodin.http;

import dev.rodingateway.rodin.token.BearerToken;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;

/** Puts the API key of a check on each of its calls; the only reader of the token. */
final class BearerTokenFilter implements ClientRequestFilter {

    @Override
    public void filter(ClientRequestContext request) {
        BearerToken token = ((CheckRequest) request.getEntity()).token();
        request.getHeaders().putSingle(HttpHeaders.AUTHORIZATION, token.authorization());
    }
}
