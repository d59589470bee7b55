package dev.rodingateway.rodin.http;

import dev.rodingateway.rodin.connection.OpenConnections;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.Response;
import java.io.Closeable;
import java.io.IOException;

/**
 * Rodin's status call over HTTP, usually on a connection that is kept alive.
 *
 * @param keptAlive the client whose connections are used again
 * @param connections the connections of that client
 * @param connectionPerCall a client that opens a connection for each call and closes it afterwards
 */
public record RodinEndpoint(RodinApi keptAlive, OpenConnections connections, RodinApi connectionPerCall)
        implements Closeable {

    /** Asks once. */
    Uni<Response> check(CheckRequest request) {
        return keptAlive.check(request);
    }

    /** Asks once on a new connection: certainly not one that the other side has given up, nor one with a stray response. */
    Uni<Response> checkOnNewConnection(CheckRequest request) {
        return connectionPerCall.check(request);
    }

    /** Lets no call that begins from now on use a connection that is open now. */
    public void retireConnections() {
        connections.retireAll();
    }

    /** Ends the calls in flight. */
    @Override
    public void close() throws IOException {
        for (RodinApi api : new RodinApi[] {keptAlive, connectionPerCall}) {
            if (api instanceof Closeable client) {
                client.close();
            }
        }
    }
}
