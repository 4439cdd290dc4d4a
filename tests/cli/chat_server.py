# SPDX-License-Identifier: GPL-3.0-or-later
"""A chat server in a thread, that keeps its rooms in memory and does what a test wants of it."""

import collections
import contextlib
import socket
import threading
import time

from fake_server import Refusal, encode, entry, found, read_requests

NOON_MS = 1763640120000  # 2025-11-20 12:02 UTC


class Person:
    """A connection, and who is at its other end."""

    def __init__(self, connection):
        self.connection = connection
        self.nick = None
        self.token = None

    def tell(self, message):
        try:
            self.connection.sendall(encode(message))
        except OSError:
            pass


class ChatServer:
    """Rooms that people talk in.

    `refuse` maps a method to the Refusal it gets. `silent` holds methods that are done and nobody
    is told of. The test speaks by say(), and by notify() for what is not a message.
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.rooms = {"lobby": {"topic": "", "members": [], "messages": []}}
        self.people = []
        self.tokens = {}
        self.refuse = {}
        self.silent = set()
        self.busy = collections.Counter()   # how many of a method are refused at first
        self.asked = collections.Counter()
        self.requests = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # --- what a test does ---

    def close(self):
        """No more connections, and those there are end."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # close() alone leaves it to who accepts
        self.listener.close()
        self.drop()

    def drop(self):
        """Ends every connection."""
        with self.lock:
            for person in self.people:
                with contextlib.suppress(OSError):
                    person.connection.shutdown(socket.SHUT_RDWR)

    def reopen(self):
        """After close(), on the same port."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def say(self, room, sender, text, kind="text", minutes=0, **more):
        """Stores a message of somebody who needs no connection, and passes it on."""
        with self.lock:
            messages = self._room(room)["messages"]
            message = {"room": room, "seq": len(messages) + 1, "time": NOON_MS + 60000 * minutes,
                       "from": sender, "kind": kind, "text": text, **more}
            messages.append(message)
            self._pass_on(message)
            return message

    def notify(self, method, **params):
        with self.lock:
            for person in self.people:
                person.tell({"jsonrpc": "2.0", "method": method, "params": params})

    def texts(self, room="lobby"):
        with self.lock:
            return [message["text"] for message in self._room(room)["messages"]]

    def wait_for(self, condition, what):
        """Until condition(), which is asked under the lock."""
        until = time.monotonic() + 20
        while True:
            with self.lock:
                if condition():
                    return
            assert time.monotonic() < until, f"{what} did not come: {self.requests[-5:]}"
            time.sleep(0.005)

    def wait_for_request(self, method, count=1):
        self.wait_for(lambda: sum(r["method"] == method for r in self.requests) >= count, method)

    # --- what a server does ---

    def _room(self, name):
        return self.rooms.setdefault(name, {"topic": "", "members": [], "messages": []})

    def _pass_on(self, message):
        members = self._room(message["room"])["members"]
        for person in self.people:
            if person.nick in members:
                own = person.nick == message["from"]
                shown = {k: v for k, v in message.items() if own or k != "key"}
                person.tell({"jsonrpc": "2.0", "method": "message", "params": shown})

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        person = Person(connection)
        with self.lock:
            self.people.append(person)
        for request in read_requests(connection):
            with self.lock:
                self.requests.append(request)
                self._answer(person, request)
        with self.lock:
            self.people.remove(person)
            for room in self.rooms.values():
                if person.nick in room["members"]:
                    room["members"].remove(person.nick)
            connection.close()

    def _answer(self, person, request):
        method = request["method"]
        after = []
        try:
            self.asked[method] += 1
            if self.busy[method] >= self.asked[method]:
                raise Refusal(-32017, "busy", "the server is busy")
            if method in self.refuse:
                raise self.refuse[method]
            do = getattr(self, "do_" + method, None)
            if do is None:
                raise Refusal(-32601, "method_not_found", f"there is no method {method}")
            result = do(person, request.get("params", {}), after)
            reply = {"jsonrpc": "2.0", "id": request.get("id"), "result": result}
        except Refusal as refusal:
            reply = {"jsonrpc": "2.0", "id": request.get("id"), "error": refusal.error}
        if method in self.silent:
            return
        if "id" in request:
            person.tell(reply)
        for notification in after:
            notification()

    def do_hello(self, person, params, after):
        nick = params.get("nick")
        if params.get("resume") in self.tokens:
            nick = self.tokens[params["resume"]]
        elif nick is not None and any(p.nick == nick for p in self.people if p is not person):
            raise Refusal(-32002, "nick_in_use", f"the nick {nick} is in use", nick=nick)
        if person.nick not in (None, nick):
            old = person.nick
            for room in self.rooms.values():
                room["members"] = [nick if m == old else m for m in room["members"]]
            after.append(lambda: self.notify("renamed", **{"from": old, "to": nick}))
        person.nick = nick
        result = {"protocol": 1, "server": {"id": "3e1c9b1e-0000-4000-8000-000000000000",
                                            "name": "Study room", "version": "0.1.0", "time": NOON_MS},
                  "limits": {"max_line": 65536, "max_text": 8192, "max_word": 256, "max_rooms": 64},
                  "capabilities": ["define", "chat", "history"]}
        if nick is not None:
            token = "token of " + nick
            self.tokens[token] = nick
            result["session"] = {"nick": nick, "token": token}
        return result

    def do_join(self, person, params, after):
        room = self._room(params["room"])
        if person.nick not in room["members"]:
            room["members"].append(person.nick)
        messages = room["messages"]
        if "after_seq" in params:
            for message in messages[params["after_seq"]:]:
                after.append(lambda m=message: person.tell(
                    {"jsonrpc": "2.0", "method": "message", "params": m}))
        return {"room": params["room"], "topic": room["topic"], "members": room["members"],
                "first_seq": 1, "last_seq": len(messages)}

    def do_leave(self, person, params, _after):
        room = self._room(params["room"])
        if person.nick not in room["members"]:
            raise Refusal(-32005, "not_in_room", "not in that room", room=params["room"])
        room["members"].remove(person.nick)
        return {}

    def do_rooms(self, _person, _params, _after):
        return {"rooms": [{"room": name, "topic": room["topic"], "members": len(room["members"]),
                           "last_seq": len(room["messages"])} for name, room in self.rooms.items()]}

    def do_members(self, _person, params, _after):
        if params["room"] not in self.rooms:
            raise Refusal(-32004, "no_such_room", "no such room", room=params["room"])
        return {"members": self._room(params["room"])["members"]}

    def do_topic(self, person, params, after):
        self._room(params["room"])["topic"] = params["topic"]
        after.append(lambda: self.notify("topic", room=params["room"], topic=params["topic"],
                                         by=person.nick))
        return {}

    def do_send(self, person, params, after):
        messages = self._room(params["room"])["messages"]
        key = params.get("key")
        for message in messages:
            if key is not None and message.get("key") == key and message["from"] == person.nick:
                return {name: message[name] for name in ("room", "seq", "time")}
        message = {"room": params["room"], "seq": len(messages) + 1, "time": NOON_MS,
                   "from": person.nick, "kind": params.get("kind", "text"), "text": params["text"]}
        message.update({name: params[name] for name in ("entry", "key") if name in params})
        messages.append(message)
        after.append(lambda: self._pass_on(message))
        return {name: message[name] for name in ("room", "seq", "time")}

    def do_history(self, _person, params, _after):
        if params["room"] not in self.rooms:
            raise Refusal(-32004, "no_such_room", "no such room", room=params["room"])
        messages = self._room(params["room"])["messages"]
        limit = params.get("limit", 50)
        if "after" in params:
            chosen = [m for m in messages if m["seq"] > params["after"]]
            page, more = chosen[:limit], len(chosen) > limit
        else:
            chosen = [m for m in messages if m["seq"] < params.get("before", len(messages) + 1)]
            page, more = chosen[-limit:], len(chosen) > limit
        return {"room": params["room"], "messages": page, "more": more}

    def do_ping(self, _person, _params, _after):
        return {"time": NOON_MS}

    def do_typing(self, _person, _params, _after):
        return {}

    def do_define(self, _person, params, _after):
        if params["word"] == "xyzzy":
            return {"word": "xyzzy", "entries": [], "suggestions": ["fizzy"]}
        return found(params["word"], entry(params["word"], "to move fast\nn. 跑", phonetic="rʌn"))
