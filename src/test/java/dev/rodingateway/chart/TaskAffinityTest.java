package dev.rodingateway.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Distribution of tasks by a real haproxy that is configured by the Ingress' annotations. haproxy-ingress has a
 * disabled slot for each pod that may be added.
 */
@Tag("slow")
class TaskAffinityTest {

    private static final int TASKS = 600;
    private static final int SLOTS = 4;

    @TempDir
    private Path directory;

    @Test
    void allCallsForATaskReachOneReplicaAndTasksAreDistributed() throws Exception {
        Map<String, String> served = served(Set.of(), "status");

        assertThat(served(Set.of(), "events")).isEqualTo(served);
        Map<String, Long> shares =
                served.values().stream().collect(Collectors.groupingBy(pod -> pod, Collectors.counting()));
        assertThat(shares).hasSize(SLOTS);
        assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(TASKS / 8L, TASKS * 3L / 8));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void addedOrRemovedPodMovesOnlyItsOwnTasks(int slot) throws Exception {
        String pod = "pod" + slot;
        Map<String, String> with = served(Set.of(), "status");
        Map<String, String> without = served(Set.of(slot), "status");

        assertThat(without.values()).doesNotContain(pod);
        assertThat(with.keySet())
                .filteredOn(task -> !with.get(task).equals(without.get(task)))
                .isNotEmpty()
                .allSatisfy(task -> assertThat(with.get(task)).isEqualTo(pod));
    }

    /** Returns the pod that serves each task's calls. */
    private Map<String, String> served(Set<Integer> disabled, String call) throws Exception {
        int port = freePort();
        Path configuration =
                Files.writeString(directory.resolve("haproxy.cfg"), configuration(port, freePort(), disabled));
        Path output = directory.resolve("haproxy.txt");
        Process haproxy = new ProcessBuilder(executable(), "-db", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            await().atMost(Duration.ofSeconds(10)).until(() -> listens(haproxy, port, output));
            HttpClient client = HttpClient.newHttpClient();
            Map<String, String> served = new LinkedHashMap<>();
            for (String task : tasks()) {
                URI url = URI.create("http://127.0.0.1:" + port + "/tasks/" + task + "/" + call);
                HttpResponse<Void> response =
                        client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.discarding());
                served.put(task, response.headers().firstValue("X-Served-By").orElseThrow());
            }
            return served;
        } finally {
            haproxy.destroyForcibly().waitFor();
        }
    }

    /** As haproxy-ingress writes a backend; haproxy itself simulates the pods. */
    private static String configuration(int port, int podsPort, Set<Integer> disabled) {
        JsonNode annotations = Chart.render(Map.of(
                        "ingress.enabled", true, "ingress.controller", "haproxy-ingress", "taskAffinity.enabled", true))
                .one("Ingress")
                .at("/metadata/annotations");
        String annotation = "haproxy-ingress.github.io/";
        String weight = annotations.path(annotation + "initial-weight").asText("1");
        String servers = IntStream.range(0, SLOTS)
                .mapToObj(slot -> "  server pod%d 127.0.0.1:%d weight %s%s"
                        .formatted(slot, podsPort, weight, disabled.contains(slot) ? " disabled" : ""))
                .collect(Collectors.joining("\n"));
        return """
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 30s
                  timeout server 30s

                frontend callers
                  bind 127.0.0.1:%d
                  default_backend gateways

                frontend pods
                  bind 127.0.0.1:%d
                  http-request return status 204

                backend gateways
                  balance %s
                  %s
                  http-response set-header X-Served-By %%s
                %s
                """.formatted(
                        port,
                        podsPort,
                        annotations.path(annotation + "balance-algorithm").asText(),
                        annotations.path(annotation + "config-backend").asText(),
                        servers);
    }

    private static List<String> tasks() {
        return IntStream.range(0, TASKS)
                .mapToObj(task -> "eyJhbGciOiJIUzI1NiJ9.%s.%d".formatted(Integer.toHexString(task * 0x9E3779B1), task))
                .toList();
    }

    private static boolean listens(Process haproxy, int port, Path output) throws IOException {
        if (!haproxy.isAlive()) {
            throw new AssertionError("haproxy has ended:\n" + Files.readString(output));
        }
        try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return connection.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    private static String executable() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(folder -> Path.of(folder, "haproxy"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError(
                                "haproxy is not installed, and this test needs a real one; on Debian: apt-get install haproxy"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
