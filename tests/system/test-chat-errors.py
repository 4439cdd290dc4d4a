#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every error of the table. Source: docs/protocol.md, section 2.

Those of lookups and of lines have files of their own; here each is provoked once in its simplest way,
next to those of chat.
"""

import os
import re

from chat_harness import CODES, ChatClient, member, serve_chat
from harness import check, equal, main, test

ELSEWHERE = {
    "auth_failed": "test-accounts.py",
    "auth_required": "test-accounts.py",
    "banned": "test-operators.py",
    "busy": "../front/test-jsonrpc.c",
    "forbidden": "test-operators.py",
    "internal": "test-cache.py",
    "kicked": "test-operators.py",
    "muted": "test-operators.py",
    "no_such_nick": "test-operators.py",
    "not_stored": "test-chat-disk.py",
    "server_full": "test-limits.py",
    "shutting_down": "test-stop.py",
    "slow_consumer": "test-chat-flow.py",
    "tls_required": "test-tls.py",
}
HERE = os.path.dirname(os.path.abspath(__file__))


def read(*path):
    with open(os.path.join(HERE, *path), encoding="utf-8") as file:
        return file.read()


@test("/chat/errors/the-table-is-what-the-tests-go-by")
def _(bench):
    table = dict(re.findall(r"^\| (-\d+) \| `(\w+)` \|", read("..", "..", "docs", "protocol.md"), re.M))
    equal({reason: int(code) for code, reason in table.items()}, CODES, "codes")
    for reason, file in ELSEWHERE.items():
        check(reason in read(file), f"{file} does not provoke {reason}")


@test("/chat/errors/each-is-provoked")
def _(bench):
    server = serve_chat(bench, "--send-rate", "1")
    stranger = ChatClient(server.port)
    bench.clients.append(stranger)
    alice = member(bench, server, "alice", "lobby")
    bob = member(bench, server, "bob")
    provoked = set(ELSEWHERE)

    def expect(client, verb, params, reason, **members):
        client.refused(verb, params, reason, **members)
        provoked.add(reason)
    for line, reason in ((b"{no json\n", "parse_error"), (b"[]\n", "invalid_request")):
        stranger.send(line)
        while not stranger.orphans:
            stranger.take()
        equal(stranger.orphans.pop(), (CODES[reason], {"reason": reason}), "error")
        provoked.add(reason)
    expect(stranger, "shout", {}, "method_not_found", method="shout")
    expect(stranger, "join", {"room": "lobby"}, "not_identified")
    expect(stranger, "hello", {"protocol": 1, "nick": "ALICE"}, "nick_in_use", nick="ALICE")
    expect(stranger, "hello", {"protocol": 1, "nick": "a b"}, "invalid_name", field="nick")
    expect(alice, "join", {"room": "#lobby"}, "invalid_name", field="room")
    expect(alice, "history", {"room": "nowhere"}, "no_such_room", room="nowhere")
    expect(bob, "send", {"room": "lobby", "text": "x"}, "not_in_room", room="lobby")
    expect(alice, "send", {"room": "lobby"}, "invalid_params", field="text")
    expect(alice, "send", {"room": "lobby", "text": "x" * 8193}, "too_long", limit=8192, field="text")
    expect(alice, "define", {"word": "x", "dictionaries": ["none"]}, "no_such_dictionary", dictionary="none")
    expect(alice, "match", {"word": "x", "strategy": "none"}, "no_such_strategy", strategy="none")
    replies = [alice.answer(id) for id in alice.begin_all([("send", {"room": "lobby", "text": "x"})] * 20)]
    ChatClient.check_refusal(replies[-1], "rate_limited")
    provoked.add("rate_limited")
    equal(provoked, set(CODES), "reasons")


@test("/chat/errors/a-refused-request-says-which-one-it-was")
def _(bench):
    client = member(bench, serve_chat(bench), "alice", "lobby")
    for id in ("a string", "é" * 32, -(2 ** 63), 2 ** 63 - 1, 0, ""):
        client.request("send", {"room": "nowhere", "text": "x"}, id=id)
        ChatClient.check_refusal(client.answer(id), "not_in_room", room="nowhere")
        client.request("send", {"room": "lobby", "text": "x"}, id=id)
        equal(set(client.answer(id)["result"]), {"room", "seq", "time"}, "result")


main()
