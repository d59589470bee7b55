package dev.rodingateway.task;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A look-up that could not be answered. A task that failed is no such thing: that is a {@link TaskStatus}.
 *
 * <p>It carries neither a stack trace nor a cause, for it is an expected outcome and must not drag Rodin's words along.
 */
public final class LookupFailure extends RuntimeException {

    /** Why; each kind is one problem of the HTTP contract. */
    public enum Kind {
        /** The key is not one, by our own rule or by Rodin's word. */
        INVALID_KEY,
        /** Rodin does not know the task. */
        TASK_NOT_FOUND,
        /** Rodin refuses the gateway's own API key. */
        UPSTREAM_CREDENTIALS,
        /** Funds or plan of the account are not enough. */
        UPSTREAM_ACCOUNT,
        /** What came back is not an answer. */
        UPSTREAM_INVALID_RESPONSE,
        /** Rodin failed, or refused for some other reason. */
        UPSTREAM_ERROR,
        /** Rodin asks for fewer requests. */
        UPSTREAM_THROTTLED,
        /** Rodin cannot be reached. */
        UPSTREAM_UNAVAILABLE,
        /** No answer in time. */
        UPSTREAM_TIMEOUT,
        /** As many callers watch tasks as the gateway lets. */
        TOO_MANY_WATCHERS
    }

    private static final long serialVersionUID = 1L;
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    private final Kind kind;
    private final @Nullable String upstreamCode;
    private final @Nullable Duration retryAfter;
    private final boolean asked;

    private LookupFailure(Kind kind, @Nullable String upstreamCode, @Nullable Duration retryAfter, boolean asked) {
        super(kind.name(), null, false, false);
        this.kind = kind;
        this.upstreamCode = upstreamCode;
        this.retryAfter = retryAfter;
        this.asked = asked;
    }

    /** Returns a failure of which nothing but its kind is known. */
    public static LookupFailure of(Kind kind) {
        return new LookupFailure(kind, null, null, true);
    }

    /** Returns this failure with Rodin's error code, or without one if it does not look like a code. */
    public LookupFailure withUpstreamCode(@Nullable String code) {
        boolean usable = code != null && CODE.matcher(code).matches();
        return new LookupFailure(kind, usable ? code : null, retryAfter, asked);
    }

    /** Returns this failure with the time after which asking again is worth while; not negative. */
    public LookupFailure withRetryAfter(Duration delay) {
        return new LookupFailure(kind, upstreamCode, delay, asked);
    }

    /** Returns this failure as one that came about without Rodin being asked. */
    public LookupFailure withoutAsking() {
        return new LookupFailure(kind, upstreamCode, retryAfter, false);
    }

    /** Returns this failure as one of a check that has asked Rodin, before it came to this. */
    public LookupFailure afterAsking() {
        return new LookupFailure(kind, upstreamCode, retryAfter, true);
    }

    /** Returns whether Rodin was asked, or at least tried. */
    public boolean asked() {
        return asked;
    }

    /** Returns whether Rodin was not asked because the budget had no permit in time: the check waits for its turn. */
    public boolean isBudgetSpent() {
        return kind == Kind.UPSTREAM_THROTTLED && !asked;
    }

    /** Returns whether Rodin has answered, and the answer is that there is nothing to tell: it stays so. */
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

    /** Returns when asking again is worth while, or null if nothing is known of that. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
