#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""send, and the messages that come of it. Source: docs/protocol.md, sections 5 and 6."""

import json
import signal
import time

from chat_harness import (MAX_TEXT, ChatClient, check_sequence, member, restarted, serve_chat, settle)
from harness import DEADLINE_S, check, equal, fault, main, test, wait_until

ENTRY = {"dictionary": "ecdict", "headword": "running", "via": "exact", "phonetic": "'rʌniŋ",
         "text": "n. 跑步, 运转\na. 奔跑的", "tags": ["zk", "gk"]}

TEXTS = (
    "x" * MAX_TEXT,
    "é" * (MAX_TEXT // 2),
    "中" * (MAX_TEXT // 3) + "ab",
    "\U0001f600" * (MAX_TEXT // 4),
    "ש\u200f" * (MAX_TEXT // 5) + "xy",
    "\x01" * MAX_TEXT,  # grows sixfold on the wire
    '"\\' * (MAX_TEXT // 2),
    "line\n" * (MAX_TEXT // 5) + "\n\n",
)


@test("/chat/send/numbers-follow-on-each-other-and-the-sender-hears-too")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    bob = member(bench, server, "bob", "lobby")
    before = time.time() * 1000 - 1000
    results = [client.say("lobby", f"message {i}") for i in range(5) for client in (alice, bob)]
    equal([r["seq"] for r in results], list(range(1, 11)), "seq of the replies")
    times = [r["time"] for r in results]
    check(times == sorted(times) and before <= times[0] and times[-1] <= time.time() * 1000 + 1000, f"{times}")
    for result in results:
        equal(set(result), {"room", "seq", "time"}, "members of the result")
    heard = alice.messages(10)
    equal(heard, bob.messages(10), "what both heard")
    check_sequence(heard, first=1)
    equal([m["time"] for m in heard], times, "times")
    equal(heard[3], {"room": "lobby", "seq": 4, "time": times[3], "from": "bob", "kind": "text",
                     "text": "message 1"}, "a message")
    equal(alice.whole_history("lobby"), heard, "history")


@test("/chat/send/each-room-counts-for-itself")
def _(bench):
    client = member(bench, serve_chat(bench), "alice", "one", "two")
    equal([client.say(room, "x")["seq"] for room in ("one", "two", "one", "one", "two")], [1, 1, 2, 3, 2], "seq")


@test("/chat/send/only-members-hear-it")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "one", "two")
    bob = member(bench, server, "bob", "two")
    alice.say("one", "secret")
    equal(settle("two", alice, bob)[1], [], "what bob heard")


@test("/chat/send/text-of-any-script-up-to-8192-bytes")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    bob = member(bench, server, "bob", "lobby")
    for text in TEXTS:
        equal(len(text.encode("utf-8")), MAX_TEXT, "length of the test's own text")
        seq = alice.say("lobby", text)["seq"]
        for client in (alice, bob):
            client.message(seq=seq, text=text, kind="text")
        equal(bob.history("lobby", limit=1)["messages"][0]["text"], text, "text in history")
    # Escaped it is as long as it is when it is not.
    escaped = json.dumps({"jsonrpc": "2.0", "id": 9000, "method": "send",
                          "params": {"room": "lobby", "text": "中" * (MAX_TEXT // 3)}})
    alice.send(escaped.encode("ascii") + b"\n")
    equal(alice.answer(9000)["result"]["seq"], len(TEXTS) + 1, "seq")
    for text in (" ", "\n", "\x7f", "\u202ex", "e\u0301", "a\tb"):
        alice.say("lobby", text)
    equal([m["text"] for m in alice.history("lobby", limit=6)["messages"]],
          [" ", "\n", "\x7f", "\u202ex", "e\u0301", "a\tb"], "texts as they were sent")


@test("/chat/send/text-that-is-refused")
def _(bench):
    client = member(bench, serve_chat(bench), "alice", "lobby")
    for text in ("x" * (MAX_TEXT + 1), "中" * (MAX_TEXT // 3 + 1), "\U0001f600" * (MAX_TEXT // 4) + "x",
                 "x" * 40000):
        client.refused("send", {"room": "lobby", "text": text}, "too_long", limit=MAX_TEXT, field="text")
    for text in ("", "a\x00b", "\x00", "x\x00", 7, None, ["x"], {"x": 1}, True):
        client.refused("send", {"room": "lobby", "text": text}, "invalid_params", field="text")
    client.refused("send", {"room": "lobby"}, "invalid_params", field="text")
    client.refused("send", {"text": "x"}, "invalid_params", field="room")
    for room in (7, None, ["lobby"]):
        client.refused("send", {"room": room, "text": "x"}, "invalid_params", field="room")
    equal(client.say("lobby", "the first")["seq"], 1, "seq")


@test("/chat/send/kinds")
def _(bench):
    client = member(bench, serve_chat(bench), "alice", "lobby")
    for kind in ("text", "action"):
        client.say("lobby", f"a {kind}", kind=kind)
        client.message(kind=kind, text=f"a {kind}")
    for kind in ("", "Text", "shout", 7, None, ["text"]):
        client.refused("send", {"room": "lobby", "text": "x", "kind": kind}, "invalid_params", field="kind")
    equal([m["kind"] for m in client.history("lobby")["messages"]], ["text", "action"], "kinds")


@test("/chat/send/an-answer-names-what-it-answers")
def _(bench):
    client = member(bench, serve_chat(bench), "alice", "lobby")
    client.say("lobby", "a question")
    client.message()
    client.say("lobby", "an answer", reply_to=1)
    client.message(seq=2, reply_to=1)
    equal([m.get("reply_to") for m in client.history("lobby")["messages"]], [None, 1], "reply_to")
    for reply_to in ("1", 1.5, None, [1], True, -1):
        client.refused("send", {"room": "lobby", "text": "x", "reply_to": reply_to}, "invalid_params",
                       field="reply_to")


@test("/chat/send/definition-cards")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    bob = member(bench, server, "bob", "lobby")
    for entry in (ENTRY, {**ENTRY, "via": "lemma", "forms": {"past": ["ran"]}},
                  {name: ENTRY[name] for name in ("dictionary", "headword", "via", "text")}):
        reply = alice.call("send", {"room": "lobby", "text": "running", "kind": "definition", "entry": entry})
        if "forms" in entry and "error" in reply:  # what forms look like is the dictionaries' to say
            equal(fault(reply)[1]["reason"], "invalid_params", "reason")
            continue
        card = bob.message(kind="definition", text="running", seq=reply["result"]["seq"])
        equal({n: v for n, v in card["entry"].items() if n != "forms"},
              {n: v for n, v in entry.items() if n != "forms"}, "entry")
        equal(alice.history("lobby", limit=1)["messages"][0]["entry"], card["entry"], "entry in history")


@test("/chat/send/a-card-holds-what-an-entry-has-and-nothing-else")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    bob = member(bench, server, "bob", "lobby")
    alice.say("lobby", "running", kind="definition", entry={**ENTRY, "evil": {"x": [1]}, "from": "admin"})
    equal(bob.message()["entry"], ENTRY, "entry")
    card = {"room": "lobby", "text": "x", "kind": "definition"}
    for entry in ("running", 7, None, [ENTRY], True):
        alice.refused("send", {**card, "entry": entry}, "invalid_params", field="entry")
    for name, value in (("dictionary", 7), ("headword", None), ("headword", ["x"]), ("text", {"a": 1}),
                        ("via", 1), ("phonetic", [1]), ("tags", "zk"), ("tags", [1, 2])):
        code, data = fault(alice.call("send", {**card, "entry": {**ENTRY, name: value}}))
        equal((code, data["reason"]), (-32602, "invalid_params"), f"{name} = {value!r}")
        check(data["field"] == "entry" or name in data["field"], f"{name} = {value!r}: {data}")
    equal(bob.whole_history("lobby")[-1]["seq"], 1, "last seq")


@test("/chat/send/a-key-is-for-the-sender-alone")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    others = [member(bench, server, f"other{i}", "lobby") for i in range(4)]  # on her worker, too
    keys = ("k", "x" * 64, "é" * 32, "\x01 \"", "键" * 21 + "1")
    for key in keys:
        alice.say("lobby", f"with {key}", key=key)
        alice.message(text=f"with {key}", key=key)
        for other in others:
            check("key" not in other.message(text=f"with {key}"), "another was told the key")
    check(all("key" not in m for m in others[0].whole_history("lobby")), "history tells keys")
    alice.say("lobby", "without")
    check("key" not in alice.message(text="without"), "a key from nowhere")


@test("/chat/send/keys-that-are-refused")
def _(bench):
    client = member(bench, serve_chat(bench), "alice", "lobby")
    for key in ("x" * 65, "é" * 33, "x" * 1000):
        code, data = fault(client.call("send", {"room": "lobby", "text": "x", "key": key}))
        check((code, data["reason"]) in ((-32007, "too_long"), (-32602, "invalid_params")), f"{data}")
        equal(data["field"], "key", "field")
        equal(data.get("limit", 64), 64, "limit")
    for key in ("", 7, None, ["k"], {"k": 1}, True):
        client.refused("send", {"room": "lobby", "text": "x", "key": key}, "invalid_params", field="key")
    equal(client.history("lobby")["messages"], [], "what was stored")


@test("/chat/send/a-key-again-is-the-same-message")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    bob = member(bench, server, "bob", "lobby")
    first = alice.say("lobby", "once", key="k1")
    alice.say("lobby", "between")
    for text in ("once", "another text"):
        equal(alice.say("lobby", text, key="k1"), first, "result")
    for events in settle("lobby", alice, bob):
        equal([p["text"] for m, p in events if m == "message"], ["once", "between"], "what was heard")
    # In one write, and so most likely in one transaction.
    ids = alice.begin_all([("send", {"room": "lobby", "text": f"try {i}", "key": "k2"}) for i in range(20)])
    replies = {alice.answer(id)["result"]["seq"] for id in ids}
    equal(len(replies), 1, "numbers for one key")
    texts = [m["text"] for m in alice.whole_history("lobby")]
    equal([t for t in texts if t.startswith("try")], ["try 0"], "what was stored")
    check_sequence(alice.whole_history("lobby"), first=1)


@test("/chat/send/a-key-of-another-nick-or-room-is-another-message")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "one", "two")
    bob = member(bench, server, "bob", "one")
    equal(alice.say("one", "a", key="k")["seq"], 1, "seq")
    equal(bob.say("one", "b", key="k")["seq"], 2, "seq of another nick")
    equal(alice.say("two", "c", key="k")["seq"], 1, "seq in another room")
    equal(alice.say("one", "d", key="K")["seq"], 3, "seq of another key")
    equal(alice.say("ONE", "a", key="k")["seq"], 1, "seq in the same room, spelt otherwise")
    equal([m["text"] for m in bob.whole_history("one")], ["a", "b", "d"], "history")


@test("/chat/send/a-key-outlives-connection-and-server")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    first = alice.say("lobby", "once", key="k1")
    token = alice.token
    alice.close()

    def again(server, nick="alice"):
        client = ChatClient(server.port)
        bench.clients.append(client)
        wait_until(lambda: "result" in client.call("hello", {"protocol": 1, "nick": nick, "resume": token}), "hello")
        client.join("lobby")
        return client
    equal(again(server).say("lobby", "once", key="k1"), first, "result after a new connection")
    for number in (signal.SIGKILL, signal.SIGTERM):
        server = restarted(bench, server, number)
        alice = again(server)
        equal(alice.say("lobby", "once", key="k1"), first, f"result after {number!r}")
    equal([m["text"] for m in alice.whole_history("lobby")], ["once"], "history")


@test("/chat/send/pipelined-sends-keep-their-order")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    bob = member(bench, server, "bob", "lobby")
    n = 1000
    ids = alice.begin_all([("send", {"room": "lobby", "text": f"{i}"}) for i in range(n)])
    equal([alice.answer(id)["result"]["seq"] for id in ids], list(range(1, n + 1)), "seq of the replies")
    for client in (alice, bob):
        equal([m["text"] for m in client.messages(n)], [f"{i}" for i in range(n)], "texts")


@test("/chat/send/a-whole-conversation-in-one-write")
def _(bench):
    server = serve_chat(bench)
    for i in range(20):
        client = ChatClient(server.port)
        bench.clients.append(client)
        steps = [("hello", {"protocol": 1, "nick": f"n{i}"}), ("join", {"room": f"r{i}"}),
                 ("topic", {"room": f"r{i}", "topic": "t"}), ("send", {"room": f"r{i}", "text": "a"}),
                 ("send", {"room": f"r{i}", "text": "b"}), ("history", {"room": f"r{i}"}),
                 ("members", {"room": f"r{i}"}), ("leave", {"room": f"r{i}"})]
        replies = [client.answer(id) for id in client.begin_all(steps)]
        for (method, _params), reply in zip(steps, replies):
            check("result" in reply, f"{method}: {reply}")
        equal([reply["result"]["seq"] for reply in replies[3:5]], [1, 2], "seq")
        equal(replies[6]["result"]["members"], [f"n{i}"], "members")
        # What was sent before may still be on its way to the disk: history shows what is stored.
        check(len(replies[5]["result"]["messages"]) <= 2, f"{replies[5]}")
        equal([m["text"] for m in client.history(f"r{i}")["messages"]], ["a", "b"], "history")


@test("/chat/send/as-a-notification-it-is-stored-without-a-reply")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    for params in ({"text": "silent"}, {"text": ""}, {"text": "x" * 9000}, {"text": "elsewhere", "room": "nowhere"}):
        alice.notify("send", {"room": "lobby", **params})
    alice.message(text="silent", seq=1)
    equal(settle("lobby", alice), [[]], "what came besides")
    equal((alice.replies, alice.orphans), ({}, []), "replies")


@test("/chat/send/sending-too-often-is-refused-for-a-while")
def _(bench):
    server = serve_chat(bench, "--send-rate", "5")
    alice = member(bench, server, "alice", "lobby")
    begun = time.monotonic()
    ids = alice.begin_all([("send", {"room": "lobby", "text": f"{i}"}) for i in range(40)])
    replies = [alice.answer(id) for id in ids]
    allowed = 11 + 5 * (time.monotonic() - begun)
    n_sent = sum("result" in reply for reply in replies)
    check(10 <= n_sent <= allowed, f"{n_sent} of 40 sent at 5 a second")
    check(all("result" in reply for reply in replies[:10]), "less than the burst")
    for reply in replies:
        if "error" in reply:
            ChatClient.check_refusal(reply, "rate_limited")
            wait_ms = reply["error"]["data"]["retry_after_ms"]
            check(isinstance(wait_ms, int) and 0 < wait_ms <= 10000, f"retry_after_ms: {wait_ms}")
    # Who waits as long as he is told is heard again, and others never had to.
    equal(member(bench, server, "bob", "lobby").say("lobby", "bob")["seq"], n_sent + 1, "seq")
    until = time.monotonic() + DEADLINE_S
    while True:
        reply = alice.call("send", {"room": "lobby", "text": "again"})
        if "result" in reply:
            break
        check(time.monotonic() < until, "the limit does not end")
        time.sleep(reply["error"]["data"]["retry_after_ms"] / 1000)
    equal(reply["result"]["seq"], n_sent + 2, "seq")
    check_sequence(alice.whole_history("lobby"), first=1)


@test("/chat/send/20-a-second-are-allowed-by-default")
def _(bench):
    off = bench.write("off.conf", "[dictionary parlance-en-zh]\nenabled=false\n")
    alice = member(bench, bench.server("--config", off), "alice", "lobby")
    begun = time.monotonic()
    ids = alice.begin_all([("send", {"room": "lobby", "text": f"{i}"}) for i in range(200)])
    n_sent = sum("result" in alice.answer(id) for id in ids)
    check(40 <= n_sent <= 41 + 20 * (time.monotonic() - begun), f"{n_sent} of 200 sent")


@test("/chat/send/to-a-server-without-limit-whatever-its-durability")
def _(bench):
    for durability in ("process", "full"):
        server = serve_chat(bench, "--durability", durability, data_dir=bench.path(durability))
        alice = member(bench, server, "alice", "lobby")
        ids = alice.begin_all([("send", {"room": "lobby", "text": f"{i}"}) for i in range(300)])
        equal([alice.answer(id)["result"]["seq"] for id in ids], list(range(1, 301)), "seq")


@test("/chat/send/stats-count-it")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby", "garden")
    member(bench, server, "bob")
    for i in range(5):
        alice.say("lobby", f"{i}", key=f"{i % 4}")

    def counts():
        stats = alice.result("stats")
        return stats["sessions"], stats["rooms"], stats["messages_stored"], stats["methods"]["send"]
    wait_until(lambda: counts() == (2, 2, 4, 5), "what stats should say")


main()
