package dev.rodingateway.shared.checks;

import dev.rodingateway.shared.LogEntry;
import dev.rodingateway.shared.TaskHash;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Futures of look-ups that wait for the end of another replica's check; at most one for each check in flight. */
@SuppressWarnings("CollectionUndefinedEquality") // waiters are compared by identity
final class Waiters {

    private final ConcurrentMap<TaskHash, Set<CompletableFuture<LogEntry>>> byTask = new ConcurrentHashMap<>();

    /** Returns a future that completes with the next log entry for the task. */
    CompletableFuture<LogEntry> add(TaskHash task) {
        CompletableFuture<LogEntry> waiter = new CompletableFuture<>();
        byTask.compute(task, (unused, present) -> {
            Set<CompletableFuture<LogEntry>> all = present == null ? ConcurrentHashMap.newKeySet() : present;
            all.add(waiter);
            return all;
        });
        return waiter;
    }

    void remove(TaskHash task, CompletableFuture<LogEntry> waiter) {
        byTask.computeIfPresent(task, (unused, present) -> {
            present.remove(waiter);
            return present.isEmpty() ? null : present;
        });
    }

    /** Completes the futures of the task. */
    void complete(TaskHash task, LogEntry entry) {
        Set<CompletableFuture<LogEntry>> waiters = byTask.remove(task);
        if (waiters != null) {
            waiters.forEach(waiter -> waiter.complete(entry));
        }
    }

    /** Returns the number of tasks with waiters. */
    int size() {
        return byTask.size();
    }
}
