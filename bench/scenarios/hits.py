"""Cached look-ups: one live key and 10,000 keys of tasks that have ended, as JSON and as 304."""

import statistics

from harness.load import alternating, answered, check_not_modified, jwt, look_ups_of, warm
from harness.machine import ROUNDS, say, SECONDS
from harness.report import compared, goal, sections, spread, table
from harness.servers import Gateway, get, peers_for, Simulator, STOCK, stop, TUNED

# The Accept header decides whether api.FreshAnswers answers or passes the request on to the resource.
DIRECT, THROUGH_FRAMEWORK = "*/*", "application/*"


def run(jdk):
    rodin = Simulator(jdk)
    peers = peers_for(jdk, rodin)
    tags = {peer.name: get(peer.port, "/tasks/demo-hot/status")[0]["ETag"] for peer in peers}
    json_of = lambda peer: {}
    known_to = lambda peer: {"headers": [f"If-None-Match: {tags[peer.name]}"]} if tags[peer.name] else {}
    for peer in peers:
        if tags[peer.name]:
            check_not_modified(peer, "demo-hot", tags[peer.name])
        warm(peer, [json_of, lambda peer: {"headers": [f"Accept: {THROUGH_FRAMEWORK}"]}, known_to])
    before = rodin.checks()
    say("one key")
    one = alternating(peers, SECONDS, json_of)
    say("one key, through the REST framework")
    gateways = [peer for peer in peers if isinstance(peer, Gateway)]
    both_ways = {peer.name: [] for peer in gateways}
    for number in range(ROUNDS):
        for peer in gateways:
            runs = {}
            for way in ([DIRECT, THROUGH_FRAMEWORK] if number % 2 == 0 else [THROUGH_FRAMEWORK, DIRECT]):
                runs[way] = answered(peer, SECONDS, headers=[f"Accept: {way}"])
            both_ways[peer.name].append(runs)
    through_framework = [[name, *(spread([run[THROUGH_FRAMEWORK][what] / run[DIRECT][what] for run in rounds]) for what in ("rate", "cpu_us")),
                 spread([run[THROUGH_FRAMEWORK]["rate"] for run in rounds], 0), spread([run[THROUGH_FRAMEWORK]["cpu_us"] for run in rounds], 1)] for name, rounds in both_ways.items()]
    say("one key, 304")
    not_modified = alternating(peers, SECONDS, known_to)
    checks = rodin.checks() - before
    text = ["### One live key, JSON", compared(one, TUNED),
            "### The same through the REST framework", f"With `Accept: {THROUGH_FRAMEWORK}`, which api.FreshAnswers passes on to the resource, alternating with `Accept: {DIRECT}`.",
            table(["server", "look-ups/s relative to those without the framework", "CPU per look-up, relative", "look-ups/s", "CPU µs each"], through_framework),
            "### One live key, 304", "Rodin sends no entity tags, so nginx cannot respond with a 304: its rows are those of its 200.", compared(not_modified, TUNED),
            f"Rodin received {checks} requests in these, for the gateways' live task. nginx made none, because it caches responses for an hour here."]
    for peer in peers:
        stop(peer.process)
    stop(rodin.process)

    rodin = Simulator(jdk, 1)
    keys = [jwt(seed, 5) for seed in range(10_000)]
    for key in keys:
        rodin.begin(key)
    peers = peers_for(jdk, rodin)
    tags = {}
    for peer in peers:
        say(f"filling {peer.name} with 10,000 tasks that have ended")
        tags[peer.name] = [get(peer.kept, f"/tasks/{key}/status")[0]["ETag"] for key in keys]
    many_keys, many_known = look_ups_of(keys), look_ups_of(keys, next(t for t in tags.values() if t[0]))
    json_of = lambda peer: many_keys
    known_to = lambda peer: many_known if tags[peer.name][0] else many_keys
    for peer in peers:
        if tags[peer.name][0]:
            check_not_modified(peer, keys[-1], tags[peer.name][-1])
        warm(peer, [json_of, known_to])
    before = rodin.checks()
    say("10,000 keys")
    many = alternating(peers, SECONDS, json_of)
    say("10,000 keys, 304")
    many_not_modified = alternating(peers, SECONDS, known_to)
    text += ["### 10,000 keys of 392 characters, tasks of five jobs that have ended, JSON", compared(many, TUNED),
             "### The same, 304", compared(many_not_modified, TUNED),
             f"Rodin received {rodin.checks() - before} requests in both."]
    sections.append(("Cached look-ups", "\n\n".join(text)))
    for peer in peers:
        stop(peer.process)
    stop(rodin.process)
    for name, least in (("JVM", 1.2), ("native", 0.7)):
        mine = one.get(f"gateway, {name}")
        for peer, beside in ((TUNED, "nginx"), (STOCK, "nginx with Debian's sendfile settings")):
            if mine:
                goal(f"cached look-ups, {name}, relative to {beside}", statistics.median(a["rate"] / b["rate"] for a, b in zip(mine, one[peer])), least)
