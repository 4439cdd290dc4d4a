#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What members are told adds up, in whatever order things happen: who keeps a list of a room by the
reply to join and the notifications after it, has the list that the server has, and every message
from there on. Source: docs/protocol.md, sections 5 and 6.

SEED in the environment chooses what happens.
"""

import os
import random

from chat_harness import ChatClient, serve_chat
from harness import check, equal, main, test

N_CLIENTS = 12
N_STEPS = 4000
ROOMS = ("one", "two", "three")


class View:
    """A room as one member knows it."""

    def __init__(self, result, after_seq):
        self.members = set(result["members"])
        self.topic = result["topic"]
        self.is_live = after_seq is None
        self.last_seq = result["last_seq"] if after_seq is None else min(after_seq, result["last_seq"])


class Viewer(ChatClient):
    """Keeps its views by each line that it reads, in their order."""

    def __init__(self, server, nick, token=None):
        super().__init__(server.port)
        self.nick = nick
        self.nicks = {nick}  # this one, and those it had before
        self.views = {}
        self.asked = {}  # id: what is done with the reply
        self.n_refused = 0
        self.hello(nick, **({"resume": token} if token else {}))

    def ask(self, method, params, then):
        self.asked[self.begin(method, params)] = then

    def take(self, deadline_s=None):
        super().take(deadline_s)
        for id in list(self.replies):
            if id in self.asked:
                reply = self.replies.pop(id)
                then = self.asked.pop(id)
                if "error" in reply:
                    self.n_refused += 1
                    check(reply["error"]["data"]["reason"] in ("not_in_room", "nick_in_use"), f"{reply}")
                else:
                    then(reply["result"])
        while self.events:
            self.hear(*self.events.popleft())

    def hear(self, method, params):
        if method == "renamed":
            for view in self.views.values():
                if params["from"] in view.members:
                    view.members.remove(params["from"])
                    view.members.add(params["to"])
            return
        check(params["room"] in self.views, f"{self.nick} is not there: {method} {params!r:.200}")
        view = self.views[params["room"]]
        if method == "joined":
            view.members.add(params["nick"])
        elif method == "left":
            view.members.discard(params["nick"])
        elif method == "topic":
            view.topic = params["topic"]
        elif method == "message":
            # Whoever speaks has come before, and has not left yet: but for one who catches up, and
            # who hears at once who comes and goes. What it said itself may come after its new name.
            check(not view.is_live or params["from"] in view.members | self.nicks,
                  f"{self.nick} does not know who said {params!r:.200}; members: {view.members}")
            equal(params["seq"], view.last_seq + 1, f"{self.nick}: seq in {params['room']}")
            view.last_seq = params["seq"]

    def join_room(self, room, after_seq):
        def joined(result):
            self.views[room] = View(result, after_seq)
        self.ask("join", {"room": room, **({} if after_seq is None else {"after_seq": after_seq})}, joined)

    def leave_room(self, room):
        self.ask("leave", {"room": room}, lambda _result: self.views.pop(room, None))

    def rename(self, nick):
        def renamed(result):
            for view in self.views.values():
                view.members.discard(self.nick)
                view.members.add(nick)
            self.nick = nick
            self.nicks.add(nick)
            self.token = result["session"]["token"]
        self.ask("hello", {"protocol": 1, "nick": nick}, renamed)

    def settle(self):
        while self.asked:
            self.take()


def do_something(bench, server, chance, viewers, number):
    index = chance.randrange(len(viewers))
    viewer = viewers[index]
    room = chance.choice(ROOMS)
    what = chance.choices(("send", "join", "leave", "rename", "topic", "return", "read"), (40, 20, 14, 8, 5, 1, 12))[0]
    if what == "send":
        viewer.ask("send", {"room": room, "text": f"{number}"}, lambda _result: None)
    elif what == "join":
        viewer.join_room(room, chance.choice((None, None, 0, number // 8)))
    elif what == "leave":
        viewer.leave_room(room)
    elif what == "rename":
        viewer.rename(f"n{chance.randrange(2 * N_CLIENTS)}")
    elif what == "topic":
        viewer.ask("topic", {"room": room, "topic": f"topic {number}"}, lambda _result: None)
    elif what == "return":  # it takes over from itself
        viewer.settle()
        viewers[index] = Viewer(server, viewer.nick, viewer.token)
        bench.clients.append(viewers[index])
        viewer.close()
    else:
        viewer.settle()


def compare(server, viewers):
    """What the server says by now is what each has come to."""
    asker = ChatClient(server.port)
    asker.hello("asker")
    for viewer in viewers:
        viewer.settle()
    rooms = {room["room"]: room for room in asker.result("rooms", {})["rooms"]}
    members = {room: sorted(asker.result("members", {"room": room})["members"]) if room in rooms else []
               for room in ROOMS}
    for viewer in viewers:
        # The replies to these come after everything that happened before.
        for room, view in list(viewer.views.items()):
            viewer.ask("members", {"room": room}, lambda _result: None)
        viewer.settle()
        for room, view in viewer.views.items():
            while view.last_seq < rooms[room]["last_seq"]:
                viewer.take()
            equal(sorted(view.members), members[room], f"members of {room} as {viewer.nick} knows them")
            equal((view.topic, view.last_seq), (rooms[room]["topic"], rooms[room]["last_seq"]),
                  f"{room} as {viewer.nick} knows it")
    equal(sum(len(nicks) for nicks in members.values()), sum(len(viewer.views) for viewer in viewers), "members")
    asker.close()


def run(bench, workers):
    seed = int(os.environ.get("SEED", "0")) or random.randrange(1, 10 ** 9)
    print(f"# SEED={seed}", flush=True)
    chance = random.Random(seed)
    server = serve_chat(bench, "--workers", f"{workers}", "--durability", "process")
    viewers = [Viewer(server, f"n{i}") for i in range(N_CLIENTS)]
    bench.clients += viewers
    for number in range(N_STEPS):
        do_something(bench, server, chance, viewers, number)
        if number % 1000 == 999:
            compare(server, viewers)
    equal([viewer.orphans for viewer in viewers if viewer.orphans], [], "errors that belong to nothing")


@test("/chat/views/of-members-on-one-worker")
def _(bench):
    run(bench, 1)


@test("/chat/views/of-members-on-several-workers")
def _(bench):
    run(bench, 4)


main()
