"""The processes of a run: the simulated Rodin, the gateway and nginx."""

import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import urllib.request

from harness.machine import HOME, LOAD_CORE, NATIVE, SERVER_CORE, sh, SHM, TOOLS

running = []


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def on(core, *command, **options):
    process = subprocess.Popen(["taskset", "-c", str(core), *map(str, command)], **options)
    running.append(process)
    return process


def stop(process):
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process in running:
        running.remove(process)


def get(port, path, headers=None, method="GET"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers or {}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers, answer.read()


def await_answer(port, path, seconds=30):
    end = time.monotonic() + seconds
    while True:
        try:
            return get(port, path)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


class Simulator:
    def __init__(self, jdk, task_seconds=86_400):
        self.port = free_port()
        environment = {**os.environ, "SIMULATOR_PORT": str(self.port), "SIMULATOR_TASK_SECONDS": str(task_seconds)}
        self.process = on(LOAD_CORE, jdk / "bin" / "java", "-XX:+UseSerialGC", "-jar", TOOLS / "jvm" / "rodin-gateway-simulator.jar",
                          env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await_answer(self.port, "/simulator/checks")
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def checks(self):
        return json.loads(get(self.port, "/simulator/checks")[1])["total"]

    def begin(self, key):
        """Begins the task: a task of the simulator begins when it is first checked."""
        self.connection.request("POST", "/api/v2/status", json.dumps({"subscription_key": key}),
                                {"Content-Type": "application/json", "Authorization": "Bearer a-key"})
        self.connection.getresponse().read()

    def control(self, what):
        get(self.port, f"/simulator/{what}", method="POST")


class Gateway:
    def __init__(self, name, command, rodin, **settings):
        self.name, self.port, self.management = name, free_port(), free_port()
        environment = {**os.environ, "RODIN_URL": f"http://127.0.0.1:{rodin.port}", "RODIN_API_KEY": "a-key",
                       "QUARKUS_HTTP_PORT": str(self.port), "QUARKUS_MANAGEMENT_PORT": str(self.management),
                       "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE": "100000", "QUARKUS_SHUTDOWN_DELAY": "0s", **settings}
        self.began = time.monotonic()
        self.process = on(SERVER_CORE, *command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self.process.pid
        self.kept = self.port


class Redis:
    """A redis-server without persistence, by default on the core of the load."""

    def __init__(self, core=LOAD_CORE):
        self.core, self.port = core, free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        self.process = on(self.core, "redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                          stdout=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            try:
                self.call("PING")
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def call(self, *words):
        """Sends a command without arguments that contain blanks, and returns the reply as it came."""
        with socket.create_connection(("127.0.0.1", self.port), 20) as connection:
            connection.sendall(" ".join(map(str, words)).encode() + b"\r\nQUIT\r\n")
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode("latin-1")

    def info(self, section, field):
        return float(re.search(rf"(?m)^{field}:([\d.]+)", self.call("INFO", section))[1])


class Nginx:
    def __init__(self, name, sending, rodin):
        self.name, self.port, self.kept = name, free_port(), free_port()
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="bench-nginx-", dir=SHM))
        self.work.chmod(0o755)  # an nginx started by root has workers of the user nobody
        words = {"work": self.work, "cache": self.work, "sending": sending, "rodin": f"127.0.0.1:{rodin.port}",
                 "port_live": self.port, "port_kept": self.kept}
        text = (HOME / "bench" / "nginx.conf").read_text()
        for word, value in words.items():
            text = text.replace("{%s}" % word, str(value))
        (self.work / "nginx.conf").write_text(text)
        self.process = on(SERVER_CORE, "nginx", "-c", self.work / "nginx.conf", env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"})
        await_answer(self.port, "/tasks/demo-ready/status")
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        # The worker, not the processes that manage the cache.
        self.pid = next(int(c) for c in children if b"worker" in pathlib.Path(f"/proc/{c}/cmdline").read_bytes())


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid, kind="VmRSS"):
    """Returns the resident memory; with RssAnon only what is not mapped from files, which the kernel can neither drop nor share."""
    return int(re.search(kind + r":\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def heap_kib(jdk, pid):
    sh(jdk / "bin" / "jcmd", pid, "GC.run", capture_output=True)
    text = sh(jdk / "bin" / "jcmd", pid, "GC.heap_info", capture_output=True).stdout
    # The lines of the generations; those of the metaspace have no total.
    return sum(int(n) for n in re.findall(r"total \d+K, used (\d+)K", text))


def jvm(jdk, *options):
    return [jdk / "bin" / "java", f"-XX:AOTCache={TOOLS / 'gateway.aot'}", "-XX:AOTMode=on", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED", *options, "-jar", TOOLS / "jvm" / "quarkus-app" / "quarkus-run.jar"]


HEAP = "-Xmx192m"

# Executables of a released builder detect the limits of their container; those of the local builder do not.
NATIVE_COMMAND = [NATIVE, "-Xmx128m"]

TUNED, STOCK = "nginx", "nginx, Debian's sendfile settings"


def peers_for(jdk, rodin):
    peers = [Nginx(TUNED, "sendfile off; tcp_nodelay on;", rodin), Nginx(STOCK, "sendfile on; tcp_nopush on;", rodin),
             Gateway("gateway, JVM", jvm(jdk, HEAP), rodin)]
    if NATIVE.exists():
        peers.append(Gateway("gateway, native", NATIVE_COMMAND, rodin))
    for peer in peers:
        await_answer(peer.port, "/tasks/demo-hot/status")
    return peers
