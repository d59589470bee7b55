package dev.rodingateway.rodin;

import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;

/** The one door to Rodin. */
@Singleton
public final class RodinClient {

    private final RodinApi api;
    private final StatusNormalizer normalizer;
    private final Duration timeout;
    private final Counter unknownStatuses;

    @Inject
    RodinClient(RodinApi api, UpstreamConfig config, MeterRegistry meters) {
        this.api = api;
        this.normalizer = new StatusNormalizer(InstantSource.system());
        this.timeout = config.timeout();
        this.unknownStatuses = Counter.builder("rodin.jobs.unknown.status")
                .description("Jobs whose status was a word that the gateway does not know")
                .register(meters);
    }

    /**
     * Asks Rodin where a task stands: one check, each time it is subscribed to.
     *
     * @return the status, or a {@link LookupFailure} and nothing else; within the time limit of
     *     {@code GATEWAY_UPSTREAM_TIMEOUT}, a quiet second try included
     */
    public Uni<TaskStatus> check(TaskKey key) {
        return api.check(CheckRequest.of(key))
                .map(RodinClient::read)
                .onFailure(TransportFailures::diedBeforeAnswer)
                .retry()
                .atMost(1)
                .ifNoItem()
                .after(timeout)
                .fail()
                .onFailure()
                .transform(TransportFailures::classify)
                .map(normalizer::normalize)
                .invoke(this::countUnknownStatuses);
    }

    private void countUnknownStatuses(TaskStatus status) {
        double unknown = status.jobs().stream()
                .filter(job -> job.status() == JobStatus.UNKNOWN)
                .count();
        unknownStatuses.increment(unknown);
    }

    /** Reads the body as a stream, in memory by now: read as anything else, an unreadable Content-Type would spoil it. */
    private static RodinResponse read(Response response) {
        try (response) {
            byte[] body = response.readEntity(InputStream.class).readAllBytes();
            return new RodinResponse(response.getStatus(), body, response.getHeaderString(HttpHeaders.RETRY_AFTER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
