package dev.rodingateway.api.body;

import java.util.concurrent.atomic.AtomicLong;

/** A limit of bytes that all connections share. Each connection reports the change of its own part. */
public final class ByteBudget {

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    public ByteBudget(long limit) {
        this.limit = limit;
    }

    /** Adds a positive or negative change to the bytes in use, and returns whether they are within the limit. */
    public boolean add(long change) {
        return used.addAndGet(change) <= limit;
    }

    public boolean isExceeded() {
        return used.get() > limit;
    }

    /** Returns whether twice the limit is used, so that even the smallest addition has to be rejected. */
    public boolean isFarExceeded() {
        return used.get() > 2 * limit;
    }

    public long used() {
        return used.get();
    }
}
