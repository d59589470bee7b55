package dev.rodingateway.task;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A failed look-up. A task that failed is not one: that is a {@link TaskStatus}.
 *
 * <p>It has neither a stack trace nor a cause, because it is an expected outcome and must not carry Rodin's response.
 */
public final class LookupFailure extends RuntimeException {

    /** The reason; each kind corresponds to one problem of the HTTP contract. */
    public enum Kind {
        /** The key is invalid, by the gateway's own rule or according to Rodin. */
        INVALID_KEY,
        /** Rodin does not know the task. */
        TASK_NOT_FOUND,
        /** Rodin rejected the gateway's own API key. */
        UPSTREAM_CREDENTIALS,
        /** The funds or the plan of the account are insufficient. */
        UPSTREAM_ACCOUNT,
        /** Rodin's response is not a valid status. */
        UPSTREAM_INVALID_RESPONSE,
        /** Rodin failed, or rejected the call for another reason. */
        UPSTREAM_ERROR,
        /** Rodin's rate limit or the gateway's own budget is exhausted. */
        UPSTREAM_THROTTLED,
        /** Rodin cannot be reached. */
        UPSTREAM_UNAVAILABLE,
        /** Rodin did not respond in time. */
        UPSTREAM_TIMEOUT,
        /** The maximum number of callers is watching tasks already. */
        TOO_MANY_WATCHERS
    }

    private static final long serialVersionUID = 1L;
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    private final Kind kind;
    private final @Nullable String upstreamCode;
    private final @Nullable Duration retryAfter;
    private final boolean rodinCalled;

    private LookupFailure(
            Kind kind, @Nullable String upstreamCode, @Nullable Duration retryAfter, boolean rodinCalled) {
        super(kind.name(), null, false, false);
        this.kind = kind;
        this.upstreamCode = upstreamCode;
        this.retryAfter = retryAfter;
        this.rodinCalled = rodinCalled;
    }

    /** Returns a failure of this kind without further details. */
    public static LookupFailure of(Kind kind) {
        return new LookupFailure(kind, null, null, true);
    }

    /** Returns this failure with Rodin's error code, or without one if it is not formatted like a code. */
    public LookupFailure withUpstreamCode(@Nullable String code) {
        boolean usable = code != null && CODE.matcher(code).matches();
        return new LookupFailure(kind, usable ? code : null, retryAfter, rodinCalled);
    }

    /** Returns this failure with the time after which to try again; not negative. */
    public LookupFailure withRetryAfter(Duration delay) {
        return new LookupFailure(kind, upstreamCode, delay, rodinCalled);
    }

    /** Returns this failure marked as one for which Rodin was not called. */
    public LookupFailure withoutCall() {
        return new LookupFailure(kind, upstreamCode, retryAfter, false);
    }

    /** Returns this failure marked as one for which Rodin was called. */
    public LookupFailure afterCall() {
        return new LookupFailure(kind, upstreamCode, retryAfter, true);
    }

    /** Returns whether a call to Rodin was made or attempted. */
    public boolean rodinCalled() {
        return rodinCalled;
    }

    /** Returns whether Rodin was not called because the budget had no permit in time; the check may still wait for one. */
    public boolean isBudgetSpent() {
        return kind == Kind.UPSTREAM_THROTTLED && !rodinCalled;
    }

    /** Returns whether Rodin has responded that the key is invalid or unknown, which will not change. */
    public boolean isFinal() {
        return switch (kind) {
            case TASK_NOT_FOUND, INVALID_KEY -> true;
            case UPSTREAM_CREDENTIALS,
                    UPSTREAM_ACCOUNT,
                    UPSTREAM_INVALID_RESPONSE,
                    UPSTREAM_ERROR,
                    UPSTREAM_THROTTLED,
                    UPSTREAM_UNAVAILABLE,
                    UPSTREAM_TIMEOUT,
                    TOO_MANY_WATCHERS -> false;
        };
    }

    /** Returns why the look-up failed. */
    public Kind kind() {
        return kind;
    }

    /** Returns Rodin's error code, {@code [A-Z][A-Z0-9_]{0,63}}, or null. */
    public @Nullable String upstreamCode() {
        return upstreamCode;
    }

    /** Returns the time after which to try again, or null if unknown. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
