package dev.rodingateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The gateway's configuration interfaces, wherever they are declared. */
public final class ConfigInterfaces {

    private static final Path CLASSES = Path.of("target", "classes");

    private static final List<Class<?>> ALL = find();

    private ConfigInterfaces() {}

    public static List<Class<?>> all() {
        return ALL;
    }

    private static List<Class<?>> find() {
        try (Stream<Path> files = Files.walk(CLASSES.resolve("dev"))) {
            List<Class<?>> found = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith("Config.class"))
                    .toList()) {
                String name =
                        CLASSES.relativize(file).toString().replace('/', '.').replace(".class", "");
                Class<?> type = Class.forName(name);
                if (type.isAnnotationPresent(ConfigMapping.class)) {
                    found.add(type);
                }
            }
            assertThat(found).hasSizeGreaterThan(5);
            return List.copyOf(found);
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
