package dev.rodingateway.rodin.answer;

import dev.rodingateway.rodin.http.RodinResponse;
import dev.rodingateway.task.TaskStatus;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to understand an answer of Rodin's. */
@State(Scope.Benchmark)
public class StatusNormalizerBenchmark {

    private final StatusNormalizer normalizer = new StatusNormalizer(InstantSource.system());
    private final RodinResponse oneJob = response(1);
    private final RodinResponse fiveJobs = response(5);

    @Benchmark
    public TaskStatus normalizeOneJob() {
        return normalizer.normalize(oneJob);
    }

    @Benchmark
    public TaskStatus normalizeFiveJobs() {
        return normalizer.normalize(fiveJobs);
    }

    private static RodinResponse response(int jobs) {
        String body = IntStream.range(0, jobs)
                .mapToObj("{\"uuid\":\"2c6f1d1e-0000-4000-8000-00000000000%d\",\"status\":\"Generating\"}"::formatted)
                .collect(Collectors.joining(",", "{\"error\":\"OK\",\"jobs\":[", "]}"));
        return new RodinResponse(201, body.getBytes(StandardCharsets.UTF_8), null);
    }
}
