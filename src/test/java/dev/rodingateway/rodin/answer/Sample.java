package dev.rodingateway.rodin.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rodingateway.rodin.http.RodinResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A response of Rodin from a file, and the expected result; {@code rodin/README.md} describes the format. */
record Sample(String name, RodinResponse response, String expected) {

    private static final Path DIRECTORY = Path.of("src/test/resources/rodin");

    static List<Sample> all() {
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".http"))
                    .sorted()
                    .map(Sample::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private static Sample read(Path file) {
        try (ByteArrayInputStream content = new ByteArrayInputStream(Files.readAllBytes(file))) {
            int httpStatus = 0;
            String retryAfter = null;
            String expected = "";
            for (String line = line(content); !line.isEmpty(); line = line(content)) {
                String value = line.substring(line.indexOf(' ') + 1);
                switch (line.substring(0, line.indexOf(' '))) {
                    case "HTTP" -> httpStatus = Integer.parseInt(value);
                    case "Retry-After:" -> retryAfter = value;
                    case "Expect:" -> expected = value;
                    default -> throw new IllegalArgumentException(file + ": " + line);
                }
            }
            String name = DIRECTORY.relativize(file).toString().replace(".http", "");
            return new Sample(name, new RodinResponse(httpStatus, content.readAllBytes(), retryAfter), expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(ByteArrayInputStream content) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = content.read(); b != '\n' && b >= 0; b = content.read()) {
            line.write(b);
        }
        return line.toString(UTF_8);
    }
}
