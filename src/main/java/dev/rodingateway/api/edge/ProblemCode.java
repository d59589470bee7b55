package dev.rodingateway.api.edge;

import dev.rodingateway.task.LookupFailure;
import java.util.Locale;

/** The problems of the HTTP contract, each with its code, HTTP status and a sentence for a developer. */
public enum ProblemCode {
    INVALID_KEY(
            400,
            "Invalid task key",
            "The task key must be Rodin's subscription_key: 1 to 2048 characters of A-Z, a-z, 0-9, '.', '_', '~' and '-'."),
    INVALID_REQUEST(400, "Invalid request", "The request has a body or a header that cannot be read."),
    ORIGIN_NOT_ALLOWED(403, "Origin not allowed", "The gateway is not set to answer pages of this origin."),
    TASK_NOT_FOUND(
            404, "Task not found", "Rodin does not know this task. It may have been deleted, or is not yet known."),
    NOT_FOUND(404, "Not found", "There is nothing at this path."),
    METHOD_NOT_ALLOWED(405, "Method not allowed", "This path does not answer that method."),
    NOT_ACCEPTABLE(406, "Not acceptable", "This path has no answer in any of the media types asked for."),
    REQUEST_TIMEOUT(408, "Request timeout", "The request's body did not arrive in time."),
    PAYLOAD_TOO_LARGE(413, "Payload too large", "The request's body is larger than the gateway reads."),
    URI_TOO_LONG(414, "URI too long", "The request line is longer than the gateway reads."),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type", "The request's body has a media type that is not read here."),
    REQUEST_HEADER_FIELDS_TOO_LARGE(
            431, "Request header fields too large", "The request's headers are larger than the gateway reads."),
    UPSTREAM_CREDENTIALS(
            502,
            "Rodin refuses the gateway's API key",
            "Rodin refuses the API key that the gateway is configured with. The caller can do nothing about it."),
    UPSTREAM_ACCOUNT(
            502,
            "Rodin refuses the account",
            "The funds or the plan of the Rodin account behind the gateway are not enough."),
    UPSTREAM_INVALID_RESPONSE(
            502, "Rodin's answer cannot be read", "What Rodin sent is not an answer to the question for a status."),
    UPSTREAM_ERROR(502, "Rodin failed", "Rodin could not answer the question for a status."),
    UPSTREAM_THROTTLED(503, "Too many checks", "Rodin is asked too often at the moment. Ask again later."),
    UPSTREAM_UNAVAILABLE(
            503,
            "Rodin cannot be reached",
            "Rodin cannot be reached, or has failed so often that it is left alone for some seconds. Ask again later."),
    UPSTREAM_TIMEOUT(504, "Rodin is too slow", "Rodin did not answer in time."),
    TOO_MANY_WATCHERS(
            503,
            "Too many watchers",
            "The gateway watches tasks for as many callers as it may. Ask again later, or without waiting."),
    TOO_MANY_LISTS(
            503, "Too many lists", "The gateway reads and looks up as many lists of tasks as it may. Ask again later."),
    INTERNAL_ERROR(500, "Internal error", "The gateway failed. This is a bug of the gateway.");

    private final int httpStatus;
    private final String title;
    private final String detail;

    ProblemCode(int httpStatus, String title, String detail) {
        this.httpStatus = httpStatus;
        this.title = title;
        this.detail = detail;
    }

    public static ProblemCode of(LookupFailure.Kind kind) {
        return switch (kind) {
            case INVALID_KEY -> INVALID_KEY;
            case TASK_NOT_FOUND -> TASK_NOT_FOUND;
            case UPSTREAM_CREDENTIALS -> UPSTREAM_CREDENTIALS;
            case UPSTREAM_ACCOUNT -> UPSTREAM_ACCOUNT;
            case UPSTREAM_INVALID_RESPONSE -> UPSTREAM_INVALID_RESPONSE;
            case UPSTREAM_ERROR -> UPSTREAM_ERROR;
            case UPSTREAM_THROTTLED -> UPSTREAM_THROTTLED;
            case UPSTREAM_UNAVAILABLE -> UPSTREAM_UNAVAILABLE;
            case UPSTREAM_TIMEOUT -> UPSTREAM_TIMEOUT;
            case TOO_MANY_WATCHERS -> TOO_MANY_WATCHERS;
        };
    }

    /** Returns the problem for an HTTP status that the framework chose. */
    static ProblemCode ofHttpStatus(int httpStatus) {
        return switch (httpStatus) {
            case 403 -> ORIGIN_NOT_ALLOWED;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 408 -> REQUEST_TIMEOUT;
            case 413 -> PAYLOAD_TOO_LARGE;
            case 414 -> URI_TOO_LONG;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 431 -> REQUEST_HEADER_FIELDS_TOO_LARGE;
            case 503 -> TOO_MANY_LISTS;
            default -> httpStatus >= 400 && httpStatus < 500 ? INVALID_REQUEST : INTERNAL_ERROR;
        };
    }

    public int httpStatus() {
        return httpStatus;
    }

    String title() {
        return title;
    }

    String detail() {
        return detail;
    }

    /** Returns the code as callers see it, such as {@code task-not-found}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
