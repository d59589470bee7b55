"""A scripted Rodin and frontends that look tasks up, in one event loop: what they see and when is recorded."""

import asyncio
import collections
import json
import re
import time

Look = collections.namedtuple("Look", "key port begun answered status body retry_after")

# What one replica may return after another has returned something newer, for this long (seconds).
SETTLED = 0.1


class TimedRodin:
    """A Rodin whose tasks are generating for the milliseconds that their key begins with, and done from then on: `12000-a` for
    12 s after `begin`, or after the first check. Records when each check arrived."""

    def __init__(self, latency=0.1):
        self.latency, self.checks, self.begun = latency, [], {}

    async def start(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    def begin(self, key):
        self.begun.setdefault(key, time.monotonic())

    def checks_of(self, keys):
        return sum(1 for key, _ in self.checks if key in keys)

    def busiest(self, seconds=60):
        """Returns the most checks in any time of this length."""
        times, first, most = sorted(at for _, at in self.checks), 0, 0
        for last, at in enumerate(times):
            while at - times[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                arrived = time.monotonic()
                length = int(re.search(rb"(?i)content-length: *(\d+)", head)[1])
                key = json.loads(await reader.readexactly(length))["subscription_key"]
                self.checks.append((key, arrived))
                self.begin(key)
                await asyncio.sleep(self.latency)
                done = time.monotonic() - self.begun[key] >= int(key.split("-")[0]) / 1000
                body = json.dumps({"jobs": [{"uuid": "j-1", "status": "Done" if done else "Generating"}]}).encode()
                writer.write(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the gateway has closed the connection, or the measurement is over
        finally:
            writer.close()


class Frontend:
    """Looks tasks up, one after the other, over one kept-alive connection to each replica."""

    def __init__(self, looks):
        self.looks, self.connections = looks, {}

    async def look(self, port, key):
        begun = time.monotonic()
        try:
            status, headers, body = await asyncio.wait_for(self.exchange(port, f"/tasks/{key}/status"), 30)
        except (OSError, EOFError, ValueError, asyncio.TimeoutError) as failure:
            status, headers, body = 0, {}, {"failure": repr(failure)}
            self.drop(port)
        look = Look(key, port, begun, time.monotonic(), status, body, headers.get("retry-after"))
        self.looks.append(look)
        return look

    async def exchange(self, port, path):
        if port not in self.connections:
            self.connections[port] = await asyncio.open_connection("127.0.0.1", port)
        reader, writer = self.connections[port]
        writer.write(f"GET {path} HTTP/1.1\r\nHost: gateway\r\n\r\n".encode())
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        if headers.get("connection") == "close":
            self.drop(port)
        return int(lines[0].split()[1]), headers, body

    def drop(self, port):
        connection = self.connections.pop(port, None)
        if connection:
            connection[1].close()

    def close(self):
        for port in list(self.connections):
            self.drop(port)


async def look_steadily(looks, ports, key, interval, ended, offset=0):
    """Looks at a task at this interval, each time at the next replica, until `ended` returns true for a look."""
    frontend = Frontend(looks)
    due = time.monotonic() + offset
    turn = 0
    try:
        while True:
            await asyncio.sleep(max(0, due - time.monotonic()))
            look = await frontend.look(ports[turn % len(ports)], key)
            if ended(look):
                return
            turn += 1
            due = max(due + interval, time.monotonic())
    finally:
        frontend.close()


async def obey_hints(looks, ports, key, offset, end):
    """Looks at a task as the responses advise, each time at the next replica, until it is seen to be done or time is over."""
    frontend = Frontend(looks)
    turn = 0
    await asyncio.sleep(offset)
    while time.monotonic() < end:
        look = await frontend.look(ports[turn % len(ports)], key)
        # Until the next look the gateway might close a connection that is kept.
        frontend.close()
        turn += 1
        if is_done(look):
            return
        if look.status == 200:
            pause = look.body["pollAfterMs"] / 1000
        else:
            pause = float(look.retry_after or 1)
        await asyncio.sleep(max(0, min(pause, end - time.monotonic())))


def is_done(look):
    return look.status == 200 and look.body["terminal"]


def back_in_time(looks):
    """Returns how many looks were begun more than SETTLED after another one at the same task had been answered with something
    newer: a later check, or a terminal status while this one is live."""
    back, by_key = 0, collections.defaultdict(list)
    for look in looks:
        if look.status == 200:
            by_key[look.key].append(look)
    for of_task in by_key.values():
        answered, begun = sorted(of_task, key=lambda l: l.answered), sorted(of_task, key=lambda l: l.begun)
        seen, newest, terminal = 0, "", False
        for look in begun:
            while seen < len(answered) and answered[seen].answered < look.begun - SETTLED:
                newest, terminal = max(newest, answered[seen].body["checkedAt"]), terminal or answered[seen].body["terminal"]
                seen += 1
            back += look.body["checkedAt"] < newest or (terminal and not look.body["terminal"])
    return back


def side_by_side(looks):
    """Returns for how many seconds "not done" was still returned after "done" had been, by the task where it was longest."""
    longest = 0
    for key in {look.key for look in looks}:
        of_task = [look for look in looks if look.key == key and look.status == 200]
        done = min(look.answered for look in of_task if look.body["terminal"])
        longest = max([longest] + [look.begun - done for look in of_task if not look.body["terminal"]])
    return longest
