package dev.rodingateway.rodin.budget;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Completes futures one after another in the calling thread, never one from within the completion of another. However many
 * depend on each other, the stack does not grow: what the dependent of a future has to complete is left to the call that
 * completes that future, further up on the stack.
 */
final class Completions {

    /** What this thread has yet to complete; null unless it is completing. */
    private static final ThreadLocal<@Nullable Deque<Runnable>> PENDING = new ThreadLocal<>();

    private Completions() {}

    /** Runs what completes futures: before this returns, or before the call that this one was made from returns. */
    static void run(List<Runnable> completions) {
        Deque<Runnable> outer = PENDING.get();
        if (outer != null) {
            outer.addAll(completions);
        } else if (!completions.isEmpty()) {
            Deque<Runnable> pending = new ArrayDeque<>(completions);
            PENDING.set(pending);
            try {
                for (Runnable next = pending.poll(); next != null; next = pending.poll()) {
                    next.run();
                }
            } finally {
                PENDING.remove();
            }
        }
    }
}
