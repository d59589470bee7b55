package dev.rodingateway.telemetry;

import org.jspecify.annotations.Nullable;

/** The routes of the HTTP API: the bounded names under which metrics, logs and traces record request paths. */
public enum HttpRoute {
    TASK_STATUS("/tasks/{key}/status"),
    TASK_EVENTS("/tasks/{key}/events"),
    TASK_LIST("/tasks/status"),
    API_DESCRIPTION("/q/openapi"),
    ROOT("/"),
    WATCH_STYLE("/watch.css"),
    WATCH_SCRIPT("/watch.js"),
    CLIENT_SCRIPT("/rodin-task.js"),
    /** Vert.x gives this path to what it cannot decode as a request. */
    UNDECODABLE("/bad-request"),
    /** The framework's own paths, other than the API description. */
    FRAMEWORK("OTHER"),
    OTHER("OTHER");

    private static final String TASKS = "/tasks/";
    private static final String STATUS = "/status";
    private static final String EVENTS = "/events";
    private static final String FRAMEWORK_PATHS = "/q/";

    private final String template;

    HttpRoute(String template) {
        this.template = template;
    }

    /** Returns the path with the key replaced by its name, or {@code OTHER} if it is none of the API. */
    public String template() {
        return template;
    }

    /** Returns whether the template matches more than one path. */
    boolean isParameterized() {
        return this == TASK_STATUS || this == TASK_EVENTS;
    }

    /** Returns the route of a path as received, whether or not the key in it is well-formed. */
    public static HttpRoute of(@Nullable String path) {
        if (path == null || path.isEmpty()) {
            return ROOT;
        }
        int keyEnd = path.startsWith(TASKS) ? path.indexOf('/', TASKS.length()) : -1;
        return keyEnd < 0 ? ofFixed(path) : ofTask(path, keyEnd);
    }

    private static HttpRoute ofTask(String path, int keyEnd) {
        if (path.length() - keyEnd == STATUS.length()) {
            if (path.startsWith(STATUS, keyEnd)) {
                return TASK_STATUS;
            }
            if (path.startsWith(EVENTS, keyEnd)) {
                return TASK_EVENTS;
            }
        }
        return OTHER;
    }

    private static HttpRoute ofFixed(String path) {
        return switch (path) {
            case "/tasks/status" -> TASK_LIST;
            case "/q/openapi" -> API_DESCRIPTION;
            case "/" -> ROOT;
            case "/watch.css" -> WATCH_STYLE;
            case "/watch.js" -> WATCH_SCRIPT;
            case "/rodin-task.js" -> CLIENT_SCRIPT;
            case "/bad-request" -> UNDECODABLE;
            default -> path.startsWith(FRAMEWORK_PATHS) ? FRAMEWORK : OTHER;
        };
    }
}
