package dev.rodingateway.api.connection;

import io.netty.bootstrap.ServerBootstrap;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.VertxServiceProvider;

/**
 * Applies {@link ConnectionLimits} to every server of this process, at the only point where Vert.x allows configuring a
 * server's channels before it accepts connections. Registered as a service; Quarkus instantiates it at build time.
 */
public final class ConnectionTransport extends JDKTransport implements VertxServiceProvider {

    @Override
    public void init(VertxBuilder builder) {
        builder.findTransport(this);
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap server) {
        super.configure(options, domainSocket, server);
        ArcContainer beans = Arc.container();
        // Without beans this is the Vert.x instance of another application, in a test.
        if (beans != null) {
            beans.instance(ConnectionLimits.class).get().apply(options, server);
        }
    }
}
