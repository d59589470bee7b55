package dev.rodingateway.api.body;

import java.util.concurrent.atomic.AtomicLong;

/** A limit of bytes that all connections share. Each connection reports the change of its own part. */
public final class ByteBudget {

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    public ByteBudget(long limit) {
        this.limit = limit;
    }

    /** Adds to what is used, or takes from it, and returns whether that is within the limit. */
    public boolean add(long change) {
        return used.addAndGet(change) <= limit;
    }

    public boolean isExceeded() {
        return used.get() > limit;
    }

    /** Returns whether twice the limit is used, so that not even the smallest part more is acceptable. */
    public boolean isFarExceeded() {
        return used.get() > 2 * limit;
    }

    public long used() {
        return used.get();
    }
}
