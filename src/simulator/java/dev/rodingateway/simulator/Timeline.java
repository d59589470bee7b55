package dev.rodingateway.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/**
 * The progress of a task: its jobs run one after the other, and the last one ends with the task. Each of n jobs takes
 * two of 2n + 1 equal steps; during the first step all of them wait.
 *
 * @param length how long the task takes
 */
record Timeline(Duration length) {

    /** Returns Rodin's list of the jobs, in the order given, at this time after the start of the task. */
    ArrayNode after(Duration elapsed, List<ScriptedJob> jobs) {
        long halfSteps = halfStepsIn(elapsed, jobs.size());
        ArrayNode list = JsonNodeFactory.instance.arrayNode(jobs.size());
        for (int index = 0; index < jobs.size(); index++) {
            describe(jobs.get(index), index, halfSteps, list.addObject());
        }
        return list;
    }

    private long halfStepsIn(Duration elapsed, int jobs) {
        long nanos = Math.max(0, Math.min(elapsed.toNanos(), length.toNanos()));
        return nanos * 2 * (2L * jobs + 1) / length.toNanos();
    }

    private static void describe(ScriptedJob job, int index, long halfSteps, ObjectNode entry) {
        long starts = 2 * (2L * index + 1);
        long ends = starts + 4;
        entry.put("uuid", job.uuid());
        if (job.fate() == Fate.STUCK || halfSteps >= ends) {
            entry.put("status", job.fate().word());
        } else if (halfSteps >= starts) {
            entry.put("status", "Generating");
        } else {
            entry.put("status", "Waiting");
            // Rodin sends it sometimes; the simulator sends it with every other job.
            if (index % 2 == 0) {
                entry.put("queue_length", starts - halfSteps);
            }
        }
    }
}
