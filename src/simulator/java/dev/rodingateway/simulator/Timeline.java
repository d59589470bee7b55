package dev.rodingateway.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/**
 * How the jobs of a task move on: one is worked on after the other while the rest wait, and the last one ends with the
 * task. Of n jobs each takes two of 2n + 1 equal steps; the first step is spent with all of them waiting.
 *
 * @param length how long the task takes
 */
record Timeline(Duration length) {

    /** Returns Rodin's list of the jobs, in the order given, as it is some time after the task began. */
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
            // Rodin sends it now and then: here, with every other job.
            if (index % 2 == 0) {
                entry.put("queue_length", starts - halfSteps);
            }
        }
    }
}
