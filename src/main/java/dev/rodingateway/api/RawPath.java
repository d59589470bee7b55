package dev.rodingateway.api;

/**
 * The path as it came over the wire, looked at before the router mends it: JAX-RS drops path parameters and folds empty
 * segments, so that a broken key would be looked up as another one.
 */
final class RawPath {

    private static final String TASKS = "/tasks/";
    private static final String STATUS = "/status";

    private RawPath() {}

    /** Returns whether the path looks like a task's, in however many detours. */
    static boolean ofTask(String path) {
        return path.startsWith(TASKS) || path.endsWith(STATUS);
    }

    /**
     * Returns whether the path is visible ASCII, its percent signs begin an encoded byte, and it has neither path
     * parameters nor empty segments, which the router would drop.
     */
    static boolean isSound(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean visible = c > ' ' && c < 0x7f;
            boolean encoded = c != '%' || (isHex(path, i + 1) && isHex(path, i + 2));
            boolean folded = c == ';' || (c == '/' && i > 0 && path.charAt(i - 1) == '/');
            if (!visible || !encoded || folded) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHex(String path, int index) {
        return index < path.length() && Character.digit(path.charAt(index), 16) >= 0;
    }
}
