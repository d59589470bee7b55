package dev.rodingateway.api.edge;

import dev.rodingateway.api.PathKey;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.telemetry.HttpRoute;
import org.jspecify.annotations.Nullable;

/** Determines the task of a request from its path, before it has been routed. */
public final class TaskPath {

    private static final String TASKS = "/tasks/";

    private TaskPath() {}

    /** Returns the key in a path {@code /tasks/{key}/...}, or null if there is none or it is malformed. */
    public static @Nullable TaskKey key(String path) {
        int end = path.indexOf('/', TASKS.length());
        if (!path.startsWith(TASKS) || end < 0) {
            return null;
        }
        try {
            return PathKey.decode(path.substring(TASKS.length(), end));
        } catch (LookupFailure illFormed) {
            return null;
        }
    }

    /** Returns the path with the key replaced by its name; {@code OTHER} for a path without a resource. */
    public static String template(String path) {
        return HttpRoute.of(path).template();
    }
}
