import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Creates the gateway's AOT cache (JEP 514, 515): sends typical requests to the gateway, with the simulator as Rodin, and stops
 * it; the JVM then writes the classes that it has loaded and linked, and profiles of hot methods. Runs while the image is
 * built, with the files and the JVM that the cache is for, because it is valid only for them.
 *
 * <p>Arguments: the simulator's jar, the cache to write, and the command that starts the gateway.
 */
public final class Training {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** HTTP/1.1, which proxies use; by default this client would upgrade to HTTP/2. */
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Training() {}

    public static void main(String[] args) throws Exception {
        Path cache = Path.of(args[1]);
        List<String> command = new ArrayList<>(List.of(args).subList(2, args.length));
        command.add(1, "-XX:AOTCacheOutput=" + cache);

        int rodin = freePort();
        int http = freePort();
        int management = freePort();
        Process simulator = start(
                List.of(command.get(0), "-jar", args[0]),
                Map.of("SIMULATOR_PORT", "" + rodin, "SIMULATOR_TASK_SECONDS", "2"));
        try {
            await("http://127.0.0.1:" + rodin + "/simulator/checks", simulator);
            Process gateway = start(
                    command,
                    Map.of(
                            "RODIN_URL", "http://127.0.0.1:" + rodin,
                            "RODIN_API_KEY", "training",
                            "QUARKUS_HTTP_PORT", "" + http,
                            "QUARKUS_MANAGEMENT_PORT", "" + management,
                            "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE", "100000",
                            "QUARKUS_SHUTDOWN_DELAY", "0s"));
            try {
                await("http://127.0.0.1:" + management + "/q/health/ready", gateway);
                work("http://127.0.0.1:" + http, "http://127.0.0.1:" + management);
            } finally {
                gateway.destroy();
                gateway.waitFor();
            }
        } finally {
            simulator.destroy();
            simulator.waitFor();
        }
        if (!Files.exists(cache)) {
            throw new IllegalStateException("The JVM wrote no AOT cache");
        }
    }

    private static void work(String gateway, String management) throws IOException, InterruptedException {
        for (int round = 0; round < 500; round++) {
            send(request(gateway + "/tasks/demo-" + round % 100 + "/status"));
            send(request(gateway + "/tasks/failed/status"));
        }
        send(request(gateway + "/tasks/no-such-task/status"));
        send(request(gateway + "/tasks/not!a!key/status"));
        send(request(gateway + "/tasks/partial/status").header("Prefer", "wait=1"));
        send(request(gateway + "/tasks/canceled/events"));
        send(request(gateway + "/tasks/status")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"keys\":[\"demo\",\"failed\"]}")));
        send(request(management + "/q/health/live"));
        send(request(management + "/q/metrics"));
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
    }

    private static void send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<Void> answer = HTTP.send(request.build(), BodyHandlers.discarding());
        if (answer.statusCode() >= 500) {
            throw new IllegalStateException("The gateway responds with " + answer.statusCode() + ", so there is nothing to train with");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Process start(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static void await(String url, Process process) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                if (HTTP.send(request(url).build(), BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // Not up yet.
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException(url + " does not answer");
    }
}
