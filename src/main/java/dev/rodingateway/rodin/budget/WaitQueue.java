package dev.rodingateway.rodin.budget;

import dev.rodingateway.rodin.RequestClass;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The requests of one class that wait for a permit, in order of arrival, and the share they are served from. Not thread-safe. */
@SuppressWarnings("CollectionUndefinedEquality") // futures are compared by identity, as intended
final class WaitQueue {

    private final RequestClass requestClass;
    private final TokenBucket share;
    private final Map<CompletableFuture<Void>, Long> timeouts = new LinkedHashMap<>();

    WaitQueue(RequestClass requestClass, TokenBucket share) {
        this.requestClass = requestClass;
        this.share = share;
    }

    TokenBucket share() {
        return share;
    }

    /** Returns the longest that a request waits in this queue, in nanoseconds. */
    long maxWait() {
        return requestClass.patience().toNanos();
    }

    int size() {
        return timeouts.size();
    }

    boolean isEmpty() {
        return timeouts.isEmpty();
    }

    void add(CompletableFuture<Void> permit, long now) {
        timeouts.put(permit, now + maxWait());
    }

    void remove(CompletableFuture<Void> permit) {
        timeouts.remove(permit);
    }

    /** Returns whether a request waits that the share has a permit for; first removes those that have been cancelled. */
    boolean isServable() {
        while (!timeouts.isEmpty() && first().getKey().isDone()) {
            timeouts.remove(first().getKey());
        }
        return !timeouts.isEmpty() && share.permits() > 0;
    }

    CompletableFuture<Void> removeFirst() {
        CompletableFuture<Void> first = first().getKey();
        timeouts.remove(first);
        return first;
    }

    /** Returns the nanoseconds that the first request may still wait, which no other undercuts. */
    long nanosUntilTimeout(long now) {
        return first().getValue() - now;
    }

    /** Empties the queue and returns its requests in order. */
    List<CompletableFuture<Void>> removeAll() {
        List<CompletableFuture<Void>> all = List.copyOf(timeouts.keySet());
        timeouts.clear();
        return all;
    }

    private Map.Entry<CompletableFuture<Void>, Long> first() {
        return timeouts.entrySet().iterator().next();
    }
}
