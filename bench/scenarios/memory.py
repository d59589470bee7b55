"""The memory that cached tasks take."""

import http.client
import json
import sys
import time
import urllib.request

from harness.load import jwt
from harness.machine import NATIVE, say
from harness.report import goal, sections, table
from harness.servers import await_answer, Gateway, heap_kib, jvm, resident_mib, Simulator, stop

KEPT = 100_000


def run(jdk):
    rows = []
    cases = [("JVM", 1, True), ("JVM", 5, True), ("JVM", 5, False)] + ([("native", 5, True)] if NATIVE.exists() else [])
    for kind, jobs, ended in cases:
        state = "ended" if ended else "live"
        say(f"{KEPT} {state} tasks of {jobs} jobs, {kind}")
        rodin = Simulator(jdk, 1 if ended else 86_400)
        # Larger than needed, so that none is evicted while they are counted.
        gateway = Gateway(kind, jvm(jdk, "-Xmx512m") if kind == "JVM" else [NATIVE, "-Xmx512m"], rodin, GATEWAY_CACHE_MAXIMUM_SIZE=str(2 * KEPT))
        await_answer(gateway.port, "/tasks/demo-hot/status")
        sample = lambda: (heap_kib(jdk, gateway.pid) if kind == "JVM" else resident_mib(gateway.pid) * 1024)
        fill(gateway.port, 0, 2_000, jobs, rodin if ended else None)
        time.sleep(3)
        empty = sample()
        fill(gateway.port, 2_000, KEPT, jobs, rodin if ended else None)
        time.sleep(3)
        each = (sample() - empty) * 1024 / (KEPT - 2_000)
        again = "-"
        if ended:
            read_again(gateway.port, 2_000, KEPT, jobs)
            again = f"{(sample() - empty) * 1024 / (KEPT - 2_000):.0f}"
        rows.append([kind, state, jobs, len(jwt(1, jobs)), f"{each:.0f}", again, f"{resident_mib(gateway.pid):.0f}", "heap after a collection" if kind == "JVM" else "resident memory"])
        if kind == "JVM":
            goal(f"bytes per cached task, {state}, {jobs} job{'s' if jobs > 1 else ''}, looked up once, JVM", each, 1024, at_most=True)
        stop(gateway.process)
        stop(rodin.process)
    sections.append((f"Memory of {KEPT} cached tasks", "Each is looked up once, in lists of a hundred; the first 2,000 are not counted. From the second look-up on, the serialized "
                     "response is cached as well.\n\n"
                     + table(["build", "tasks", "jobs each", "characters of the key", "bytes per cached task", "after a second look-up of each", "RSS MiB at the end", "measured by"], rows)))


def fill(port, begin, end, jobs, rodin):
    """Looks each key up until it is answered, because the budget makes later keys of a list wait. With rodin, after its task has ended."""
    for at in range(begin, end, 10_000):
        keys = [jwt(10**7 + seed, jobs) for seed in range(at, min(end, at + 10_000))]
        if rodin:
            for key in keys:
                rodin.begin(key)
            time.sleep(1.1)
        for i in range(0, len(keys), 100):
            fill_list(port, keys[i:i + 100])


def fill_list(port, keys):
    while keys:
        body = json.dumps({"keys": keys}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}/tasks/status", data=body, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            items = json.load(answer)["tasks"]
        keys = [key for key, item in zip(keys, items) if "task" not in item]
        if keys:
            time.sleep(0.05)


def read_again(port, begin, end, jobs):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for seed in range(begin, end):
        connection.request("GET", f"/tasks/{jwt(10**7 + seed, jobs)}/status")
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"bench/run: the look-up of a cached task got {answer.status}")
    connection.close()
