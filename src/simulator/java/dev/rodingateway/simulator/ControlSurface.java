package dev.rodingateway.simulator;

import dev.rodingateway.simulator.Answer.Reply;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The simulator's own paths, with which tests count checks and simulate outages. They require no bearer token and are
 * not subject to the simulated latency.
 */
final class ControlSurface {

    private static final int LONGEST_LATENCY_MS = 60_000;
    private static final Pattern UP_TO_FIVE_DIGITS = Pattern.compile("[0-9]{1,5}");
    private static final Reply NOT_FOUND = Reply.refusal(404, "NOT_FOUND", "There is nothing at this path.");
    private static final Reply DONE = new Reply(204, "", Map.of());

    private final Visits visits;
    private final Conditions conditions;

    ControlSurface(Visits visits, Conditions conditions) {
        this.visits = visits;
        this.conditions = conditions;
    }

    /** Handles the request; responds with a 404 if its path is none of these. */
    Answer answer(HttpServerRequest request) {
        return switch (Objects.requireNonNullElse(request.path(), "")) {
            case "/simulator/checks" -> by(HttpMethod.GET, request, this::checks);
            case "/simulator/outage" -> by(HttpMethod.POST, request, () -> outage(request.getParam("mode")));
            case "/simulator/latency" -> by(HttpMethod.POST, request, () -> latency(request.getParam("ms")));
            case "/simulator/reset" -> by(HttpMethod.POST, request, this::reset);
            default -> NOT_FOUND;
        };
    }

    /** Resets everything to its initial state. */
    Answer reset() {
        visits.forgetAll();
        conditions.clear();
        return DONE;
    }

    private static Answer by(HttpMethod allowed, HttpServerRequest request, Supplier<Answer> answer) {
        return request.method().equals(allowed) ? answer.get() : Reply.methodNotAllowed(allowed);
    }

    private Answer checks() {
        return Reply.json(200, JsonNodeFactory.instance.objectNode().put("total", visits.total()));
    }

    private Answer outage(@Nullable String mode) {
        Optional<Outage> outage = Optional.ofNullable(mode).flatMap(Outage::named);
        outage.ifPresent(conditions::outage);
        return outage.isPresent() ? DONE : badParameter("The mode must be refuse-502, hang, reset or off.");
    }

    private Answer latency(@Nullable String ms) {
        if (ms == null || !UP_TO_FIVE_DIGITS.matcher(ms).matches() || Integer.parseInt(ms) > LONGEST_LATENCY_MS) {
            return badParameter("The latency ms must be a whole number from 0 to " + LONGEST_LATENCY_MS + ".");
        }
        conditions.latency(Duration.ofMillis(Integer.parseInt(ms)));
        return DONE;
    }

    private static Reply badParameter(String sentence) {
        return Reply.refusal(400, "INVALID_REQUEST", sentence);
    }
}
