package dev.rodingateway.simulator;

import dev.rodingateway.simulator.Answer.HangUp;
import dev.rodingateway.simulator.Answer.Reply;
import dev.rodingateway.simulator.Answer.Silence;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rodin's "check status" call: validates the request and applies the current conditions to the answer. */
final class StatusCall {

    private static final String SCHEME = "Bearer ";
    private static final Reply INVALID_REQUEST =
            Reply.refusal(400, "INVALID_REQUEST", "The body must be JSON with a subscription_key.");

    private final Optional<String> apiKey;
    private final Playbook playbook;
    private final Visits visits;
    private final Conditions conditions;

    StatusCall(SimulatorSettings settings, Visits visits, Conditions conditions) {
        this.apiKey = settings.apiKey();
        this.playbook = new Playbook(new Timeline(settings.taskLength()));
        this.visits = visits;
        this.conditions = conditions;
    }

    /** Counts the call, even if it is rejected, and returns its answer. */
    Answer answer(@Nullable String authorization, byte[] body) {
        visits.count();
        Optional<String> key = SubscriptionKey.in(body);
        Optional<Duration> elapsed = key.map(visits::visit);
        Answer answer =
                switch (conditions.outage()) {
                    case OFF -> isAccepted(authorization) ? ofTask(key, elapsed) : Playbook.UNAUTHORIZED;
                    case REFUSE_502 -> Playbook.BROKEN;
                    case HANG -> new Silence();
                    case RESET -> new HangUp();
                };
        return conditions.delayed(answer);
    }

    private Answer ofTask(Optional<String> key, Optional<Duration> elapsed) {
        return key.flatMap(known -> elapsed.map(time -> playbook.answer(known, time)))
                .orElse(INVALID_REQUEST);
    }

    private boolean isAccepted(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        String token = authorization.substring(SCHEME.length()).strip();
        return apiKey.map(token::equals).orElse(!token.isEmpty());
    }
}
