"""The time from exec to the first answer, and the memory a second later."""

import socket
import statistics
import sys
import time

from harness.machine import NATIVE, ROUNDS
from harness.report import goal, sections, spread, table
from harness.servers import Gateway, HEAP, jvm, NATIVE_COMMAND, resident_mib, Simulator, stop


def run(jdk):
    rodin = Simulator(jdk)
    plain = [c for c in jvm(jdk, HEAP) if "AOT" not in str(c)]
    kinds = {"JVM, AOT cache": jvm(jdk, HEAP), "JVM without": plain}
    if NATIVE.exists():
        kinds["native"] = NATIVE_COMMAND
    times, memory, own = ({k: [] for k in kinds} for _ in range(3))
    for number in range(ROUNDS):
        for kind, command in (list(kinds.items()) if number % 2 == 0 else list(kinds.items())[::-1]):
            gateway = Gateway(kind, command, rodin)
            while True:
                if time.monotonic() - gateway.began > 60:
                    sys.exit(f"bench/run: {kind} does not start")
                try:
                    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as s:
                        s.sendall(b"GET /tasks/demo-start/status HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n")
                        if s.recv(12) == b"HTTP/1.1 200":
                            break
                except OSError:
                    time.sleep(0.001)
            times[kind].append(time.monotonic() - gateway.began)
            time.sleep(1)
            memory[kind].append(resident_mib(gateway.pid))
            own[kind].append(resident_mib(gateway.pid, "RssAnon"))
            stop(gateway.process)
    stop(rodin.process)
    base = "native" if "native" in kinds else "JVM, AOT cache"
    rows = [[kind, spread([t / b for t, b in zip(times[kind], times[base])], 1), spread([1000 * t for t in times[kind]], 0),
             spread([m / b for m, b in zip(memory[kind], memory[base])], 1), spread(memory[kind], 0),
             spread([m / b for m, b in zip(own[kind], own[base])], 1), spread(own[kind], 0)] for kind in kinds]
    sections.append(("From start to the first response", "On one core: the time from exec to the first 200 for a look-up, including a check of Rodin, and the memory a second later. RssAnon "
                     "is the memory that is not mapped from files; the rest is the executable and libraries, whose pages the kernel can drop and replicas on a machine share.\n\n"
                     + table(["build", f"time as a multiple of {base}", "ms", f"memory as a multiple of {base}", "RSS MiB", f"RssAnon as a multiple of {base}", "RssAnon MiB"], rows)))
    if base == "native":
        goal("start of the JVM with AOT cache, relative to native", statistics.median(t / b for t, b in zip(times["JVM, AOT cache"], times[base])), 20)
        goal("start of the JVM without AOT cache, relative to native", statistics.median(t / b for t, b in zip(times["JVM without"], times[base])), 20)
        goal("idle memory of native (RSS), relative to the JVM", statistics.median(b / m for m, b in zip(memory["JVM, AOT cache"], memory[base])), 0.25, at_most=True)
