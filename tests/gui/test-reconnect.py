#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flow 7: when the network goes, and when what answers makes no sense."""

import json
import re
import signal
import socket
import threading

from gui_harness import *
from chat_harness import restarted, serve_chat
from fake_server import hung_up_on_tls  # of tests/cli, which gui_harness makes known

ENVIRONMENT = {"PARLANCE_NICK": "anna"}
WAITING = re.compile(r"Reconnecting… in \d+ s")
SERVER_ID = "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"


def visit(bench, server):
    """The app in the lobby of a server, and the server's other guest."""
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address, environment=ENVIRONMENT)
    bob.event("joined", nick="anna")
    return app, bob


def write(app, *texts):
    app.find(None, re.compile("Message to .*lobby"))
    for text in texts:
        app.type(text)
        app.key("Return")


def rows(app, part):
    """What the rows of messages say that hold the text."""
    return [node.name for node in app.find_all("list item", re.compile(re.escape(part)))]


def texts(bob):
    return [message["text"] for message in bob.whole_history("lobby")]


# --- the connection goes and comes back -------------------------------------------------------------

@test("what-is-written-meanwhile-goes-out-once-in-order")
def what_is_written_meanwhile(bench):
    server = serve_chat(bench)
    server.address = f"127.0.0.1:{server.port}"
    app, _bob = visit(bench, server)
    write(app, "before")
    app.find("list item", re.compile("before$"))
    server.kill()
    app.find(None, WAITING)
    app.find("button", "Now")
    write(app, "one", "two", "three")
    for text in ("one", "two", "three"):
        app.find("list item", re.compile(rf"{text} \(Sending…\)$"))
    again = restarted(bench, server, signal.SIGKILL)
    app.wait_gone(None, re.compile("Reconnecting"))
    for text in ("before", "one", "two", "three"):
        app.find("list item", re.compile(rf"{text}$"))
        equal(len(rows(app, text)), 1, f"rows that say {text}")
    bob = bench.member(again, "bob", "lobby")
    equal(texts(bob), ["before", "one", "two", "three"], "what the server has")


@test("the-wait-is-counted-down")
def the_wait_is_counted_down(bench):
    server = serve_chat(bench)
    server.address = f"127.0.0.1:{server.port}"
    app, _bob = visit(bench, server)
    server.kill()

    def seconds(tree):
        banner = tree.first(None, WAITING)
        return int(re.search(r"\d+", banner.name).group(0)) if banner else 0

    # Waits are as long as chance says; some of them are longer than two seconds.
    start = app.wait_for(lambda tree: seconds(tree) if seconds(tree) >= 3 else 0, "a wait of 3 s", 120)
    app.wait_for(lambda tree: 0 < seconds(tree) == start - 1, "one second less")
    app.click("button", "Now")
    app.wait_for(lambda tree: seconds(tree) != start - 1, "the wait to end")


@test("what-others-said-meanwhile-is-there")
def what_others_said(bench):
    server = serve_chat(bench)
    server.address = f"127.0.0.1:{server.port}"
    app, bob = visit(bench, server)
    bob.say("lobby", "hello")
    app.find("list item", re.compile("hello$"))
    port = server.port
    app.find("list item", re.compile("hello$"))
    again = restarted(bench, server)
    equal(again.port, port, "port")
    bob = bench.member(again, "bob", "lobby")
    bob.say("lobby", "welcome back")
    app.find("list item", re.compile("welcome back$"))
    equal(len(rows(app, "hello")), 1, "rows that say hello")
    app.wait_gone(None, re.compile("Reconnecting"))


@test("the-next-start-goes-on-offline")
def the_next_start(bench):
    server = serve_chat(bench)
    server.address = f"127.0.0.1:{server.port}"
    app, bob = visit(bench, server)
    bob.say("lobby", "hello")
    app.find("list item", re.compile("hello$"))
    app.quit()
    server.kill()
    app = bench.app(environment=ENVIRONMENT)
    app.find("button", "Now")
    app.find(None, re.compile("lobby"))
    write(app, "from the dark")
    app.find("list item", re.compile(r"from the dark \(Sending…\)$"))
    again = restarted(bench, server, signal.SIGKILL)
    app.find("list item", re.compile(r"from the dark$"))
    equal(texts(bench.member(again, "bob", "lobby")), ["hello", "from the dark"], "what the server has")


# --- servers that make no sense ---------------------------------------------------------------------

class Stranger:
    """Something that listens, and answers the first line of each connection in its own way."""

    def __init__(self, bench, answer):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.answer = answer
        bench.clients.append(self)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        try:
            first = connection.recv(256, socket.MSG_PEEK)
            if hung_up_on_tls(connection, first):
                return
            with connection, connection.makefile("rb") as lines:
                if b'"ping"' in first:  # whether anybody here speaks plain text
                    reply(connection, request(lines), {})
                self.answer(connection, lines)
        except OSError:
            pass

    def close(self):
        self.listener.close()


def request(lines):
    """The next one that wants an answer."""
    while line := lines.readline():
        asked = json.loads(line)
        if "id" in asked:
            return asked
    raise OSError("gone")


def reply(connection, asked, result):
    connection.sendall(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}).encode() + b"\n")


def refuse(connection, asked, reason):
    error = {"code": -32000, "message": "no", "data": {"reason": reason}}
    connection.sendall(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "error": error}).encode() + b"\n")


def greet(connection, lines, name="Stranger"):
    asked = request(lines)
    reply(connection, asked, {
        "protocol": 1, "capabilities": [], "limits": {"max_text": 8192, "max_rooms": 64},
        "server": {"id": SERVER_ID, "name": name, "version": "1"},
        "session": {"nick": asked["params"]["nick"], "token": "t"}})


def connect_to(app, address):
    app.click("button", "Connect to Address…")
    wait_until(lambda: getattr(app.active_window(), "name", "") == "Connect to Address", "the dialog")
    app.key("ctrl+a")
    app.type(address)
    app.key("Return")


def drain(connection):
    """Reads until the client has hung up, as it does when it has heard enough."""
    while connection.recv(65536):
        pass


@test("strangers-are-told-in-clear-words")
def strangers(bench):
    def hang_up(connection, lines):
        request(lines)

    def mail(connection, lines):
        connection.sendall(b"220 mail.example.com ESMTP\r\n")
        drain(connection)

    def huge(connection, lines):
        request(lines)
        connection.sendall(b'{"jsonrpc":"2.0","id":"' + b"x" * (5 * 1024 * 1024))
        drain(connection)

    def binary(connection, lines):
        connection.sendall(bytes(range(256)) * 64 + b"\n")
        drain(connection)

    def wrong(connection, lines):
        reply(connection, request(lines), {"protocol": "x", "server": 7})
        drain(connection)

    def refusing(reason):
        return lambda connection, lines: (refuse(connection, request(lines), reason), drain(connection))

    app = bench.app(environment=ENVIRONMENT)
    for answer, words in ((hang_up, "The server ended the connection"),
                          (mail, "is not a Parlance server"),
                          (huge, "is not a Parlance server"),
                          (binary, "is not a Parlance server"),
                          (wrong, "is not a Parlance server"),
                          (refusing("server_full"), "The server is full"),
                          (refusing("shutting_down"), "shutting down"),
                          (refusing("tls_required"), "encrypted connections")):
        stranger = Stranger(bench, answer)
        connect_to(app, stranger.address)
        app.wait_text(words)
        equal(app.find("text box", "Address of the server").text, stranger.address, "what was written")
        app.key("Escape")
        app.find("button", "Connect to Address…")
        stranger.close()


@test("a-password-is-asked-for")
def a_password(bench):
    def guarded(connection, lines):
        asked = request(lines)
        given = asked["params"].get("password")
        if given is None:
            refuse(connection, asked, "auth_required")
        elif given != "sesame":
            refuse(connection, asked, "auth_failed")
        else:
            reply(connection, asked, {
                "protocol": 1, "capabilities": [], "limits": {"max_text": 8192, "max_rooms": 64},
                "server": {"id": SERVER_ID, "name": "Guarded", "version": "1"},
                "session": {"nick": "anna", "token": "t"}})
        drain(connection)

    app = bench.app(environment=ENVIRONMENT)
    connect_to(app, Stranger(bench, guarded).address)
    app.wait_text("The server asks for a password")
    wait_until(lambda: app.has("text box", "Password"), "the entry")
    app.type("wrong")
    app.key("Return")
    app.wait_text("The password is not right")
    app.type("sesame")
    app.key("Return")
    app.wait_text("Guarded")
    app.wait_gone("button", "Connect to Address…")
    app.wait_no_dialog()


@test("cut-at-every-step-of-joining")
def cut_at_every_step(bench):
    """However far a connection comes, the next one goes on from there, and nothing written is lost."""
    n_connections = 0

    def cutting(connection, lines):
        nonlocal n_connections
        n_connections += 1
        step = n_connections
        greet(connection, lines)
        connection.settimeout(1)
        for _ in range(step - 1):  # one request more is answered each time
            asked = request(lines)
            if asked["method"] == "send":
                return
            answers = {"join": {"room": "lobby", "topic": "", "members": ["anna"], "first_seq": 1,
                                "last_seq": 0},
                       "history": {"messages": [], "more": False}}
            reply(connection, asked, answers.get(asked["method"], {}))

    app = bench.app(Stranger(bench, cutting).address, environment=ENVIRONMENT)
    write(app, "keep this")
    wait_until(lambda: n_connections >= 5, "attempts that come further and further", 120)
    app.find("list item", re.compile(r"keep this \(Sending…\)$"))
    equal(len(rows(app, "keep this")), 1, "rows that say it")
    app.key("ctrl+q")
    app.click("button", re.compile("Quit Anyway"))
    equal(app.wait_exit(), 0, "exit status")


main()
