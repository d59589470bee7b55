package dev.rodingateway.status;

import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.task.LookupFailure;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts look-ups by outcome: one for each key of a caller's request, none for work in the background. */
final class LookupMetrics {

    private final Map<Source, LongAdder> answered;
    private final Map<LookupFailure.Kind, LongAdder> failed;
    private final LongAdder negative;
    private final LongAdder bugs;

    LookupMetrics(MeterRegistry meters) {
        answered = counters(meters, Source.values());
        failed = counters(meters, LookupFailure.Kind.values());
        negative = counter(meters, "negative");
        bugs = counter(meters, "internal-error");
    }

    void answered(Source source) {
        count(answered.get(source));
    }

    /** Returns the look-up, which is counted when it has an outcome. */
    Uni<LookupResult> count(Uni<LookupResult> lookUp) {
        return lookUp.onItem()
                .invoke(answer -> answered(answer.source()))
                .onFailure()
                .invoke(this::failed);
    }

    /** Returns the watch, which is counted as one look-up when it emits its first status or fails before that. */
    Multi<LookupResult> count(Multi<LookupResult> watch) {
        return Multi.createFrom().deferred(() -> {
            AtomicBoolean counted = new AtomicBoolean();
            return watch.onItem()
                    .invoke(answer -> {
                        if (counted.compareAndSet(false, true)) {
                            answered(answer.source());
                        }
                    })
                    .onFailure()
                    .invoke(failure -> {
                        if (counted.compareAndSet(false, true)) {
                            failed(failure);
                        }
                    });
        });
    }

    private void failed(Throwable failure) {
        if (!(failure instanceof LookupFailure known)) {
            bugs.increment();
        } else if (!known.rodinCalled() && known.kind() == LookupFailure.Kind.TASK_NOT_FOUND) {
            negative.increment();
        } else {
            count(failed.get(known.kind()));
        }
    }

    private static void count(@Nullable LongAdder counter) {
        if (counter != null) {
            counter.increment();
        }
    }

    private static <E extends Enum<E>> Map<E, LongAdder> counters(MeterRegistry meters, E[] outcomes) {
        return Arrays.stream(outcomes)
                .collect(Collectors.toMap(
                        Function.identity(),
                        outcome -> counter(
                                meters, outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'))));
    }

    /** Read when metrics are scraped: a counter of the registry itself would cost each look-up more time. */
    private static LongAdder counter(MeterRegistry meters, String outcome) {
        LongAdder counter = new LongAdder();
        FunctionCounter.builder("gateway.lookups", counter, LongAdder::sum)
                .description("Look-ups by what they came to")
                .tag("outcome", outcome)
                .register(meters);
        return counter;
    }
}
