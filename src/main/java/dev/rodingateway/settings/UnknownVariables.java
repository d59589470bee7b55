package dev.rodingateway.settings;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Warns at startup of environment variables that look like settings of the gateway but are not, such as misspelt ones. */
@Singleton
final class UnknownVariables {

    private static final Logger LOG = Logger.getLogger(UnknownVariables.class);
    private static final Pattern OURS = Pattern.compile("(GATEWAY|RODIN)_.*", Pattern.DOTALL);

    /** Set by Kubernetes in each container for each Service, which may be called gateway or rodin-gateway. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("\\w+_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

    private static final Pattern LINK_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

    /** The largest edit distance between a name and the setting that it may be a misspelling of. */
    private static final int CLOSE = 3;

    void warn(@Observes StartupEvent start) {
        describe(System.getenv(), KnownSettings.variables()).ifPresent(LOG::warn);
    }

    /** Returns one line with the names of unknown variables, without their values; empty where all are known. */
    static Optional<String> describe(Map<String, String> environment, Set<String> known) {
        String unknown = new TreeMap<>(environment)
                .entrySet().stream()
                        .filter(variable -> OURS.matcher(variable.getKey()).matches())
                        .filter(variable -> !known.contains(variable.getKey()) && !isServiceLink(variable))
                        .map(variable -> printable(variable.getKey()) + suggestion(variable.getKey(), known))
                        .collect(Collectors.joining(", "));
        return unknown.isEmpty()
                ? Optional.empty()
                : Optional.of("Environment variables without effect, as no setting has that name: " + unknown);
    }

    private static boolean isServiceLink(Map.Entry<String, String> variable) {
        String name = variable.getKey();
        return SERVICE_LINK.matcher(name).matches()
                || (name.endsWith("_PORT")
                        && LINK_ADDRESS.matcher(variable.getValue()).matches());
    }

    private static String suggestion(String name, Set<String> known) {
        return known.stream()
                .filter(other -> distance(name, other) <= CLOSE)
                .min(Comparator.<String>comparingInt(other -> distance(name, other))
                        .thenComparing(Comparator.naturalOrder()))
                .map(nearest -> " (perhaps " + nearest + ")")
                .orElse("");
    }

    private static String printable(String name) {
        return name.replaceAll("[^\\x21-\\x7e]", "?");
    }

    /** Returns the edit distance: how many letters have to be inserted, removed or replaced. */
    private static int distance(String one, String other) {
        if (Math.abs(one.length() - other.length()) > CLOSE) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
