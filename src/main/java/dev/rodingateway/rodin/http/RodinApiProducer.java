package dev.rodingateway.rodin.http;

import dev.rodingateway.rodin.RodinConfig;
import dev.rodingateway.rodin.UpstreamConfig;
import dev.rodingateway.rodin.connection.KeepAlive;
import dev.rodingateway.rodin.connection.OpenConnections;
import dev.rodingateway.rodin.connection.RodinTls;
import dev.rodingateway.settings.RodinUrl;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.client.api.LoggingScope;
import org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties;

/**
 * Builds the declarative REST clients. In code rather than in properties, so that no setting can make them follow a redirect
 * with the token or log a body; TLS and proxy settings of {@code quarkus.rest-client} and {@code quarkus.tls} apply.
 */
public final class RodinApiProducer {

    /** The most calls at a time. With a budget of 120 a minute and a time limit of 10 s, at most 50 are in flight. */
    public static final int CONNECTIONS = 64;

    private static final Logger LOG = Logger.getLogger(RodinApiProducer.class);

    private RodinApiProducer() {}

    @Produces
    @Singleton
    public static RodinEndpoint rodinEndpoint(RodinConfig rodin, UpstreamConfig upstream, RodinTls tls) {
        if (RodinUrl.isClearText(rodin.url())) {
            LOG.warn("RODIN_URL is an http URL of another machine: the API key and all task keys cross the network in"
                    + " clear text, for anyone on the way to read. Use https.");
        }
        OpenConnections connections = new OpenConnections();
        return new RodinEndpoint(
                client(rodin, upstream, tls, connections)
                        .property(QuarkusRestClientProperties.CONNECTION_TTL, KeepAlive.IDLE_SECONDS)
                        .property(QuarkusRestClientProperties.KEEP_ALIVE_ENABLED, true)
                        .build(RodinApi.class),
                connections,
                client(rodin, upstream, tls, new OpenConnections())
                        .property(QuarkusRestClientProperties.KEEP_ALIVE_ENABLED, false)
                        .build(RodinApi.class));
    }

    private static QuarkusRestClientBuilder client(
            RodinConfig rodin, UpstreamConfig upstream, RodinTls tls, OpenConnections connections) {
        // RodinCall enforces the time limit; the REST client's own timeout would log each call that it ends.
        long timeout = upstream.timeout().toMillis();
        QuarkusRestClientBuilder client = QuarkusRestClientBuilder.newBuilder()
                .baseUri(rodin.url())
                .register(new BearerTokenFilter())
                .register(new ResponseHead.Filter())
                .httpClientRequestCustomizer(
                        connections.andThen(new BodyLimit()).andThen(TransportFailures::markBodyFailures))
                .followRedirects(false)
                .disableDefaultMapper(true)
                .enableCompression(true)
                .loggingScope(LoggingScope.NONE)
                .userAgent("rodin-gateway")
                .connectTimeout(timeout, TimeUnit.MILLISECONDS)
                .readTimeout(2 * timeout, TimeUnit.MILLISECONDS)
                .property(QuarkusRestClientProperties.CONNECTION_POOL_SIZE, CONNECTIONS);
        tls.configuration().ifPresent(client::tlsConfiguration);
        return client;
    }
}
