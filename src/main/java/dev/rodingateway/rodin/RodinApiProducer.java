package dev.rodingateway.rodin;

import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.jboss.resteasy.reactive.client.api.LoggingScope;
import org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties;

/**
 * Builds the declarative client. In code rather than in properties, so that no setting can make it follow a redirect
 * with the token or log a body; TLS and proxy settings of {@code quarkus.rest-client} and {@code quarkus.tls} do apply.
 */
final class RodinApiProducer {

    /**
     * Checks at once. A budget of 120 a minute, each at most 10 s long, can never have more than 50 under way.
     */
    static final int CONNECTIONS = 64;

    /** Shorter than the minute after which servers and their proxies drop idle connections. */
    private static final int IDLE_SECONDS = 20;

    private RodinApiProducer() {}

    @Produces
    @Singleton
    static RodinApi rodinApi(RodinConfig rodin, UpstreamConfig upstream) {
        // The time limit proper is RodinClient's; the server's own would log each call that it ends.
        long timeout = upstream.timeout().toMillis();
        return QuarkusRestClientBuilder.newBuilder()
                .baseUri(rodin.url())
                .register(new BearerTokenFilter())
                .httpClientRequestCustomizer(new BodyLimit().andThen(new BrokenAnswer()))
                .followRedirects(false)
                .disableDefaultMapper(true)
                .enableCompression(true)
                .loggingScope(LoggingScope.NONE)
                .userAgent("rodin-gateway")
                .connectTimeout(timeout, TimeUnit.MILLISECONDS)
                .readTimeout(2 * timeout, TimeUnit.MILLISECONDS)
                .property(QuarkusRestClientProperties.CONNECTION_POOL_SIZE, CONNECTIONS)
                .property(QuarkusRestClientProperties.CONNECTION_TTL, IDLE_SECONDS)
                .property(QuarkusRestClientProperties.KEEP_ALIVE_ENABLED, true)
                .build(RodinApi.class);
    }
}
