"""A known key under full load while Rodin answers 502."""

import json

from harness.load import measured, wrk
from harness.machine import WARMUP
from harness.report import sections, table
from harness.servers import get, peers_for, Simulator, STOCK, stop


def run(jdk):
    rodin = Simulator(jdk)
    peers = [p for p in peers_for(jdk, rodin) if p.name != STOCK]
    rows = []
    for peer in peers:
        wrk(peer.port, WARMUP // 4)
        before = rodin.checks()
        well = measured(peer, peer.port, 5)
        checks_well = rodin.checks() - before
        rodin.control("outage?mode=refuse-502")
        before = rodin.checks()
        ill = measured(peer, peer.port, 10)
        checks_ill = rodin.checks() - before
        stale = json.loads(get(peer.port, "/tasks/demo-hot/status")[1]).get("stale", "cannot tell")
        rodin.control("outage?mode=off")
        rows.append([peer.name, f"{ill['rate'] / well['rate']:.2f}", ill["requests"], ill["refused"], f"{well['p99']:.2f}", f"{ill['p99']:.2f}",
                     f"{checks_well / 5:.1f}", f"{checks_ill / 10:.1f}", str(stale).lower()])
    sections.append(("An outage", "One known key under full load, 5 s with Rodin well and 10 s with Rodin answering 502.\n\n"
                     + table(["server", "look-ups/s in the outage, times those before", "look-ups in it", "of them refused", "p99 ms before", "p99 ms in it", "checks/s before", "checks/s in it", "says that the answer is stale"], rows)))
    for peer in peers:
        stop(peer.process)
    stop(rodin.process)
