package dev.rodingateway.api;

import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Decodes the task key in a path. */
public final class PathKey {

    private PathKey() {}

    /**
     * Percent-decodes a path segment once. The form decoder also decodes a plus sign to a space, which makes no difference:
     * neither is in the alphabet of keys.
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
