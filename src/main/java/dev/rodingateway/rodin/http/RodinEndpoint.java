package dev.rodingateway.rodin.http;

import dev.rodingateway.rodin.connection.OpenConnections;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.Response;
import java.io.Closeable;
import java.io.IOException;

/**
 * Rodin's status call over HTTP, usually on a connection that is kept alive.
 *
 * @param keptAlive the client whose connections are reused
 * @param connections the connections of that client
 * @param connectionPerCall a client that opens a connection for each call and closes it afterwards
 */
public record RodinEndpoint(RodinApi keptAlive, OpenConnections connections, RodinApi connectionPerCall)
        implements Closeable {

    /** Calls Rodin once. */
    Uni<Response> check(RodinApi.Request request) {
        return keptAlive.check(request);
    }

    /** Calls Rodin once on a new connection, which can neither be stale nor hold a stray response. */
    Uni<Response> checkOnNewConnection(RodinApi.Request request) {
        return connectionPerCall.check(request);
    }

    /** Returns whether a connection that {@link #check} has just used may have been kept alive, as far as is known. */
    boolean mayBeKeptAlive() {
        return connections.mayBeKeptAlive();
    }

    /** Prevents later calls from using a connection that is open now. */
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
