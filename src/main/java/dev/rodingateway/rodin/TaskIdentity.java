package dev.rodingateway.rodin;

import dev.rodingateway.task.Job;
import dev.rodingateway.task.TaskStatus;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells by the ids of jobs whether two statuses are of the same task: a task's jobs are fixed at submission. */
final class TaskIdentity {

    private TaskIdentity() {}

    /**
     * Returns whether a status may follow another of the same task: the two have a job in common, no job of the first is
     * known by an id, or the second has no jobs.
     */
    static boolean mayFollow(TaskStatus known, TaskStatus next) {
        Set<String> ids = ids(known);
        return ids.isEmpty() || next.jobs().isEmpty() || !Collections.disjoint(ids, ids(next));
    }

    /** Returns whether the two are of the same task, as far as can be told: a job in common or, without ids, equally many. */
    static boolean isSame(TaskStatus one, TaskStatus other) {
        Set<String> ids = ids(one);
        Set<String> otherIds = ids(other);
        if (ids.isEmpty() && otherIds.isEmpty()) {
            return one.jobs().size() == other.jobs().size();
        }
        return !Collections.disjoint(ids, otherIds);
    }

    private static Set<String> ids(TaskStatus status) {
        return status.jobs().stream().map(Job::id).filter(Objects::nonNull).collect(Collectors.toSet());
    }
}
