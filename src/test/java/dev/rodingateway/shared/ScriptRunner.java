package dev.rodingateway.shared;

import dev.rodingateway.shared.script.Script;
import dev.rodingateway.shared.script.StoreKeys;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Executes the real scripts on a real server; only the server's clock is replaced, by one that a test sets. */
final class ScriptRunner {

    private static final String CLOCK = "{%s}:clock-of-test";
    private static final String REAL = """
              local time = redis.call('TIME')
              return tonumber(time[1]) * 1000000 + tonumber(time[2])
            """;
    private static final String REPLACED = "  return tonumber(redis.call('GET', '%s'))\n";

    private final RespClient client;
    private final Map<Script, String> loaded = new EnumMap<>(Script.class);
    private final String clock;
    private long now;

    final StoreKeys keys;

    ScriptRunner(RespClient client, String namespace, long startMicros) {
        this.client = client;
        this.keys = new StoreKeys(namespace);
        this.clock = CLOCK.formatted(namespace);
        setTime(startMicros);
    }

    void setTime(long micros) {
        now = micros;
        client.send("SET", clock, Long.toString(micros), "PX", "600000");
    }

    long now() {
        return now;
    }

    RespClient client() {
        return client;
    }

    List<String> begin(TaskHash task, String tryId, long known, long highest) {
        String hash = task.value();
        return run(
                Script.BEGIN,
                List.of(keys.task(hash), keys.lease(hash), keys.refusal(hash), keys.sequence(), keys.live()),
                List.of(hash, tryId, Long.toString(known), Long.toString(highest), "60000", "60000"));
    }

    List<String> end(TaskHash task, String tryId, long token, String kind, long checkedAtMillis, String payload) {
        String hash = task.value();
        return run(
                Script.END,
                List.of(
                        keys.task(hash),
                        keys.lease(hash),
                        keys.refusal(hash),
                        keys.live(),
                        keys.log(),
                        keys.logPosition()),
                List.of(
                        hash,
                        tryId,
                        Long.toString(token),
                        kind,
                        Long.toString(checkedAtMillis),
                        "100",
                        "600000",
                        "60000",
                        payload,
                        "epoch",
                        "replica"));
    }

    void heartbeat(String replica, long highest) {
        List<String> unused = run(
                Script.TICK,
                List.of(
                        keys.replicas(),
                        keys.live(),
                        keys.logPosition(),
                        keys.log(),
                        keys.budget(),
                        keys.dueFirst(),
                        keys.dueRefresh(),
                        keys.window(),
                        keys.pause(),
                        keys.sequence()),
                List.of(replica, "5000", "60000", "epoch", "120", "0", "0", "0", Long.toString(highest)));
    }

    /** Returns the microseconds until the permit is due, or -1 if there is none. */
    long permit(String requestClass, int perMinute, long longestWaitMicros, long grantedSeen) {
        List<String> reply = run(
                Script.PERMIT,
                List.of(keys.budget(), keys.dueFirst(), keys.dueRefresh(), keys.window(), keys.pause()),
                List.of(
                        requestClass,
                        Integer.toString(perMinute),
                        Long.toString(longestWaitMicros),
                        Long.toString(grantedSeen),
                        "0",
                        "0",
                        "0.5"));
        return reply.get(1).equals("granted") ? Long.parseLong(reply.get(2)) : -1;
    }

    List<String> run(Script script, List<String> scriptKeys, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("EVALSHA", loaded.computeIfAbsent(script, this::load)));
        command.add(Integer.toString(scriptKeys.size()));
        command.addAll(scriptKeys);
        command.addAll(arguments);
        return RespClient.strings(client.send(command));
    }

    private String load(Script script) {
        String text = script.text().replace(REAL, REPLACED.formatted(clock));
        if (text.equals(script.text())) {
            throw new IllegalStateException("the script reads the clock differently");
        }
        return String.valueOf(client.send("SCRIPT", "LOAD", text));
    }
}
