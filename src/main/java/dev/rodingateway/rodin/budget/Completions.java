package dev.rodingateway.rodin.budget;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Completes futures one after another in the calling thread, never one within the completion of another: however many
 * depend on each other, the stack does not grow. A nested call leaves its completions to the outermost call of the thread.
 */
final class Completions {

    /** The completions that this thread has still to run; null unless it is running some. */
    private static final ThreadLocal<@Nullable Deque<Runnable>> PENDING = new ThreadLocal<>();

    private Completions() {}

    /** Runs the completions before this call returns or, where it is nested, before the outermost one does. */
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
