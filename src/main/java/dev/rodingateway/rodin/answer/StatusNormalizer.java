package dev.rodingateway.rodin.answer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rodingateway.rodin.http.RodinResponse;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.time.InstantSource;

/** Turns an answer of Rodin's status call into ours. Rodin refuses on successful codes too, so the body has the first word. */
public final class StatusNormalizer {

    private static final int TOO_MANY_REQUESTS = 429;

    private final InstantSource clock;

    /**
     * Creates a normalizer.
     *
     * @param clock tells how far away a date in {@code Retry-After} is
     */
    public StatusNormalizer(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Returns what Rodin said of the task.
     *
     * @throws LookupFailure when it said nothing of it; whatever the bytes are, nothing else is thrown
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

    /** Rodin's failures may pass, and it may say when; what it says of the task or of our account is no matter of seconds. */
    private LookupFailure withRetryAfter(LookupFailure refusal, RodinResponse response) {
        Duration said = RetryAfter.said(response.retryAfter(), clock);
        return said == null || refusal.kind() != Kind.UPSTREAM_ERROR ? refusal : refusal.withRetryAfter(said);
    }

    private static boolean isFrom(int hundred, int httpStatus) {
        return hundred <= httpStatus && httpStatus < hundred + 100;
    }
}
