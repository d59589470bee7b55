package dev.rodingateway.rodin.budget;

import dev.rodingateway.rodin.RequestClass;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The acquisitions of one purpose that wait for their turn, in the order in which they came. Not thread-safe. */
@SuppressWarnings("CollectionUndefinedEquality") // each acquisition is itself and no other
final class WaitQueue {

    private final RequestClass purpose;
    private final TokenBucket share;
    private final Map<CompletableFuture<Void>, Long> deadlines = new LinkedHashMap<>();

    WaitQueue(RequestClass purpose, TokenBucket share) {
        this.purpose = purpose;
        this.share = share;
    }

    /** Returns what this line lives on. */
    TokenBucket share() {
        return share;
    }

    /** Returns the longest that anyone stands in this line, in nanoseconds. */
    long patience() {
        return purpose.patience().toNanos();
    }

    int size() {
        return deadlines.size();
    }

    boolean isEmpty() {
        return deadlines.isEmpty();
    }

    void join(CompletableFuture<Void> turn, long now) {
        deadlines.put(turn, now + patience());
    }

    void leave(CompletableFuture<Void> turn) {
        deadlines.remove(turn);
    }

    /** Returns whether someone waits whom the share could serve. Those who were cancelled a moment ago leave first. */
    boolean isServable() {
        while (!deadlines.isEmpty() && head().getKey().isDone()) {
            deadlines.remove(head().getKey());
        }
        return !deadlines.isEmpty() && share.checks() > 0;
    }

    /** Takes the first out of the line and a check out of the share. */
    CompletableFuture<Void> serve() {
        share.take();
        return dismiss();
    }

    /** Takes the first out of the line. */
    CompletableFuture<Void> dismiss() {
        CompletableFuture<Void> first = head().getKey();
        deadlines.remove(first);
        return first;
    }

    /** Returns the nanoseconds that the first may still wait, which is least of all. */
    long patienceLeft(long now) {
        return head().getValue() - now;
    }

    /** Returns everyone, in order, and leaves the line empty. */
    List<CompletableFuture<Void>> dismissAll() {
        List<CompletableFuture<Void>> all = List.copyOf(deadlines.keySet());
        deadlines.clear();
        return all;
    }

    private Map.Entry<CompletableFuture<Void>, Long> head() {
        return deadlines.entrySet().iterator().next();
    }
}
