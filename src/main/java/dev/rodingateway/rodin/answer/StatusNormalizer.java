package dev.rodingateway.rodin.answer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rodingateway.rodin.http.RodinResponse;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.time.InstantSource;

/** Turns a response of Rodin's status call into a status. Rodin may refuse with a 2xx, so the body takes precedence. */
public final class StatusNormalizer {

    private static final int TOO_MANY_REQUESTS = 429;

    private final InstantSource clock;

    /**
     * Creates a normalizer.
     *
     * @param clock gives the time from which a date in {@code Retry-After} is measured
     */
    public StatusNormalizer(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Returns the status of the task.
     *
     * @throws LookupFailure when the response has none; whatever the bytes are, nothing else is thrown
     */
    public TaskStatus normalize(RodinResponse response) {
        int httpStatus = response.httpStatus();
        if (httpStatus == TOO_MANY_REQUESTS) {
            throw LookupFailure.of(Kind.UPSTREAM_THROTTLED)
                    .withRetryAfter(RetryAfter.delay(response.retryAfter(), clock));
        }
        if (isFrom(300, httpStatus)) {
            throw LookupFailure.of(Kind.UPSTREAM_INVALID_RESPONSE);
        }
        JsonNode document = JsonDocument.read(response.body());
        LookupFailure refusal = Refusals.find(document.path("error"), httpStatus);
        if (refusal == null && (isFrom(400, httpStatus) || isFrom(500, httpStatus))) {
            refusal = LookupFailure.of(Refusals.byHttpStatus(httpStatus));
        }
        if (refusal != null) {
            throw withRetryAfter(refusal, response);
        }
        if (!isFrom(200, httpStatus)) {
            throw LookupFailure.of(Kind.UPSTREAM_INVALID_RESPONSE);
        }
        return new TaskStatus(JobsNormalizer.normalize(document.path("jobs")));
    }

    /** A failure of Rodin may be over by the time that it announces; a refusal of the task or the account will not. */
    private LookupFailure withRetryAfter(LookupFailure refusal, RodinResponse response) {
        Duration retryAfter = RetryAfter.parse(response.retryAfter(), clock);
        return retryAfter == null || refusal.kind() != Kind.UPSTREAM_ERROR
                ? refusal
                : refusal.withRetryAfter(retryAfter);
    }

    private static boolean isFrom(int hundred, int httpStatus) {
        return hundred <= httpStatus && httpStatus < hundred + 100;
    }
}
