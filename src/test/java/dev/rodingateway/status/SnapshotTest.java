package dev.rodingateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.task.TaskStatus;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SnapshotTest {

    private final Snapshot snapshot = new Snapshot(new TaskStatus(List.of()), Instant.EPOCH);
    private final AtomicInteger writes = new AtomicInteger();

    @Test
    void serializedFormIsCreatedOnce() {
        String first = snapshot.written(String.class, this::write);
        String second = snapshot.written(String.class, this::write);

        assertThat(second).isSameAs(first);
        assertThat(writes).hasValue(1);
    }

    @Test
    void anotherSerializedFormReplacesTheFirst() {
        snapshot.written(String.class, this::write);

        assertThat(snapshot.<Integer>written(Integer.class, unused -> 7)).isEqualTo(7);
        assertThat(snapshot.written(String.class, this::write)).isEqualTo("status 2");
    }

    private String write(Snapshot written) {
        assertThat(written).isSameAs(snapshot);
        return "status " + writes.incrementAndGet();
    }
}
