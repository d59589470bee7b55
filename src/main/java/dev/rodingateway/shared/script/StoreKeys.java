package dev.rodingateway.shared.script;

import java.util.List;

/**
 * The names of the keys in the store. The namespace is their hash tag, so that all of them are in one slot of a
 * cluster.
 *
 * @param namespace without braces
 */
public record StoreKeys(String namespace) {

    /** The last outcome of a task. */
    public String task(String hash) {
        return key("task:" + hash);
    }

    /** The lease of the check in flight. */
    public String lease(String hash) {
        return key("lease:" + hash);
    }

    /** The reason why the task is not to be checked. */
    public String refusal(String hash) {
        return key("refusal:" + hash);
    }

    public String sequence() {
        return key("sequence");
    }

    public String live() {
        return key("live");
    }

    public String replicas() {
        return key("replicas");
    }

    public String log() {
        return key("log");
    }

    /** The number of the last entry of the log, and its epoch. */
    public String logPosition() {
        return key("log-position");
    }

    public String budget() {
        return key("budget");
    }

    public String dueFirst() {
        return key("budget-first");
    }

    public String dueRefresh() {
        return key("budget-refresh");
    }

    public String window() {
        return key("budget-window");
    }

    public String pause() {
        return key("pause");
    }

    private String key(String name) {
        return "{" + namespace + "}:" + name;
    }

    /** Returns the keys of a heartbeat, in the order in which its script expects them. */
    public List<String> heartbeat() {
        return List.of(
                replicas(),
                live(),
                logPosition(),
                log(),
                budget(),
                dueFirst(),
                dueRefresh(),
                window(),
                pause(),
                sequence());
    }
}
