#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one address, and one account, may do. Source: docs/protocol.md, section 7; docs/operations.md.

127.0.0.1 and 127.0.0.2 are two addresses here; the servers of these tests make no exception for them.
A bucket holds ten seconds' worth: a rate of 1 is ten at once.
"""

import signal
import time

from account_harness import PASSWORD, log_in, register, serve
from chat_harness import ChatClient
from harness import Closed, check, equal, fault, has, main, test, tsv, wait_until

OTHER = "127.0.0.2"
BURST = 10
MIB = 1024 * 1024


def serve_limited(bench, limits, *options, dictionary=True):
    """A server with these lines of [limits], and WORDS."""
    bench.write("limits.conf", f"[server]\nsend_rate=0\n[limits]\nunlimited=none\n{limits}\n")
    serve_words = bench.serve_words if dictionary else bench.server
    return serve_words("--config", bench.path("limits.conf"), *options)


def reload_limits(bench, server, limits):
    bench.write("limits.conf", f"[server]\nsend_rate=0\n[limits]\n{limits}\n")
    server.send_signal(signal.SIGHUP)
    server.wait_stderr("reloaded;")


def chat_client(bench, server, nick, **keywords):
    client = ChatClient(server.port, **keywords)
    bench.clients.append(client)
    client.hello(nick)
    return client


def expect_crowd(client):
    reply = client.reply()
    equal(fault(reply), (-32014, {"reason": "server_full"}), "error")
    has(reply["error"]["message"], "your address", "message")
    client.expect_end()


def expect_silence(bench, server):
    """A flood is not even told so. One connection a second comes back meanwhile."""
    n_silent = 0
    for _ in range(100):
        client = bench.client(server)
        try:
            client.request("ping")
            client.reply()
        except Closed:
            n_silent += 1
        client.close()
    check(n_silent >= 50, f"only {n_silent} were closed without a word")


def expect_others_served(bench, server, witness):
    """Whatever one address has of the 16 MiB."""
    check(witness.result("stats")["memory"]["used"] < 12 * MIB, "others have less for it")
    bench.client(server, source=OTHER).result("match", {"word": "h", "strategy": "fuzzy"})


@test("/address-limits/connections-at-once")
def _(bench):
    server = serve_limited(bench, "connections=3")
    clients = [bench.client(server) for _ in range(3)]
    for client in clients:
        client.ping()
    expect_crowd(bench.client(server))
    refused = bench.dict_client(server)
    has(refused.banner, "420 ", "banner")
    has(refused.banner, "your address", "banner")
    bench.client(server, source=OTHER).ping()

    clients.pop().close()

    def admitted():
        client = bench.client(server)
        try:
            client.request("ping")
            return "result" in client.reply()
        except Closed:
            return False
    wait_until(admitted, "a free place")
    equal(bench.client(server, source=OTHER).result("stats")["refused"]["connections"] >= 2, True, "stats")


@test("/address-limits/nobody-fills-the-server-alone")
def _(bench):
    server = serve_limited(bench, "", "--max-connections", "6")
    for _ in range(3):
        bench.client(server).ping()
    expect_crowd(bench.client(server))
    for _ in range(3):
        bench.client(server, source=OTHER).ping()


@test("/address-limits/connections-a-second")
def _(bench):
    server = serve_limited(bench, "connection_rate=1")
    for _ in range(BURST):
        client = bench.client(server)
        client.ping()
        client.close()
    expect_crowd(bench.client(server))
    expect_silence(bench, server)
    bench.client(server, source=OTHER).ping()


@test("/address-limits/a-full-server-is-no-way-round")
def _(bench):
    """To be told that it is full may take a handshake of TLS."""
    server = serve_limited(bench, "connection_rate=1", "--max-connections", "2")
    for source in (OTHER, "127.0.0.3"):
        bench.client(server, source=source).ping()
    refused = bench.client(server)
    equal(fault(refused.reply()), (-32014, {"reason": "server_full"}), "error")
    expect_silence(bench, server)


@test("/address-limits/the-own-machine-has-none")
def _(bench):
    server = bench.serve_words("--config", bench.write("few.conf", "[limits]\nconnections=1\nheavy_rate=1\n"))
    clients = [bench.client(server) for _ in range(5)]
    for client in clients:
        for _ in range(2 * BURST):
            client.result("match", {"word": "hello", "strategy": "fuzzy"})


@test("/address-limits/heavy-lookups-are-busy-and-others-go-on")
def _(bench):
    server = serve_limited(bench, "heavy_rate=1")
    client = bench.client(server)
    faults = []
    for _ in range(4 * BURST):
        reply = client.call("match", {"word": "hello", "strategy": "fuzzy"})
        if "error" in reply:
            faults.append(fault(reply))
    check(faults, "nothing was refused")
    for code, data in faults:
        equal((code, data["reason"]), (-32017, "busy"), "error")
        check(0 < data["retry_after_ms"] <= 1001, f"{data}")
    client.result("define", {"word": "hello"})
    other = bench.client(server, source=OTHER)
    other.result("match", {"word": "hello", "strategy": "fuzzy"})
    check(other.result("stats")["refused"]["heavy"] >= len(faults), "stats")

    dict_client = bench.dict_client(server)
    for _ in range(4):
        dict_client.send("MATCH * lev hello\r\n")
        status = dict_client.status()
        if status.startswith("420 "):
            break
        while not dict_client.status().startswith("250 "):
            pass
    has(status, "420 ", "status")


@test("/address-limits/requests-are-slowed-down-and-none-is-refused")
def _(bench):
    server = serve_limited(bench, "request_rate=200")
    client = bench.client(server)
    other = bench.client(server, source=OTHER)
    n = 200 * BURST + 100
    begun = time.monotonic()
    client.send(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n' * n)
    wait_until(lambda: other.result("stats")["refused"]["requests"], "that somebody was slowed down")
    for _ in range(n):
        check("result" in client.reply(), "a request was refused")
    # What is beyond the burst takes as long as the rate says, and more on a slow machine.
    check(time.monotonic() - begun > 0.4, "nothing was slowed down")


@test("/address-limits/messages-of-all-connections")
def _(bench):
    server = serve_limited(bench, "send_rate=1")
    first = chat_client(bench, server, "anna")
    second = chat_client(bench, server, "bert")
    other = chat_client(bench, server, "carl", source=OTHER)
    for client in (first, second, other):
        client.join("hall")
    refused = []
    for i in range(2 * BURST):
        reply = (first, second)[i % 2].call("send", {"room": "hall", "text": "x"})
        if "error" in reply:
            refused.append(fault(reply))
    check(refused, "nothing was refused")
    for code, data in refused:
        equal((code, data["reason"]), (-32006, "rate_limited"), "error")
        check(0 < data["retry_after_ms"] <= 1001, f"{data}")
    other.result("send", {"room": "hall", "text": "x"})


@test("/address-limits/whatever-others-are-told-of")
def _(bench):
    """A topic, who comes into a room and goes, another nick, who types: each is told to everybody as a
    message is."""
    server = serve_limited(bench, "send_rate=1")
    clients = [chat_client(bench, server, nick) for nick in ("anna", "bert")]
    other = chat_client(bench, server, "carl", source=OTHER)
    for client in (*clients, other):
        client.join("hall")
    waiting = {"topic": {"room": "hall", "topic": "x"}, "join": {"room": "hall"}, "typing": {"room": "hall"},
               "hello": {"protocol": 1, "client": "test/1", "nick": "someone"}}
    for i in range(100 * BURST):
        for method, params in list(waiting.items()):
            reply = clients[i % 2].call(method, params)
            if "error" in reply and fault(reply)[0] == -32006:
                check(0 < fault(reply)[1]["retry_after_ms"] <= 1001, f"{reply}")
                del waiting[method]
        if not waiting:
            break
    equal(list(waiting), [], "what is not counted")
    for client in clients:
        client.result("leave", {"room": "hall"})
    other.result("topic", {"room": "hall", "topic": "y"})


@test("/address-limits/who-does-not-read-has-a-share-of-the-memory")
def _(bench):
    """A quarter of the ceiling. Then the address waits, and no more of it come in, until it has read, or those
    who do not are ended."""
    words = bench.write("big.tsv", tsv([("big", "y" * 100000)]))
    server = serve_limited(bench, "memory=16M", "--dictionary", words, dictionary=False)
    witness = bench.client(server, source=OTHER)
    honest = bench.client(server)
    slow = [bench.client(server, receive_bytes=8192) for _ in range(14)]
    ask = b'{"jsonrpc":"2.0","id":1,"method":"define","params":{"word":"big"}}\n'
    for client in slow:
        client.send(ask * 60)

    def waits():
        stats = witness.result("stats")
        return stats["refused"]["requests"] >= 1 and stats["memory"]["used"] >= 4 * MIB

    def is_crowd():
        client = bench.client(server)
        client.request("ping")
        return "your address" in client.reply().get("error", {}).get("message", "")
    wait_until(waits, "that the address has to wait")
    wait_until(is_crowd, "that no more come in")
    expect_others_served(bench, server, witness)
    bench.client(server, source=OTHER).result("define", {"word": "big"})
    honest.send(ask * 3)
    for _ in range(3):
        check("result" in honest.reply(), "an answer")
    wait_until(lambda: witness.result("stats")["memory"]["ended"] >= 1, "the end of one that does not read")
    for client in slow:
        client.close()
    wait_until(lambda: not is_crowd(), "that they come in again")


@test("/address-limits/what-is-caught-up-with-is-of-that-share-too")
def _(bench):
    """It is copied for each that comes back; what goes to all members is there once."""
    server = serve_limited(bench, "memory=16M", "--durability", "process")
    witness = chat_client(bench, server, "anna", source=OTHER)
    witness.join("hall")
    for _ in range(10):
        ids = witness.begin_all([("send", {"room": "hall", "text": "x" * 8000})] * 60)
        for id in ids:
            check("result" in witness.answer(id), "a message was refused")
    slow = [bench.client(server, receive_bytes=8192) for _ in range(90)]
    for i, client in enumerate(slow):
        hello = f'{{"jsonrpc":"2.0","id":1,"method":"hello","params":{{"protocol":1,"client":"t/1","nick":"s{i}"}}}}\n'
        join = '{"jsonrpc":"2.0","id":2,"method":"join","params":{"room":"hall","after_seq":0}}\n'
        client.send((hello + join).encode())

    def waits():
        for client in slow:
            client.send(b'{"jsonrpc":"2.0","id":3,"method":"ping"}\n')
        return witness.result("stats")["refused"]["requests"] >= 1
    wait_until(waits, "that the address has to wait")
    expect_others_served(bench, server, witness)


@test("/address-limits/pages-that-are-asked-for-at-once-end-nobody-else")
def _(bench):
    """Each is a line of 1.6 MB, of which the rest goes with its connection. While some are unread no more are
    got ready."""
    server = serve_limited(bench, "memory=16M", "--durability", "process")
    witness = chat_client(bench, server, "anna", source=OTHER)
    witness.join("hall")
    ids = witness.begin_all([("send", {"room": "hall", "text": "x" * 8000})] * 200)
    for id in ids:
        check("result" in witness.answer(id), "a message was refused")
    idle = [bench.client(server, source=OTHER) for _ in range(5)]
    for client in idle:
        client.ping()
    slow = [chat_client(bench, server, f"s{i}", receive_bytes=8192) for i in range(14)]
    for client in slow:
        client.join("hall")
    for client in slow:
        client.begin_all([("history", {"room": "hall", "limit": 200})] * 6)
    wait_until(lambda: witness.result("stats")["memory"]["used"] >= 4 * MIB, "that pages are there")
    expect_others_served(bench, server, witness)
    wait_until(lambda: witness.result("stats")["memory"]["ended"] >= 1, "the end of one that does not read")
    expect_others_served(bench, server, witness)
    # As one that does not read goes the next gets its page, so that at last nobody waits.
    wait_until(lambda: witness.result("stats")["memory"]["ended"] >= len(slow) - 4, "the end of most")
    for client in idle:
        client.ping()


@test("/address-limits/handshakes-have-a-share-of-the-memory-too")
def _(bench):
    """What is begun takes 200 KiB. Those that were let in before anything was known of them go on."""
    server = serve_limited(bench, "memory=16M", dictionary=False)
    witness = bench.client(server, source=OTHER)
    honest = bench.client(server)
    honest.ping()
    begun = [bench.client(server) for _ in range(100)]
    for client in begun:
        client.send(b"\x16")
    wait_until(lambda: witness.result("stats")["connections"] < 40, "that most are closed")
    wait_until(lambda: witness.result("stats")["memory"]["used"] >= 4 * MIB, "what handshakes take")
    check(witness.result("stats")["memory"]["used"] < 8 * MIB, "more of them were begun")
    honest.ping()
    expect_others_served(bench, server, witness)


@test("/address-limits/rooms-that-are-made")
def _(bench):
    server = serve_limited(bench, "room_rate=1")
    client = chat_client(bench, server, "anna")
    other = chat_client(bench, server, "bert", source=OTHER)
    for i in range(BURST):
        client.join(f"room {i}")
    reply = client.call("join", {"room": "one more"})
    code, data = fault(reply)
    equal((code, data["reason"]), (-32006, "rate_limited"), "error")
    check(0 < data["retry_after_ms"] <= 60001, f"{data}")
    other.join("one more")
    client.join("one more")
    client.join("lobby")
    # A new nick is no new address.
    again = chat_client(bench, server, "anne")
    equal(fault(again.call("join", {"room": "two more"}))[0], -32006, "error")


@test("/address-limits/an-account-makes-so-many-rooms-wherever-it-comes-from")
def _(bench):
    server = serve(bench, more="[limits]\nroom_rate=1")
    client = register(bench, server, "anna")
    for i in range(BURST):
        client.join(f"room {i}")
    equal(fault(client.call("join", {"room": "one more"}))[0], -32006, "error")
    again = log_in(bench, server, "anna")
    equal(fault(again.call("join", {"room": "one more"}))[0], -32006, "error")
    nobody = chat_client(bench, server, "nobody")
    for i in range(2 * BURST):
        nobody.join(f"another {i}")


@test("/address-limits/the-devices-of-an-account-share-its-rate")
def _(bench):
    server = bench.server("--config", bench.write("slow.conf", "[server]\nsend_rate=2\n"))
    first = register(bench, server, "anna", "hall")
    second = ChatClient(server.port)
    bench.clients.append(second)
    second.hello("anna", password=PASSWORD)
    second.join("hall")
    replies = [client.call("send", {"room": "hall", "text": "x"})
               for client in [first] * 4 + [second] * 4]
    check(any("error" in reply for reply in replies[4:]), "the second device has a rate of its own")
    nobody = chat_client(bench, server, "nobody")
    nobody.join("hall")
    for _ in range(4):
        nobody.result("send", {"room": "hall", "text": "x"})


@test("/address-limits/a-class-pages-back-and-nobody-is-refused")
def _(bench):
    """A hundred people behind one address come back at once, and ask for pages ahead of the answers."""
    server = serve_limited(bench, "", dictionary=False)
    author = chat_client(bench, server, "author", source=OTHER)
    author.join("hall")
    author.begin_all([("send", {"room": "hall", "text": f"{i}"}) for i in range(1, 201)])
    while len(author.events) < 200:
        author.take()
    people = [chat_client(bench, server, f"n{i}") for i in range(100)]
    pages = [people[0].history("hall", before=before, limit=50) for before in (201, 151, 101, 51)]
    asked = [client.begin_all([("join", {"room": "hall", "after_seq": 150})] +
                              [("history", {"room": "hall", "before": before, "limit": 50})
                               for before in (201, 151, 101, 51)]) for client in people]
    other = author.history("hall", limit=1)
    equal([m["seq"] for m in other["messages"]], [200], "the other's page")
    for client, (joined, *ids) in zip(people, asked):
        check("result" in client.answer(joined), "join was refused")
        equal([client.answer(id).get("result") for id in ids], pages, "pages")


@test("/address-limits/are-read-again-at-sighup")
def _(bench):
    server = serve_limited(bench, "connections=1")
    client = bench.client(server)
    client.ping()
    expect_crowd(bench.client(server))
    reload_limits(bench, server, "unlimited=none\nconnections=2")
    bench.client(server).ping()
    expect_crowd(bench.client(server))


main()
