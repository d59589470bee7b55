package dev.rodingateway.rodin;

import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.function.Supplier;

/** Puts the API key on every check; the only reader of the token. */
final class BearerTokenFilter implements ClientRequestFilter {

    private final Supplier<BearerToken> tokens;

    BearerTokenFilter(Supplier<BearerToken> tokens) {
        this.tokens = tokens;
    }

    @Override
    public void filter(ClientRequestContext request) {
        request.getHeaders().putSingle(HttpHeaders.AUTHORIZATION, tokens.get().authorization());
    }
}
