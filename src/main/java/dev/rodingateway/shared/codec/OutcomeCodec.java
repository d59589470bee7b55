package dev.rodingateway.shared.codec;

import dev.rodingateway.shared.FencingToken;
import dev.rodingateway.shared.SharedOutcome;
import dev.rodingateway.shared.SharedOutcome.NotFound;
import dev.rodingateway.shared.SharedOutcome.Nothing;
import dev.rodingateway.shared.SharedOutcome.Refused;
import dev.rodingateway.shared.SharedOutcome.Status;
import dev.rodingateway.shared.script.Reply;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes what the store holds of a task. What cannot be decoded is {@link Nothing}; times are clamped. */
public final class OutcomeCodec {

    /** The longest delay of a task's next check that is adopted from another replica. */
    static final Duration LONGEST_REFUSAL = Duration.ofMinutes(10);

    private static final Duration LONGEST_CHECK = Duration.ofMinutes(10);
    private static final Duration LONGEST_LIFE = Duration.ofDays(366);

    /**
     * How far the estimate of the store's clock may be behind. A status that seems to be from the near future keeps its time, for
     * all replicas have to date it alike.
     */
    private static final Duration CLOCK_ERROR = Duration.ofSeconds(5);

    private static final String ABSENT = "-";

    private OutcomeCodec() {}

    /** Returns the kind of a status in the store. */
    public static String kind(TaskStatus status) {
        return status.terminal() ? "T" : "L";
    }

    /**
     * Decodes an entry as the scripts return it: kind, token, time of the check, duration, payload, remaining time to
     * live.
     *
     * @param nowMicros the store's time of the reply
     */
    public static SharedOutcome entry(Reply reply, int index, long nowMicros) {
        return entry(
                reply.text(index),
                reply.text(index + 1),
                reply.text(index + 2),
                reply.text(index + 3),
                reply.text(index + 4),
                reply.text(index + 5),
                nowMicros);
    }

    /** Decodes an entry of the log that contains its payload. */
    public static SharedOutcome entry(Map<String, String> fields, long nowMicros) {
        return entry(
                fields.get("k"),
                fields.get("t"),
                fields.get("a"),
                fields.get("o"),
                fields.get("p"),
                fields.get("l"),
                nowMicros);
    }

    private static SharedOutcome entry(
            @Nullable String kind,
            @Nullable String token,
            @Nullable String checkedAt,
            @Nullable String took,
            @Nullable String payload,
            @Nullable String left,
            long nowMicros) {
        try {
            long nowMillis = nowMicros / 1000;
            long checkedMillis = Math.min(number(checkedAt), nowMillis + CLOCK_ERROR.toMillis());
            Duration age = clamped(Duration.ofMillis(nowMillis - checkedMillis), LONGEST_LIFE);
            FencingToken issued = new FencingToken(number(token));
            if ("N".equals(kind)) {
                return new NotFound(issued, age, clamped(Duration.ofMillis(number(left)), LONGEST_LIFE));
            }
            return StatusCodec.decode(Objects.requireNonNullElse(payload, ""))
                    .filter(status -> kind(status).equals(kind))
                    .<SharedOutcome>map(status -> new Status(
                            status,
                            issued,
                            Instant.ofEpochMilli(checkedMillis),
                            age,
                            clamped(Duration.ofMillis(number(took)), LONGEST_CHECK)))
                    .orElseGet(Nothing::new);
        } catch (IllegalArgumentException unreadable) {
            return new Nothing();
        }
    }

    /** Returns the stored form of a failure. */
    public static String reason(LookupFailure failure) {
        Duration retryAfter = failure.retryAfter();
        return failure.kind() + " " + Objects.requireNonNullElse(failure.upstreamCode(), ABSENT) + " "
                + (retryAfter == null ? ABSENT : retryAfter.toMillis());
    }

    /**
     * Decodes the reason why a task is not to be checked.
     *
     * @param left how much longer it is not to be checked, in milliseconds
     */
    public static SharedOutcome refusal(@Nullable String token, @Nullable String reason, @Nullable String left) {
        try {
            String[] parts = Objects.requireNonNullElse(reason, "").split(" ", -1);
            if (parts.length != 3) {
                return new Nothing();
            }
            Duration remaining = clamped(Duration.ofMillis(number(left)), LONGEST_REFUSAL);
            LookupFailure failure = LookupFailure.of(Kind.valueOf(parts[0])).withUpstreamCode(parts[1]);
            return new Refused(
                    parts[2].equals(ABSENT)
                            ? failure
                            : failure.withRetryAfter(clamped(Duration.ofMillis(number(parts[2])), remaining)),
                    new FencingToken(number(token)),
                    remaining);
        } catch (IllegalArgumentException unreadable) {
            return new Nothing();
        }
    }

    private static long number(@Nullable String text) {
        return Long.parseLong(Objects.requireNonNullElse(text, ""));
    }

    private static Duration clamped(Duration duration, Duration longest) {
        if (duration.isNegative()) {
            return Duration.ZERO;
        }
        return duration.compareTo(longest) > 0 ? longest : duration;
    }
}
