package dev.rodingateway.settings;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import jakarta.annotation.Priority;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Records the names of the gateway's own settings as they are looked up: at startup the configuration library looks up every
 * setting of a configuration interface, set or not. So no list of them has to be maintained.
 */
@Priority(0)
public final class KnownSettings implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    /** Far more than there are, so that nothing can fill the memory with names. */
    private static final int MOST = 1000;

    private static final Set<String> VARIABLES = ConcurrentHashMap.newKeySet();

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        String property = name.startsWith("%") ? name.substring(name.indexOf('.') + 1) : name;
        boolean ours = property.startsWith("gateway.") || property.startsWith("rodin.");
        if (ours && VARIABLES.size() < MOST && !isSearchForUnknown()) {
            VARIABLES.add(variable(property));
        }
        return context.proceed(name);
    }

    /** The library also looks up each variable that no interface has, for a check that Quarkus does not use. */
    private static boolean isSearchForUnknown() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("reportUnknown")));
    }

    /** Returns the environment variables of the settings that have been looked up so far. */
    static Set<String> variables() {
        return Set.copyOf(VARIABLES);
    }

    /** Returns the environment variable that sets a property. */
    static String variable(String property) {
        return property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
