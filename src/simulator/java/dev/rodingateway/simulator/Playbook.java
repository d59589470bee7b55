package dev.rodingateway.simulator;

import dev.rodingateway.simulator.Answer.Late;
import dev.rodingateway.simulator.Answer.Reply;
import dev.rodingateway.simulator.Answer.Silence;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Rodin's answers to valid requests, by key.
 *
 * @param timeline determines the progress of tasks
 */
record Playbook(Timeline timeline) {

    static final Reply UNAUTHORIZED = Reply.refusal(401, "UNAUTHORIZED", "Active API key is required.");
    static final Reply BROKEN = new Reply(502, "<html>bad gateway</html>", Map.of("Content-Type", "text/html"));

    private static final Duration SLOW = Duration.ofSeconds(3);
    private static final Reply NO_SUCH_TASK = Reply.refusal(201, "NO_SUCH_TASK", "task does not exist");
    private static final Reply NO_FUNDS =
            Reply.json(201, JsonNodeFactory.instance.objectNode().put("error", "API_INSUFFICIENT_FUNDS"));
    private static final Reply THROTTLED =
            new Reply(429, "Too Many Requests", Map.of("Content-Type", "text/plain", "Retry-After", "7"));
    private static final Reply GARBAGE =
            new Reply(201, "{\"jobs\":[{\"uuid\":\"2c6f", Map.of("Content-Type", "application/json"));

    /** Returns the answer for a key at this time after its first check. */
    Answer answer(String key, Duration elapsed) {
        return Scenario.named(key).map(scenario -> play(scenario, key, elapsed)).orElseGet(() -> SubscriptionKey.jobsOf(
                        key)
                .<Answer>map(uuids -> healthy(uuids, elapsed))
                .orElse(NO_SUCH_TASK));
    }

    private Answer play(Scenario scenario, String key, Duration elapsed) {
        return switch (scenario) {
            case DEMO -> task(key, elapsed, Fate.DONE, Fate.DONE, Fate.DONE);
            case FAILED -> task(key, elapsed, Fate.FAILED, Fate.FAILED, Fate.FAILED);
            case PARTIAL -> task(key, elapsed, Fate.DONE, Fate.DONE, Fate.FAILED);
            case CANCELED -> task(key, elapsed, Fate.CANCELED, Fate.CANCELED, Fate.CANCELED);
            case UNKNOWN_WORD -> task(key, elapsed, Fate.STUCK, Fate.DONE);
            case NO_SUCH_TASK -> NO_SUCH_TASK;
            case THROTTLED -> THROTTLED;
            case SLOW -> new Late(SLOW, task(key, elapsed, Fate.DONE, Fate.DONE, Fate.DONE));
            case HANG -> new Silence();
            case BROKEN -> BROKEN;
            case GARBAGE -> GARBAGE;
            case CREDENTIALS_REFUSED -> UNAUTHORIZED;
            case NO_FUNDS -> NO_FUNDS;
            case EMPTY -> task(key, elapsed);
        };
    }

    private Reply healthy(List<String> uuids, Duration elapsed) {
        return jobs(
                elapsed,
                uuids.stream().map(uuid -> new ScriptedJob(uuid, Fate.DONE)).toList());
    }

    private Reply task(String key, Duration elapsed, Fate... fates) {
        return jobs(
                elapsed,
                IntStream.range(0, fates.length)
                        .mapToObj(index -> new ScriptedJob(uuid(key, index), fates[index]))
                        .toList());
    }

    private Reply jobs(Duration elapsed, List<ScriptedJob> jobs) {
        return Reply.json(201, JsonNodeFactory.instance.objectNode().set("jobs", timeline.after(elapsed, jobs)));
    }

    private static String uuid(String key, int index) {
        return UUID.nameUUIDFromBytes((key + '/' + index).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
