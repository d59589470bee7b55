"""A hot key while Rodin is slow: runs bench/hot-key.sh."""

import os
import re
import subprocess
import sys

from harness.machine import cores, HOME, LOAD_CORE, ROUNDS, TOOLS
from harness.report import goal, sections


def run(jdk):
    results = TOOLS / "hot-key.md"
    results.unlink(missing_ok=True)
    os.sched_setaffinity(0, set(cores))  # The script pins its processes itself.
    done = subprocess.run([HOME / "bench" / "hot-key.sh"], env={**os.environ, "RESULTS": str(results), "ROUNDS": str(ROUNDS), "WARMUP": "10", "JAVA_HOME": str(jdk), "PATH": f"{jdk}/bin:{os.environ['PATH']}"})
    os.sched_setaffinity(0, {LOAD_CORE})
    if not results.exists():
        sys.exit(f"bench/run: bench/hot-key.sh ended with {done.returncode}")
    text = results.read_text()
    found = re.findall(r"^\| (\w+), fresh for .*? \| ([\d.]+) \|", text, re.M)
    for kind, ratio in found:
        goal(f"p99 of a hot key, {kind}, Rodin with a delay of 1 s relative to none", float(ratio), 2, at_most=True)
    sections.append(("A hot key while Rodin is slow", re.sub(r"^#.*\n", "", text.split("## What was measured")[0], count=1).strip() + "\n\n"
                     + re.sub(r"^## ", "### ", "## What was measured" + text.split("## What was measured")[1], flags=re.M).strip()))
