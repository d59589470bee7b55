"""What the shared store costs its server: CPU per check and per delivered log entry, memory per task; and a simulation of many replicas.

The real scripts on a real server; the replicas are simulated by connections that do as replicas do. LOAD (8) is the seconds of each.
"""

import collections
import itertools
import os
import re
import selectors
import socket
import statistics
import sys
import time

from harness.load import jwt
from harness.machine import HOME, NATIVE, say, SERVER_CORE
from harness.report import sections, table
from harness.servers import await_answer, Gateway, get, HEAP, jvm, NATIVE_COMMAND, Redis, Simulator, stop

LOAD = int(os.environ.get("LOAD", 8))
NAMESPACE = "{simulated}:"
SCRIPTS = HOME / "src" / "main" / "resources" / "shared-store"
PARTS = {"begin": ["common", "begin"], "end": ["common", "end"], "permit": ["common", "budget", "permit"], "tick": ["common", "budget", "tick"]}
BUDGET_KEYS = ["budget", "budget-first", "budget-refresh", "budget-window"]
# Budget a minute and replicas: the sizes of docs/operations.md.
SIZES = [(120, 3), (1_000, 10), (10_000, 30), (100_000, 100)]
TASKS = 100_000
Reply = collections.namedtuple("Reply", "checks entries reads cpu calls_ms lag_ms bytes seconds")


def run(jdk):
    rodin, redis = Simulator(jdk), Redis(SERVER_CORE)
    payload, real = measure_gateway(jdk, rodin, redis)
    stop(rodin.process)
    stop(redis.process)

    redis = Redis(SERVER_CORE)
    memory = measure_memory(redis, payload)
    idle = Simulation(redis, payload, 0, 100).run()
    alone = Simulation(redis, payload, 100, 0).run()
    busy = Simulation(redis, payload, 1000, 0).run()
    read = Simulation(redis, payload, 100, 30).run()
    d = idle.cpu / 100
    a = alone.cpu / (alone.checks / alone.seconds)
    b = (read.cpu - alone.cpu - 30 * d) / (read.entries / read.seconds)
    size = read.bytes / read.entries
    costs = [["*a*: CPU time per check (begin, permit, end), µs", f"{a * 1e6:.0f}"],
             ["the same at 1,000 checks a second, µs", f"{busy.cpu / (busy.checks / busy.seconds) * 1e6:.0f}"],
             ["the same with a real replica, its heartbeat and its reading of the log included, 100 checks a second, µs", f"{real * 1e6:.0f}"],
             ["*b*: CPU time to deliver one log entry to one replica, each with a command of its own, µs", f"{b * 1e6:.1f}"],
             ["*d*: CPU time a second for one idle replica (heartbeat, blocking reads), µs", f"{d * 1e6:.0f}"],
             ["*e*: size of a log entry on the wire, bytes", f"{size:.0f}"],
             [f"*m*: memory per task, {TASKS} tasks that have ended, bytes", f"{memory:.0f}"]]
    rows = []
    for budget, replicas in SIZES:
        result = Simulation(redis, payload, budget / 60, replicas).run()
        calculated = (budget / 60 * (a + replicas * b) + replicas * d) * 100
        rows.append([budget, replicas, f"{budget / 60:.0f}", f"{result.checks / result.seconds:.0f}", f"{result.entries / result.seconds:.0f}",
                     f"{result.entries / max(1, result.reads):.1f}", f"{result.cpu * 100:.1f}", f"{calculated:.1f}",
                     f"{statistics.median(result.calls_ms):.2f}", f"{percentile(result.calls_ms, 99):.2f}", f"{percentile(result.lag_ms, 99):.0f}",
                     f"{result.bytes / result.seconds / 1e6:.1f}"])
    stop(redis.process)
    sections.append(("The server of the shared store", "\n\n".join([
        "redis-server on one core, what it serves on the other. The costs are measured at 100 checks a second of tasks of five jobs, without and with 30 readers of the log.",
        table(["what", "measured"], costs), "### Simulated replicas",
        "As many checks as the budget allows; each replica reads the log and sends a heartbeat a second. All simulated replicas share one core and read less often than real ones, which is why an entry "
        "costs less in the last rows: several are delivered with one command. \"Calculated\" is *C a* + *C R b* + *R d*, with each entry delivered alone.",
        table(["budget a minute", "replicas", "checks a second due", "made", "log entries delivered a second", "entries per command", "CPU of the server, % of a core", "calculated, %",
               "script call p50, ms", "p99, ms", "log lag p99, ms", "MB a second from the log"], rows)])))


def percentile(values, percent):
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def cpu(redis):
    return redis.info("cpu", "used_cpu_user") + redis.info("cpu", "used_cpu_sys")


def measure_gateway(jdk, rodin, redis):
    """Returns a status as a gateway stores it, and the server's CPU time per check of a real gateway."""
    command = NATIVE_COMMAND if NATIVE.exists() else jvm(jdk, HEAP)
    gateway = Gateway("gateway", command, rodin, GATEWAY_REDIS_URL=redis.url)
    await_answer(gateway.management, "/q/health/ready", 60)
    say("checks of a real gateway")
    keys = (f"/tasks/{jwt(seed, 5)}/status" for seed in itertools.count(5 * 10**7))
    for _ in range(200):
        get(gateway.port, next(keys))
    before, checks, begun = cpu(redis), rodin.checks(), time.monotonic()
    while time.monotonic() < begun + LOAD:
        due = time.monotonic() + 0.01
        get(gateway.port, next(keys))
        time.sleep(max(0, due - time.monotonic()))
    each = (cpu(redis) - before) / (rodin.checks() - checks)
    stop(gateway.process)
    task = next(line for line in redis.call("KEYS", "*:task:*").split("\r\n") if ":task:" in line)
    return re.search(r"1 L \d+ \d+ \d+ (\[.*)\r\n", redis.call("GET", task))[1].encode(), each


def measure_memory(redis, payload):
    """Returns the memory that a task takes which has ended, and the log of so many with it."""
    say(f"memory of {TASKS} tasks")
    connection = Connection(redis, "begin", "end")
    before = redis.info("memory", "used_memory")
    for number in range(TASKS):
        token = connection.call("begin", *begin_of(number)).rsplit(b"\r\n", 2)[-2]
        connection.call("end", *end_of(number, token, b"T", payload))
    return (redis.info("memory", "used_memory") - before) / TASKS


def command(*words):
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


def keyed(keys, *arguments):
    return [len(keys), *(NAMESPACE + key for key in keys), *arguments]


def name(number):
    return f"{number:043d}"


def begin_of(number):
    task = name(number)
    # The known token is as high as any: each begin makes a check.
    return keyed([f"task:{task}", f"lease:{task}", f"refusal:{task}", "sequence", "live"], task, f"try-{number}", 2**52, 0, 12_000, 60_000)


def end_of(number, token, kind, payload):
    task = name(number)
    return keyed([f"task:{task}", f"lease:{task}", f"refusal:{task}", "live", "log", "log-position"],
                 task, f"try-{number}", token, kind, 1_795_000_000_000, 100, 86_400_000, 60_000, payload, "epoch", "simulated-rep")


def permit_of(per_minute):
    return keyed([*BUDGET_KEYS, "pause"], "FIRST", per_minute, 1_000_000, 0, 0, 0, 0.5)


def tick_of(replica, per_minute):
    return keyed(["replicas", "live", "log-position", "log", *BUDGET_KEYS, "pause", "sequence"], f"replica-{replica}", 3000, 60_000, "epoch", per_minute, 0, 0, 0, 0)


class Connection:
    """A connection that knows the scripts by their digests."""

    def __init__(self, redis, *scripts):
        self.socket = socket.create_connection(("127.0.0.1", redis.port), 20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.digests, self.buffer = {}, b""
        for script in scripts:
            text = "".join((SCRIPTS / f"{part}.lua").read_text() for part in PARTS[script])
            self.socket.sendall(command("SCRIPT", "LOAD", text))
            self.digests[script] = self.socket.recv(100).split(b"\r\n")[1].decode()

    def send(self, script, *arguments):
        self.socket.sendall(command("EVALSHA", self.digests[script], *arguments))

    def receive(self):
        """Returns a reply, which is small and arrives as a whole."""
        reply = self.socket.recv(65536)
        if not reply.startswith(b"*") or not reply.endswith(b"\r\n"):
            sys.exit(f"bench/run: the store replied {reply[:200]!r}")
        return reply

    def call(self, script, *arguments):
        self.send(script, *arguments)
        return self.receive()


class Simulation:
    """Replicas that make checks at a steady rate, each of which reads the log and sends a heartbeat a second."""

    def __init__(self, redis, payload, rate, replicas):
        say(f"{rate:.0f} checks a second, {replicas} replicas")
        self.redis, self.payload, self.rate, self.replicas = redis, payload, rate, replicas
        # What the permits cost does not depend on the budget; here all of them are to be granted.
        self.per_minute = max(80, int(rate * 600))
        redis.call("FLUSHALL")
        self.idle = collections.deque(Connection(redis, "begin", "permit", "end") for _ in range(min(64, max(2, int(rate)))))
        self.beats = [Connection(redis, "tick") for _ in range(replicas)]
        self.readers = [Connection(redis) for _ in range(replicas)]
        self.numbers = itertools.count(10**9)
        self.checks = self.entries = self.reads = self.bytes = 0
        self.calls_ms, self.lag_ms = [], []

    def run(self):
        selector, everything = selectors.DefaultSelector(), [*self.idle, *self.beats, *self.readers]
        for connection in self.idle:
            selector.register(connection.socket, selectors.EVENT_READ, (self.proceed, connection))
        for connection in self.beats:
            selector.register(connection.socket, selectors.EVENT_READ, (lambda beat: beat.receive(), connection))
        for reader in self.readers:
            selector.register(reader.socket, selectors.EVENT_READ, (self.deliver, reader))
            reader.last = b"$"
            self.read(reader)
        before, begun = cpu(self.redis), time.monotonic()
        started = beaten = 0
        while (elapsed := time.monotonic() - begun) < LOAD:
            while started < elapsed * self.rate and self.idle:
                started += 1
                self.begin(self.idle.popleft())
            while self.beats and beaten < elapsed * self.replicas:
                self.beats[beaten % self.replicas].send("tick", *tick_of(beaten % self.replicas, self.per_minute))
                beaten += 1
            for event, _ in selector.select(0.001):
                action, connection = event.data
                action(connection)
        seconds = time.monotonic() - begun
        used = (cpu(self.redis) - before) / seconds
        selector.close()
        for connection in everything:
            connection.socket.close()
        if self.rate and (not self.checks or bool(self.replicas) != bool(self.entries)):
            sys.exit("bench/run: nothing was simulated")
        return Reply(self.checks, self.entries, self.reads, used, self.calls_ms, self.lag_ms, self.bytes, seconds)

    def begin(self, writer):
        writer.number, writer.step = next(self.numbers), "begin"
        self.send(writer, *begin_of(writer.number))

    def send(self, writer, *arguments):
        writer.sent = time.perf_counter()
        writer.send(writer.step, *arguments)

    def proceed(self, writer):
        reply = writer.receive()
        self.calls_ms.append((time.perf_counter() - writer.sent) * 1000)
        if writer.step == "begin":
            writer.token, writer.step = reply.rsplit(b"\r\n", 2)[-2], "permit"
            self.send(writer, *permit_of(self.per_minute))
        elif writer.step == "permit":
            if b"granted" not in reply:
                sys.exit(f"bench/run: a permit was refused: {reply!r}")
            writer.step = "end"
            self.send(writer, *end_of(writer.number, writer.token, b"L", self.payload))
        else:
            self.checks += 1
            self.idle.append(writer)

    def read(self, reader):
        reader.buffer, reader.wanted = b"", None
        reader.socket.sendall(command("XREAD", "COUNT", 256, "BLOCK", 500, "STREAMS", NAMESPACE + "log", reader.last))

    def deliver(self, reader):
        reader.buffer += reader.socket.recv(1 << 20)
        if reader.buffer == b"*-1\r\n":
            self.read(reader)
            return
        if reader.wanted is None:
            head = re.match(rb"\*1\r\n\*2\r\n\$\d+\r\n[^\r]+\r\n\*(\d+)\r\n\*2\r\n\$\d+\r\n(\d+)-", reader.buffer)
            if not head:
                return
            reader.wanted, oldest = int(head[1]), int(head[2])
            self.lag_ms.append(max(0, time.time() * 1000 - oldest))
        # The payload is the last field of each entry.
        if reader.buffer.endswith(self.payload + b"\r\n") and reader.buffer.count(self.payload) == reader.wanted:
            last = reader.buffer.rfind(b"\r\n*2\r\n$")
            reader.last = reader.buffer[last:last + 60].split(b"\r\n")[3]
            self.entries, self.reads, self.bytes = self.entries + reader.wanted, self.reads + 1, self.bytes + len(reader.buffer)
            self.read(reader)
