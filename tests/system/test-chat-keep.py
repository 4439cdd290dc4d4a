# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator does with rooms: export, backup while the server is busy, retention."""

import json
import os
import signal
import sqlite3
import subprocess
import threading

from chat_harness import member, restarted, serve_chat
from harness import DEADLINE_S, PARLANCED, Server, check, equal, has, main, test, wait_until


def export(data_dir, room):
    done = subprocess.run([PARLANCED, "--data-dir", data_dir, "--export-room", room], capture_output=True,
                          text=True, timeout=DEADLINE_S, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def set_retention(bench, server, text):
    bench.write("off.conf", f"[server]\n{text}\n[dictionary parlance-en-zh]\nenabled=false\n"
                            "[room Homework]\nhistory_messages=0\n")
    server.process.send_signal(signal.SIGHUP)


def first_seq(client, room):
    return client.join(room)["first_seq"]


@test("/chat/export/what-history-lists-while-the-server-runs")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "Study Room")
    for i in range(1200):
        alice.begin("send", {"room": "study room", "text": f"{i} 你好\n\"{i}\"", "key": f"k{i}"})
    alice.say("study room", "the last")
    status, messages, errors = export(server.data_dir, "STUDY room")
    equal((status, errors), (0, ""), "status and errors")
    equal([message["seq"] for message in messages], list(range(1, 1202)), "seqs")
    check(all("key" not in message for message in messages), "a key was exported")
    equal(messages[-500:], alice.history("study room", limit=500)["messages"], "messages")


@test("/chat/export/a-room-that-is-not-there")
def _(bench):
    server = serve_chat(bench)
    status, messages, errors = export(server.data_dir, "nowhere")
    equal((status, messages), (1, []), "status and output")
    has(errors, "nowhere")


@test("/chat/backup/is-whole-while-others-write")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    alice.say("lobby", "begin")
    done = threading.Event()

    def write():
        writer = member(bench, server, "writer", "lobby")
        while not done.is_set():
            writer.say("lobby", "x" * 200)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        copy = bench.path("copy")
        os.mkdir(copy)
        acknowledged = alice.say("lobby", "before")["seq"]
        with sqlite3.connect(os.path.join(server.data_dir, "chat.db")) as source, \
                sqlite3.connect(os.path.join(copy, "chat.db")) as target:
            source.backup(target, pages=5)
    finally:
        done.set()
        thread.join()
    status, messages, errors = export(copy, "lobby")
    equal((status, errors), (0, ""), "status and errors")
    equal([message["seq"] for message in messages], list(range(1, len(messages) + 1)), "seqs")
    check(len(messages) >= acknowledged, "what was acknowledged before is in it")

    again = Server(bench, server.options, data_dir=copy)
    bench.servers.append(again)
    again.start()
    bob = member(bench, again, "bob")
    equal(bob.join("lobby")["last_seq"], len(messages), "last_seq of the copy")


@test("/chat/retention/so-many-messages-of-each-room")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby", "homework", "few")
    for i in range(700):
        for room in ("lobby", "homework"):
            alice.begin("send", {"room": room, "text": f"message {i}"})
    for i in range(5):
        alice.say("few", "hi")
    set_retention(bench, server, "history_messages=100")
    wait_until(lambda: first_seq(alice, "lobby") == 601, "the lobby lost its oldest")
    equal([m["seq"] for m in alice.history("lobby", after=0, limit=3)["messages"]], [601, 602, 603], "oldest")
    equal(alice.history("lobby", before=602)["more"], False, "more before them")
    equal(first_seq(alice, "few"), 1, "a room with fewer")
    equal(first_seq(alice, "homework"), 1, "a room that keeps everything")
    equal(alice.say("lobby", "next")["seq"], 701, "the next number")

    # Who comes back from before gets what is left, and then what is live.
    bob = member(bench, server, "bob")
    bob.join("lobby", after_seq=10)
    alice.say("lobby", "live")
    seqs = [bob.message()["seq"] for _ in range(102)]
    equal(seqs, list(range(601, 703)), "what is left")


@test("/chat/retention/numbers-are-never-used-again")
def _(bench):
    server = serve_chat(bench)
    alice = member(bench, server, "alice", "lobby")
    for i in range(10):
        alice.say("lobby", f"message {i}")
    set_retention(bench, server, "history_messages=1")
    wait_until(lambda: first_seq(alice, "lobby") == 10, "the lobby lost all but one")
    server = restarted(bench, server, signal.SIGKILL)
    alice = member(bench, server, "alice")
    joined = alice.join("lobby")
    equal((joined["first_seq"], joined["last_seq"]), (10, 10), "what a restart found")
    equal(alice.say("lobby", "next")["seq"], 11, "the next number")


main()
