#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A flood of forged queries: the server serves on, and sends no more than it gets."""

import json
import statistics
import subprocess
import sys
import time

from lan import PORT, SLOWNESS, check, lan_test, socket
from harness import DEADLINE_S, equal, main, request

FLOOD = sys.argv[3]
RATE = 100000  # forged queries a second
CLOSED_PORT = 9
WINDOW_S = 0.7
N_WINDOWS = 5
PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n'


class Flood:
    """Forged queries from a host, of low priority: this machine also has the server to run."""

    def __init__(self, host, target, port, seconds):
        link = json.loads(target.ip("-json", "link", "show", "dev", "e0").stdout)[0]
        self.process = subprocess.Popen(
            ["nice", "-n", "19", *host.exec, FLOOD, "e0", link["address"], "10.77.1.1", str(port), str(RATE),
             str(seconds)], stdout=subprocess.PIPE, text=True)

    def wait(self):
        out, _ = self.process.communicate(timeout=DEADLINE_S)
        equal(self.process.returncode, 0, "exit status of flood")
        return json.loads(out)


def connect(client):
    with client.entered():
        connection = socket.create_connection(("10.77.1.1", 9502), DEADLINE_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class Talker:
    """Somebody in the lobby."""

    def __init__(self, client):
        self.connection = connect(client)
        self.lines = self.connection.makefile("rb")
        self.number = 0
        self.call("hello", {"protocol": 1, "client": "test/1", "nick": "alice"})
        self.call("join", {"room": "lobby"})

    def call(self, method, params):
        self.number += 1
        self.connection.sendall(request(method, params, self.number))
        while True:
            line = self.lines.readline()
            check(line, "the connection has ended")
            if json.loads(line).get("id") == self.number:
                check(b'"result"' in line, f"{method}: {line!r}")
                return

    def latencies_us(self, seconds):
        """How long what is said takes to be stored, over a time, two thousandths of a second apart; sorted."""
        found = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            started = time.perf_counter()
            self.call("send", {"room": "lobby", "text": "hello"})
            found.append((time.perf_counter() - started) * 1e6)
            time.sleep(0.002)
        return sorted(found)

    def close(self):
        self.lines.close()
        self.connection.close()


def p99(sorted_values):
    return sorted_values[int(len(sorted_values) * 0.99)]


def measure(net):
    """Medians over windows of the 99th percentile of a message [µs]: without a flood, under one that hits
    a port where nobody listens, which is what it costs this machine to make it, and under one that hits
    the server."""
    home, client, evil = net.namespaces[1:4]
    found = {None: [], CLOSED_PORT: [], PORT: []}
    talker = Talker(client)
    for _ in range(N_WINDOWS):
        for port, values in found.items():
            flood = Flood(evil, home, port, 1) if port else None
            time.sleep(0.15)
            values.append(p99(talker.latencies_us(WINDOW_S)))
            if flood:
                flood.wait()
    talker.close()
    return [statistics.median(values) for values in found.values()]


@lan_test("/flood/a-server-goes-on-serving-and-sends-no-more-than-it-gets")
def _(_bench, net):
    _switch, (home, client, evil) = net.lan(3)
    server = home.serve()
    before = home.counters("e0")
    cpu_before_s = server.cpu_s()
    flood = Flood(evil, home, PORT, 3)
    time.sleep(0.5)
    started = time.monotonic()
    with connect(client) as connection:
        connection.sendall(PING)
        check(b'"time"' in connection.recv(1000), "no answer")
    took_s = time.monotonic() - started
    sent = flood.wait()
    cpu_s = server.cpu_s() - cpu_before_s
    after = home.counters("e0")
    n_in, n_out = after[0] - before[0], after[1] - before[1]
    print(f"# {sent['sent']} queries in {sent['seconds']} s: {n_in} bytes in, {n_out} out, {cpu_s:.2f} s of the "
          f"server's time; a new connection was answered in {took_s * 1000:.1f} ms")
    check(sent["sent"] >= 3 * RATE, f"only {sent} were sent")
    check(n_in > 500 * sent["sent"] * 0.5, f"only {n_in} bytes came in")
    check(n_out <= n_in, f"{n_out} bytes out of {n_in} in")
    # 200 answers a second of at most 512 bytes and their headers, and what else a host has to say.
    check(n_out < 100000 * (sent["seconds"] + 2), f"{n_out} bytes out in {sent['seconds']} s")
    check(cpu_s < 0.3 * sent["seconds"] * SLOWNESS, f"{cpu_s:.2f} s of the server's time")
    check(took_s < 1 * SLOWNESS, f"a new connection was answered after {took_s:.2f} s")
    # And when it is over, it is found as ever.
    time.sleep(1)
    equal(len(client.discover()), 1, "servers that are found afterwards")


@lan_test("/flood/what-is-said-is-stored-meanwhile")
def _(_bench, net):
    net.lan(3)
    net.namespaces[1].serve("--durability", "process", "--send-rate", "0")
    quiet, closed, flooded = measure(net)
    # How these compare is for who reads them: on a machine that others use too it is no test.
    print(f"# p99 of a message {quiet:.0f} µs without a flood, {closed:.0f} µs with one to a port where nobody "
          f"listens, {flooded:.0f} µs with one to the server")
    check(flooded < 1e6 * SLOWNESS, f"a message took {flooded:.0f} µs under a flood")


main()
