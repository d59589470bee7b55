package dev.rodingateway.settings;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.util.ExceptionUtil;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Describes why the gateway did not start. */
public final class StartupErrorMessage {

    private static final String PREFIX = "Rodin gateway cannot start: ";

    /** The beginning of the message of the simulator, in development and the demo, when its port is in use. */
    private static final String SIMULATOR = "The Rodin simulator cannot listen";

    /** The configuration library's message for a value that a converter rejected. */
    private static final Pattern REFUSED_VALUE = Pattern.compile(
            "config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being converted (.*)",
            Pattern.DOTALL);

    /** Its message for an expression without a value. */
    private static final Pattern EXPRESSION = Pattern.compile("Could not expand value (\\S+) in property (\\S+)");

    /** Its message for an empty value. */
    private static final Pattern EMPTY_VALUE = Pattern.compile("config property (\\S+) is defined as the empty String");

    /** A rejected value that may be shown; a longer one may be a key in the wrong place, or a URL with a password. */
    private static final Pattern HARMLESS = Pattern.compile("[^@?#]{0,16}");

    private StartupErrorMessage() {}

    /**
     * Returns one line for an invalid setting, the whole stack trace for anything else.
     *
     * @param environment the variables that are set
     */
    public static String describe(Throwable failure, Map<String, String> environment) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidSetting) {
                return PREFIX + cause.getMessage();
            }
            if (String.valueOf(cause.getMessage()).startsWith(SIMULATOR)) {
                return PREFIX + cause.getMessage();
            }
            if (cause instanceof QuarkusBindException bind) {
                return PREFIX + "port " + bind.getPort()
                        + " is in use or may not be opened; QUARKUS_HTTP_PORT and QUARKUS_MANAGEMENT_PORT name another.";
            }
            if (cause instanceof BindException) {
                return PREFIX + "QUARKUS_MANAGEMENT_PORT names a port that is in use or may not be opened.";
            }
            if (cause instanceof ConfigValidationException invalid) {
                return PREFIX
                        + IntStream.range(0, invalid.getProblemCount())
                                .mapToObj(i -> oneLine(invalid.getProblem(i).getMessage()))
                                .collect(Collectors.joining("; "));
            }
        }
        Optional<String> ofFramework = FrameworkFailure.describe(failure, environment);
        if (ofFramework.isPresent()) {
            return PREFIX + oneLine(ofFramework.get());
        }
        Throwable root = ExceptionUtil.getRootCause(failure);
        boolean ofSetting = root instanceof IllegalArgumentException
                && root.getMessage() != null
                && root.getMessage().contains("quarkus.");
        if (root instanceof IOException || root instanceof ConfigurationException || ofSetting) {
            return PREFIX + oneLine(root.getClass().getSimpleName() + ": " + root.getMessage());
        }
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    private static String oneLine(String problem) {
        return sentence(problem)
                .replaceAll("SRCFG\\d+: ", "")
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static String sentence(String problem) {
        Matcher refused = REFUSED_VALUE.matcher(problem);
        if (refused.find()) {
            return refusal(environmentVariable(refused.group(1)), refused.group(2), refused.group(3));
        }
        Matcher expression = EXPRESSION.matcher(problem);
        if (expression.find()) {
            return environmentVariable(expression.group(2)) + " has an expression without a value: " + "${"
                    + expression.group(1) + "}";
        }
        Matcher empty = EMPTY_VALUE.matcher(problem);
        return empty.find() ? environmentVariable(empty.group(1)) + " is empty: a value is expected" : problem;
    }

    private static String refusal(String setting, String value, String allowed) {
        return HARMLESS.matcher(value).matches()
                ? setting + " cannot be \"" + value + "\": " + allowed
                : setting + " has a value that cannot be used: " + allowed.replace(value, "***");
    }

    private static String environmentVariable(String property) {
        return KnownSettings.variable(property);
    }
}
