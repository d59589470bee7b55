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
        stale = json.loads(get(peer.port, "/tasks/demo-hot/status")[1]).get("stale", "absent")
        rodin.control("outage?mode=off")
        rows.append([peer.name, f"{ill['rate'] / well['rate']:.2f}", ill["requests"], ill["refused"], f"{well['p99']:.2f}", f"{ill['p99']:.2f}",
                     f"{checks_well / 5:.1f}", f"{checks_ill / 10:.1f}", str(stale).lower()])
    sections.append(("An outage", "One known key at full load, for 5 s while Rodin works and for 10 s while it responds with 502.\n\n"
                     + table(["server", "look-ups/s during the outage, relative to before", "look-ups during it", "of these refused", "p99 ms before", "p99 ms during it", "requests/s to Rodin before", "requests/s to Rodin during it", "`stale` in the response"], rows)))
    for peer in peers:
        stop(peer.process)
    stop(rodin.process)
