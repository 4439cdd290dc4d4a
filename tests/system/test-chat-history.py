#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""history, catch-up and search_messages. Source: docs/protocol.md, sections 5 and 6."""

import random
import signal
import threading

from chat_harness import (MAX_HISTORY, MAX_REPLY_LINE, MAX_TEXT, check_sequence, member, restarted, serve_chat)
from harness import SANITIZER, check, equal, fault, main, test, wait_until

N_MANY = 3000 if SANITIZER else 12000  # more than a server keeps in memory of one room


def fill(client, room, texts):
    """Sends many messages, many at a time if they are small; returns their last number."""
    seq = 0
    n = max(1, min(200, 100000 // len(texts[0])))
    for start in range(0, len(texts), n):
        ids = client.begin_all([("send", {"room": room, "text": text}) for text in texts[start:start + n]])
        seq = [client.answer(id)["result"]["seq"] for id in ids][-1]
    client.events.clear()
    return seq


def author(bench, server, room="lobby"):
    return member(bench, server, "author", room)


def numbers(result):
    return [m["seq"] for m in result["messages"]], result["more"]


@test("/chat/history/pages-in-both-directions")
def _(bench):
    server = serve_chat(bench)
    writer = author(bench, server)
    fill(writer, "lobby", [f"{i}" for i in range(1, 121)])
    reader = member(bench, server, "reader")
    for params, first, last, more in (
            ({}, 71, 120, True),
            ({"limit": 3}, 118, 120, True),
            ({"limit": 120}, 1, 120, False),
            ({"limit": 500}, 1, 120, False),
            ({"before": 121, "limit": 2}, 119, 120, True),
            ({"before": 10 ** 15, "limit": 2}, 119, 120, True),
            ({"before": 50}, 1, 49, False),
            ({"before": 51}, 1, 50, False),
            ({"before": 52}, 2, 51, True),
            ({"before": 2}, 1, 1, False),
            ({"before": 1}, 1, 0, False),
            ({"after": 0}, 1, 50, True),
            ({"after": 0, "limit": 120}, 1, 120, False),
            ({"after": 69}, 70, 119, True),
            ({"after": 70}, 71, 120, False),
            ({"after": 119}, 120, 120, False),
            ({"after": 120}, 1, 0, False),
            ({"after": 10 ** 15}, 1, 0, False)):
        result = reader.history("lobby", **params)
        equal(numbers(result), (list(range(first, last + 1)), more), f"{params}")
        equal([m["text"] for m in result["messages"]], [f"{m['seq']}" for m in result["messages"]], "texts")
        equal(result["room"], "lobby", "room")


@test("/chat/history/the-same-after-a-restart")
def _(bench):
    server = serve_chat(bench)
    writer = author(bench, server)
    writer.say("lobby", "an action", kind="action", key="k")
    writer.say("lobby", "an answer", reply_to=1)
    fill(writer, "lobby", [f"é {i}" for i in range(300)])
    before = writer.whole_history("lobby")
    for number in (signal.SIGTERM, signal.SIGKILL):
        server = restarted(bench, server, number)
        writer = author(bench, server)
        equal(writer.whole_history("lobby"), before, "history")
    equal(writer.say("lobby", "the next")["seq"], 303, "seq")
    check(writer.message()["time"] >= before[-1]["time"], "the clock went back")


@test("/chat/history/parameters-that-are-refused")
def _(bench):
    server = serve_chat(bench)
    client = author(bench, server)
    for method, more in (("history", {"room": "lobby"}), ("search_messages", {"text": "x"})):
        for limit in (0, -1, MAX_HISTORY + 1, "5", 1.5, None, [5], True):
            client.refused(method, {**more, "limit": limit}, "invalid_params", field="limit")
    for field in ("before", "after"):
        for seq in ("5", 1.5, None, [5], True, -1):
            client.refused("history", {"room": "lobby", field: seq}, "invalid_params", field=field)
    for text in ("", 7, None, ["x"], "a\x00b"):
        client.refused("search_messages", {"text": text}, "invalid_params", field="text")
    client.refused("search_messages", {}, "invalid_params", field="text")
    client.refused("search_messages", {"text": "x" * 9000}, "too_long", field="text")
    client.refused("search_messages", {"text": "x", "room": 7}, "invalid_params", field="room")
    client.history("lobby", limit=MAX_HISTORY)


@test("/chat/history/never-a-line-over-4-mib")
def _(bench):
    server = serve_chat(bench)
    writer = author(bench, server)
    n = 500
    fill(writer, "lobby", ["\x01" * MAX_TEXT] * n)
    reader = member(bench, server, "reader")

    def page(**params):
        reader.request("history", {"room": "lobby", "limit": MAX_HISTORY, **params}, id=7000)
        line = reader.line()
        check(len(line) <= MAX_REPLY_LINE, f"a line of {len(line)} bytes")
        reader.buffer[:0] = line + b"\n"
        result = reader.answer(7000)["result"]
        check(result["messages"], "a page with nothing on it")
        check(all(m["text"] == "\x01" * MAX_TEXT for m in result["messages"]), "texts")
        return numbers(result)
    seqs, more = page(after=0)
    check(more and len(seqs) < n, f"all {len(seqs)} on one page")
    while more:
        part, more = page(after=seqs[-1])
        seqs += part
    equal(seqs, list(range(1, n + 1)), "forwards")
    seqs, more = page()
    check(more, "the newest are all there are")
    while more:
        part, more = page(before=seqs[0])
        seqs = part + seqs
    equal(seqs, list(range(1, n + 1)), "backwards")


@test("/chat/history/many-pages-in-one-write-are-no-fault-of-one-who-reads")
def _(bench):
    server = serve_chat(bench)
    writer = author(bench, server)
    fill(writer, "lobby", ["\x01" * MAX_TEXT] * 90)
    reader = member(bench, server, "reader", receive_bytes=65536)
    ids = reader.begin_all([("history", {"room": "lobby", "limit": 85})] * 15)
    for id in ids:
        equal(numbers(reader.answer(id)["result"])[0][-1], 90, "the last seq")
    equal(reader.orphans, [], "errors")


# --- catch-up ---------------------------------------------------------------------------------------

@test("/chat/history/catch-up-begins-where-it-is-told-to")
def _(bench):
    server = serve_chat(bench)
    writer = author(bench, server)
    fill(writer, "lobby", [f"{i}" for i in range(1, 101)])
    stored = writer.whole_history("lobby")
    for after in (0, 1, 50, 98, 99, 100, 101, 10 ** 15):
        reader = member(bench, server, f"reader{after}")
        result = reader.join("lobby", after_seq=after)
        equal((result["first_seq"], result["last_seq"]), (1, 100), "first and last")
        equal(reader.messages(max(0, 100 - after)), stored[after:], f"messages after {after}")
        reader.close()
    reader = member(bench, server, "reader", "lobby")
    writer.say("lobby", "101")
    reader.message(seq=101)


@test("/chat/history/joining-again-begins-the-stream-anew")
def _(bench):
    server = serve_chat(bench)
    writer = author(bench, server)
    fill(writer, "lobby", [f"{i}" for i in range(1, 31)])
    reader = member(bench, server, "reader", "lobby")
    for after in (0, 25, 10):
        reader.join("lobby", after_seq=after)
        check_sequence(reader.messages(30 - after), first=after + 1)
    reader.join("lobby")
    writer.say("lobby", "31")
    equal(reader.message()["seq"], 31, "seq")


@test("/chat/history/catch-up-of-one-room-does-not-hold-up-another")
def _(bench):
    server = serve_chat(bench)
    writer = author(bench, server)
    writer.join("garden")
    fill(writer, "lobby", [f"{i}" for i in range(1000)])
    reader = member(bench, server, "reader", "garden")
    reader.begin("join", {"room": "lobby", "after_seq": 0})
    for id in writer.begin_all([("send", {"room": room, "text": "live"}) for room in ("garden", "lobby") * 50]):
        writer.answer(id)
    seen = {"lobby": 0, "garden": 0}
    while seen != {"lobby": 1050, "garden": 50}:
        message = reader.message()
        seen[message["room"]] += 1
        equal(message["seq"], seen[message["room"]], f"seq in {message['room']}")


class Writers:
    """Some that send as fast as they are answered, until told to stop."""

    def __init__(self, bench, server, room, n=3, window=20):
        self.stopping = threading.Event()
        self.failures = []
        self.last = [0] * n
        self.threads = [threading.Thread(target=self._run, args=(i, member(bench, server, f"w{i}", room), room, window))
                        for i in range(n)]

    def _run(self, number, client, room, window):
        try:
            while not self.stopping.is_set():
                ids = client.begin_all([("send", {"room": room, "text": f"{number}"})] * window)
                self.last[number] = [client.answer(id)["result"]["seq"] for id in ids][-1]
                client.events.clear()
        except Exception as failure:
            self.failures.append(failure)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *failure):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        if failure[0] is None:
            equal(self.failures, [], "what writers met with")
        return False


class Follower:
    """Reads one room, whose numbers have to follow on each other."""

    def __init__(self, client, room, after):
        self.client = client
        self.room = room
        self.join(after)

    def join(self, after):
        self.client.join(self.room, after_seq=after)
        self.client.events.clear()  # what came before the reply belongs to an earlier stream
        self.next = after + 1

    def follow(self, last):
        """Reads up to that message."""
        while self.next <= last:
            message = self.client.message(room=self.room)
            equal(message["seq"], self.next, "seq")
            self.next += 1


@test("/chat/history/catch-up-joins-what-is-live-without-gap-or-repeat")
def _(bench):
    server = serve_chat(bench)
    first = fill(author(bench, server), "lobby", [f"{i}" for i in range(2000)])
    chance = random.Random(4)
    followers = []
    with Writers(bench, server, "lobby") as writers:
        for i in range(16):
            wait_until(lambda: max(writers.last) > first + 40 * i or writers.failures, "writers")
            last = max(writers.last)
            after = chance.choice((0, first - 10, last, last, chance.randrange(last)))
            followers.append(Follower(member(bench, server, f"r{i}"), "lobby", after))
            for follower in chance.sample(followers, min(3, len(followers))):
                follower.follow(max(writers.last) - chance.randrange(20))
            again = chance.choice(followers)
            again.join(max(writers.last) - chance.randrange(200))
    for follower in followers:
        follower.follow(max(writers.last))


@test("/chat/history/catch-up-of-more-than-memory-holds")
def _(bench):
    server = serve_chat(bench)
    last = fill(author(bench, server), "lobby", [f"{i}" for i in range(N_MANY)])
    for restarts in (False, True):
        if restarts:
            server = restarted(bench, server, signal.SIGKILL)
        with Writers(bench, server, "lobby", n=1) as writers:
            followers = [Follower(member(bench, server, f"r{after}"), "lobby", after)
                         for after in (0, 1, last // 2, last - 1)]
            for follower in followers:
                follower.follow(last + 1)
            wait_until(lambda: writers.last[0] or writers.failures, "a writer")
        last = max(writers.last)
        for follower in followers:
            follower.follow(last)


@test("/chat/history/catch-up-of-more-than-8-mib-to-one-who-reads-slowly")
def _(bench):
    server = serve_chat(bench, "--workers", "1")
    writer = author(bench, server)
    n = 1200
    fill(writer, "lobby", [f"{i} ".ljust(MAX_TEXT, "x") for i in range(1, n + 1)])
    check(n * MAX_TEXT > 9 * 1024 * 1024, "the test is too small")
    idle = member(bench, server, "idle", receive_bytes=16384)
    slow = member(bench, server, "slow", receive_bytes=16384)
    before_kib = server.memory_kib()
    idle.begin("join", {"room": "lobby", "after_seq": 0})
    slow.begin("join", {"room": "lobby", "after_seq": 0})
    # The one does not read at all while the other reads no faster than the writer's ways to and fro.
    n_live = 0
    received = 0
    while received < n * MAX_TEXT:
        slow._receive()
        received = len(slow.buffer)
        if n_live < 400:
            n_live += 1
            equal(writer.say("lobby", f"live {n_live}")["seq"], n + n_live, "seq")
    grown = server.memory_kib() - before_kib
    check(SANITIZER or grown < 24 * 1024, f"two slow ones cost {grown} KiB")
    for client in (slow, idle):
        messages = client.messages(n + n_live)
        check_sequence(messages, first=1)
        equal([m["text"].split()[0] for m in messages[:n]], [f"{i}" for i in range(1, n + 1)], "texts")
        equal(client.orphans, [], "errors")
        writer.say("lobby", "and on")
        n_live += 1
        client.message(text="and on")


@test("/chat/history/several-rooms-are-caught-up-with-at-once")
def _(bench):
    server = serve_chat(bench)
    rooms = [f"room {i}" for i in range(20)]
    writer = member(bench, server, "author", *rooms)
    for room in rooms:
        fill(writer, room, [f"{i}" for i in range(200)])
    reader = member(bench, server, "reader")
    ids = reader.begin_all([("join", {"room": room, "after_seq": 0}) for room in rooms])
    for id in ids:
        equal(reader.answer(id)["result"]["last_seq"], 200, "last_seq")
    seen = {room: 0 for room in rooms}
    while min(seen.values()) < 200:
        message = reader.message()
        seen[message["room"]] += 1
        equal(message["seq"], seen[message["room"]], "seq")


# --- search -----------------------------------------------------------------------------------------

SAID = (
    ("lobby", "Shall we go Running today?"),
    ("lobby", "今天我们去跑步吧"),
    ("garden", "I was running in the garden"),
    ("garden", "花园里有很多花"),
    ("lobby", "don't forget the naïve approach"),
    ("lobby", "今天下雨"),
    ("garden", "the last word: 雨"),
)


def found(client, text, **more):
    """Numbers of the messages that are found, with their rooms; while the index is made: again."""
    reply = client.call("search_messages", {"text": text, **more})
    if "error" in reply:
        equal(fault(reply)[1]["reason"], "busy", "reason")
        return None
    return [(m["room"], m["seq"]) for m in reply["result"]["messages"]]


def expect_found(client, text, wanted, **more):
    def is_it():
        return found(client, text, **more) == wanted
    try:
        wait_until(is_it, "hits")
    finally:
        equal(found(client, text, **more), wanted, f"hits for {text}")


def say_all(client):
    seqs = []
    for room, text in SAID:
        seqs.append((room, client.say(room, text)["seq"]))
    return seqs


@test("/chat/search/before-anything-was-said")
def _(bench):
    server = serve_chat(bench)
    client = author(bench, server)
    for where in ({}, {"room": "lobby"}):
        equal(client.result("search_messages", {"text": "word", **where}), {"messages": [], "more": False}, "hits")


@test("/chat/search/words-and-chinese-newest-first")
def _(bench):
    server = serve_chat(bench)
    client = member(bench, server, "alice", "lobby", "garden")
    at = say_all(client)
    for text, wanted in (("running", (2, 0)), ("RUNNING", (2, 0)), ("today", (0,)), ("跑步", (1,)), ("今天", (5, 1)),
                         ("花", (3,)), ("雨", (6, 5)), ("花园", (3,)), ("园花", ()), ("running garden", (2,)),
                         ("nobodysaidthis", ()), ("word 雨", (6,))):
        expect_found(client, text, [at[i] for i in wanted])
    page = client.result("search_messages", {"text": "running"})
    equal(page["more"], False, "more")
    equal(page["messages"], [client.history(room, before=seq + 1, limit=1)["messages"][0]
                             for room, seq in (at[2], at[0])], "messages")


@test("/chat/search/in-one-room-and-so-many")
def _(bench):
    server = serve_chat(bench)
    client = member(bench, server, "alice", "lobby", "garden")
    at = say_all(client)
    expect_found(client, "running", [at[0]], room="lobby")
    expect_found(client, "RUNNING", [at[2]], room="Garden")
    expect_found(client, "雨", [at[6]], room="garden")
    expect_found(client, "running", [at[2]], limit=1)
    equal(client.result("search_messages", {"text": "running", "limit": 1})["more"], True, "more")
    equal(client.result("search_messages", {"text": "running", "limit": 2})["more"], False, "more")


@test("/chat/search/nothing-in-a-text-is-syntax")
def _(bench):
    server = serve_chat(bench)
    client = member(bench, server, "alice", "lobby", "garden")
    at = say_all(client)
    expect_found(client, "today", [at[0]])
    for text in ('"', "'", "*", "run*", "NEAR(", "a OR b", "text:x", "-", "^", "(", ")", '"unfinished', "\\", "%",
                 "\u202e", "{a b}:c", "; DROP TABLE messages", "a" * 256):
        reply = client.call("search_messages", {"text": text})
        if "error" in reply:  # a text without any word may be refused
            equal(fault(reply)[1], {"reason": "invalid_params", "field": "text"}, f"error for {text!r}")
    expect_found(client, "today", [at[0]])


@test("/chat/search/what-was-said-before-a-restart")
def _(bench):
    server = serve_chat(bench)
    at = say_all(member(bench, server, "alice", "lobby", "garden"))
    for number in (signal.SIGKILL, signal.SIGTERM):
        server = restarted(bench, server, number)
        client = member(bench, server, "alice", "lobby")
        expect_found(client, "running", [at[2], at[0]])
        expect_found(client, "雨", [at[6], at[5]])


main()
