package dev.rodingateway.simulator;

import dev.rodingateway.simulator.Answer.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.CompletionException;

/**
 * A simulation of Rodin on a port of its own: it answers {@code POST /api/v2/status} like Rodin, plays a
 * {@link Scenario} for each key that names one, and lets tests count checks and simulate outages under
 * {@code /simulator}. Runs on one event loop.
 */
public final class RodinSimulator implements AutoCloseable {

    private static final String STATUS_PATH = "/api/v2/status";
    private static final int IDLE_SECONDS = 300;

    private final String host;
    private final Vertx vertx;
    private final HttpServer server;
    private final Visits visits;
    private final ControlSurface controlSurface;
    private final StatusCall statusCall;

    private RodinSimulator(SimulatorSettings settings) {
        Conditions conditions = new Conditions();
        host = settings.host();
        visits = new Visits(settings.ticker());
        controlSurface = new ControlSurface(visits, conditions);
        statusCall = new StatusCall(settings, visits, conditions);
        vertx = Vertx.vertx(vertxOptions());
        server = vertx.createHttpServer(serverOptions(settings)).requestHandler(this::handle);
    }

    /**
     * Starts a simulator and returns it when it is listening. To be called on a thread that may block.
     *
     * @throws IllegalStateException with a message of one sentence if it cannot listen there, for example because the
     *     port is in use
     */
    public static RodinSimulator start(SimulatorSettings settings) {
        RodinSimulator simulator = new RodinSimulator(settings);
        try {
            await(simulator.server.listen());
        } catch (CompletionException e) {
            simulator.close();
            throw new IllegalStateException(
                    "The Rodin simulator cannot listen on %s:%d: %s; SIMULATOR_PORT names another port."
                            .formatted(settings.host(), settings.port(), reason(e)),
                    e.getCause());
        }
        return simulator;
    }

    /** Returns the base URL of the simulated Rodin on this machine, without a trailing slash. */
    public String url() {
        return "http://%s:%d".formatted(host.equals("0.0.0.0") ? "127.0.0.1" : host, port());
    }

    /** Returns the port it listens on, never 0. */
    public int port() {
        return server.actualPort();
    }

    /** Returns the number of status calls received, whatever their outcome. */
    public long checks() {
        return visits.total();
    }

    /** Returns the number of status calls received for this key; 0 for a key that has been removed. */
    public long checks(String key) {
        return visits.of(key);
    }

    /** Resets everything to its initial state: no checks, no started tasks, no outage, no latency. */
    public void reset() {
        controlSurface.reset();
    }

    /** Stops listening and closes all connections; returns once that is done. */
    @Override
    public void close() {
        await(vertx.close());
    }

    private void handle(HttpServerRequest request) {
        if (!STATUS_PATH.equals(request.path())) {
            controlSurface.answer(request).send(request, vertx);
        } else if (!request.method().equals(HttpMethod.POST)) {
            Reply.methodNotAllowed(HttpMethod.POST).send(request, vertx);
        } else {
            String authorization = request.getHeader("Authorization");
            BoundedBody.read(
                    request, body -> statusCall.answer(authorization, body).send(request, vertx));
        }
    }

    private static VertxOptions vertxOptions() {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }

    private static HttpServerOptions serverOptions(SimulatorSettings settings) {
        return new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setHandle100ContinueAutomatically(true)
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout(IDLE_SECONDS);
    }

    private static void await(Future<?> future) {
        future.toCompletionStage().toCompletableFuture().join();
    }

    private static String reason(CompletionException e) {
        Throwable cause = e.getCause();
        return cause == null ? "no reason given" : String.valueOf(cause.getMessage());
    }
}
