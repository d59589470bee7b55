"""Keys that nobody has looked up before."""

import time

from harness.load import jwt, measured
from harness.machine import CONNECTIONS, ROUNDS, say, TOOLS
from harness.report import compared, sections
from harness.servers import peers_for, Simulator, STOCK, stop, TUNED


def run(jdk):
    rodin = Simulator(jdk)
    peers = [p for p in peers_for(jdk, rodin) if p.name != STOCK]
    results, seen = {peer.name: [] for peer in peers}, {peer.name: 0 for peer in peers}
    serial = 0

    def load(peer, seconds=1):
        nonlocal serial
        # More keys than any server can look up in the time; and the gateway's budget of 100,000 per minute has to refill.
        keys, script = TOOLS / "new-keys", TOOLS / "new-keys.lua"
        keys.write_text("\n".join(jwt(10**6 + serial + i, 1) for i in range(40_000)))
        serial += 40_000
        script.write_text(f"""
local next_key = io.lines("{keys}")
request = function()
  local key = next_key()
  if not key then wrk.thread:stop() end
  return wrk.format("GET", "/tasks/" .. (key or "none-left") .. "/status")
end
""")
        time.sleep(8)
        before = rodin.checks()
        result = measured(peer, peer.port, seconds, path="/", script=script)
        return result, rodin.checks() - before

    for peer in peers:
        say(f"warming {peer.name} up")
        # Longer rounds would exceed the budget.
        for seconds in ([10, 10] if "JVM" in peer.name else [1, 1]):
            load(peer, seconds)
    for number in range(ROUNDS):
        for peer in (peers if number % 2 == 0 else peers[::-1]):
            result, checks = load(peer)
            results[peer.name].append(result)
            seen[peer.name] += checks
    sections.append(("Misses", f"Keys that nobody has looked up before, {CONNECTIONS} connections, one second per round. The simulator shares a core with the load generator.\n\n" + compared(results, TUNED)
                     + "\n\nRequests that Rodin received, and look-ups: " + ", ".join(f"{name}: {seen[name]}, {sum(r['requests'] for r in rounds)}" for name, rounds in results.items()) + "."))
    for peer in peers:
        stop(peer.process)
    stop(rodin.process)
