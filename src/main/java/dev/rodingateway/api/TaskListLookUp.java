package dev.rodingateway.api;

import dev.rodingateway.api.TaskListBody.ItemBody;
import dev.rodingateway.status.Answer;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Looks up many tasks at once, each key once, and lets none of them fail for another. */
final class TaskListLookUp {

    private static final Logger LOG = Logger.getLogger(TaskListLookUp.class);

    private final Function<TaskKey, Uni<Answer>> lookUp;
    private final Function<Answer, TaskStatusBody> body;

    TaskListLookUp(Function<TaskKey, Uni<Answer>> lookUp, Function<Answer, TaskStatusBody> body) {
        this.lookUp = lookUp;
        this.body = body;
    }

    /** Returns an item for each key, in the same order; never fails. */
    Uni<TaskListBody> lookUp(List<String> keys) {
        Map<String, Uni<ItemBody>> each = new HashMap<>();
        List<Uni<ItemBody>> items = keys.stream()
                .map(key -> each.computeIfAbsent(
                        key, unseen -> item(unseen).memoize().indefinitely()))
                .toList();
        return Uni.join().all(items).andFailFast().map(TaskListBody::new);
    }

    private Uni<ItemBody> item(String key) {
        return Uni.createFrom()
                .deferred(() -> lookUp.apply(new TaskKey(key)))
                .map(answer -> ItemBody.of(body.apply(answer)))
                .onFailure()
                .recoverWithItem(failure -> ItemBody.of(problem(failure)));
    }

    private static Problem problem(Throwable failure) {
        if (failure instanceof LookupFailure expected) {
            return Problem.of(expected);
        }
        LOG.error("A look-up in a list ended in an unexpected failure", failure);
        return Problem.of(ProblemCode.INTERNAL_ERROR, null);
    }
}
