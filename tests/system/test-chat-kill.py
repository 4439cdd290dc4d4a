#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server is killed again and again under writers and readers that come back. At the end everything
that was acknowledged is stored exactly once, and everybody has seen the same.

KILLS in the environment says how often (./check --kills N), SEED which moments.
"""

import json
import os
import random
import signal
import threading
import time

from chat_harness import ChatClient, check_database, check_sequence, member, restarted, serve_chat
from harness import DEADLINE_S, Closed, Failure, Server, check, equal, main, request, test, wait_until

N_KILLS = int(os.environ.get("KILLS", "8"))
N_EACH = 8
WINDOW = 6
ROOM = "lobby"
THE_END = "the end"


class Person(threading.Thread):
    """Somebody in the room whose connection is lost with every server, and who always comes back."""

    def __init__(self, nick, port):
        super().__init__(daemon=True)
        self.nick = nick
        self.port = port
        self.token = None
        self.failure = None
        self.n_connections = 0

    def connect(self):
        """A connection that has said hello: as soon as there is a server, within the deadline."""
        until = time.monotonic() + 3 * DEADLINE_S
        while True:
            try:
                client = ChatClient(self.port)
                reply = client.call("hello", {"protocol": 1, "nick": self.nick,
                                              **({"resume": self.token} if self.token else {})})
                if "result" in reply:
                    self.token = reply["result"]["session"]["token"]
                    self.n_connections += 1
                    return client
                check(reply["error"]["data"]["reason"] == "nick_in_use", f"{self.nick}: {reply}")
                client.close()
            except (Closed, OSError):
                pass
            if time.monotonic() > until:
                raise Failure(f"{self.nick} cannot come back")
            time.sleep(0.01)

    def run(self):
        try:
            while True:
                client = self.connect()
                try:
                    self.talk(client)
                    return
                except (Closed, OSError):
                    pass
                finally:
                    client.close()
        except Exception as failure:
            self.failure = failure


class Writer(Person):
    """Sends with a key each, and again with that key what was not acknowledged."""

    def __init__(self, nick, port):
        super().__init__(nick, port)
        self.pending = {}  # number: None, in the order of sending
        self.acknowledged = {}  # number: seq
        self.n_sent = 0
        self.stopping = False

    def text(self, number):
        return f"{self.nick} {number}"

    def line(self, number):
        return request("send", {"room": ROOM, "text": self.text(number), "key": f"{number}"}, id=number)

    def talk(self, client):
        client.request("join", {"room": ROOM}, id="join")
        client.send(b"".join(self.line(number) for number in self.pending))
        while self.pending or not self.stopping:
            if not self.stopping and len(self.pending) < WINDOW:
                self.n_sent += 1
                self.pending[self.n_sent] = None
                client.send(self.line(self.n_sent))
                continue
            line = client.line()
            if b'"method"' in line:
                continue
            reply = json.loads(line)
            check("result" in reply, f"{self.nick}: {reply}")
            if reply["id"] != "join":
                del self.pending[reply["id"]]
                self.acknowledged[reply["id"]] = reply["result"]["seq"]


class Reader(Person):
    """Reads from where it has come to."""

    def __init__(self, nick, port):
        super().__init__(nick, port)
        self.seen = []

    def talk(self, client):
        client.begin("join", {"room": ROOM, "after_seq": len(self.seen)})
        while not self.seen or self.seen[-1]["text"] != THE_END:
            message = client.message()
            equal(message["seq"], len(self.seen) + 1, f"{self.nick}: seq")
            self.seen.append(message)


def kill_and_start(bench, server, chance, writers):
    """Kills the server at a moment of its choice, in its start too; returns the next one."""
    def n_acknowledged():
        failures = [w.failure for w in writers if w.failure]
        equal(failures, [], "what writers met with")
        return sum(len(w.acknowledged) for w in writers)
    target = n_acknowledged() + chance.choice((0, 1, chance.randrange(50), chance.randrange(300)))
    wait_until(lambda: n_acknowledged() >= target, "acknowledgements")
    time.sleep(chance.random() * 0.003)
    if chance.random() < 0.2:
        server.kill()
        server = Server(bench, server.options, data_dir=server.data_dir, listen=server.ready["listen"])
        bench.servers.append(server)
        server.options = bench.servers[0].options
        server.spawn()
        time.sleep(chance.random() * 0.05)
        server.ready = bench.servers[0].ready
    return restarted(bench, server, signal.SIGKILL)


def kill_under(bench, durability):
    seed = int(os.environ.get("SEED", "0")) or random.randrange(1, 10 ** 9)
    print(f"# SEED={seed} KILLS={N_KILLS}", flush=True)
    chance = random.Random(seed)
    server = serve_chat(bench, "--durability", durability)
    writers = [Writer(f"w{i}", server.port) for i in range(N_EACH)]
    readers = [Reader(f"r{i}", server.port) for i in range(N_EACH)]
    people = writers + readers
    for person in people:
        person.start()
    try:
        for _ in range(N_KILLS):
            server = kill_and_start(bench, server, chance, writers)
        wait_until(lambda: all(w.n_connections > 1 for w in writers), "writers that came back")
    finally:
        for writer in writers:
            writer.stopping = True
        for writer in writers:
            writer.join(4 * DEADLINE_S)
        closer = member(bench, server, "closer", ROOM)
        closer.say(ROOM, THE_END)
        for reader in readers:
            reader.join(4 * DEADLINE_S)
    equal([(p.nick, p.failure) for p in people if p.failure or p.is_alive()], [], "what people met with")
    judge(closer.whole_history(ROOM), writers, readers)
    before = closer.whole_history(ROOM)
    server = restarted(bench, server)
    equal(member(bench, server, "closer").whole_history(ROOM), before, "history after a restart")
    equal(server.stop(), 0, "exit status")
    check_database(server)
    print(f"# {len(before)} messages, {N_KILLS} kills", flush=True)


def judge(stored, writers, readers):
    check_sequence(stored, first=1)
    times = [m["time"] for m in stored]
    equal(times, sorted(times), "times")
    at = {m["text"]: m["seq"] for m in stored}
    equal(len(at), len(stored), "messages that are stored, each once")
    for writer in writers:
        wanted = {writer.text(number): seq for number, seq in writer.acknowledged.items()}
        equal({text: at.get(text) for text in wanted}, wanted, f"what {writer.nick} was told is stored")
        equal(len(wanted), writer.n_sent, f"what {writer.nick} sent is acknowledged")
        in_order = [int(m["text"].split()[1]) for m in stored if m["from"] == writer.nick]
        equal(in_order, list(range(1, writer.n_sent + 1)), f"the order of what {writer.nick} said")
    for reader in readers:
        check(reader.seen == stored, f"{reader.nick} saw something else than what is stored")


@test("/chat/kill/nothing-lost-nothing-twice-with-durability-process")
def _(bench):
    kill_under(bench, "process")


@test("/chat/kill/nothing-lost-nothing-twice-with-durability-full")
def _(bench):
    kill_under(bench, "full")


main()
