# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of chat share: servers that keep what was said, and clients that hear it.

Notifications come between replies and at any time. A ChatClient files every line it reads: replies
by their id, notifications in the order they came, and errors that belong to no request. That something
did not come is shown by a message that was sent afterwards, and has come (settle()).
"""

import collections
import contextlib
import json
import os
import signal
import sqlite3
import threading
import uuid

from harness import Client, Server, check, equal, fault, request

# What `data` has besides `reason`, always.
DETAILS = {
    "invalid_params": ["field"],
    "invalid_name": ["field"],
    "nick_in_use": ["nick"],
    "no_such_room": ["room"],
    "not_in_room": ["room"],
    "rate_limited": ["retry_after_ms"],
    "too_long": ["limit", "field"],
    "busy": ["retry_after_ms"],
}
CODES = {
    "parse_error": -32700,
    "invalid_request": -32600,
    "method_not_found": -32601,
    "invalid_params": -32602,
    "internal": -32603,
    "not_identified": -32001,
    "nick_in_use": -32002,
    "invalid_name": -32003,
    "no_such_room": -32004,
    "not_in_room": -32005,
    "rate_limited": -32006,
    "too_long": -32007,
    "auth_required": -32008,
    "auth_failed": -32009,
    "no_such_dictionary": -32010,
    "no_such_strategy": -32011,
    "tls_required": -32012,
    "not_stored": -32013,
    "server_full": -32014,
    "shutting_down": -32015,
    "slow_consumer": -32016,
    "busy": -32017,
    "forbidden": -32018,
    "banned": -32019,
    "muted": -32020,
    "kicked": -32021,
    "no_such_nick": -32022,
}

MAX_TEXT = 8192
MAX_HISTORY = 500
MAX_REPLY_LINE = 4 * 1024 * 1024


def serve_chat(bench, *options, **keywords):
    """A server without dictionaries, on which nobody sends too often."""
    off = bench.write("off.conf", "[dictionary parlance-en-zh]\nenabled=false\n")
    options = ("--config", off, "--send-rate", "0", *options)
    server = bench.server(*options, **keywords)
    server.options = options
    return server


def restarted(bench, server, number=signal.SIGTERM):
    """Ends the server and starts another on what it has kept, at the same port."""
    if number == signal.SIGKILL:
        server.kill()
    else:
        equal(server.stop(number), 0, "exit status")
    again = Server(bench, server.options, data_dir=server.data_dir, listen=server.ready["listen"])
    again.options = server.options
    bench.servers.append(again)
    return again.start()


def check_database(server):
    """What a server that has ended leaves behind is whole, down to SQLite's pages and indexes."""
    path = os.path.join(server.data_dir, "chat.db")
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        equal([row[0] for row in database.execute("PRAGMA integrity_check")], ["ok"], "integrity of chat.db")


def member(bench, server, nick, *rooms, **keywords):
    """A client that has said hello and joined."""
    client = ChatClient(server.port, **keywords)
    bench.clients.append(client)
    client.hello(nick)
    for room in rooms:
        client.join(room)
    return client


class ChatClient(Client):
    """A connection with requests and notifications."""

    def __init__(self, port, **keywords):
        super().__init__(port, **keywords)
        self.n_requests = 0
        self.replies = {}
        self.events = collections.deque()  # (method, params)
        self.orphans = []  # (code, data) of errors with "id": null
        self.token = None

    # --- requests

    def begin(self, method, params=None):
        """Sends a request; returns its id."""
        self.n_requests += 1
        self.request(method, params, id=self.n_requests)
        return self.n_requests

    def begin_all(self, requests):
        """Sends many in one piece; returns their ids."""
        ids = range(self.n_requests + 1, self.n_requests + 1 + len(requests))
        self.n_requests += len(requests)
        self.send(b"".join(request(method, params, id=id) for id, (method, params) in zip(ids, requests)))
        return list(ids)

    def answer(self, id):
        """The whole reply to the request of that id."""
        while id not in self.replies:
            self.take()
        return self.replies.pop(id)

    def call(self, method, params=None, id=None):
        return self.answer(self.begin(method, params))

    def notify(self, method, params):
        """A request that gets no reply."""
        return self.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}) + "\n")

    def refused(self, verb, params, reason, **members):
        """The request must get that error, with these members of `data`."""
        self.check_refusal(self.call(verb, params), reason, **members)

    @staticmethod
    def check_refusal(reply, reason, **members):
        code, data = fault(reply)
        equal((data["reason"], code), (reason, CODES[reason]), f"error {data!r:.300}")
        equal({name: data.get(name) for name in members}, members, f"data of {reason}")
        for name in DETAILS.get(reason, []):
            check(name in data, f"{reason} without {name}: {data!r:.300}")

    def hello(self, nick=None, **more):
        params = {"protocol": 1, "client": "test/1", **({} if nick is None else {"nick": nick}), **more}
        result = self.result("hello", params)
        if nick is not None:
            self.token = result["session"]["token"]
        return result

    def join(self, room, **more):
        return self.result("join", {"room": room, **more})

    def say(self, room, text, **more):
        return self.result("send", {"room": room, "text": text, **more})

    def history(self, room, **more):
        return self.result("history", {"room": room, **more})

    def whole_history(self, room):
        """Every message of a room that is kept, by pages."""
        messages = []
        more = True
        while more:
            page = self.history(room, after=messages[-1]["seq"] if messages else 0, limit=MAX_HISTORY)
            check(page["messages"] or not page["more"], "an empty page that is not the last one")
            messages += page["messages"]
            more = page["more"]
        return messages

    # --- what comes by itself

    def take(self, deadline_s=None):
        """Reads one line and files it."""
        message = self.reply(deadline_s)
        if "method" in message:
            check("id" not in message, f"a notification with an id: {message!r:.300}")
            self.events.append((message["method"], message["params"]))
        elif message["id"] is None:
            self.orphans.append(fault(message))
        else:
            check(message["id"] not in self.replies, f"a second reply: {message!r:.300}")
            self.replies[message["id"]] = message

    def event(self, method, **wanted):
        """The next notification of that method, which has these members; others stay filed."""
        index = 0
        while True:
            while index >= len(self.events):
                self.take()
            if self.events[index][0] == method:
                break
            index += 1
        params = self.events[index][1]
        del self.events[index]
        equal({name: params.get(name) for name in wanted}, wanted, f"{method} {params!r:.300}")
        return params

    def message(self, **wanted):
        return self.event("message", **wanted)

    def messages(self, n, **wanted):
        """The next n messages, whose numbers follow on each other. Only for one who is in one room."""
        messages = [self.message(**wanted) for _ in range(n)]
        check_sequence(messages)
        return messages

    def events_until(self, text):
        """All notifications up to the message of that text, which is left out."""
        events = []
        while True:
            while not self.events:
                self.take()
            method, params = self.events.popleft()
            if method == "message" and params["text"] == text:
                return events
            events.append((method, params))


def together(*functions):
    """Runs each in a thread of its own; fails as the first of them that failed."""
    failures = []

    def run(function):
        try:
            function()
        except Exception as failure:
            failures.append(failure)
    threads = [threading.Thread(target=run, args=(function,), daemon=True) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def settle(room, sender, *others):
    """Sends to the room and waits until all of its named members have it. Returns for each, the sender
    first, what came before."""
    text = f"settle {uuid.uuid4()}"
    sender.say(room, text)
    return [client.events_until(text) for client in (sender, *others)]


def check_sequence(messages, first=None):
    """The numbers of messages follow on each other."""
    if messages:
        first = messages[0]["seq"] if first is None else first
        equal([m["seq"] for m in messages], list(range(first, first + len(messages))), "seq")


def without_key(message):
    return {name: value for name, value in message.items() if name != "key"}
