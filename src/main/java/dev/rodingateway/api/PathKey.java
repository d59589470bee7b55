package dev.rodingateway.api;

import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Reads a task key from the path. */
public final class PathKey {

    private PathKey() {}

    /**
     * Decodes a path segment, once. A plus sign is not in the key's alphabet, so that the form decoder may take it for a
     * blank does no harm.
     *
     * @throws LookupFailure of kind {@link Kind#INVALID_KEY}
     */
    public static TaskKey decode(String segment) {
        try {
            return new TaskKey(URLDecoder.decode(segment, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw LookupFailure.of(Kind.INVALID_KEY);
        }
    }
}
