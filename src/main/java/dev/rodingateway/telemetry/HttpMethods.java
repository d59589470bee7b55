package dev.rodingateway.telemetry;

import java.util.List;

/** The methods that metrics and logs distinguish; callers can invent any number of others. */
public final class HttpMethods {

    private static final String OTHER = "OTHER";
    private static final List<String> KNOWN =
            List.of("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", OTHER);

    private HttpMethods() {}

    /** Returns the method, or {@code OTHER} if HTTP does not define it. */
    public static String known(String method) {
        return known(index(method));
    }

    static int count() {
        return KNOWN.size();
    }

    /** Returns the position of a method, from 0 to {@link #count()} - 1. */
    static int index(String method) {
        int index = KNOWN.indexOf(method);
        return index < 0 ? KNOWN.size() - 1 : index;
    }

    static String known(int index) {
        return KNOWN.get(index);
    }
}
