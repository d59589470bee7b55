package dev.rodingateway.settings;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Names the framework's settings, {@code QUARKUS_…} and {@code OTEL_…}, that probably caused one of its failures at startup.
 * The framework checks most of them where it uses them, and its exceptions seldom say which one it was. The cause is taken to
 * be a setting whose value the exception quotes; else those of the extension that threw it; else all that are set.
 */
final class FrameworkFailure {

    private static final Pattern SETTING = Pattern.compile("(QUARKUS|OTEL)_.*", Pattern.DOTALL);
    private static final Pattern OURS = Pattern.compile("dev\\.rodingateway\\.(?!Main\\b).*");
    private static final Pattern SECRET = Pattern.compile(".*(PASSWORD|SECRET|TOKEN|API_KEY|CREDENTIAL|HEADERS).*");

    /** A shorter value may occur in a message by chance. */
    private static final int SHORTEST_QUOTED = 4;

    private FrameworkFailure() {}

    /**
     * Returns one sentence; empty where settings are not the cause: it looks like a bug, code of ours takes part in the failure
     * and it quotes no value, or none of the framework's settings is set.
     *
     * @param environment the variables by name; of their values, only quoted ones get into the sentence, and no secret
     */
    static Optional<String> describe(Throwable failure, Map<String, String> environment) {
        List<Throwable> causes = causes(failure);
        Throwable root = causes.get(causes.size() - 1);
        List<String> quoted = quoted(root, environment);
        List<String> suspects = quoted.isEmpty() ? ofExtension(root, environment) : quoted;
        boolean isOurs = quoted.isEmpty() && causes.stream().anyMatch(FrameworkFailure::isOurs);
        if (looksLikeABug(root) || suspects.isEmpty() || isOurs) {
            return Optional.empty();
        }
        String names = String.join(", ", suspects);
        return Optional.of((suspects.size() == 1 ? names : "one of " + names) + " cannot be used: "
                + withoutSecrets(reason(root), environment));
    }

    /** A file that is too short, such as a key store, is an exception without a message, too. */
    private static boolean looksLikeABug(Throwable root) {
        return root instanceof Error
                || root instanceof NullPointerException
                || root instanceof ClassCastException
                || (root.getMessage() == null && !(root instanceof IOException));
    }

    private static String reason(Throwable root) {
        String type = root.getClass().getSimpleName();
        return root.getMessage() == null ? type : type + ": " + root.getMessage();
    }

    private static List<String> quoted(Throwable root, Map<String, String> environment) {
        String message = String.valueOf(root.getMessage());
        return settings(environment, name -> {
            String value = environment.getOrDefault(name, "");
            return value.length() >= SHORTEST_QUOTED && message.contains(value);
        });
    }

    private static List<String> ofExtension(Throwable root, Map<String, String> environment) {
        Optional<String> thrower = Arrays.stream(root.getStackTrace())
                .map(StackTraceElement::getClassName)
                .filter(name -> name.startsWith("io.quarkus."))
                .findFirst();
        List<String> ofExtension = settings(
                environment, name -> thrower.isPresent() && thrower.get().contains("." + extension(name) + "."));
        return ofExtension.isEmpty() ? settings(environment, name -> true) : ofExtension;
    }

    /** Returns the part of a Quarkus package name that belongs to a setting. */
    private static String extension(String setting) {
        return setting.startsWith("OTEL_")
                ? "opentelemetry"
                : setting.replaceAll("QUARKUS_|(?<=\\w)_.*", "").toLowerCase(Locale.ROOT);
    }

    private static List<String> settings(Map<String, String> environment, Predicate<String> wanted) {
        return new TreeSet<>(environment.keySet())
                .stream()
                        .filter(name -> SETTING.matcher(name).matches())
                        .filter(wanted)
                        .toList();
    }

    private static boolean isOurs(Throwable cause) {
        return Arrays.stream(cause.getStackTrace())
                .anyMatch(element -> OURS.matcher(element.getClassName()).matches());
    }

    private static String withoutSecrets(String text, Map<String, String> environment) {
        String clean = text;
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            if (SECRET.matcher(variable.getKey()).matches()
                    && !variable.getValue().isBlank()) {
                clean = clean.replace(variable.getValue(), "***");
            }
        }
        return clean;
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }
}
