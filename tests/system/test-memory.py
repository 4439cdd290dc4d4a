#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ceiling over what all connections take. Source: docs/operations.md, section 6."""

import contextlib
import select
import threading

from chat_harness import ChatClient
from harness import DEADLINE_S, SANITIZER, Closed, check, equal, fault, has, main, test, tsv, wait_until

MIB = 1024 * 1024
CEILING = 16 * MIB
PART = CEILING // 16
LINE = b'{"jsonrpc":"2.0","id":1,"method":"define","params":{"word":"' + b"x" * 62000  # unfinished
LINE_BYTES = 64 * 1024  # what it takes, about
BIG = "y" * 100000  # of an entry


def serve(bench, *options):
    words = bench.write("words.tsv", tsv([("hello", "a greeting"), ("big", BIG)]))
    config = bench.write("memory.conf", "[server]\nsend_rate=0\n[limits]\nmemory=16M\n")
    return bench.server("--dictionary", words, "--config", config, *options)


def memory(client):
    return client.result("stats")["memory"]


def member(bench, server, nick, **keywords):
    client = ChatClient(server.port, **keywords)
    bench.clients.append(client)
    client.hello(nick)
    client.join("hall")
    return client


def fill(bench, server, witness, until):
    """Connections with unfinished lines, until they take that much."""
    clients = []
    while (before := memory(witness)["used"]) < until:
        client = bench.client(server)
        client.send(LINE)
        clients.append(client)
        check(len(clients) < 1000, "what is unfinished is not counted")
        wait_until(lambda: memory(witness)["used"] >= before + LINE_BYTES - 4096, "the line")
    return clients


@test("/memory/near-the-ceiling-nobody-is-let-in-and-nothing-heavy-is-begun")
def _(bench):
    server = serve(bench)
    witness = member(bench, server, "anna")
    equal(memory(witness)["limit"], CEILING, "limit")
    clients = fill(bench, server, witness, 12 * PART + PART // 2)
    code, data = fault(witness.call("match", {"word": "hello", "strategy": "fuzzy"}))
    equal((code, data["reason"]), (-32017, "busy"), "error")
    check(data["retry_after_ms"] > 0, f"{data}")
    equal(fault(witness.call("search_messages", {"text": "x"}))[0], -32017, "error")
    bench.client(server).result("define", {"word": "hello"})

    clients += fill(bench, server, witness, 14 * PART)
    refused = bench.client(server)
    equal(fault(refused.reply()), (-32014, {"reason": "server_full"}), "error")
    refused.expect_end()
    witness.result("define", {"word": "hello"})
    witness.result("send", {"room": "hall", "text": "x"})

    for client in clients:
        client.close()
    wait_until(lambda: memory(witness)["used"] < MIB, "what the lines took")
    bench.client(server).result("match", {"word": "hello", "strategy": "fuzzy"})


@test("/memory/unfinished-lines-go-at-the-ceiling-and-who-talks-stays")
def _(bench):
    server = serve(bench)
    witness = member(bench, server, "anna")
    honest = bench.client(server)
    lorises = [bench.client(server) for _ in range(400)]
    wait_until(lambda: witness.result("stats")["connections"] == 402, "all that have come")
    for loris in lorises:
        with contextlib.suppress(Closed):
            loris.send(LINE)
    wait_until(lambda: memory(witness)["ended"] >= 20, "the end of some of them")
    wait_until(lambda: memory(witness)["used"] <= CEILING, "less than the ceiling")
    honest.result("define", {"word": "hello"})
    witness.result("send", {"room": "hall", "text": "x"})
    ended = select.select([loris.socket for loris in lorises], [], [], DEADLINE_S)[0]
    told = next(loris for loris in lorises if loris.socket is ended[0])
    has(told.rest().decode(), "server_full", "what one of them was told")
    check(SANITIZER or server.memory_kib() < 48 * 1024, f"{server.memory_kib()} KiB are in use")


@test("/memory/recent-messages-leave-room-for-others")
def _(bench):
    server = serve(bench, "--durability", "memory")
    client = member(bench, server, "anna")
    # A room keeps a quarter of a MiB ready, and all of these more than they may.
    for i in range(40):
        client.join(f"room {i}")
        ids = client.begin_all([("send", {"room": f"room {i}", "text": "x" * 8000})] * 33)
        for id in ids:
            check("result" in client.answer(id), "a message was refused")
    check(memory(client)["used"] < 6 * MIB, f"{memory(client)}")


@test("/memory/slow-readers-go-and-no-message-is-lost")
def _(bench):
    server = serve(bench)
    sender = member(bench, server, "anna")
    witness = member(bench, server, "bert")
    slow = [bench.client(server, receive_bytes=8192) for _ in range(40)]
    acknowledged = []
    stop = threading.Event()

    def talk():
        while not stop.is_set():
            acknowledged.append(sender.result("send", {"room": "hall", "text": f"{len(acknowledged)}"})["seq"])
    thread = threading.Thread(target=talk)
    thread.start()
    try:
        ask = b'{"jsonrpc":"2.0","id":1,"method":"define","params":{"word":"big"}}\n'
        for client in slow:
            with contextlib.suppress(Closed):
                client.send(ask * 60)
        wait_until(lambda: memory(witness)["ended"] >= 3, "the end of some of them")
    finally:
        stop.set()
        thread.join(DEADLINE_S)
    wait_until(lambda: memory(witness)["used"] <= CEILING, "less than the ceiling")
    n_told = 0
    for client in slow:
        if client.socket.fileno() >= 0 and len(client.buffer) == 0:
            text = read_all(client)
            n_told += b'"slow_consumer"' in text
    check(n_told >= 1, "nobody was told that it is slow")
    stored = sender.whole_history("hall")
    equal([message["seq"] for message in stored], acknowledged, "what was acknowledged, and what is kept")


def read_all(client):
    """What has been sent to a client: it ends, or says as much as was asked."""
    text = bytearray()
    with contextlib.suppress(Closed):
        client.half_close()
        while True:
            client._receive()
            text += client.buffer[-200:]
            client.buffer.clear()
    return bytes(text)


main()
