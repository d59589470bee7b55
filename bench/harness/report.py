"""What a run reports: sections with tables, and goals."""

import os
import pathlib
import platform
import re
import statistics
import subprocess
import time

from harness.machine import CONNECTIONS, LOAD_CORE, NATIVE, RESULTS, REVISION, ROUNDS, SECONDS, SERVER_CORE
from harness.servers import HEAP

sections = []
goals = []


def spread(values, digits=2):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} .. {max(values):.{digits}f})"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def ratio(results, name, base, what):
    return spread([a[what] / b[what] for a, b in zip(results[name], results[base])]) if name != base else "1"


def compared(results, base):
    rows = [[name, *(ratio(results, name, base, what) for what in ("rate", "cpu_us", "p50", "p99", "rss")),
             spread([r["rate"] for r in rounds], 0), spread([r["cpu_us"] for r in rounds], 1), spread([r["p50"] for r in rounds]),
             spread([r["p99"] for r in rounds]), f"{statistics.median(r['rss'] for r in rounds):.0f}", sum(r["refused"] for r in rounds)]
            for name, rounds in results.items()]
    return table(["server", f"look-ups/s relative to {base}", "CPU per look-up, relative", "p50, relative", "p99, relative", "RSS, relative",
                  "look-ups/s", "CPU µs each", "p50 ms", "p99 ms", "RSS MiB", "refused"], rows)


def goal(what, value, bound, at_most=False):
    met = value <= bound if at_most else value >= bound
    goals.append([what, f"{value:.2f}", ("≤ " if at_most else "≥ ") + f"{bound:g}", "yes" if met else "**no**"])


def write(jdk, wanted):
    model = (re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text()) or [None, platform.machine()])[1]
    version = lambda *command: subprocess.run(command, text=True, capture_output=True, env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"})
    nginx = version("nginx", "-v").stderr.strip().split("/")[-1]
    native = "native executable built by " + (os.environ.get("NATIVE_BUILDER") or "the builder of " + NATIVE.name) if NATIVE.exists() else "no native executable was measured"
    text = ["# The gateway compared with nginx", f"Written by `bench/run` on {time.strftime('%Y-%m-%d')} from one run ({' '.join(wanted)}) of {REVISION}; the figures are unedited. "
            "To repeat it, run `bench/run`. [README.md](README.md) describes the scenarios and how to read the results.",
            "## Goals", "For scenarios with several rounds, the median of the rounds.", table(["what", "measured", "goal", "reached"], goals),
            "## Machine", f"{os.cpu_count()} cores, {model}, Linux {platform.release()}; the server on core {SERVER_CORE}, load generator and simulator on core {LOAD_CORE}, connected over loopback. "
            f"Java {version(str(jdk / 'bin' / 'java'), '--version').stdout.split()[1]}, the image's options with {HEAP} and its AOT cache; {native}, with -Xmx128m; nginx {nginx}, one worker, its cache on a RAM disk. "
            f"{ROUNDS} rounds of {SECONDS} s in alternating order, {CONNECTIONS} kept-alive connections; the smallest and the largest value are in brackets. Only ratios within this run are meaningful."]
    for title, section in sections:
        text += [f"## {title}", section]
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text("\n\n".join(text) + "\n")
    print(RESULTS.read_text())
