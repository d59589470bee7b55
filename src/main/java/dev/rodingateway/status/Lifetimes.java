package dev.rodingateway.status;

import dev.rodingateway.task.TaskStatus;
import java.time.Duration;

/** How long a status counts as fresh. */
final class Lifetimes {

    private final FreshnessConfig config;

    Lifetimes(FreshnessConfig config) {
        this.config = config;
    }

    Duration of(TaskStatus status) {
        return switch (status.overall()) {
            case WAITING -> config.waiting();
            case GENERATING -> config.generating();
            case DONE, FAILED, CANCELED -> config.terminal();
        };
    }

    Duration notFound() {
        return config.notFound();
    }
}
