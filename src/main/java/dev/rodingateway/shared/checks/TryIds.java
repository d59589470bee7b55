package dev.rodingateway.shared.checks;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Creates the ids of attempts, unique among all replicas. */
final class TryIds {

    private final String replica = Long.toHexString(ThreadLocalRandom.current().nextLong());
    private final AtomicLong count = new AtomicLong();

    String next() {
        return replica + '-' + count.incrementAndGet();
    }
}
