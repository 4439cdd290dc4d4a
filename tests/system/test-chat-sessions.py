#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who somebody is: hello with a nick, tokens, what takes a nick, and typing. Source: docs/protocol.md,
sections 5 and 6.
"""

import contextlib
import os
import signal
import sqlite3
import time

from account_harness import another
from chat_harness import ChatClient, member, restarted, serve_chat, settle
from harness import DEADLINE_S, check, equal, fault, main, test, wait_until

TYPING_S = 3.0

CHAT = (
    ("join", {"room": "lobby"}),
    ("leave", {"room": "lobby"}),
    ("rooms", {}),
    ("members", {"room": "lobby"}),
    ("topic", {"room": "lobby", "topic": "x"}),
    ("send", {"room": "lobby", "text": "x"}),
    ("history", {"room": "lobby"}),
    ("search_messages", {"text": "x"}),
    ("typing", {"room": "lobby"}),
)


def connect(bench, server):
    client = ChatClient(server.port)
    bench.clients.append(client)
    return client


def hello(nick, **more):
    return {"protocol": 1, "client": "test/1", "nick": nick, **more}


def expect_gone(client):
    """The server has ended the connection, with or without a word."""
    for line in client.rest().splitlines():
        check(b'"result"' not in line, f"after the end: {line!r}")


@test("/chat/sessions/hello-with-a-nick-begins-a-session")
def _(bench):
    server = serve_chat(bench)
    client = connect(bench, server)
    result = client.result("hello", hello("alice"))
    equal(set(result), {"protocol", "server", "session", "limits", "capabilities"}, "members")
    equal(set(result["session"]), {"nick", "token"}, "members of session")
    equal(result["session"]["nick"], "alice", "nick")
    token = result["session"]["token"]
    check(isinstance(token, str) and 16 <= len(token) <= 64, f"token {token!r}")
    check({"chat", "history"} <= set(result["capabilities"]), f"{result['capabilities']}")
    other = connect(bench, server).result("hello", hello("bob"))["session"]["token"]
    check(other != token, "two sessions have one token")


@test("/chat/sessions/chat-takes-a-hello-with-a-nick")
def _(bench):
    server = serve_chat(bench)
    client = connect(bench, server)
    for said_hello in (False, True):
        for method, params in CHAT:
            client.refused(method, params, "not_identified")
            client.notify(method, params)
        if not said_hello:
            check("session" not in client.hello(), "a session without a nick")
    # Dictionaries and the rest need none.
    for method in ("dictionaries", "ping", "stats"):
        client.result(method)
    equal(client.result("define", {"word": "hello"})["word"], "hello", "word")
    equal(client.result("stats")["sessions"], 0, "sessions")
    client.hello("alice")
    client.join("lobby")
    wait_until(lambda: client.result("stats")["sessions"] == 1, "a session in stats")
    equal(client.orphans, [], "errors that belong to nothing")


@test("/chat/sessions/a-refused-hello-changes-nothing")
def _(bench):
    server = serve_chat(bench)
    client = connect(bench, server)
    for params, field in (({"nick": "alice"}, "protocol"), (hello("alice", protocol=2), "protocol"),
                          (hello("alice", protocol="1"), "protocol"), (hello("alice", client=1), "client"),
                          (hello("alice", resume=7), "resume"), (hello("alice", resume=["x"]), "resume")):
        client.refused("hello", params, "invalid_params", field=field)
        client.refused("join", {"room": "lobby"}, "not_identified")
    connect(bench, server).hello("alice")


# --- tokens -----------------------------------------------------------------------------------------

@test("/chat/sessions/a-token-takes-the-nick-over")
def _(bench):
    server = serve_chat(bench)
    watcher = member(bench, server, "watcher", "lobby")
    old = member(bench, server, "alice", "lobby")
    old.say("lobby", "from the old connection")
    watcher.message(text="from the old connection")
    new = connect(bench, server)
    new.refused("hello", hello("alice"), "nick_in_use", nick="alice")
    equal(new.hello("alice", resume=old.token)["session"]["nick"], "alice", "nick")
    expect_gone(old)
    new.join("lobby", after_seq=1)
    equal(new.say("lobby", "from the new one")["seq"], 2, "seq")
    watcher.message(**{"from": "alice", "text": "from the new one"})
    equal(sorted(watcher.result("members", {"room": "lobby"})["members"]), ["alice", "watcher"], "members")
    # Again and again, with whatever token was the last one.
    for _ in range(5):
        old, new = new, connect(bench, server)
        new.hello("alice", resume=old.token)
        expect_gone(old)
    wait_until(lambda: new.result("stats")["sessions"] == 2, "two sessions in stats")


@test("/chat/sessions/a-token-takes-over-from-one-that-does-not-read")
def _(bench):
    server = serve_chat(bench)
    old = member(bench, server, "alice", "lobby", receive_bytes=4096)
    bob = member(bench, server, "bob", "lobby")
    for _ in range(100):
        bob.say("lobby", "\x01" * 8192)
    new = connect(bench, server)
    new.hello("alice", resume=old.token)
    new.join("lobby", after_seq=99)
    new.message(seq=100)
    equal(len(bob.result("members", {"room": "lobby"})["members"]), 2, "members")


@test("/chat/sessions/a-token-works-after-its-connection-ended")
def _(bench):
    server = serve_chat(bench)
    token = member(bench, server, "alice", "lobby").token
    bench.clients[-1].close()
    new = connect(bench, server)
    equal(new.hello("alice", resume=token)["session"]["nick"], "alice", "nick")


@test("/chat/sessions/a-token-outlives-the-server")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    alice.say("lobby", "before")
    for i, number in enumerate((signal.SIGTERM, signal.SIGKILL, signal.SIGKILL)):
        token = alice.token
        server = restarted(bench, server, number)
        alice = connect(bench, server)
        equal(alice.hello("alice", resume=token)["session"]["nick"], "alice", "nick")
        if alice.token == token:  # it still is the one that takes over
            thief = alice
            alice = connect(bench, server)
            alice.hello("alice", resume=token)
            expect_gone(thief)
        alice.join("lobby", after_seq=i)
        alice.message(seq=i + 1)
        equal(alice.say("lobby", f"after {i}")["seq"], i + 2, "seq")


@test("/chat/sessions/a-token-that-is-none-takes-nothing-over")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    intruder = connect(bench, server)
    for token in ("", "x", "0" * 32, alice.token[:-1], alice.token + "0", alice.token.swapcase() + "x", "x" * 1000,
                  "\x00", "é" * 16):
        code, data = fault(intruder.call("hello", hello("alice", resume=token)))
        check(data["reason"] in ("nick_in_use", "auth_failed", "invalid_params"), f"{token!r}: {data}")
    intruder.refused("join", {"room": "lobby"}, "not_identified")
    alice.say("lobby", "still here")
    alice.message(**{"from": "alice"})
    # To a nick that is free it is no hindrance.
    reply = connect(bench, server).call("hello", hello("carol", resume="no such token"))
    check("result" in reply or fault(reply)[1]["reason"] == "auth_failed", f"{reply}")


@test("/chat/sessions/another-s-token-gives-no-nick")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    bob = member(bench, server, "bob", "lobby")
    third = connect(bench, server)
    code, data = fault(third.call("hello", hello("bob", resume=alice.token)))
    check(data["reason"] in ("nick_in_use", "auth_failed"), f"{data}")
    alice.event("joined", nick="bob")
    for events in settle("lobby", bob, alice):
        equal(events, [], "what they heard")
    equal(sorted(bob.result("members", {"room": "lobby"})["members"]), ["alice", "bob"], "members")


@test("/chat/sessions/an-old-token-is-void-when-the-nick-has-another-owner")
def _(bench):
    server = serve_chat(bench)
    first = member(bench, server, "alice")
    token = first.token
    first.close()
    second = connect(bench, server)

    def is_free():
        return "result" in second.call("hello", hello("alice"))
    wait_until(is_free, "the end of the first session")
    code, data = fault(connect(bench, server).call("hello", hello("alice", resume=token)))
    check(data["reason"] in ("nick_in_use", "auth_failed"), f"{data}")
    second.join("lobby")


@test("/chat/sessions/a-token-that-is-over-takes-nothing-over")
def _(bench):
    server = serve_chat(bench)
    tokens = {nick: member(bench, server, nick).token for nick in ("alice", "bob")}
    equal(server.stop(), 0, "exit status")
    with contextlib.closing(sqlite3.connect(os.path.join(server.data_dir, "chat.db"))) as database:
        # As if they had been used last so long ago.
        for nick, days in (("alice", 29), ("bob", 31)):
            changed = database.execute("UPDATE tokens SET expires = expires - ? WHERE nick = ?", (days * 86400000, nick))
            equal(changed.rowcount, 1, f"tokens of {nick}")
        database.commit()
    server = another(bench, server)
    equal(connect(bench, server).hello(resume=tokens["alice"])["session"]["nick"], "alice", "nick")
    connect(bench, server).refused("hello", {"protocol": 1, "resume": tokens["bob"]}, "auth_failed")


# --- typing -----------------------------------------------------------------------------------------

@test("/chat/sessions/typing-is-passed-on-once-in-3-s-and-not-to-who-types")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    bob = member(bench, server, "bob", "lobby")
    alice.event("joined", nick="bob")
    for _ in range(5):
        alice.notify("typing", {"room": "lobby"})
    bob.event("typing", room="lobby", nick="alice")
    begun = time.monotonic()
    equal(settle("lobby", alice, bob), [[], []], "what came besides")
    until = begun + DEADLINE_S
    while not any(method == "typing" for method, _params in bob.events):
        check(time.monotonic() < until, "typing is not passed on again")
        alice.notify("typing", {"room": "lobby"})
        bob.ping()
        time.sleep(0.02)
    took = time.monotonic() - begun
    check(took > TYPING_S - 0.5, f"passed on again after {took:.2f} s")
    equal(settle("lobby", alice, bob)[0], [], "what the typist heard")


@test("/chat/sessions/typing-of-each-is-passed-on")
def _(bench):
    server = serve_chat(bench)
    watcher = member(bench, server, "watcher", "lobby")
    for nick in ("alice", "bob"):
        one = member(bench, server, nick, "lobby")
        one.notify("typing", {"room": "LOBBY"})
        watcher.event("typing", room="lobby", nick=nick)
    # Elsewhere nothing is heard of it, and as a request it has a reply.
    one.join("garden")
    equal(one.call("typing", {"room": "garden"}).get("error"), None, "error")
    equal([m for m, _p in settle("lobby", one, watcher)[1] if m == "typing"], [], "typing in another room")


main()
