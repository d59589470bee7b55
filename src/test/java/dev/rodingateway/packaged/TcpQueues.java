package dev.rodingateway.packaged;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The buffered bytes of the connections of a port, from {@code /proc/net/tcp} of Linux.
 *
 * @param sent bytes of each connection that its process has sent and its peer has not acknowledged
 * @param received bytes of each connection that have arrived and that its process has not read
 */
record TcpQueues(List<Long> sent, List<Long> received) {

    private static final String LISTENING = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int QUEUES = 4;
    private static final int HEXADECIMAL = 16;

    /** Returns the current queues, including those of connections that their process has closed already. */
    static TcpQueues of(int port) {
        String suffix = String.format(":%04X", port);
        List<String[]> queues = Stream.of("tcp", "tcp6")
                .flatMap(table -> lines(Path.of("/proc/net", table)).stream())
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields[LOCAL_ADDRESS].endsWith(suffix) && !fields[STATE].equals(LISTENING))
                .map(fields -> fields[QUEUES].split(":"))
                .toList();
        return new TcpQueues(bytes(queues, 0), bytes(queues, 1));
    }

    long total() {
        return Stream.concat(sent.stream(), received.stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    private static List<Long> bytes(List<String[]> queues, int column) {
        return queues.stream()
                .map(queue -> Long.parseLong(queue[column], HEXADECIMAL))
                .toList();
    }

    private static List<String> lines(Path table) {
        try {
            return Files.exists(table) ? Files.readAllLines(table) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
