package dev.rodingateway.status;

import dev.rodingateway.status.Answer.Source;
import dev.rodingateway.task.LookupFailure;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts look-ups by what they came to. */
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

    /** @param kept whether the failure had been found out before, for another look-up */
    void failed(Throwable failure, boolean kept) {
        if (!(failure instanceof LookupFailure known)) {
            bugs.increment();
        } else if (kept && known.kind() == LookupFailure.Kind.TASK_NOT_FOUND) {
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

    /** Read when metrics are: a counter of the registry's own costs each look-up more. */
    private static LongAdder counter(MeterRegistry meters, String outcome) {
        LongAdder counter = new LongAdder();
        FunctionCounter.builder("gateway.lookups", counter, LongAdder::sum)
                .description("Look-ups by what they came to")
                .tag("outcome", outcome)
                .register(meters);
        return counter;
    }
}
