package dev.rodingateway.settings;

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
 * Names the framework's settings, {@code QUARKUS_…}, that one of its failures at start is due to. The framework checks most of
 * them where it uses them, and its exceptions seldom say which one it was. A setting is taken for it whose value the
 * exception quotes; else one of the extension that threw it; else each that is set.
 */
final class FrameworkFailure {

    private static final String PREFIX = "QUARKUS_";
    private static final Pattern OURS = Pattern.compile("dev\\.rodingateway\\.(?!Main\\b).*");
    private static final Pattern SECRET = Pattern.compile(".*(PASSWORD|SECRET|TOKEN|API_KEY|CREDENTIAL).*");

    /** A shorter value may stand in a message by chance. */
    private static final int SHORTEST_QUOTED = 4;

    private FrameworkFailure() {}

    /**
     * Returns one sentence, or nothing where the failure is no matter of settings: code of ours takes part in it, it has
     * the look of a bug, or none of the framework's settings is set.
     *
     * @param environment the variables by name; of values only what is quoted gets into the sentence, and no secret
     */
    static Optional<String> describe(Throwable failure, Map<String, String> environment) {
        List<Throwable> causes = causes(failure);
        Throwable root = causes.get(causes.size() - 1);
        List<String> suspects = suspects(root, environment);
        boolean looksLikeABug = root instanceof Error
                || root instanceof NullPointerException
                || root instanceof ClassCastException
                || root.getMessage() == null;
        if (looksLikeABug || suspects.isEmpty() || causes.stream().anyMatch(FrameworkFailure::isOurs)) {
            return Optional.empty();
        }
        String names = String.join(", ", suspects);
        return Optional.of((suspects.size() == 1 ? names : "one of " + names) + " cannot be used: "
                + withoutSecrets(root.getClass().getSimpleName() + ": " + root.getMessage(), environment));
    }

    private static List<String> suspects(Throwable root, Map<String, String> environment) {
        String message = String.valueOf(root.getMessage());
        List<String> quoted = set(environment, name -> {
            String value = environment.getOrDefault(name, "");
            return value.length() >= SHORTEST_QUOTED && message.contains(value);
        });
        if (!quoted.isEmpty()) {
            return quoted;
        }
        Optional<String> thrower = Arrays.stream(root.getStackTrace())
                .map(StackTraceElement::getClassName)
                .filter(name -> name.startsWith("io.quarkus."))
                .findFirst();
        List<String> ofExtension = set(environment, name -> {
            String extension =
                    name.substring(PREFIX.length()).replaceAll("_.*", "").toLowerCase(Locale.ROOT);
            return thrower.isPresent() && thrower.get().contains("." + extension + ".");
        });
        return ofExtension.isEmpty() ? set(environment, name -> true) : ofExtension;
    }

    private static List<String> set(Map<String, String> environment, Predicate<String> wanted) {
        return new TreeSet<>(environment.keySet())
                .stream().filter(name -> name.startsWith(PREFIX)).filter(wanted).toList();
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
