"""The micro-benchmarks of src/jmh."""

import json
import os
import subprocess

from harness.machine import cores, HOME, sh, TOOLS
from harness.report import sections, table


def run(jdk):
    out = TOOLS / "jmh.json"
    os.sched_setaffinity(0, set(cores))
    sh("mvn", "--batch-mode", "--no-transfer-progress", "--quiet", "-Pquick,bench", "verify", f"-Djmh.result={out}", cwd=HOME,
       env={**os.environ, "JAVA_HOME": str(jdk)}, stdout=subprocess.DEVNULL)
    rows = []
    for result in json.loads(out.read_text()):
        metric, allocated = result["primaryMetric"], result["secondaryMetrics"].get("gc.alloc.rate.norm", {}).get("score", float("nan"))
        rows.append([result["benchmark"].split(".")[-2] + "." + result["benchmark"].split(".")[-1], f"{metric['score']:.0f} ± {metric['scoreError']:.0f}", f"{allocated:.0f}"])
    sections.append(("Micro-benchmarks", "JMH, one thread. For comparison with each other and over time; machines differ.\n\n" + table(["benchmark", "ns", "bytes allocated"], rows)))
