package dev.rodingateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.api.TaskListBody.ItemBody;
import dev.rodingateway.status.Answer;
import dev.rodingateway.status.Snapshot;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TaskListLookUpTest {

    private final Map<String, UniEmitter<? super Answer>> asked = new LinkedHashMap<>();
    private final TaskListLookUp tasks = new TaskListLookUp(
            key -> Uni.createFrom().emitter(emitter -> assertThat(asked.put(key.value(), emitter))
                    .as("a key is looked up once")
                    .isNull()),
            answer -> TaskStatusWriter.body(answer, null));

    @Test
    void itemsComeInTheOrderAskedWhicheverIsAnsweredFirst() {
        CompletableFuture<TaskListBody> list = lookUp("one", "two", "three");

        asked.get("three").complete(answer(JobStatus.DONE));
        asked.get("one").complete(answer(JobStatus.WAITING));
        assertThat(list).isNotDone();
        asked.get("two").complete(answer(JobStatus.GENERATING));

        assertThat(list.join().tasks())
                .extracting(item -> item.task().status())
                .containsExactly("waiting", "generating", "done");
    }

    @Test
    void keyGivenTwiceIsLookedUpOnceAndAnsweredAtEachPlace() {
        CompletableFuture<TaskListBody> list = lookUp("same", "other", "same");

        asked.get("same").complete(answer(JobStatus.DONE));
        asked.get("other").complete(answer(JobStatus.WAITING));

        assertThat(list.join().tasks())
                .extracting(item -> item.task().status())
                .containsExactly("done", "waiting", "done");
    }

    @Test
    void brokenKeyIsAProblemInItsPlaceAndIsNotLookedUp() {
        CompletableFuture<TaskListBody> list = lookUp("", "key", "not/a/key", "a".repeat(TaskKey.MAX_LENGTH + 1));

        asked.get("key").complete(answer(JobStatus.DONE));

        ItemBody invalid = ItemBody.of(Problem.of(ProblemCode.INVALID_KEY, null));
        assertThat(list.join().tasks()).hasSize(4);
        assertThat(list.join().tasks().get(1).task()).isNotNull();
        assertThat(list.join().tasks()).filteredOn(invalid::equals).hasSize(3);
        assertThat(asked).containsOnlyKeys("key");
    }

    @Test
    void failedLookUpIsAProblemInItsPlace() {
        CompletableFuture<TaskListBody> list = lookUp("gone", "key");

        asked.get("gone").fail(LookupFailure.of(Kind.TASK_NOT_FOUND).withUpstreamCode("NO_SUCH_TASK"));
        asked.get("key").complete(answer(JobStatus.DONE));

        assertThat(list.join().tasks().get(0))
                .isEqualTo(ItemBody.of(Problem.of(ProblemCode.TASK_NOT_FOUND, "NO_SUCH_TASK")));
        assertThat(list.join().tasks().get(1).task().status()).isEqualTo("done");
    }

    @Test
    void bugInOneLookUpFailsNoOther() {
        CompletableFuture<TaskListBody> list = lookUp("bug", "key");

        asked.get("bug").fail(new IllegalStateException("a bug"));
        asked.get("key").complete(answer(JobStatus.DONE));

        assertThat(list.join().tasks().get(0)).isEqualTo(ItemBody.of(Problem.of(ProblemCode.INTERNAL_ERROR, null)));
        assertThat(list.join().tasks().get(1).task().status()).isEqualTo("done");
    }

    private CompletableFuture<TaskListBody> lookUp(String... keys) {
        return tasks.lookUp(List.of(keys)).subscribeAsCompletionStage();
    }

    private static Answer answer(JobStatus job) {
        TaskStatus status = new TaskStatus(List.of(new Job("a-job", job, null, null)));
        return new Answer(new Snapshot(status, Instant.EPOCH), Duration.ofSeconds(2), Answer.Source.HIT);
    }
}
