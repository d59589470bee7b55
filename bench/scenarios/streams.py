"""Many event streams on one key, and a change of its task."""

import re
import selectors
import socket
import statistics
import sys
import time

from harness.load import warm
from harness.machine import NATIVE
from harness.report import goal, sections, table
from harness.servers import await_answer, Gateway, heap_kib, jvm, resident_mib, Simulator, stop

STREAMS = 10_000


def read_until(streams, marker, seconds):
    """Reads all streams until each has sent the marker; returns for each the time and the data received until then."""
    selector, received, pending = selectors.DefaultSelector(), {}, {}
    for stream in streams:
        selector.register(stream, selectors.EVENT_READ)
        pending[stream] = b""
    end = time.time() + seconds
    while len(received) < len(streams) and time.time() < end:
        for event, _ in selector.select(1):
            stream = event.fileobj
            data = stream.recv(65536)
            if not data:
                sys.exit("bench/run: a stream ended early")
            pending[stream] += data
            if stream not in received and marker in pending[stream] and pending[stream].rstrip(b"\r\n").endswith(b"}"):
                received[stream] = (time.time(), pending[stream])
                selector.unregister(stream)
    selector.close()
    return received


def run(jdk):
    kinds = {"JVM": jvm(jdk, "-Xmx512m")}
    if NATIVE.exists():
        kinds["native"] = [NATIVE, "-Xmx512m"]
    rows = []
    for kind, command in kinds.items():
        rodin = Simulator(jdk, 280)
        gateway = Gateway(kind, command, rodin)
        await_answer(gateway.port, "/tasks/demo-warm/status")
        sample = lambda: (heap_kib(jdk, gateway.pid) if kind == "JVM" else resident_mib(gateway.pid) * 1024)
        warm = [open_stream(gateway.port, "demo-warm") for _ in range(200)]
        read_until(warm, b"event: status", 30)
        for stream in warm:
            stream.close()
        time.sleep(2)
        empty = sample()
        opened = [open_stream(gateway.port, "demo-crowd") for _ in range(STREAMS)]
        first = read_until(opened, b"event: status", 120)
        began, full = rodin.checks(), sample()
        at = time.time()
        changed = read_until(opened, b'"status":"generating"', 120)
        seconds = time.time() - at
        checks = rodin.checks() - began
        late = []
        for moment, text in changed.values():
            checked = re.search(rb'"checkedAt":"([^"]+)Z"', text[text.rfind(b"data:"):])[1].decode()
            asked = time.mktime(time.strptime(checked[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone + float(checked[19:])
            late.append(moment - asked)
        if not late:
            sys.exit(f"bench/run: no stream of {kind} had the change")
        each = (full - empty) / len(opened)
        what = "heap after a collection" if kind == "JVM" else "resident memory"
        rows.append([kind, len(first), len(changed), f"{checks} in {seconds:.0f} s", f"{statistics.median(late) * 1000:.0f}", f"{max(late) * 1000:.0f}", f"{each:.1f} ({what})"])
        goal(f"time until all {STREAMS} streams have a change, {kind}, s", max(late) if len(late) == STREAMS else float("inf"), 1, at_most=True)
        goal(f"KB per stream, {kind} ({what})", each * 1.024, 10, at_most=True)
        for stream in opened:
            stream.close()
        stop(gateway.process)
        stop(rodin.process)
    sections.append((f"{STREAMS} streams on one key", "Server-sent events, for which nginx has no equivalent. The delay of a change is measured from Rodin's response (`checkedAt`) to the "
                     "arrival of the event at the reader, which shares a core with the simulator.\n\n"
                     + table(["build", "streams with the first event", "with the change", "requests to Rodin meanwhile", "half of them have the change after ms", "all after ms", "KiB per stream"], rows)))


def open_stream(port, key):
    s = socket.create_connection(("127.0.0.1", port), timeout=60)
    s.sendall(f"GET /tasks/{key}/events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n".encode())
    return s
