package dev.rodingateway.api;

import dev.rodingateway.status.Answer;
import io.smallrye.mutiny.Multi;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * A stream of events that has not begun.
 *
 * @param answers what to tell; nothing is asked of it before the stream begins
 * @param lastEventId the event that the caller has had already, or null
 * @param response where to tell it, its head not written
 */
record TaskEvents(Multi<Answer> answers, @Nullable String lastEventId, HttpServerResponse response) {}
