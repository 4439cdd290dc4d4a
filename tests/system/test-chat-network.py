#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A short dialogue whose connection is cut, reset, or stalled at every byte, either way. Whoever was in
it comes back, sends again with the same key, and nothing is lost and nothing is there twice.

EVERY_BYTE=1 in the environment leaves out no position (./check --kills N); else some are.
"""

import os
import select
import socket
import struct
import threading
import time

from chat_harness import ChatClient, member, serve_chat
from harness import DEADLINE_S, Closed, Failure, check, equal, main, test

STEP = 1 if os.environ.get("EVERY_BYTE") else 19
ROOM = "lobby"
UP, DOWN = "to the server", "to the client"


class Proxy(threading.Thread):
    """Passes one connection on at a time, up to the byte at which the plan has it fail."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.upstream = ("127.0.0.1", port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.plan = (None, 0, None)  # direction, bytes that are let through, what happens then
        self.passed = {}
        self.stalled, self._stalling = socket.socketpair()  # readable while a connection stalls
        self._released = threading.Event()
        self.idle = threading.Event()
        self.idle.set()

    def run(self):
        while True:
            try:
                near, _address = self.listener.accept()
            except OSError:
                return
            try:
                self._pass_on(near, socket.create_connection(self.upstream))
            except OSError:
                near.close()
            self.idle.set()

    def close(self):
        self._released.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.join(DEADLINE_S)
        self.stalled.close()
        self._stalling.close()

    def prepare(self, direction, position, action):
        check(self.idle.wait(DEADLINE_S), "the proxy is still busy")
        self.idle.clear()
        self._released.clear()
        self.plan = (direction, position, action)

    def release(self):
        """Ends a connection that stalls."""
        self._released.set()

    def _pass_on(self, near, far):
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        direction, position, action = self.plan
        self.passed = {UP: 0, DOWN: 0}
        ways = {near: (UP, far), far: (DOWN, near)}
        try:
            while self.passed.get(direction, -1) != position:
                for source in select.select(list(ways), [], [])[0]:
                    way, target = ways[source]
                    room = position - self.passed[way] if way == direction else 65536
                    piece = source.recv(min(room, 65536)) if room > 0 else b""
                    if room > 0 and not piece:
                        return
                    target.sendall(piece)
                    self.passed[way] += len(piece)
            if action == "reset":
                for end in (near, far):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif action == "stall":
                self._stalling.send(b"x")
                self._released.wait(DEADLINE_S)
                self.stalled.recv(1)
        except OSError:
            pass
        finally:
            near.close()
            far.close()


class Traveller:
    """Says one thing, however often it has to come back for that."""

    def __init__(self, proxy, server, nick, after):
        self.proxy = proxy
        self.server = server
        self.nick = nick
        self.token = None
        self.mortal = None  # the connection through the proxy
        self.last_seen = after
        self.seen = []
        self.acknowledged = None

    def take(self, client):
        """Reads one line; gives up when the connection stalls and nothing more is there."""
        while client is self.mortal and b"\n" not in client.buffer:
            ready = select.select([client.socket, self.proxy.stalled], [], [], DEADLINE_S)[0]
            if not ready:
                raise Failure("nothing came, and nothing stalled")
            if client.socket in ready:
                client._receive()
            elif not select.select([client.socket], [], [], 0)[0]:
                raise Closed("stalled")
        client.take()
        for _method, params in [e for e in client.events if e[0] == "message"]:
            equal(params["seq"], self.last_seen + 1, "seq")
            self.last_seen += 1
            self.seen.append(params["text"])
        client.events.clear()

    def call(self, client, method, params):
        id = client.begin(method, params)
        while id not in client.replies:
            self.take(client)
        return client.replies.pop(id)

    def dialogue(self, client):
        """Returns whether it could be held: the nick may still belong to the connection that was lost."""
        reply = self.call(client, "hello", {"protocol": 1, "nick": self.nick,
                                            **({"resume": self.token} if self.token else {})})
        if "error" in reply:
            equal(reply["error"]["data"]["reason"], "nick_in_use", "reason")
            return False
        self.token = reply["result"]["session"]["token"]
        reply = self.call(client, "join", {"room": ROOM, "after_seq": self.last_seen})
        check("result" in reply, f"{reply}")
        if self.acknowledged is None:
            reply = self.call(client, "send", {"room": ROOM, "text": f"said by {self.nick}", "key": "k"})
            self.acknowledged = reply["result"]["seq"]
        while not self.seen:
            self.take(client)
        return True

    def travel(self):
        try:
            client = self.mortal = ChatClient(self.proxy.port)
            try:
                check(self.dialogue(client), "a fresh nick is in use")
            finally:
                client.close()
        except (Closed, OSError):
            self.come_back()
        self.proxy.release()

    def come_back(self):
        until = time.monotonic() + DEADLINE_S
        while True:
            client = ChatClient(self.server.port)
            try:
                if self.dialogue(client):
                    return
                check(not self.token or time.monotonic() < until, "a token does not take over")
                self.proxy.release()
            finally:
                client.close()
            if time.monotonic() > until:
                raise Failure("the nick never gets free")
            time.sleep(0.002)


def travel_all(bench, action):
    server = serve_chat(bench, "--durability", "process")
    watcher = member(bench, server, "watcher", ROOM)
    proxy = Proxy(server.port)
    proxy.start()
    n_said = 0

    def one(direction, position, action):
        nonlocal n_said
        proxy.prepare(direction, position, action)
        traveller = Traveller(proxy, server, f"n{n_said:05}", n_said)
        what = f"{action} after {position} bytes {direction}"
        try:
            traveller.travel()
        except Exception as failure:
            raise Failure(f"{what}: {failure!r}") from failure
        n_said += 1
        text = f"said by {traveller.nick}"
        equal((traveller.seen, traveller.acknowledged), ([text], n_said), what)
        watcher.message(seq=n_said, text=text)
        while watcher.events and watcher.events[0][0] != "message":
            watcher.events.popleft()
    try:
        one(None, 0, None)
        lengths = dict(proxy.passed)
        check(min(lengths.values()) > 100, f"{lengths}")
        for direction, length in lengths.items():
            for position in range(0, length + 1, STEP):
                one(direction, position, action)
        equal(len(watcher.whole_history(ROOM)), n_said, "messages")
    finally:
        proxy.close()


@test("/chat/network/cut-at-any-byte")
def _(bench):
    travel_all(bench, "cut")


@test("/chat/network/reset-at-any-byte")
def _(bench):
    travel_all(bench, "reset")


@test("/chat/network/stalled-at-any-byte")
def _(bench):
    travel_all(bench, "stall")


main()
