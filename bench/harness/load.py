"""The load: keys, wrk, and measurements of a server under it."""

import base64
import json
import random
import re
import subprocess
import sys
import urllib.error
import uuid

from harness.machine import CONNECTIONS, LOAD_CORE, ROUNDS, say, TOOLS, WARMUP
from harness.servers import cpu_seconds, Gateway, get, resident_mib


def jwt(seed, jobs):
    draw = random.Random(seed)
    ids = [str(uuid.UUID(int=draw.getrandbits(128), version=4)) for _ in range(jobs)]
    part = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    payload = json.dumps({"type": 0, "jobIds": ids, "iat": 1_795_000_000}, separators=(",", ":")).encode()
    return ".".join([part(b'{"alg":"HS256","typ":"JWT"}'), part(payload), part(draw.randbytes(32))])


def wrk(port, seconds, path="/tasks/demo-hot/status", script=None, headers=()):
    command = ["taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    for header in headers:
        command += ["-H", header]
    if script:
        command += ["-s", str(script)]
    text = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], check=True, text=True, capture_output=True).stdout
    number = lambda pattern: (re.search(pattern, text) or [None, "0"])[1]
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    percentile = lambda p: (lambda m: float(m[1]) * unit[m[2]])(re.search(p + r"%\s+([\d.]+)(us|ms|s)", text))
    errors = sum(int(n) for n in re.findall(r"(?:connect|read|write|timeout) (\d+)", text))
    return {"requests": int(number(r"(\d+) requests in")), "rate": float(number(r"Requests/sec:\s+([\d.]+)")),
            "p50": percentile("50"), "p99": percentile("99"), "refused": int(number(r"Non-2xx or 3xx responses: (\d+)")) + errors}


def measured(peer, port, seconds, **load):
    before = cpu_seconds(peer.pid)
    result = wrk(port, seconds, **load)
    result["cpu_us"] = (cpu_seconds(peer.pid) - before) * 1e6 / max(1, result["requests"])
    result["rss"] = resident_mib(peer.pid)
    return result


def answered(peer, seconds, **load):
    """Measures look-ups from the cache. A refusal may be faster than a response, so a single one invalidates the run."""
    result = measured(peer, peer.kept, seconds, **load)
    if result["refused"]:
        sys.exit(f"bench/run: {peer.name} did not answer {result['refused']} look-ups, so the comparison would be invalid")
    return result


def alternating(peers, seconds, load_of):
    """Runs each peer once per round, in alternating order; returns the results by the peer's name."""
    results = {peer.name: [] for peer in peers}
    for number in range(ROUNDS):
        for peer in (peers if number % 2 == 0 else peers[::-1]):
            results[peer.name].append(answered(peer, seconds, **load_of(peer)))
    return results


def warm(peer, loads):
    """Warms the JVM up until its compilers are idle; a native executable needs only a short time."""
    if isinstance(peer, Gateway):
        seconds = WARMUP if "JVM" in peer.name else 10
        say(f"warming {peer.name} up, {seconds} s")
        for load in loads:
            wrk(peer.kept, max(1, seconds // len(loads)), **load(peer))


def look_ups_of(keys, tags=None):
    """Returns a load of look-ups of random keys; with tags, the caller already has the current response."""
    name = "known" if tags else "keys"
    (TOOLS / name).write_text("\n".join(f"{key} {tag}" for key, tag in zip(keys, tags or [""] * len(keys))))
    script = TOOLS / f"{name}.lua"
    script.write_text(f"""
local requests = {{}}
init = function(args)
  for line in io.lines("{TOOLS / name}") do
    local key, tag = line:match("(%S+) ?(.*)")
    local headers = tag ~= "" and {{ ["If-None-Match"] = tag }} or nil
    requests[#requests + 1] = wrk.format("GET", "/tasks/" .. key .. "/status", headers)
  end
end
request = function() return requests[math.random(#requests)] end
""")
    return {"path": "/", "script": script}


def check_not_modified(peer, key, tag):
    try:
        get(peer.kept, f"/tasks/{key}/status", {"If-None-Match": tag})
    except urllib.error.HTTPError as answer:
        if answer.code == 304:
            return
    sys.exit(f"bench/run: {peer.name} does not respond with 304, so there is nothing to measure")
