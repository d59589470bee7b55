package dev.rodingateway.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random interleavings of begin and end by several replicas, with lost replies, expired leases, replicas that crash or
 * report late, and a server that loses its data, against the real scripts. The invariants are asserted after each step.
 */
class SharedChecksModelTest {

    private static final int STEPS = 120;
    private static final int REPLICAS = 3;
    private static final int TASKS = 3;
    private static final long SECOND = 1_000_000;

    private static RedisProcess redis;

    @BeforeAll
    static void start() {
        redis = RedisProcess.started();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @RepeatedTest(20)
    void invariantsHoldInSomeInterleavings() {
        run(System.nanoTime());
    }

    @Test
    @Tag("slow")
    void invariantsHoldInHundredsOfInterleavings() {
        for (int i = 0; i < 600; i++) {
            run(System.nanoTime());
        }
    }

    private static void run(long seed) {
        try (RespClient client = redis.client()) {
            new Model(client, seed).run();
        }
    }

    /** A check of a replica. Rodin's response is determined before the lease expires, however late it is reported. */
    private record Check(int replica, int task, String tryId, long token, long begunMicros, int observed) {}

    /** A known state of a task; terminal states are negative. */
    private record Known(long token, long checkedAt, int state) {

        static final Known NOTHING = new Known(0, 0, 0);

        boolean terminal() {
            return state < 0;
        }
    }

    private static final class Model {

        private static final int LAST_STATE = 12;

        private final ScriptRunner scripts;
        private final Random random;
        private final String seed;
        private final List<TaskHash> tasks = new ArrayList<>();
        private final int[] truth = new int[TASKS];
        private final List<Check> open = new ArrayList<>();
        private final List<Check> late = new ArrayList<>();
        private final Map<Integer, Check> holders = new HashMap<>();
        /** The tasks that are not to be checked, each with the token of the check that failed. */
        private final Map<Integer, Long> refused = new HashMap<>();

        private final Known[][] replicas = new Known[REPLICAS][TASKS];
        private final long[] highest = new long[REPLICAS];
        private final Known[] held = new Known[TASKS];
        private String lastStep = "";

        Model(RespClient client, long seed) {
            this.seed = "seed " + seed;
            this.random = new Random(seed);
            this.scripts = new ScriptRunner(client, "test-" + UUID.randomUUID(), 1_700_000_000_000_000L);
            for (int task = 0; task < TASKS; task++) {
                tasks.add(TestReplica.task("task-" + task));
                held[task] = Known.NOTHING;
                for (int replica = 0; replica < REPLICAS; replica++) {
                    replicas[replica][task] = Known.NOTHING;
                }
            }
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                scripts.setTime(scripts.now() + random.nextInt((int) SECOND) - (random.nextInt(10) == 0 ? SECOND : 0));
                int task = random.nextInt(TASKS);
                if (random.nextInt(4) == 0 && Math.abs(truth[task]) < LAST_STATE) {
                    truth[task]++;
                }
                step(task);
                verify(step);
            }
            assertThat(StoreDump.withoutTimeToLive(scripts.client(), scripts.keys.namespace()))
                    .as(seed)
                    .isEmpty();
        }

        private void step(int task) {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> begin(random.nextInt(REPLICAS), task);
                case 4, 5, 6 -> endAny(open);
                case 7 -> endAny(late);
                case 8 -> expireLease(task);
                case 9 -> die(random.nextInt(REPLICAS));
                case 10 -> expireRefusal(task);
                default -> {
                    if (random.nextInt(6) == 0) {
                        loseData();
                    }
                }
            }
        }

        private void begin(int replica, int task) {
            lastStep = "begin " + replica + " " + task;
            String tryId = UUID.randomUUID().toString();
            Known known = replicas[replica][task];
            List<String> reply = scripts.begin(tasks.get(task), tryId, known.token(), highest[replica]);
            if (random.nextInt(4) == 0) {
                reply = scripts.begin(tasks.get(task), tryId, known.token(), highest[replica]);
            }
            switch (reply.get(2)) {
                case "go" -> {
                    assertThat(holders).as("one check at a time, " + seed).doesNotContainKey(task);
                    assertThat(refused).as("no check while refused, " + seed).doesNotContainKey(task);
                    assertThat(held[task].token())
                            .as("adopts a newer outcome, " + seed)
                            .isLessThanOrEqualTo(known.token());
                    int observed = truth[task] >= LAST_STATE ? -LAST_STATE : truth[task];
                    Check check = new Check(
                            replica, task, tryId, Long.parseLong(reply.get(3)), Long.parseLong(reply.get(0)), observed);
                    assertThat(check.token()).as("tokens increase, " + seed).isGreaterThan(highest[replica]);
                    highest[replica] = check.token();
                    open.add(check);
                    holders.put(task, check);
                }
                case "wait" ->
                    assertThat(holders).as("another replica checks, " + seed).containsKey(task);
                case "adopt" -> adopt(replica, task, reply);
                default -> assertThat(refused).as(reply + seed).containsKey(task);
            }
        }

        private void endAny(List<Check> from) {
            if (from.isEmpty()) {
                return;
            }
            Check check = from.remove(random.nextInt(from.size()));
            int kind = random.nextInt(8);
            boolean fails = kind == 0 && check.observed() >= 0;
            boolean releases = kind == 1;
            String letter = fails ? "B" : releases ? "R" : check.observed() < 0 ? "T" : "L";
            lastStep = "end " + letter + " " + check;
            String payload = fails ? "UPSTREAM_ERROR - -" : Integer.toString(check.observed());
            long checkedAt = (check.begunMicros() + random.nextInt((int) SECOND)) / 1000;
            List<String> reply = List.of();
            for (int sent = random.nextInt(3) == 0 ? 2 : 1; sent > 0; sent--) {
                reply = scripts.end(tasks.get(check.task()), check.tryId(), check.token(), letter, checkedAt, payload);
            }
            if (check.equals(holders.get(check.task()))) {
                holders.remove(check.task());
            }
            boolean isNewest = check.token() > held[check.task()].token();
            if (fails && isNewest) {
                refused.merge(check.task(), check.token(), Math::max);
            } else if (!releases && isNewest && refused.getOrDefault(check.task(), Long.MAX_VALUE) <= check.token()) {
                refused.remove(check.task());
            }
            if (reply.get(2).equals("held")) {
                adopt(check.replica(), check.task(), reply);
            }
        }

        private void expireLease(int task) {
            lastStep = "lease expires " + task;
            scripts.client().send("DEL", scripts.keys.lease(tasks.get(task).value()));
            Check holder = holders.remove(task);
            if (holder != null && open.remove(holder)) {
                late.add(holder);
            }
        }

        /** A crashed replica does not end its check; its lease expires, which the model sees immediately. */
        private void die(int replica) {
            lastStep = "dies " + replica;
            for (Check check : List.copyOf(open)) {
                if (check.replica() == replica) {
                    expireLease(check.task());
                    late.remove(check);
                }
            }
            late.removeIf(check -> check.replica() == replica);
            for (int task = 0; task < TASKS; task++) {
                replicas[replica][task] = Known.NOTHING;
            }
        }

        private void expireRefusal(int task) {
            lastStep = "refusal ends " + task;
            scripts.client().send("DEL", scripts.keys.refusal(tasks.get(task).value()));
            refused.remove(task);
        }

        /** Each replica reconnects with a heartbeat before the next check. */
        private void loseData() {
            lastStep = "data lost";
            for (String key : StoreDump.keys(scripts.client(), scripts.keys.namespace())) {
                if (!key.endsWith("clock-of-test")) {
                    scripts.client().send("DEL", key);
                }
            }
            for (Check holder : List.copyOf(holders.values())) {
                expireLease(holder.task());
            }
            refused.clear();
            for (int task = 0; task < TASKS; task++) {
                held[task] = Known.NOTHING;
            }
            for (int replica = 0; replica < REPLICAS; replica++) {
                scripts.heartbeat("replica-" + replica, highest[replica]);
            }
            lastStep = "data lost";
        }

        /** A replica replaces a known state by a newer one, as its cache does. */
        private void adopt(int replica, int task, List<String> reply) {
            Known offered = known(reply.get(4), reply.get(5), reply.get(7));
            highest[replica] = Math.max(highest[replica], offered.token());
            Known before = replicas[replica][task];
            if (offered.token() > before.token() && !(before.terminal() && !offered.terminal())) {
                replicas[replica][task] = offered;
                assertThat(Math.abs(offered.state()))
                        .as("no replica goes back to an older state, " + lastStep + " " + seed)
                        .isGreaterThanOrEqualTo(Math.abs(before.state()));
            }
        }

        private void verify(int step) {
            for (int task = 0; task < TASKS; task++) {
                String description = "step %d, %s, %s".formatted(step, lastStep, seed);
                String value = (String) scripts.client()
                        .send("GET", scripts.keys.task(tasks.get(task).value()));
                if (value == null) {
                    assertThat(held[task]).as(description).isEqualTo(Known.NOTHING);
                    continue;
                }
                String[] parts = value.split(" ", -1);
                Known now = known(parts[2], parts[3], parts[5]);
                Known before = held[task];
                assertThat(now.token()).as(description).isGreaterThanOrEqualTo(before.token());
                assertThat(now.checkedAt()).as(description).isGreaterThanOrEqualTo(before.checkedAt());
                assertThat(now.terminal() || !before.terminal()).as(description).isTrue();
                assertThat(Math.abs(now.state())).as(description).isGreaterThanOrEqualTo(Math.abs(before.state()));
                assertThat(now.token() == before.token() && !now.equals(before))
                        .as("a token identifies one result, " + description)
                        .isFalse();
                held[task] = now;
            }
        }

        private static Known known(String token, String checkedAt, String state) {
            return new Known(Long.parseLong(token), Long.parseLong(checkedAt), Integer.parseInt(state));
        }
    }
}
