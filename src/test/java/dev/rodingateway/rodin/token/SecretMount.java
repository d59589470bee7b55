package dev.rodingateway.rodin.token;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** A Secret as Kubernetes mounts it: {@code token -> ..data/token}, {@code ..data -> ..1/}, and a change swaps {@code ..data}. */
final class SecretMount {

    private final Path directory;
    private int versions;

    SecretMount(Path directory, String content) throws IOException {
        this.directory = directory;
        swap(content);
        Files.createSymbolicLink(Path.of(file()), Path.of("..data", "token"));
    }

    String file() {
        return directory.resolve("token").toString();
    }

    /** Does what the kubelet does: writes beside, renames a link over the old one, removes what it led to. */
    void swap(String content) throws IOException {
        Path former = directory.resolve(".." + versions);
        versions++;
        Path version = Files.createDirectory(directory.resolve(".." + versions));
        Files.writeString(version.resolve("token"), content);
        Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), version.getFileName());
        Files.move(link, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        delete(former);
    }

    static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> paths = Files.walk(tree)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
