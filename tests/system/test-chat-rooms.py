#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""join, leave, rooms, members, topic and who is told. Source: docs/protocol.md, sections 5 and 6."""

import signal

from chat_harness import ChatClient, member, restarted, serve_chat, settle
from harness import check, equal, main, test, wait_until

MAX_ROOMS = 64
QUIET_MEMBERS = 500


def rooms(client):
    return {room["room"]: room for room in client.result("rooms", {})["rooms"]}


def names_of(events):
    return [method for method, _params in events]


@test("/chat/rooms/the-lobby-is-always-there")
def _(bench):
    server = serve_chat(bench)
    client = member(bench, server, "alice")
    equal(rooms(client), {"lobby": {"room": "lobby", "topic": "", "members": 0, "last_seq": 0}}, "rooms")
    equal(client.result("members", {"room": "lobby"}), {"members": []}, "members")
    equal(client.history("lobby"), {"room": "lobby", "messages": [], "more": False}, "history")
    client.join("lobby")
    client.result("leave", {"room": "lobby"})
    equal(set(rooms(client)), {"lobby"}, "rooms")


@test("/chat/rooms/join-tells-what-the-room-is")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice")
    result = alice.join("garden")
    equal(set(result), {"room", "topic", "members", "first_seq", "last_seq"}, "members of the result")
    equal((result["room"], result["topic"], result["members"], result["last_seq"]), ("garden", "", ["alice"], 0),
          "result")
    check(result["first_seq"] in (0, 1), f"first_seq of an empty room: {result['first_seq']}")
    for text in ("one", "two", "three"):
        alice.say("garden", text)
    alice.result("topic", {"room": "garden", "topic": "roses"})
    result = member(bench, server, "bob").join("garden")
    equal((result["topic"], set(result["members"]), result["first_seq"], result["last_seq"]),
          ("roses", {"alice", "bob"}, 1, 3), "result")
    equal(rooms(alice)["garden"], {"room": "garden", "topic": "roses", "members": 2, "last_seq": 3}, "in rooms")


@test("/chat/rooms/joined-and-left-are-told-to-others")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "garden")
    bob = member(bench, server, "bob", "garden")
    alice.event("joined", room="garden", nick="bob")
    equal(names_of(settle("garden", alice, bob)[1]), [], "what bob heard")
    equal(bob.result("leave", {"room": "garden"}), {}, "result")
    alice.event("left", room="garden", nick="bob")
    equal(alice.result("members", {"room": "garden"})["members"], ["alice"], "members")
    alice.say("garden", "he does not hear this")
    bob.join("garden")
    alice.event("joined", room="garden", nick="bob")
    equal(names_of(settle("garden", alice, bob)[1]), [], "what bob heard after he came back")


@test("/chat/rooms/joining-again-tells-nobody")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "garden")
    bob = member(bench, server, "bob", "garden")
    alice.event("joined", nick="bob")
    result = bob.join("garden")
    equal(set(result["members"]), {"alice", "bob"}, "members")
    equal([names_of(events) for events in settle("garden", alice, bob)], [[], []], "what they heard")
    equal(rooms(bob)["garden"]["members"], 2, "members")


@test("/chat/rooms/the-end-of-a-connection-is-told-in-all-of-its-rooms")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "one", "two", "three")
    bob = member(bench, server, "bob", "one", "two")
    for room in ("one", "two"):
        alice.event("joined", room=room, nick="bob")
    bob.close()
    left = {alice.event("left", nick="bob")["room"] for _ in range(2)}
    equal(left, {"one", "two"}, "rooms that he left")
    equal(rooms(alice)["one"]["members"], 1, "members")
    equal(names_of(settle("three", alice)[0]), [], "what came besides")


@test("/chat/rooms/what-takes-membership-is-refused-without-it")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "garden")
    bob = member(bench, server, "bob", "lobby")
    for room in ("garden", "nowhere"):
        for method, more in (("send", {"text": "x"}), ("leave", {}), ("topic", {"topic": "x"}), ("typing", {})):
            bob.refused(method, {"room": room, **more}, "not_in_room", room=room)
    bob.join("garden")
    bob.result("leave", {"room": "garden"})
    bob.refused("send", {"room": "garden", "text": "x"}, "not_in_room", room="garden")
    bob.refused("leave", {"room": "garden"}, "not_in_room", room="garden")
    equal(alice.history("garden")["messages"], [], "what was said")


@test("/chat/rooms/a-room-that-is-not-there")
def _(bench):
    client = member(bench, serve_chat(bench), "alice", "lobby")
    for method in ("history", "members"):
        client.refused(method, {"room": "nowhere"}, "no_such_room", room="nowhere")
    equal(set(rooms(client)), {"lobby"}, "rooms")


@test("/chat/rooms/parameters-of-the-wrong-type")
def _(bench):
    client = member(bench, serve_chat(bench), "alice", "lobby")
    for method in ("join", "leave", "members", "topic", "history", "typing"):
        for room in (7, None, ["lobby"], {}, True):
            client.refused(method, {"room": room, "topic": "x"}, "invalid_params", field="room")
        client.refused(method, {"topic": "x"}, "invalid_params", field="room")
    for after in ("1", 1.5, [1], None, True, -1):
        client.refused("join", {"room": "lobby", "after_seq": after}, "invalid_params", field="after_seq")
    for topic in (7, ["x"], None):
        client.refused("topic", {"room": "lobby", "topic": topic}, "invalid_params", field="topic")
    client.refused("topic", {"room": "lobby"}, "invalid_params", field="topic")
    # Members that nobody knows are passed over.
    client.join("lobby", later=[1, {"a": 2}])


@test("/chat/rooms/a-topic-is-told-and-kept")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    bob = member(bench, server, "bob", "lobby")
    for topic in ("Was heißt „run“?", "x" * 512, "中" * 170 + "ab", "\U0001f339" * 128, ""):
        equal(alice.result("topic", {"room": "lobby", "topic": topic}), {}, "result")
        bob.event("topic", room="lobby", topic=topic, by="alice")
        equal(rooms(bob)["lobby"]["topic"], topic, "topic in rooms")
        equal(bob.join("lobby")["topic"], topic, "topic in join")
    for topic in ("x" * 513, "中" * 171, "\U0001f339" * 128 + "x"):
        alice.refused("topic", {"room": "lobby", "topic": topic}, "too_long", limit=512, field="topic")
    equal(rooms(bob)["lobby"]["topic"], "", "topic")


@test("/chat/rooms/rooms-and-topics-outlive-the-server")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby", "Garten", "silent")
    alice.say("Garten", "a rose")
    alice.result("topic", {"room": "lobby", "topic": "welcome"})
    alice.result("topic", {"room": "Garten", "topic": "roses"})
    for number in (signal.SIGTERM, signal.SIGKILL):
        server = restarted(bench, server, number)
        alice = member(bench, server, "alice")
        found = rooms(alice)
        equal((found["lobby"]["topic"], found["Garten"]["topic"]), ("welcome", "roses"), "topics")
        equal((found["lobby"]["last_seq"], found["Garten"]["last_seq"]), (0, 1), "last_seq")
        equal([room["members"] for room in found.values()], [0] * len(found), "members")
        equal(alice.join("garten")["room"], "Garten", "room")
        alice.result("topic", {"room": "Garten", "topic": ""})
        alice.result("topic", {"room": "Garten", "topic": "roses"})


@test("/chat/rooms/a-session-is-in-64-rooms-at-most")
def _(bench):
    server = serve_chat(bench)
    client = member(bench, server, "alice", *(f"room {i}" for i in range(MAX_ROOMS)))
    client.refused("join", {"room": "one more"}, "too_long", limit=MAX_ROOMS, field="room")
    client.refused("join", {"room": "lobby"}, "too_long", limit=MAX_ROOMS, field="room")
    check("one more" not in rooms(client), "the room was made")
    client.join("room 7")  # one that it is in
    client.result("leave", {"room": "room 3"})
    client.join("lobby")
    client.refused("join", {"room": "room 3"}, "too_long", limit=MAX_ROOMS, field="room")
    client.say("room 7", "x")
    # Others have places of their own.
    equal(member(bench, server, "bob").join("room 7")["last_seq"], 1, "last_seq")


@test("/chat/rooms/join-storm")
def _(bench):
    server = serve_chat(bench)
    client = member(bench, server, "alice", "lobby")
    watcher = member(bench, server, "watcher", "lobby")
    n = 500
    steps = [(method, {"room": f"r{i % 50}"}) for i in range(n) for method in ("join", "leave")]
    ids = client.begin_all(steps + [("join", {"room": f"r{i}"}) for i in range(100)])
    replies = [client.answer(id) for id in ids]
    check(all("result" in reply for reply in replies[:2 * n + MAX_ROOMS - 1]), "a join or leave failed")
    check(all("error" in reply for reply in replies[2 * n + MAX_ROOMS - 1:]), "more than 64 rooms")
    equal(len(watcher.result("members", {"room": "r0"})["members"]), 1, "members of r0")
    client.close()
    watcher.event("left", room="lobby", nick="alice")
    check(all(room["members"] == 0 for name, room in rooms(watcher).items() if name != "lobby"), "members stay")


@test("/chat/rooms/a-room-of-more-than-500-is-quiet")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "hall")
    others = []
    for i in range(QUIET_MEMBERS + 5):
        other = ChatClient(server.port)
        bench.clients.append(other)
        others.append(other)
        other.begin_all([("hello", {"protocol": 1, "nick": f"n{i}"}), ("join", {"room": "hall"})])
    for other in others:
        check("result" in other.answer(1) and "result" in other.answer(2), "hello or join failed")
    n_members = len(others) + 1
    equal(len(alice.result("members", {"room": "hall"})["members"]), n_members, "members")
    heard = settle("hall", alice)[0]
    n_joined = names_of(heard).count("joined")
    # Of those who came at the same moment as the one too many, none need be told.
    check(QUIET_MEMBERS / 2 <= n_joined <= QUIET_MEMBERS, f"alice heard {n_joined} of {len(others)} join")

    # Nobody hears of these, and everybody hears what is said.
    late = member(bench, server, "late", "hall")
    late.notify("typing", {"room": "hall"})
    late.result("leave", {"room": "hall"})
    equal(names_of(settle("hall", alice)[0]), [], "what alice heard")
    equal(rooms(alice)["hall"]["members"], n_members, "members")
    for other in others:
        other.close()
    wait_until(lambda: len(alice.result("members", {"room": "hall"})["members"]) == 1, "the end of the others")
    settle("hall", alice)

    # A room that has become small again is quiet no more.
    member(bench, server, "guest", "hall")
    alice.event("joined", room="hall", nick="guest")


main()
