package dev.rodingateway.api.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The file descriptors of this process, from {@code /proc}; not available on systems other than Linux. */
final class FileDescriptors {

    private static final Path PROCESS = Path.of("/proc/self");
    private static final Pattern SOFT_LIMIT = Pattern.compile("(?m)^Max open files\\s+(\\d+)\\s");

    private FileDescriptors() {}

    /** Returns how many more this process may open; empty if that is unlimited or not known. */
    static OptionalLong available() {
        try (Stream<Path> open = Files.list(PROCESS.resolve("fd"))) {
            Matcher limit = SOFT_LIMIT.matcher(Files.readString(PROCESS.resolve("limits")));
            return limit.find() ? OptionalLong.of(Long.parseLong(limit.group(1)) - open.count()) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
