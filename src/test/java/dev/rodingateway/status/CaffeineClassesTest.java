package dev.rodingateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.status.cache.LiveTasks;
import dev.rodingateway.status.cache.StatusCache;
import dev.rodingateway.status.check.InFlightChecks;
import dev.rodingateway.status.freshness.Backoff;
import io.quarkus.caffeine.runtime.graal.CacheConstructorsFeature;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Caffeine loads its classes by reflection; a native executable contains only registered ones. */
class CaffeineClassesTest {

    @Test
    void classesOfEachCacheAreRegistered() throws ReflectiveOperationException {
        Ticker time = Ticker.systemTicker();
        List<Object> owners = List.of(
                new StatusCache(10, Long.MAX_VALUE, time),
                new InFlightChecks(10, (key, purpose) -> new CompletableFuture<>(), time),
                new Backoff(10, time, () -> 0),
                new LiveTasks(10, () -> 1, here -> here, time));
        List<String> registered =
                new ArrayList<>(List.of(CacheConstructorsFeature.typesNeedingConstructorsRegistered()));
        registered.addAll(List.of(CacheConstructorsFeature.typesNeedingConstructorsRegisteredWhenRecordingStats()));
        registered.add(StatusCache.CAFFEINE_CLASS);

        for (Object owner : owners) {
            Object cache = field(caffeineOf(owner), "cache");
            assertThat(registered)
                    .as(owner.getClass().getSimpleName())
                    .contains(
                            cache.getClass().getName(),
                            field(cache, "nodeFactory").getClass().getName());
        }
    }

    /** Returns the only field that is a cache. */
    private static Object caffeineOf(Object owner) throws ReflectiveOperationException {
        for (Field field : owner.getClass().getDeclaredFields()) {
            if (field.getType().getName().startsWith("com.github.benmanes.caffeine.cache.")
                    && !field.getType().equals(Ticker.class)) {
                return field(owner, field.getName());
            }
        }
        throw new AssertionError("no cache in " + owner.getClass());
    }

    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        Class<?> type = owner.getClass();
        while (true) {
            try {
                Field field = type.getDeclaredField(name);
                field.setAccessible(true);
                return field.get(owner);
            } catch (NoSuchFieldException e) {
                type = type.getSuperclass();
                if (type == null) {
                    throw e;
                }
            }
        }
    }
}
