#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What strangers throw at a server, while somebody honest uses it. Source: docs/security.md, section 4.

The attacker is at 127.0.0.1, for which the servers of these tests make no exception, and the honest
client at 127.0.0.2. What is shown is that the latter is served, and that afterwards nothing is left.
"""

import contextlib
import random
import socket
import struct
import time

from harness import SANITIZER, Closed, Failure, check, equal, main, request, test, wait_until

HONEST = "127.0.0.2"
CLIENT_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32)  # its beginning


def serve(bench, limits="", *options):
    config = bench.write("attacked.conf", f"[limits]\nunlimited=none\n{limits}\n")
    return bench.serve_words("--config", config, *options)


class Honest:
    """Somebody who looks words up on one connection, and comes in anew."""

    def __init__(self, bench, server):
        self.bench = bench
        self.server = server
        self.client = bench.client(server, source=HONEST)
        self.use()

    def use(self):
        equal(len(self.client.result("define", {"word": "hello"})["entries"]), 1, "entries")
        newcomer = self.bench.client(self.server, source=HONEST)
        newcomer.ping()
        newcomer.close()

    def stats(self):
        return self.client.result("stats")


def settle(honest, server, n_files):
    """Waits until only the honest connection is left."""
    wait_until(lambda: honest.stats()["connections"] == 1, "the end of the others")
    wait_until(lambda: server.n_files_but_chat() <= n_files, "the end of their descriptors")
    wait_until(lambda: honest.stats()["memory"]["used"] < 64 * 1024, "the end of what they took")


def attack(data, port, source=None):
    """A connection with something sent on it, or None where the server has none for it."""
    raw = socket.socket()
    try:
        if source:
            raw.bind((source, 0))
        raw.connect(("127.0.0.1", port))
        raw.sendall(data)
    except OSError:
        raw.close()
        return None
    return raw


@test("/attacks/slow-lines-and-handshakes-of-one-address-keep-nobody-out")
def _(bench):
    server = serve(bench, "", "--max-connections", "60")
    honest = Honest(bench, server)
    n_files = server.n_files_but_chat()
    slow = []
    for i in range(150):
        slow.append(attack((b'{"jsonrpc":', CLIENT_HELLO, b"\x16", b"DEFINE")[i % 4],
                           server.dict_port if i % 4 == 3 else server.port))
        if i % 25 == 0:
            honest.use()
    wait_until(lambda: honest.stats()["refused"]["connections"] > 0, "the first that is refused")
    # Half of all, and the honest one.
    wait_until(lambda: honest.stats()["connections"] == 31, "that half of all is taken")
    honest.use()
    for raw in slow:
        if raw is not None:
            raw.close()
    settle(honest, server, n_files)


@test("/attacks/floods-of-tiny-lines-leave-others-served")
def _(bench):
    server = serve(bench, "request_rate=500")
    honest = Honest(bench, server)
    n_files = server.n_files_but_chat()
    floods = [b"\n" * 60000, b"\r\n" * 30000, b"{\n" * 30000, b"x\n" * 30000, request("ping") * 1500,
              b'{"jsonrpc":"2.0","method":"ping"}\n' * 1500, b"\xff\n" * 1000, b"[]\n" * 1500]
    sockets = []
    for _ in range(3):
        for flood in floods:
            raw = attack(b"", server.port)
            raw.setblocking(False)
            with contextlib.suppress(BlockingIOError, ConnectionError):
                raw.send(flood)
            sockets.append(raw)
            honest.use()
    # Somebody's pings wait for their turn, and who talks nonsense has been put out.
    wait_until(lambda: honest.stats()["refused"]["requests"] > 0, "that somebody is slowed down")
    wait_until(lambda: honest.stats()["connections"] <= 1 + len(sockets) - 9, "the end of those with nonsense")
    honest.use()
    for raw in sockets:
        raw.close()
    settle(honest, server, n_files)


def vanish(raw, how):
    """Goes in one of the ways in which peers go."""
    with contextlib.suppress(OSError):
        if how == "reset":
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif how == "half":
            raw.shutdown(socket.SHUT_WR)
    raw.close()


@test("/attacks/churn-leaves-nothing-behind")
def _(bench):
    server = serve(bench, "connection_rate=0\nconnections=0")
    honest = Honest(bench, server)
    n_files = server.n_files_but_chat()
    before_kib = server.memory_kib()
    dice = random.Random(5000)
    words = [b"", request("ping"), request("define", {"word": "hello"}) * 50, b'{"jsonrpc"',
             CLIENT_HELLO, b"\x16", request("match", {"word": "h", "strategy": "fuzzy"}) * 3, b"\n",
             request("hello", {"protocol": 1, "client": "x/1", "nick": "fly"})]
    n = 3000 if SANITIZER else 10000
    begun = time.monotonic()
    for i in range(n):
        raw = attack(dice.choice(words), dice.choice((server.port, server.port, server.dict_port)))
        check(raw is not None, "a connection was refused")
        vanish(raw, dice.choice(("close", "reset", "half")))
        if i % 100 == 0:
            honest.use()
    print(f"# {n / (time.monotonic() - begun):.0f} connections a second")
    settle(honest, server, n_files)
    equal(honest.stats()["refused"]["connections"], 0, "refused connections")
    wait_until(lambda: honest.stats()["sessions"] == 0, "the end of sessions")
    grown = server.memory_kib() - before_kib
    check(SANITIZER or grown < 8 * 1024, f"{grown} KiB more than before")


@test("/attacks/churn-of-one-address-is-cut-short")
def _(bench):
    server = serve(bench, "connection_rate=2")
    honest = Honest(bench, server)
    n_files = server.n_files_but_chat()
    n_served = 0
    for _ in range(300):
        client = bench.client(server)
        try:
            client.ping()
            n_served += 1
        except (Closed, Failure):
            pass
        client.close()
    # 20 at once, and 2 a second for as long as it took.
    check(n_served < 200, f"{n_served} of 300 were served")
    check(honest.stats()["refused"]["connections"] >= 100, "they are not counted")
    honest.use()
    settle(honest, server, n_files)


main()
