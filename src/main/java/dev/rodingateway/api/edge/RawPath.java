package dev.rodingateway.api.edge;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the path as received, before the router normalizes it: JAX-RS drops path parameters and empty segments, so
 * that it would look up a malformed key as a different one.
 */
final class RawPath {

    private static final String TASKS = "/tasks/";
    private static final String STATUS = "/status";
    private static final Pattern EMPTY_KEY = Pattern.compile("/tasks//(?:status|events)");
    private static final String ENCODED_DOT = "%2e";

    private RawPath() {}

    /**
     * Returns why this path must not reach the router, or null if it may. An empty segment in place of the key is an empty
     * key; with an empty segment anywhere else the path is not found, whatever its key.
     */
    static @Nullable ProblemCode problem(String path) {
        if (isSound(path)) {
            return null;
        }
        if (path.contains("//") && !EMPTY_KEY.matcher(path).matches()) {
            return ProblemCode.NOT_FOUND;
        }
        return isOfTask(path) ? ProblemCode.INVALID_KEY : ProblemCode.INVALID_REQUEST;
    }

    /** Returns whether the path looks like that of a task. */
    private static boolean isOfTask(String path) {
        return path.startsWith(TASKS) || path.endsWith(STATUS);
    }

    /**
     * Returns whether the path is visible ASCII, its percent signs begin an encoded byte, and it has neither path
     * parameters nor empty nor dot segments, which the router would drop.
     */
    private static boolean isSound(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean visible = c > ' ' && c < 0x7f;
            boolean encoded = c != '%' || (isHex(path, i + 1) && isHex(path, i + 2));
            boolean empty = c == '/' && i > 0 && path.charAt(i - 1) == '/';
            boolean folded = c == ';' || empty || (c == '/' && isDots(path, i + 1));
            if (!visible || !encoded || folded) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDots(String path, int start) {
        int index = start;
        for (int dots = 0; dots < 2; dots++) {
            if (path.startsWith(".", index)) {
                index++;
            } else if (path.regionMatches(true, index, ENCODED_DOT, 0, ENCODED_DOT.length())) {
                index += ENCODED_DOT.length();
            }
        }
        return index > start && (index == path.length() || path.charAt(index) == '/');
    }

    private static boolean isHex(String path, int index) {
        return index < path.length() && Character.digit(path.charAt(index), 16) >= 0;
    }
}
