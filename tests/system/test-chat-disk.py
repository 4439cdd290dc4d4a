#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that is full for a while, and one that cannot be written at all. Source: docs/protocol.md,
section 2 (`not_stored`).
"""

import contextlib
import os
import resource
import shutil
import subprocess

from chat_harness import ChatClient, check_database, check_sequence, member, restarted, serve_chat, settle
from harness import DEADLINE_S, Skip, check, equal, has, main, test, wait_until


@contextlib.contextmanager
def full_disk(server, limit_bytes=0):
    """No file of the server's can be written beyond that length."""
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (limit_bytes, before[1]))
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)


def serve_words_and_chat(bench, *options, **keywords):
    return serve_chat(bench, "--dictionary", bench.tsv("words.tsv", [("hello", "a greeting")]), *options, **keywords)


def looks_up(client):
    equal(client.result("define", {"word": "hello"})["entries"][0]["text"], "a greeting", "text")


def until_refused(client, room, text):
    """Sends until it is not stored; returns how many were before."""
    for i in range(100000):
        reply = client.call("send", {"room": room, "text": text, "key": f"{text[:5]} {i}"})
        if "error" in reply:
            ChatClient.check_refusal(reply, "not_stored")
            return i
    raise AssertionError("the disk does not get full")


@test("/chat/disk/what-cannot-be-stored-is-refused-and-the-rest-goes-on")
def _(bench):
    for durability in ("process", "full"):
        server = serve_words_and_chat(bench, "--durability", durability, data_dir=bench.path(durability))
        alice = member(bench, server, "alice", "lobby")
        bob = member(bench, server, "bob", "lobby")
        equal([alice.say("lobby", text)["seq"] for text in ("one", "two")], [1, 2], "seq")
        for client in (alice, bob):
            client.messages(2)
        with full_disk(server):
            for i in range(3):
                alice.refused("send", {"room": "lobby", "text": f"lost {i}", "key": f"k{i}"}, "not_stored")
            ids = alice.begin_all([("send", {"room": "lobby", "text": "lost"})] * 50)
            for id in ids:
                ChatClient.check_refusal(alice.answer(id), "not_stored")
            # What needs no disk is untouched.
            looks_up(bob)
            alice.result("ping")
            equal(sorted(bob.result("members", {"room": "lobby"})["members"]), ["alice", "bob"], "members")
            equal([m["text"] for m in bob.history("lobby")["messages"]], ["one", "two"], "history")
            carol = member(bench, server, "carol", "lobby", "a new room")
            looks_up(carol)
            bob.event("joined", nick="carol")
            carol.join("lobby", after_seq=0)
            carol.messages(2)
        # It accepts again, and what was refused has left nothing behind.
        equal(alice.say("lobby", "lost 1", key="k1")["seq"], 3, "seq")
        for client in (alice, bob, carol):
            client.message(seq=3, text="lost 1")
        equal(carol.say("a new room", "x")["seq"], 1, "seq")
        equal([e for e in settle("lobby", alice, bob)[0] if e[0] == "message"], [], "what alice heard besides")
        server = restarted(bench, server)
        texts = [m["text"] for m in member(bench, server, "dave").whole_history("lobby")]
        equal(texts[:3], ["one", "two", "lost 1"], "history")
        equal(len(texts), 4, "messages")
        equal(server.stop(), 0, "exit status")


@test("/chat/disk/a-topic-that-cannot-be-stored")
def _(bench):
    server = serve_words_and_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    alice.result("topic", {"room": "lobby", "topic": "old"})
    with full_disk(server):
        alice.refused("topic", {"room": "lobby", "topic": "new"}, "not_stored")
        equal(alice.join("lobby")["topic"], "old", "topic")
    alice.result("topic", {"room": "lobby", "topic": "newer"})
    equal(alice.join("lobby")["topic"], "newer", "topic")


@test("/chat/disk/full-in-the-middle-of-it")
def _(bench):
    server = serve_words_and_chat(bench, "--durability", "process")
    alice = member(bench, server, "alice", "lobby")
    n_stored = 0
    for limit_kib in (200, 777, 2048):
        with full_disk(server, limit_kib * 1024):
            n_stored += until_refused(alice, "lobby", f"{limit_kib} ".ljust(3000, "x"))
            looks_up(alice)
        alice.say("lobby", f"between, after {limit_kib}")
        n_stored += 1
        alice.events.clear()
    stored = alice.whole_history("lobby")
    check_sequence(stored, first=1)
    equal(len(stored), n_stored, "messages")
    equal(server.stop(), 0, "exit status")
    check_database(server)


@test("/chat/disk/a-server-that-is-told-to-stop-with-a-full-disk-stops")
def _(bench):
    server = serve_words_and_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    alice.say("lobby", "stored")
    with full_disk(server):
        alice.begin("send", {"room": "lobby", "text": "lost"})
        server.stop()
    server = restarted(bench, server)
    equal([m["text"] for m in member(bench, server, "alice").whole_history("lobby")], ["stored"], "history")


@contextlib.contextmanager
def small_disk(bench, size):
    path = bench.path("disk")
    os.mkdir(path)
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "parlance-test", path], capture_output=True, text=True)
    if not mounted or mounted.returncode != 0:
        raise Skip("a disk of its own takes root" if os.geteuid() else f"no tmpfs: {mounted and mounted.stderr.strip()}")
    try:
        yield path
    finally:
        for server in bench.servers:
            server.stop()
        subprocess.run(["umount", path], check=True, timeout=DEADLINE_S)


@test("/chat/disk/a-small-disk-that-fills-up-and-is-cleared")
def _(bench):
    with small_disk(bench, "6m") as disk:
        server = serve_words_and_chat(bench, "--durability", "process", data_dir=os.path.join(disk, "data"))
        alice = member(bench, server, "alice", "lobby")
        filler = os.path.join(disk, "filler")
        with open(filler, "wb") as file:
            with contextlib.suppress(OSError):
                for _ in range(1000):
                    file.write(b"x" * 4096)
                    file.flush()
                    if os.statvfs(disk).f_bavail * 4096 < 400 * 1024:
                        break
        n_stored = until_refused(alice, "lobby", "x" * 2000)
        looks_up(alice)
        member(bench, server, "bob", "lobby")
        equal(len(alice.whole_history("lobby")), n_stored, "messages")
        os.unlink(filler)

        def is_stored():
            return "result" in alice.call("send", {"room": "lobby", "text": "again", "key": "again"})
        wait_until(is_stored, "a disk that is used again")
        check_sequence(alice.whole_history("lobby"), first=1)
        equal(alice.history("lobby", limit=1)["messages"][0]["seq"], n_stored + 1, "seq")
        equal(server.stop(), 0, "exit status")
        check_database(server)


# --- starts -----------------------------------------------------------------------------------------

def expect_one_line(text, *parts):
    lines = [line for line in text.splitlines() if line]
    equal(len(lines), 1, f"lines on stderr: {lines}")
    for part in parts:
        has(text, part, "stderr")


@test("/chat/disk/a-directory-that-cannot-be-written-is-refused-at-the-start")
def _(bench):
    server = serve_chat(bench)
    member(bench, server, "alice", "lobby").say("lobby", "x")
    equal(server.stop(), 0, "exit status")
    data = server.data_dir
    if os.geteuid() != 0:
        os.chmod(data, 0o500)
        try:
            expect_one_line(bench.refused(*server.options), data)
        finally:
            os.chmod(data, 0o700)
    else:
        made = subprocess.run(["mount", "--bind", data, data], capture_output=True, text=True)
        if made.returncode != 0:
            raise Skip(f"no mount: {made.stderr.strip()}")
        try:
            subprocess.run(["mount", "-o", "remount,ro,bind", data], check=True, capture_output=True)
            expect_one_line(bench.refused(*server.options), data)
        finally:
            subprocess.run(["umount", data], check=True, timeout=DEADLINE_S)
    server = restarted(bench, server)
    equal([m["text"] for m in member(bench, server, "alice").whole_history("lobby")], ["x"], "history")


@test("/chat/disk/a-damaged-database-is-refused-at-the-start-and-left-alone")
def _(bench):
    server = serve_chat(bench)
    member(bench, server, "alice", "lobby").say("lobby", "x")
    equal(server.stop(), 0, "exit status")
    path = os.path.join(server.data_dir, "chat.db")
    with open(path, "rb") as file:
        whole = file.read()
    for content in (b"this is no database at all, " * 1000, whole[:4096], whole[:100] + b"\xff" * (len(whole) - 100)):
        with open(path, "wb") as file:
            file.write(content)
        has(bench.refused(*server.options), "chat.db", "stderr")
        with open(path, "rb") as file:
            equal(file.read() == content, True, "the file is left alone")
    with open(path, "wb") as file:
        file.write(whole)
    server = restarted(bench, server)
    equal([m["text"] for m in member(bench, server, "alice").whole_history("lobby")], ["x"], "history")


main()
