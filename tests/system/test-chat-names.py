#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nicks and names of rooms. Source: docs/protocol.md, sections 4 and 5."""

from chat_harness import ChatClient, member, serve_chat, settle
from harness import check, equal, fault, main, test

GOOD = (
    "a", "7", "-", "_", ".", "Alice-B_c.9", "émile", "e\u0301lan", "爱丽丝", "\U00020bb7野家", "علي",
    "ש\u05c1לום", "हिन्दी", "น้ำ", "스타", "٣٤", "ａｂｃ", "\ufb01n", "スーパー",
)

BAD = (
    "a\x01", "a\x1b[31m", "a\tb", "a\nb", "a\x7f", "a\u0085b",  # controls
    "a\u202eb", "a\u202a", "a\u2066b\u2069", "\u200fa", "a\u200eb", "a\u061cb",  # bidirectional
    "a\u200bb", "a\u200db", "a\u00adb", "\ufeffa", "a\u2060b", "a\U000e0041",  # other format characters
    "a\u115fb", "\u3164", "\uffa0", "a\u034f", "a\ufe0f", "a\u180b", "a\U000e0100",  # unseen
    "a@b", "a/b", "#a", "a:b", "a'b", 'a"b', "a\\b", "a,b", "a\u2019b", "\u20ac", "\U0001f600",
    "a\u00a0b", "a\u3000b", "a\u2028b", "\u2800",  # spaces that are not U+0020
    "\u2163", "a\u00b2", "\u2460",  # numbers that are no digits
    "\u0378", "\ue000", "\U0002ffff", "a\x00b", "\x00",
)


def refuse_name(client, method, params, field):
    """The name itself is refused, or its length is."""
    code, data = fault(client.call(method, params))
    check((code, data["reason"]) in ((-32003, "invalid_name"), (-32007, "too_long")), f"{params}: {data}")
    equal(data["field"], field, f"field for {params}")
    return data


@test("/chat/names/nicks-of-every-script")
def _(bench):
    server = serve_chat(bench)
    client = member(bench, server, "first")
    for nick in GOOD + ("x" * 32, "中" * 32, "\U00020bb7" * 32):
        equal(client.hello(nick)["session"]["nick"], nick, "nick")


@test("/chat/names/what-is-no-nick-is-refused")
def _(bench):
    server = serve_chat(bench)
    client = member(bench, server, "alice", "lobby")
    for nick in BAD + ("two words", " a", "a ", "\ufdfa", "a\u037a"):
        params = {"protocol": 1, "nick": nick}
        client.refused("hello", params, "invalid_name", field="nick")
    for nick in ("", "x" * 33, "中" * 33, "e\u0301" * 17):
        refuse_name(client, "hello", {"protocol": 1, "nick": nick}, "nick")
    for nick in (7, None, ["a"], {"nick": "a"}, True):
        client.refused("hello", {"protocol": 1, "nick": nick}, "invalid_params", field="nick")
    # None of this has changed who it is.
    client.say("lobby", "still me")
    client.message(**{"from": "alice", "text": "still me"})


@test("/chat/names/rooms-of-every-script")
def _(bench):
    client = member(bench, serve_chat(bench), "alice")
    names = GOOD + ("two words", "a b c", "你 好", "x" * 64, "中" * 64, "\U00020bb7" * 64)
    for room in names:
        equal(client.join(room)["room"], room, "room")
    equal({room["room"] for room in client.result("rooms")["rooms"]}, {"lobby", *names}, "rooms")


@test("/chat/names/what-is-no-room-is-refused")
def _(bench):
    client = member(bench, serve_chat(bench), "alice")
    for room in BAD + (" a", "a ", " ", "a  b"):
        client.refused("join", {"room": room}, "invalid_name", field="room")
    for room in ("", "x" * 65, "中" * 65, "e\u0301" * 33):
        refuse_name(client, "join", {"room": room}, "room")
    for room in (7, None, ["a"], {"room": "a"}, False):
        client.refused("join", {"room": room}, "invalid_params", field="room")
    client.refused("join", {}, "invalid_params", field="room")
    equal([room["room"] for room in client.result("rooms")["rooms"]], ["lobby"], "rooms")


SAME_NICKS = (
    ("Alice", "ALICE", "ａｌｉｃｅ", "aLiCe"),
    ("Straße", "STRASSE", "strasse", "Stra\u1e9ee"),
    ("émile", "E\u0301MILE", "É\u006dile"),
    ("Σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφοσ"),
    ("\ufb01n", "FIN"),
    ("\u212aelvin", "kelvin"),
    ("İ", "i\u0307"),
    ("\u1112\u1161\u11ab", "\ud55c"),
)


@test("/chat/names/one-nick-in-other-letters-is-taken")
def _(bench):
    server = serve_chat(bench)
    other = ChatClient(server.port)
    bench.clients.append(other)
    for nick, *spellings in SAME_NICKS:
        holder = member(bench, server, nick)
        for spelling in (nick, *spellings):
            code, data = fault(other.call("hello", {"protocol": 1, "nick": spelling}))
            equal((code, data["reason"]), (-32002, "nick_in_use"), f"{spelling} while {nick} is there")
            check(isinstance(data["nick"], str), f"{data}")
        holder.close()
    # What looks alike is not the same.
    member(bench, server, "I")
    equal(other.hello("\u0131")["session"]["nick"], "\u0131", "the dotless i")


@test("/chat/names/one-room-in-other-letters-is-the-same-and-shown-as-first-written")
def _(bench):
    server = serve_chat(bench)
    first, second = member(bench, server, "first"), member(bench, server, "second")
    for room, *spellings in (*SAME_NICKS, ("Two Words", "TWO WORDS", "ｔｗｏ words"), ("lobby", "LOBBY", "ｌobby")):
        first.join(room)
        for spelling in spellings:
            result = second.join(spelling)
            equal(result["room"], room, f"room, joined as {spelling}")
            equal(set(result["members"]), {"first", "second"}, "members")
            seq = second.say(spelling, f"to {spelling}")["seq"]
            first.message(room=room, seq=seq, text=f"to {spelling}")
            equal(first.history(spelling)["messages"][-1]["room"], room, "room in history")
        first.result("leave", {"room": spellings[-1]})
        second.result("leave", {"room": room})


@test("/chat/names/exactly-one-of-100-gets-a-nick")
def _(bench):
    server = serve_chat(bench)
    clients = [ChatClient(server.port) for _ in range(100)]
    bench.clients += clients
    for nick in ("race", "Ｒace2"):
        ids = [client.begin("hello", {"protocol": 1, "nick": nick}) for client in clients]
        replies = [client.answer(id) for client, id in zip(clients, ids)]
        winners = [c for c, reply in zip(clients, replies) if "result" in reply]
        equal(len(winners), 1, f"clients with the nick {nick}")
        for reply in replies:
            if "error" in reply:
                ChatClient.check_refusal(reply, "nick_in_use", nick=nick)
        winners[0].join("lobby")
        equal(winners[0].result("members", {"room": "lobby"})["members"], [nick], "members")
        winners[0].close()
        clients.remove(winners[0])


@test("/chat/names/a-nick-is-free-when-its-connection-ends")
def _(bench):
    server = serve_chat(bench)
    watcher = member(bench, server, "watcher", "lobby")
    for _ in range(3):
        alice = member(bench, server, "alice", "lobby")
        watcher.event("joined", room="lobby", nick="alice")
        alice.close()
        watcher.event("left", room="lobby", nick="alice")


@test("/chat/names/a-second-hello-changes-the-nick-and-room-mates-hear-it-once")
def _(bench):
    server = serve_chat(bench)
    mate = member(bench, server, "mate", "one", "two")
    stranger = member(bench, server, "stranger", "three")
    alice = member(bench, server, "alice", "one", "two")
    result = alice.hello("alicia")
    equal(result["session"]["nick"], "alicia", "nick")
    mate.event("renamed", **{"from": "alice", "to": "alicia"})
    equal(set(alice.result("members", {"room": "one"})["members"]), {"mate", "alicia"}, "members")
    alice.say("one", "who am I")
    mate.message(**{"room": "one", "from": "alicia"})
    before_mate = settle("two", alice, mate)[1]
    before_stranger = settle("three", stranger)[0]
    equal([e for e in before_mate if e[0] == "renamed"], [], "more than one renamed")
    equal([e for e in before_stranger if e[0] == "renamed"], [], "renamed to one who shares no room")
    # The old nick is free.
    equal(member(bench, server, "alice").result("members", {"room": "one"})["members"].count("alice"), 0, "alice")


@test("/chat/names/a-nick-that-changes-between-sends")
def _(bench):
    server = serve_chat(bench)
    mate = member(bench, server, "mate", "lobby")
    alice = member(bench, server, "alice", "lobby")
    steps = []
    for i in range(50):
        steps += [("send", {"room": "lobby", "text": f"{i}", "key": "the same"}),
                  ("hello", {"protocol": 1, "nick": f"alice-with-a-longer-name-{i}"})]
    for id in alice.begin_all(steps):
        check("result" in alice.answer(id), "send or hello failed")
    wanted = ["alice"] + [f"alice-with-a-longer-name-{i}" for i in range(49)]
    # Who sent it is who he was at that time, and a key is the nick's.
    equal([m["from"] for m in mate.messages(50)], wanted, "from")
    names = [e for e in settle("lobby", alice, mate)[1] if e[0] == "renamed"]
    equal([params["from"] for _method, params in names], wanted, "renamed")


@test("/chat/names/a-nick-may-change-its-letters")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    for nick in ("ALICE", "alice", "alice"):
        alice.hello(nick)
    equal(len(alice.result("members", {"room": "lobby"})["members"]), 1, "members")
    alice.say("lobby", "here")
    alice.message(text="here")


@test("/chat/names/a-taken-nick-cannot-be-changed-to")
def _(bench):
    server = serve_chat(bench)
    bob = member(bench, server, "bob", "lobby")
    alice = member(bench, server, "alice", "lobby")
    bob.event("joined", nick="alice")
    for nick in ("bob", "BOB"):
        alice.refused("hello", {"protocol": 1, "nick": nick}, "nick_in_use")
    events = settle("lobby", alice, bob)[1]
    equal(events, [], "what bob heard")
    equal(set(bob.result("members", {"room": "lobby"})["members"]), {"alice", "bob"}, "members")
    alice.say("lobby", "still alice")
    bob.message(**{"from": "alice"})


main()
