package dev.rodingateway.api;

import dev.rodingateway.status.Answer;
import dev.rodingateway.status.TaskStatuses;
import dev.rodingateway.status.Watches;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Holds an answer back until the task changes. */
@Singleton
final class LongPoll {

    private final TaskStatuses statuses;
    private final Watches watches;

    @Inject
    LongPoll(TaskStatuses statuses, Watches watches) {
        this.statuses = statuses;
        this.watches = watches;
    }

    /**
     * Returns the first answer that tells another status than the one that the caller knows, or where the task stands when
     * the time is up or the gateway stops. A terminal status will not change, so it is returned at once.
     */
    Uni<Answer> hold(TaskKey key, Answer known, Duration wait) {
        TaskStatus status = known.snapshot().status();
        if (status.terminal()) {
            return Uni.createFrom().item(known);
        }
        return watches.watch(key)
                .filter(answer -> !answer.snapshot().status().equals(status))
                .toUni()
                .ifNoItem()
                .after(wait)
                .recoverWithUni(() -> Uni.createFrom().nullItem())
                .onItem()
                .ifNull()
                .switchTo(() -> statuses.lookUp(key));
    }
}
