#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members that do not read, senders that do not read, and ends in the middle of it. Source:
docs/protocol.md, sections 1, 2 and 7.
"""

import functools
import json
import select
import signal

from chat_harness import (MAX_TEXT, ChatClient, check_database, check_sequence, member, restarted, serve_chat,
                          together)
from harness import DEADLINE_S, SANITIZER, Closed, Failure, check, equal, main, request, test, wait_until

BIG = "\x01" * MAX_TEXT  # 48 KiB on the wire
N_TOO_MUCH = 300  # of those are over 8 MiB and what the kernel holds
MIB = 1024 * 1024


def until_closed(client):
    """Files everything until the server closes."""
    try:
        while True:
            client.take()
    except Closed:
        pass


@test("/chat/flow/one-who-never-reads-is-closed-and-others-go-on")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    bob = member(bench, server, "bob", "lobby")
    slow = member(bench, server, "slow", "lobby", receive_bytes=16384)
    for i in range(N_TOO_MUCH):
        equal(alice.say("lobby", BIG)["seq"], i + 1, "seq")
        for client in (alice, bob):
            client.message(seq=i + 1)
    bob.event("left", room="lobby", nick="slow")
    until_closed(slow)
    equal(slow.orphans, [(-32016, {"reason": "slow_consumer"})], "farewell")
    seen = [params["seq"] for method, params in slow.events if method == "message"]
    equal(seen, list(range(1, len(seen) + 1)), "what was read in the end")
    check(len(seen) < N_TOO_MUCH, "it was told everything")

    # It comes back and has lost nothing.
    again = ChatClient(server.port)
    bench.clients.append(again)
    again.hello("slow", resume=slow.token)
    again.join("lobby", after_seq=len(seen))
    check_sequence(again.messages(N_TOO_MUCH - len(seen)), first=len(seen) + 1)


@test("/chat/flow/much-at-once-is-no-fault-of-those-who-read")
def _(bench):
    server = serve_chat(bench)
    readers = [member(bench, server, f"reader{i}", "lobby") for i in range(3)]
    senders = [member(bench, server, f"sender{i}", "lobby") for i in range(30)]
    # 21 MiB on the wire, by three times 7 of which much may be stored as one. 8 MiB at once are for
    # tests/net: here a machine that is busy may make readers late, and theirs is the fault.
    said = [("send", {"room": "lobby", "text": BIG})] * 5
    for _ in range(3):
        together(*(functools.partial(sender.begin_all, said) for sender in senders),
                 *(functools.partial(client.messages, len(said) * len(senders)) for client in readers + senders))
    for client in readers + senders:
        equal(client.orphans, [], "errors")
        equal(client.say("lobby", "still here")["room"], "lobby", "room")


@test("/chat/flow/many-who-never-read-cost-little")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    before_kib = server.memory_kib()
    slow = [member(bench, server, f"slow{i}", "lobby", receive_bytes=16384) for i in range(30)]
    most_kib = 0
    for i in range(N_TOO_MUCH):
        alice.say("lobby", BIG)
        alice.message(seq=i + 1)
        if i % 10 == 0:
            most_kib = max(most_kib, server.memory_kib())
    check(SANITIZER or most_kib - before_kib < 64 * 1024, f"30 who never read cost {most_kib - before_kib} KiB")
    wait_until(lambda: alice.result("members", {"room": "lobby"})["members"] == ["alice"],
               "the end of those who never read")
    for client in slow:
        client.close()


@test("/chat/flow/a-storm-of-joins-does-not-close-those-who-read")
def _(bench):
    server = serve_chat(bench)
    reader = member(bench, server, "reader", "lobby")
    others = [member(bench, server, f"n{i}") for i in range(20)]
    for _ in range(5):
        ids = [other.begin_all([("join", {"room": "lobby"}), ("leave", {"room": "lobby"})] * 20) for other in others]
        for other, chosen in zip(others, ids):
            for id in chosen:
                check("result" in other.answer(id), "join or leave failed")
    names = [reader.event(method)["nick"] for method in ("joined", "left") for _ in range(20 * 20 * 5)]
    equal(len(names), 4000, "events")
    equal(reader.result("members", {"room": "lobby"})["members"], ["reader"], "members")


def flood_without_reading(bench, text, n):
    server = serve_chat(bench, "--workers", "1")
    # Segments and windows this small keep the kernel's buffers from taking it all.
    flood = member(bench, server, "flood", "lobby", receive_bytes=4096, segment_bytes=536)
    other = member(bench, server, "other")
    data = memoryview(b"".join(request("send", {"room": "lobby", "text": text, "key": f"{i}"}, id=1000 + i)
                               for i in range(n)))
    n_sent = 0
    flood.socket.setblocking(False)
    while n_sent < len(data) and select.select([], [flood.socket], [], 2.0)[1]:
        n_sent += flood.socket.send(data[n_sent:n_sent + 65536])
    check(n_sent < len(data), "the server took everything, and nobody read")
    other.join("garden")
    equal(other.say("garden", "others are served")["seq"], 1, "seq")

    def push():
        position = n_sent
        while position < len(data):
            if not select.select([], [flood.socket], [], DEADLINE_S)[1]:
                return
            position += flood.socket.send(data[position:position + 65536])

    def read():
        for line in lines(flood, 2 * n):
            message = json.loads(line)
            if "method" in message:
                flood.events.append((message["method"], message["params"]))
            else:
                flood.replies[message["id"]] = message
    together(push, read)
    seqs = [flood.replies[1000 + i]["result"]["seq"] for i in range(n)]
    equal([(i, seq) for i, seq in enumerate(seqs, 1) if i != seq][:20], [], "replies whose seq is not in order")
    heard = [params for _method, params in flood.events if params["room"] == "lobby"]
    equal([(m["seq"], m["key"]) for m in heard], [(i + 1, f"{i}") for i in range(n)], "messages")
    equal(server.stop(), 0, "exit status")
    check_database(server)


@test("/chat/flow/one-who-sends-without-reading-is-paused-and-loses-nothing")
def _(bench):
    flood_without_reading(bench, "again and again " * 30, 20000)


@test("/chat/flow/one-who-sends-much-without-reading-is-paused-and-loses-nothing")
def _(bench):
    flood_without_reading(bench, BIG, 400)


def lines(client, n):
    """Lines of a socket that another thread has made non-blocking."""
    pending = bytes(client.buffer)
    client.buffer.clear()
    while n > 0:
        *whole, pending = pending.split(b"\n")
        yield from whole
        n -= len(whole)
        if n <= 0:
            return
        if not select.select([client.socket], [], [], DEADLINE_S)[0]:
            raise Failure(f"{n} lines did not come")
        try:
            piece = client.socket.recv(MIB)
        except BlockingIOError:
            continue
        check(piece, "the server closed")
        pending += piece


@test("/chat/flow/an-end-after-send-still-gets-its-answer")
def _(bench):
    server = serve_chat(bench)
    reader = member(bench, server, "reader", "lobby")
    for i in range(20):
        client = ChatClient(server.port)
        bench.clients.append(client)
        client.begin_all([("hello", {"protocol": 1, "nick": f"n{i}"}), ("join", {"room": "lobby"}),
                          ("send", {"room": "lobby", "text": f"{i}"})])
        client.half_close()
        until_closed(client)
        equal(sorted(client.replies), [1, 2, 3], "replies")
        equal(client.replies[3]["result"]["seq"], i + 1, "seq")
        reader.message(seq=i + 1, text=f"{i}")
        reader.event("left", nick=f"n{i}")


@test("/chat/flow/a-send-whose-connection-is-gone-is-stored-once-or-not-at-all")
def _(bench):
    server = serve_chat(bench)
    reader = member(bench, server, "reader", "lobby")
    heard = {}  # by whom, until he left
    for i in range(30):
        client = member(bench, server, f"n{i}", "lobby")
        client.send(request("send", {"room": "lobby", "text": f"{i}", "key": "k"}, id=5) * (i % 3 + 1))
        client.close()
        reader.event("left", nick=f"n{i}")
        heard[f"n{i}"] = sum(params.get("from") == f"n{i}" for _method, params in reader.events)
    stored = reader.whole_history("lobby")
    check_sequence(stored, first=1)
    texts = [m["text"] for m in stored]
    equal(len(set(texts)), len(texts), "messages that are stored")
    equal([m["text"] for m in reader.messages(len(texts))], texts, "what was heard")
    for m in stored:
        check(heard[m["from"]], f"{m['from']} left before what it had said was heard")


@test("/chat/flow/what-was-acknowledged-before-sigterm-is-stored")
def _(bench):
    server = serve_chat(bench)
    acknowledged = {}
    for round_number in range(3):
        writers = [member(bench, server, f"w{round_number}{i}", "lobby") for i in range(4)]
        n = 300
        for writer in writers:
            texts = [f"{writer.token} {i}" for i in range(n)]
            ids = writer.begin_all([("send", {"room": "lobby", "text": text}) for text in texts])
            writer.texts = dict(zip(ids, texts))
        while len(writers[0].replies) < 2:
            writers[0].take()
        server.send_signal(signal.SIGTERM)
        for writer in writers:
            until_closed(writer)
            equal(writer.orphans, [(-32015, {"reason": "shutting_down"})], "farewell")
            for id, reply in writer.replies.items():
                if id in writer.texts and "result" in reply:
                    acknowledged[writer.texts[id]] = reply["result"]["seq"]
        equal(server.wait_exit(), 0, "exit status")
        server = restarted(bench, server)
    stored = member(bench, server, "reader").whole_history("lobby")
    check_sequence(stored, first=1)
    at = {m["text"]: m["seq"] for m in stored}
    equal(len(at), len(stored), "texts")
    equal({text: at.get(text) for text in acknowledged}, acknowledged, "what was acknowledged")
    check(len(acknowledged) > 3, "hardly anything was acknowledged")


@test("/chat/flow/what-was-received-before-sigterm-is-answered")
def _(bench):
    server = serve_chat(bench, "--workers", "1")
    client = member(bench, server, "alice", "lobby")
    n = 500
    # A server that stands still while it is sent to has surely received it and read nothing.
    server.send_signal(signal.SIGSTOP)
    ids = client.begin_all([("send", {"room": "lobby", "text": f"{i}"}) for i in range(n)])
    server.send_signal(signal.SIGTERM)
    server.send_signal(signal.SIGCONT)
    until_closed(client)
    equal([client.replies[id]["result"]["seq"] for id in ids], list(range(1, n + 1)), "seq of the replies")
    equal(server.wait_exit(), 0, "exit status")
    server = restarted(bench, server)
    equal(len(member(bench, server, "bob").whole_history("lobby")), n, "messages")


main()
