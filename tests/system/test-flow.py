#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that do not read, and clients that never stop asking. Source: docs/protocol.md, section 7."""

import json
import random
import select
import socket
import threading
import time

from harness import (DEADLINE_S, SANITIZER, Failure, Skip, check, equal, main, request, test, wait_until)

LONG_TEXT = "a text of some length, " * 40
N_REQUESTS = 100000
PAUSE_BYTES = 1024 * 1024
KERNEL_BYTES = 256 * 1024  # what its buffers hold at most when windows and segments are small


def serve(bench, *options, **keywords):
    return bench.server("--dictionary", bench.tsv("d.tsv", [("long", LONG_TEXT), ("hello", "x")]), *options,
                        **keywords)


def unknown_loopback():
    """An address of this machine of which the kernel has learnt nothing: what it has of 127.0.0.1 from
    other connections, such as much reordering, would make its buffers larger."""
    return f"127.{random.randrange(1, 255)}.{random.randrange(1, 255)}.{random.randrange(1, 255)}"


class Flood:
    """Sends without reading, until the server stops reading; the rest later."""

    def __init__(self, client, data):
        self.client = client
        self.data = memoryview(data)
        self.n_sent = 0

    def push(self, quiet_s):
        """Sends until nothing could be sent for that long. Returns whether all is sent."""
        self.client.socket.setblocking(False)
        while self.n_sent < len(self.data):
            if not select.select([], [self.client.socket], [], quiet_s)[1]:
                return False
            self.n_sent += self.client.socket.send(self.data[self.n_sent:self.n_sent + 65536])
        return True


@test("/flow/a-client-that-does-not-read-is-paused-and-loses-nothing")
def _(bench):
    server = serve(bench, "--workers", "1")
    other = bench.client(server)
    other.ping()
    before = server.memory_kib()
    client = bench.client(server, receive_bytes=65536)
    flood = Flood(client, b"".join(request("define", {"word": "long"}, id=i) for i in range(N_REQUESTS)))
    check(not flood.push(2.0), "the server read all of it, and nobody read the answers")

    grown = server.memory_kib() - before
    check(SANITIZER or grown < 6 * 1024, f"one client that does not read took {grown} KiB")
    ticks = server.cpu_s()
    for _ in range(100):
        start = time.monotonic()
        equal(other.call("define", {"word": "hello"})["result"]["word"], "hello", "word")
        check(time.monotonic() - start < (5 if SANITIZER else 1), "another client waits")
    check(server.cpu_s() - ticks < 5, "the server spins")

    # Answers are read while the rest is sent; whatever order they have, all are there and whole.
    writer = threading.Thread(target=lambda: flood.push(DEADLINE_S))
    writer.start()
    seen = set()
    while len(seen) < N_REQUESTS:
        client_line = read_line(client)
        reply = json.loads(client_line)
        equal(reply["result"]["entries"][0]["text"] == LONG_TEXT, True, "text")
        seen.add(reply["id"])
    writer.join()
    equal(seen, set(range(N_REQUESTS)), "ids")


def read_line(client):
    """A line of a socket that another thread has made non-blocking."""
    while True:
        end = client.buffer.find(b"\n", client.searched)
        if end >= 0:
            line = bytes(client.buffer[:end])
            del client.buffer[:end + 1]
            client.searched = 0
            return line
        client.searched = len(client.buffer)
        if not select.select([client.socket], [], [], DEADLINE_S)[0]:
            raise Failure("answers stopped coming")
        try:
            piece = client.socket.recv(1 << 20)
        except BlockingIOError:
            continue
        check(piece, "the server closed")
        client.buffer += piece


@test("/flow/reading-stops-at-one-mebibyte-of-answers")
def _(bench):
    host = unknown_loopback()
    server = serve(bench, "--workers", "1", listen=(f"{host}:0",))
    watcher = bench.client(server, host=host)
    watcher.request("define", {"word": "long"})
    n_reply = len(watcher.line()) + 1
    before = watcher.result("stats")
    # Segments and a window this small keep the kernel's buffers far below the limit that is measured.
    client = bench.client(server, host=host, receive_bytes=4096, segment_bytes=536)
    n_requests = 4 * PAUSE_BYTES // n_reply
    Flood(client, request("define", {"word": "long"}) * n_requests).push(1.0)

    def still():
        first = watcher.result("stats")
        time.sleep(0.3)
        second = watcher.result("stats")
        return second if first["methods"]["define"] == second["methods"]["define"] else None
    stats = wait_until(still, "the pause")
    n_answered = stats["methods"]["define"] - before["methods"]["define"]
    # Of the answers made, the kernel has what was sent: the rest waits in the server.
    in_kernel = stats["bytes_out"] - before["bytes_out"]
    check(in_kernel < KERNEL_BYTES, f"the kernel took {in_kernel} bytes: the limit cannot be seen")
    waiting = n_answered * n_reply - in_kernel
    check(PAUSE_BYTES - 64 * n_reply < waiting <= PAUSE_BYTES + n_reply,
          f"reading stopped at {waiting} bytes of answers, {n_answered} of {n_requests} requests")

    for _ in range(n_answered):
        check("result" in client.reply(), "no result")


@test("/flow/many-clients-that-do-not-read")
def _(bench):
    server = serve(bench)
    other = bench.client(server)
    other.ping()
    before = server.memory_kib()
    data = request("define", {"word": "long"}) * 10000
    clients = [bench.client(server, receive_bytes=65536) for _ in range(20)]
    floods = [Flood(client, data) for client in clients]
    for _ in range(3):
        for flood in floods:
            flood.push(0.1)
    grown = server.memory_kib() - before
    check(SANITIZER or grown < 20 * 2 * 1024, f"20 clients that do not read took {grown} KiB")
    other.ping()
    for client in clients:
        client.close()
    wait_until(lambda: other.result("stats")["connections"] == 1, "the end of the connections")


@test("/flow/large-answers-in-a-row-are-no-fault-of-the-client")
def _(bench):
    big = [("big", "x" * 1000000)] * 4
    server = bench.server("--dictionary", bench.tsv("d.tsv", big))
    client = bench.client(server, receive_bytes=65536)
    client.send(request("define", {"word": "big"}) * 30)
    for _ in range(30):
        check("result" in client.reply(), "no result")
    client.ping()


@test("/flow/half-close-under-pressure-still-answers-everything")
def _(bench):
    server = serve(bench)
    client = bench.client(server, receive_bytes=65536)
    flood = Flood(client, b"".join(request("define", {"word": "long"}, id=i) for i in range(5000)))

    def write():
        if flood.push(DEADLINE_S):
            client.half_close()
    writer = threading.Thread(target=write)
    writer.start()
    # It begins to read when the server has long stopped reading.
    watcher = bench.client(server)
    wait_until(lambda: watcher.result("stats")["bytes_out"] > 60000, "the first answers")
    ids = [json.loads(read_line(client))["id"] for _ in range(5000)]
    writer.join()
    equal(ids, list(range(5000)), "ids")
    client.expect_end()


@test("/flow/one-who-asks-without-end-starves-nobody")
def _(bench):
    server = serve(bench, "--workers", "1")
    greedy, other = bench.client(server), bench.client(server)
    n = 200000 if not SANITIZER else 20000
    flood = Flood(greedy, request("ping", id=5) * n)
    got = []

    def read():
        n_lines = 0
        while n_lines < n:
            if not select.select([greedy.socket], [], [], DEADLINE_S)[0]:
                break
            with_data = greedy.socket.recv(1 << 20)
            if not with_data:
                break
            n_lines += with_data.count(b"\n")
        got.append(n_lines)
    threads = [threading.Thread(target=read), threading.Thread(target=flood.push, args=(DEADLINE_S,))]
    for thread in threads:
        thread.start()
    slowest = 0.0
    n_pings = 0
    while threads[0].is_alive() or n_pings == 0:
        start = time.monotonic()
        other.ping()
        slowest = max(slowest, time.monotonic() - start)
        n_pings += 1
    for thread in threads:
        thread.join()
    equal(got, [n], "answers")
    check(slowest < (5.0 if SANITIZER else 0.5), f"a ping of another client took {slowest * 1000:.0f} ms")


@test("/flow/words-that-are-not-found-starve-nobody")
def _(bench):
    entries = [(f"word{i}", "x") for i in range(30000)]
    server = bench.server("--workers", "1", "--dictionary", bench.tsv("d.tsv", entries))
    greedy, other = bench.client(server), bench.client(server)
    n = 300 if not SANITIZER else 50
    greedy.send(b"".join(request("define", {"word": f"wordx{i}"}, id=i) for i in range(n)))
    slowest = 0.0
    for _ in range(50):
        start = time.monotonic()
        other.call("define", {"word": "word7"})
        slowest = max(slowest, time.monotonic() - start)
    check(slowest < (5.0 if SANITIZER else 0.5), f"a lookup of another client took {slowest * 1000:.0f} ms")
    equal({greedy.reply()["id"] for _ in range(n)}, set(range(n)), "ids")


@test("/flow/one-reply-is-one-write")
def _(bench):
    server = serve(bench)
    client = bench.client(server)
    client.ping()
    # A reply that comes in two segments waits for a delayed acknowledgement: 40 ms and more.
    times = []
    for _ in range(50):
        start = time.monotonic()
        client.call("define", {"word": "hello"})
        times.append(time.monotonic() - start)
    times.sort()
    check(times[25] < (0.2 if SANITIZER else 0.03), f"the median lookup took {times[25] * 1000:.1f} ms")


@test("/flow/accepted-sockets-have-keepalive-and-no-delay")
def _(bench):
    server = serve(bench)
    for client in (bench.client(server), bench.dict_client(server)):
        client.socket.getpeername()
        accepted = server_socket(server, client)
        get = accepted.getsockopt
        equal(get(socket.SOL_SOCKET, socket.SO_KEEPALIVE), 1, "SO_KEEPALIVE")
        equal(get(socket.IPPROTO_TCP, socket.TCP_NODELAY), 1, "TCP_NODELAY")
        gone_s = get(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) + (
            get(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL) * get(socket.IPPROTO_TCP, socket.TCP_KEEPCNT))
        check(gone_s <= 120, f"a peer that is gone is noticed after {gone_s} s")
        accepted.close()


@test("/flow/who-is-in-a-room-and-gone-is-noticed-in-spite-of-unsent-output")
def _(bench):
    server = serve(bench)
    client = bench.client(server)
    accepted = server_socket(server, client)

    def timeout_ms():
        return accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    equal(timeout_ms(), 0, "TCP_USER_TIMEOUT before")  # the idle deadline is enough
    client.result("hello", {"protocol": 1, "client": "test/1", "nick": "anna"})
    client.result("join", {"room": "hall"})
    check(0 < timeout_ms() <= 120000, f"a member that is gone is noticed after {timeout_ms()} ms")
    accepted.close()


def server_socket(server, client):
    """The server's end of the connection, borrowed from its process."""
    import ctypes
    import os
    libc = ctypes.CDLL(None, use_errno=True)
    pidfd_open, pidfd_getfd = 434, 438
    if os.uname().machine not in ("x86_64", "aarch64", "riscv64"):
        raise Skip("the numbers of the system calls are not known for this machine")
    port = client.socket.getsockname()[1]

    def look():
        process = libc.syscall(pidfd_open, server.pid, 0)
        if process < 0:
            raise Skip("pidfd_open is not allowed")
        try:
            for name in os.listdir(f"/proc/{server.pid}/fd"):
                if not os.readlink(f"/proc/{server.pid}/fd/{name}").startswith("socket:"):
                    continue
                descriptor = libc.syscall(pidfd_getfd, process, int(name), 0)
                if descriptor < 0:
                    raise Skip("pidfd_getfd is not allowed")
                found = socket.socket(fileno=descriptor)
                try:
                    if found.getpeername()[1] == port:
                        return found
                except OSError:
                    pass
                found.close()
        finally:
            os.close(process)
        return None
    return wait_until(look, "the server's end of the connection")


@test("/flow/an-idle-connection-takes-little-memory")
def _(bench):
    server = serve(bench)
    watcher = bench.client(server)
    watcher.ping()
    before = server.memory_kib()
    n = 500
    for _ in range(n):
        client = bench.client(server)
        client.call("define", {"word": "long"})
    each = (server.memory_kib() - before) * 1024 / n
    check(SANITIZER or each < 2048, f"{each:.0f} bytes for each idle connection")


main()
