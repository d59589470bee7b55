"""Several replicas, without and with a shared store: what frontends see, what Rodin receives, and what the store costs.

PRESSURE (130) and LIVE_UNTIL (200) are the seconds of the two long experiments; a live task ends after three quarters of LIVE_UNTIL.
BUILDS ("JVM native") are what is measured.
"""

import asyncio
import collections
import http.client
import os
import re
import signal
import statistics
import sys
import time

from harness.frontends import back_in_time, is_done, look_steadily, obey_hints, side_by_side, TimedRodin
from harness.load import alternating, jwt, warm
from harness.machine import NATIVE, ROUNDS, say, SECONDS
from harness.report import goal, sections, spread, table
from harness.servers import await_answer, Gateway, get, HEAP, jvm, NATIVE_COMMAND, Redis, Simulator, stop

PRESSURE = int(os.environ.get("PRESSURE", 130))
LIVE_UNTIL = int(os.environ.get("LIVE_UNTIL", 200))
BUILDS = os.environ.get("BUILDS", "JVM native").split()
PLENTY, SCARCE, LIVE_TASKS = 600, 120, 40
ONE, WITHOUT, WITH = "one replica", "three replicas, no store", "three replicas, shared store"

BACK = "looks of round-robin frontends that go back in time"
SIDE_BY_SIDE = "\"done\" and \"not done\" returned side by side for, s"
FOUR_TASKS = "checks for 4 tasks of 12 s"
NEW_KEY = "checks for one new key that is requested 200 times at once"
BUSIEST = f"checks in the busiest 60 s, budget {SCARCE}, {LIVE_TASKS} live tasks looked up twice a second each"
FAILED_CALLS = "calls of the store that have failed since these replicas were started"
REFUSED = f"{LIVE_TASKS} live tasks, clients obey the hints: look-ups refused or failed, %"
SEEN_DONE = f"{LIVE_TASKS} live tasks, clients obey the hints: tasks seen done in time"
KILLED, SUSPENDED = "look-ups that fail while Redis is killed for 10 s", "look-ups that fail while Redis is suspended for 10 s"
AGAIN = "time until all replicas share again, at most, s"
LATENCY, RATIO = "added latency of a look-up that needs a check (p50), ms", "cached look-ups/s relative to a gateway without a store"


def run(jdk):
    builds = {"JVM": jvm(jdk, HEAP)} | ({"native": NATIVE_COMMAND} if NATIVE.exists() else {})
    builds = {build: command for build, command in builds.items() if build in BUILDS}
    text = [f"Frontends use the replicas in turn. Without a store, each replica has its own cache and budget: all of {PLENTY} or {SCARCE} a minute; for the last two rows, "
            f"in which there are two replicas, a tenth of {SCARCE}, as for an autoscaler that may start ten. Rodin takes 100 ms. The tasks of the last two rows take {LIVE_UNTIL * 3 // 4} s "
            f"from their submission; \"in time\" is within {LIVE_UNTIL} s of it.",
            "A call of the store that fails, because of a time limit for example, makes a replica work alone with its share of the budget until it is connected again."]
    for build, command in builds.items():
        try:
            figures = asyncio.run(behaviour(build, command))
        except Invalid as reason:
            sys.exit(f"bench/run: {reason}")
        say(f"{build}: {figures}")
        rows = [[row, *(figures[row].get(setup, "-") for setup in (ONE, WITHOUT, WITH))] for row in figures]
        text += [f"### {build}", table(["what", ONE, WITHOUT, WITH], rows)]
        set_goals(build, figures)
    costs, busy = [], await_quiet()
    for build, command in builds.items():
        costs += [latency(jdk, build, command), cached(jdk, build, command)]
    text += ["### A gateway with a store beside one without", table(["what", "build", "difference or ratio", "with", "without"], costs),
             "The first: keys that nobody has looked up before, one after the other over one connection, in alternating rounds of 300; of each round the median. "
             f"The second: one live key, as in `hits`, in {2 * ROUNDS} alternating rounds of {SECONDS} s. The load average before them was {busy:.1f}."]
    sections.append(("Several replicas", "\n\n".join(text)))


class Invalid(Exception):
    """What was measured is not what should have been."""


def await_quiet(below=2.5, seconds=300):
    """Waits for what else runs on the machine, for a while, and returns the load average."""
    end = time.monotonic() + seconds
    while os.getloadavg()[0] >= below and time.monotonic() < end:
        time.sleep(5)
    return os.getloadavg()[0]


def set_goals(build, figures):
    shared = lambda row: float(figures[row][WITH])
    goal(f"{BACK}, {WITH}, {build}", shared(BACK), 0, at_most=True)
    goal(f"{SIDE_BY_SIDE}, {WITH}, {build}", shared(SIDE_BY_SIDE), 0.1, at_most=True)
    goal(f"{FOUR_TASKS}, {WITH}, {build}", shared(FOUR_TASKS), 44, at_most=True)
    goal(f"{NEW_KEY}, {WITH}, {build}", shared(NEW_KEY), 1, at_most=True)
    goal(f"{BUSIEST}, {WITH}, {build}", shared(BUSIEST), SCARCE, at_most=True)
    goal(f"{REFUSED}, two replicas, shared store, {build}", shared(REFUSED), 10, at_most=True)
    goal(f"{SEEN_DONE}, two replicas, shared store, {build}", shared(SEEN_DONE), LIVE_TASKS)
    for row in (KILLED, SUSPENDED):
        goal(f"{row}, {build}", shared(row), 0, at_most=True)
    goal(f"{AGAIN}, {build}", shared(AGAIN), 5, at_most=True)


class Fleet:
    """Some replicas, their Rodin and, perhaps, their store."""

    def __init__(self, build, command, count, has_store, budget, rodin):
        self.rodin, self.redis = rodin, Redis() if has_store else None
        settings = {"GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE": str(budget)} | ({"GATEWAY_REDIS_URL": self.redis.url} if has_store else {})
        self.gateways = [Gateway(f"gateway, {build}", command, rodin, **settings) for _ in range(count)]
        self.ports = [gateway.port for gateway in self.gateways]

    def await_ready(self):
        for gateway in self.gateways:
            await_answer(gateway.management, "/q/health/ready", 60)
        end = time.monotonic() + 20
        while self.redis and self.sharing() < len(self.gateways):
            if time.monotonic() > end:
                raise Invalid("the replicas do not reach their store")
            time.sleep(0.05)

    def sharing(self):
        """Returns the number of replicas that share through the store."""
        return sum(b"\ngateway_store_available 1.0" in get(gateway.management, "/q/metrics")[1] for gateway in self.gateways)

    def failed_calls(self):
        """Returns how many calls of the store have failed: each makes a replica work alone until it is connected again."""
        counts = (re.findall(r'(?m)^gateway_store_calls_seconds_count\{(.*)\} ([\d.]+)', get(gateway.management, "/q/metrics")[1].decode()) for gateway in self.gateways)
        return int(sum(float(count) for of_gateway in counts for labels, count in of_gateway if 'result="ok"' not in labels))

    def close(self):
        for gateway in self.gateways:
            stop(gateway.process)
        if self.redis:
            stop(self.redis.process)


async def fleet(build, command, count, has_store, budget):
    """Starts replicas and lets them answer look-ups of one task for a while, so that no class is loaded under the measurement."""
    started = Fleet(build, command, count, has_store, budget, await TimedRodin().start())
    await asyncio.to_thread(started.await_ready)
    end = time.monotonic() + (5 if build == "JVM" else 1)
    await asyncio.gather(*(look_steadily([], [port], "600000-warm-up", 0.02, lambda look: time.monotonic() > end) for port in started.ports))
    return started


async def behaviour(build, command):
    figures = {row: {} for row in (BACK, SIDE_BY_SIDE, FOUR_TASKS, NEW_KEY, BUSIEST, FAILED_CALLS, REFUSED, SEEN_DONE, KILLED, SUSPENDED, AGAIN)}
    for setup, count, has_store in ((ONE, 1, False), (WITHOUT, 3, False), (WITH, 3, True)):
        say(f"{setup}, {build}")
        replicas = await fleet(build, command, count, has_store, PLENTY)
        looks, checks = await in_turn(replicas)
        figures[BACK][setup] = f"{back_in_time(looks)}" if has_store else f"{back_in_time(looks)} of {len(looks)}"
        figures[FOUR_TASKS][setup] = checks
        figures[SIDE_BY_SIDE][setup] = f"{await contradictions(replicas):.2f}"
        figures[NEW_KEY][setup] = max([await crowd(replicas, number) for number in range(ROUNDS)])
        if has_store:
            figures[KILLED][setup], after_kill = await fault(replicas, kill=True)
            figures[SUSPENDED][setup], after_stall = await fault(replicas, kill=False)
            figures[AGAIN][setup] = f"{max(after_kill, after_stall):.1f}"
        replicas.close()
        say({row: of.get(setup) for row, of in figures.items()})

    say(f"live tasks for {max(PRESSURE, LIVE_UNTIL)} s, {build}")
    kinds = [(ONE, pressure, 1, False, SCARCE), (WITHOUT, pressure, 3, False, SCARCE), (WITH, pressure, 3, True, SCARCE),
             (ONE, hints, 1, False, SCARCE), (WITHOUT, hints, 2, False, SCARCE // 10), (WITH, hints, 2, True, SCARCE)]
    fleets = [await fleet(build, command, *kind[2:]) for kind in kinds]
    # The budget that the warm-up has spent refills within 20 s.
    await asyncio.sleep(25)
    results = await asyncio.gather(*(kind[1](replicas) for kind, replicas in zip(kinds, fleets)))
    for (setup, experiment, *_), result, replicas in zip(kinds, results, fleets):
        if experiment is pressure:
            figures[BUSIEST][setup] = result
            if setup == WITH:
                figures[FAILED_CALLS][setup] = replicas.failed_calls()
        else:
            figures[REFUSED][setup], figures[SEEN_DONE][setup] = result
    for replicas in fleets:
        replicas.close()
    return figures


async def in_turn(replicas):
    """Returns the looks of a frontend at each of four tasks, and the checks."""
    looks, keys = [], [f"12000-in-turn-{number}" for number in range(4)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(look_steadily(looks, replicas.ports, key, 0.25, seen_done_everywhere(len(replicas.ports)), number * 0.06)
                               for number, key in enumerate(keys)))
    check_answered(looks)
    return looks, replicas.rodin.checks_of(keys)


async def contradictions(replicas):
    """Returns for how long replicas contradicted each other. Their frontends begin at different times, as the checks of replicas that share nothing do."""
    looks, keys = [], [f"5000-contradictions-{number}" for number in range(4)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(look_steadily(looks, [port], key, 0.04, seen_done_everywhere(30), 0.6 * number)
                               for key in keys for number, port in enumerate(replicas.ports)))
    check_answered(looks)
    return side_by_side(looks)


async def crowd(replicas, number):
    looks, key = [], f"600000-crowd-{number}"
    async with asyncio.timeout(60):
        await asyncio.gather(*(look_steadily(looks, [replicas.ports[i % len(replicas.ports)]], key, 1, lambda look: True) for i in range(200)))
    check_answered(looks)
    return replicas.rodin.checks_of([key])


async def fault(replicas, kill):
    """Returns how many look-ups fail during a fault of the store and the recovery, and how long the recovery takes."""
    looks, ended = [], []
    frontends = [asyncio.create_task(look_steadily(looks, replicas.ports, f"600000-fault-{number}", 0.1, lambda look: bool(ended))) for number in range(6)]
    await asyncio.sleep(3)
    redis = replicas.redis
    if kill:
        redis.process.kill()
        redis.process.wait()
    else:
        os.kill(redis.process.pid, signal.SIGSTOP)
    await asyncio.sleep(10)
    if await asyncio.to_thread(replicas.sharing) > 0:
        raise Invalid("the fault of the store was not noticed, so there is nothing to measure")
    if kill:
        await asyncio.to_thread(redis.start)
    else:
        os.kill(redis.process.pid, signal.SIGCONT)
    begun = time.monotonic()
    async with asyncio.timeout(30):
        while await asyncio.to_thread(replicas.sharing) < len(replicas.gateways):
            await asyncio.sleep(0.05)
    recovered = time.monotonic() - begun
    await asyncio.sleep(3)
    ended.append(True)
    await asyncio.gather(*frontends)
    if len(looks) < 600:
        raise Invalid(f"only {len(looks)} look-ups in 16 s")
    return sum(look.status != 200 for look in looks), recovered


async def pressure(replicas):
    looks, end = [], time.monotonic() + PRESSURE
    keys = [f"3600000-pressure-{number}" for number in range(LIVE_TASKS)]
    await asyncio.gather(*(look_steadily(looks, replicas.ports, key, 0.5, lambda look: time.monotonic() > end, number * 0.0125)
                           for number, key in enumerate(keys)))
    if replicas.rodin.checks_of(keys) < PRESSURE / 2:
        raise Invalid("there were too few checks for a measurement of the budget")
    return replicas.rodin.busiest()


async def hints(replicas):
    looks, begun = [], time.monotonic()
    keys = [f"{LIVE_UNTIL * 750}-hints-{number}" for number in range(LIVE_TASKS)]
    for key in keys:
        replicas.rodin.begin(key)
    await asyncio.gather(*(obey_hints(looks, replicas.ports, key, number * 0.025, begun + LIVE_UNTIL) for number, key in enumerate(keys)))
    refused = sum(look.status != 200 for look in looks)
    say(f"look-ups by HTTP status: {collections.Counter(look.status for look in looks)}")
    return f"{100 * refused / len(looks):.1f}", sum(is_done(look) for look in looks)


def seen_done_everywhere(times):
    """Ends the looks at a task when they have seen it done this many times."""
    seen = []

    def ended(look):
        seen.extend([look] if is_done(look) else [])
        return len(seen) > times
    return ended


def check_answered(looks):
    failed = [look for look in looks if look.status != 200]
    if failed or not looks:
        raise Invalid(f"{len(failed)} of {len(looks)} look-ups failed, such as {failed[:1]}")


def pair(jdk, build, command):
    """A gateway with a store and one without, and what they use."""
    rodin, redis = Simulator(jdk), Redis()
    peers = [Gateway(f"with a store, {build}", command, rodin, GATEWAY_REDIS_URL=redis.url), Gateway(f"without, {build}", command, rodin)]
    for peer in peers:
        await_answer(peer.port, "/tasks/demo-hot/status", 60)
    return peers, [rodin, redis]


def latency(jdk, build, command):
    peers, others = pair(jdk, build, command)
    serial = 0

    def median(peer, look_ups):
        nonlocal serial
        connection, times = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=30), []
        for _ in range(look_ups):
            serial += 1
            path = f"/tasks/{jwt(10**8 + serial, 1)}/status"
            begun = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            times.append((time.perf_counter() - begun) * 1000)
            if answer.status != 200:
                sys.exit(f"bench/run: the look-up of a new key got {answer.status}")
        connection.close()
        return statistics.median(times)

    say(f"look-ups of new keys, {build}")
    for peer in peers:
        median(peer, 2000 if build == "JVM" else 200)
    rounds = []
    for number in range(2 * ROUNDS):
        order = peers if number % 2 == 0 else peers[::-1]
        measured = {peer.name: median(peer, 300) for peer in order}
        rounds.append([measured[peer.name] for peer in peers])
    for process in peers + others:
        stop(process.process)
    added = [there - alone for there, alone in rounds]
    goal(f"{LATENCY}, {build}", statistics.median(added), 1, at_most=True)
    return [LATENCY, build, spread(added), *(spread([r[i] for r in rounds]) for i in (0, 1))]


def cached(jdk, build, command):
    peers, others = pair(jdk, build, command)
    for peer in peers:
        warm(peer, [lambda peer: {}])
    say(f"cached look-ups, {build}")
    results = {peer.name: [] for peer in peers}
    for _ in range(2):
        for name, rounds in alternating(peers, SECONDS, lambda peer: {}).items():
            results[name] += rounds
    for process in peers + others:
        stop(process.process)
    rates = [[result["rate"] for result in results[peer.name]] for peer in peers]
    ratios = [there / alone for there, alone in zip(*rates)]
    goal(f"{RATIO}, {build}", statistics.median(ratios), 0.97)
    return [RATIO, build, spread(ratios), *(spread(each, 0) for each in rates)]
