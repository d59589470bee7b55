package dev.rodingateway.packaged;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.packaged.Pollers.Poll;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three gateways that share a Redis act as one. Each guarantee as a figure. */
@Tag("thorough")
class ReplicasIT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What the issue allows on the machine of the tests, and as much again for one that is busy. */
    private static final Duration NOTIFIED_WITHIN = Duration.ofMillis(200);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static Replicas replicas;

    @BeforeAll
    static void start() {
        // On a busy machine, a replica that waits for a command longer than the default would work alone for a while.
        replicas =
                new Replicas(3, Map.of("GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE", "600", "GATEWAY_REDIS_TIMEOUT", "2s"));
        for (GatewayProcess gateway : replicas.all()) {
            assertThat(get(gateway, "0-warm-up").statusCode()).isEqualTo(200);
        }
    }

    @AfterAll
    static void stop() {
        replicas.close();
    }

    @Test
    void newKeyRequestedEverywhereAtOnceCostsOneCheck() {
        replicas.rodin().setLatency(Duration.ofMillis(300));
        try {
            List<HttpResponse<String>> answers =
                    all(IntStream.range(0, 200).mapToObj(i -> getAsync(replicas.get(i % 3), "60000-new", Map.of())));

            assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
            assertThat(answers.stream()
                            .map(HttpResponse::body)
                            .map(ReplicasIT::checkedAt)
                            .collect(toSet()))
                    .hasSize(1);
            assertThat(replicas.rodin().checks("60000-new")).hasSize(1);
        } finally {
            replicas.rodin().setLatency(Duration.ofMillis(100));
        }
    }

    @Test
    void noAnswerGoesBackInTimeAndChecksAreNoMoreThanThoseOfOneReplica() {
        // Given four tasks of 6 s that are polled steadily: at all replicas in turn, and at one that is alone
        List<String> shared = List.of("6000-s1", "6000-s2", "6000-s3", "6000-s4");
        List<String> alone = List.of("6000-a1", "6000-a2", "6000-a3", "6000-a4");

        // When
        List<Poll> polls;
        List<String> backInTime;
        try (GatewayProcess single = replicas.startAlone();
                Pollers ofShared = new Pollers(replicas.all(), 4);
                Pollers ofAlone = new Pollers(List.of(single), 4)) {
            ofShared.begin(shared, Duration.ofMillis(100));
            ofAlone.begin(alone, Duration.ofMillis(100));
            Stream.of(ofShared, ofAlone).forEach(pollers -> await().atMost(Duration.ofSeconds(20))
                    .until(() -> pollers.all().stream()
                                    .filter(Poll::terminal)
                                    .map(Poll::key)
                                    .distinct()
                                    .count()
                            == 4));
            ofShared.end();
            polls = ofShared.all();
            backInTime = ofShared.backInTime();
        }

        // Then
        assertThat(polls).hasSizeGreaterThan(200).allMatch(poll -> poll.status() == 200);
        assertThat(backInTime).isEmpty();
        assertThat(replicas.rodin().checks("6000-s").size())
                .isLessThanOrEqualTo(replicas.rodin().checks("6000-a").size() + 4);
    }

    @Test
    void watchersOnAllReplicasAreNotifiedAtOnce() {
        // Given a long poll and a stream on each replica
        String key = "3000-watched";
        replicas.all().forEach(gateway -> get(gateway, key));
        String tag = get(replicas.get(0), key).headers().firstValue("ETag").orElseThrow();

        // When the task is done
        List<CompletableFuture<Long>> notified = Stream.concat(
                        replicas.all().stream().map(gateway -> getAsync(
                                        gateway, key, Map.of("Prefer", "wait=20", "If-None-Match", tag))
                                .thenApply(answer -> {
                                    assertThat(answer.body()).contains("\"done\"");
                                    return System.nanoTime();
                                })),
                        replicas.all().stream().map(gateway -> streamEnd(gateway, key)))
                .toList();
        List<Long> times = all(notified.stream());

        // Then
        long first = times.stream().mapToLong(Long::longValue).min().orElseThrow();
        long last = times.stream().mapToLong(Long::longValue).max().orElseThrow();
        assertThat(Duration.ofNanos(last - first)).isLessThan(NOTIFIED_WITHIN);
    }

    @Test
    void unknownTaskAndBackOffAgree() {
        assertThat(get(replicas.get(0), "unknown-task").statusCode()).isEqualTo(404);
        assertThat(get(replicas.get(1), "unknown-task").statusCode()).isEqualTo(404);
        assertThat(get(replicas.get(2), "unknown-task").statusCode()).isEqualTo(404);

        List<HttpResponse<String>> broken =
                all(replicas.all().stream().map(gateway -> getAsync(gateway, "broken-task", Map.of())));

        assertThat(broken).allMatch(answer -> answer.statusCode() == 502);
        assertThat(replicas.rodin().checks("unknown-task")).hasSize(1);
        assertThat(replicas.rodin().checks("broken-task")).hasSize(1);
    }

    @Test
    void newReplicaStartsWarmAndSaysWhoseAnswerItIs() {
        assertThat(get(replicas.get(0), "0-ended").body()).contains("\"done\"");

        GatewayProcess fresh = replicas.add();
        HttpResponse<String> answer = get(fresh, "0-ended");

        assertThat(answer.body()).contains("\"done\"");
        assertThat(answer.headers().firstValue("Cache-Status").orElseThrow())
                .matches("rodin-gateway; hit; ttl=\\d+; detail=shared");
        assertThat(replicas.rodin().checks("0-ended")).hasSize(1);
        replicas.kill(fresh);
    }

    @Test
    void operatorRemovesATaskFromAllReplicas() {
        replicas.all().forEach(gateway -> get(gateway, "0-removed"));
        assertThat(replicas.rodin().checks("0-removed")).hasSize(1);

        String answer =
                RawHttp.exchange(replicas.get(0).managementPort(), "DELETE /tasks/0-removed", "Content-Length: 0\r\n");

        assertThat(answer).startsWith("HTTP/1.1 204 ");
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(get(replicas.get(1), "0-removed").statusCode()).isEqualTo(200);
            assertThat(replicas.rodin().checks("0-removed")).hasSize(2);
        });
        assertThat(get(replicas.get(2), "0-removed")
                        .headers()
                        .firstValue("Cache-Status")
                        .orElseThrow())
                .contains("detail=shared");
        assertThat(replicas.rodin().checks("0-removed")).hasSize(2);
        assertThat(replicas.get(0).output())
                .contains("was removed by an operator")
                .contains(sha256("0-removed").substring(0, 12))
                .doesNotContain("0-removed");
    }

    @Test
    void storeHoldsNoKeyAndNoToken() {
        get(replicas.get(0), "60000-secret");

        String names = replicas.redis().call("KEYS *");

        assertThat(names).contains(base64Sha256("60000-secret")).doesNotContain("60000-secret");
        List<String> keys = Stream.of(names.split("\r\n"))
                .filter(line -> line.startsWith("{") || line.startsWith("rodin-gateway"))
                .toList();
        assertThat(keys).isNotEmpty();
        for (String key : keys) {
            String ttl = replicas.redis().call("PTTL " + key);
            assertThat(ttl).as("time to live of " + key).doesNotStartWith(":-1");
            assertThat(replicas.redis().call("DUMP " + key)).doesNotContain("60000-secret", "the-api-key");
        }
    }

    private static HttpResponse<String> get(GatewayProcess gateway, String key) {
        return getAsync(gateway, key, Map.of()).join();
    }

    private static CompletableFuture<HttpResponse<String>> getAsync(
            GatewayProcess gateway, String key, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(gateway, "/tasks/" + key + "/status"))
                .timeout(Duration.ofSeconds(30));
        headers.forEach(request::header);
        return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Returns when the stream of a task ended, after an event that said that it is done. */
    private static CompletableFuture<Long> streamEnd(GatewayProcess gateway, String key) {
        HttpRequest request = HttpRequest.newBuilder(uri(gateway, "/tasks/" + key + "/events"))
                .timeout(Duration.ofSeconds(30))
                .build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(answer -> {
            assertThat(answer.body()).contains("\"done\"");
            return System.nanoTime();
        });
    }

    private static URI uri(GatewayProcess gateway, String path) {
        return URI.create("http://127.0.0.1:" + gateway.port() + path);
    }

    private static <T> List<T> all(Stream<CompletableFuture<T>> futures) {
        List<CompletableFuture<T>> begun = futures.toList();
        return begun.stream().map(CompletableFuture::join).toList();
    }

    private static String checkedAt(String body) {
        return body.replaceFirst(".*\"checkedAt\":\"([^\"]*)\".*", "$1");
    }

    private static String sha256(String text) {
        return HexFormat.of().formatHex(digest(text));
    }

    private static String base64Sha256(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest(text));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
