#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that go, lie or shout, and people who write what no label was made for: the window stays, it
answers, it says what is the matter, and what was typed is still there."""

import json
import re
import signal
import socket
import threading
import time

from gui_harness import SANITIZER, check, composer, equal, main, test, wait_until

from chat_server import ChatServer  # of tests/cli, which gui_harness makes known
from fake_server import encode, hung_up_on_tls
from tree import ACCESSIBLE

ANSWER_S = 10.0 if SANITIZER else 3.0  # a window that needs longer is taken for dead by a person

FAMILY = "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466"
TEXTS = {
    "markup": "<b>bold</b> &amp; <span size='99999'>big</span> <a href='javascript:x'>x</a> &#0; </x>",
    "bidi": "\u202Eevil\u202C \u2067\u05E9\u05DC\u05D5\u05DD\u2069 \u200Fabc \u2066unclosed \u202E\u202E",
    "joined": FAMILY * 200,
    "marks": "a" + "\u0301\u0316\u0489" * 600,
    "one-word": "w" * 8192,
    "one-cjk-word": "\u6F22" * 2700,
    "lines": "line\n" * 1500,
    "controls": "".join(chr(code) for code in range(1, 32) if code not in (9, 10)) + "\u007F\u0085\u2028\uFFF9\uFEFF end",
    "links": "https://example.org/" + "a" * 2000 + " http://[::1]:99999/ mailto:x@y www. https:// http://\u202Ex",
}


def check_answers(app, what):
    """The main loop turns: one question to it is answered in the time that a person waits."""
    begin = time.monotonic()
    app.tree.call(app.tree.root_path, ACCESSIBLE, "GetRoleName")
    took = time.monotonic() - begin
    check(took < ANSWER_S, f"{what}: the window took {took:.1f} s to answer")


def raw_server(bench, speak):
    """A listener of which every connection is given to speak(connection). Returns its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=guarded, args=(connection,), daemon=True).start()

    def guarded(connection):
        try:
            if not hung_up_on_tls(connection, connection.recv(1, socket.MSG_PEEK)):
                speak(connection)
        except OSError:
            pass  # the app has gone, or has had enough

    threading.Thread(target=accept, daemon=True).start()
    bench.clients.append(listener)
    return f"127.0.0.1:{listener.getsockname()[1]}"


def start_bare(bench, address):
    """The app with a server that never lets it into a room: it may stay on whatever page."""
    app = bench.app(address)
    return app


@test("texts-of-every-kind")
def texts(bench):
    server = bench.server("--send-rate", "0")
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    app.find("text box", composer("lobby"))
    for name, text in TEXTS.items():
        bob.say("lobby", text)
        bob.say("lobby", f"after {name}")
        app.wait_text(f"after {name}")
        check_answers(app, name)
    app.key("Prior", "Prior", "Prior", "Prior")
    check_answers(app, "scrolling")
    labels = [node.name for node in app.find_all("label", shown=False)]
    check(TEXTS["markup"] in labels or any("<b>bold</b>" in label for label in labels),
          "markup is not shown as it was written")
    app.quit()


@test("names-of-every-kind")
def names(bench):
    with ChatServer() as server:
        topic = "<b>topic</b> \u202Egolb " + "t" * 900
        server.rooms["lobby"]["topic"] = topic
        server.rooms["lobby"]["members"] += ["<i>eve</i>", "\u202Eeve", "n" * 32, FAMILY, "张伟"]
        app = bench.app(server.address)
        app.find("text box", composer("lobby"))
        app.click("button", "People")
        app.wait_text("张伟")
        check_answers(app, "people")
        app.key("F9")
        check_answers(app, "dictionary")
        app.quit()


@test("ten-thousand-rooms")
def many_rooms(bench):
    with ChatServer() as server:
        for number in range(10000):
            server.rooms[f"room-{number:05}"] = {"topic": f"about {number}", "members": ["bob"], "messages": []}
        app = bench.app(server.address)
        app.find("text box", composer("lobby"))
        app.key("ctrl+n")
        app.wait_window("Join")
        app.find("list item", re.compile("^room-0"))
        check_answers(app, "10 000 rooms")
        app.type("room-09876")
        app.find("list item", re.compile("^room-09876"))
        check_answers(app, "the room that was searched for")
        app.key("Return")
        app.find("text box", composer("room-09876"))
        app.quit()


@test("server-speaks-nonsense")
def nonsense(bench):
    for bytes_said in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\xff\xfe\n" * 100, b"{}\n[]\nnull\n42\n",
                       b'{"jsonrpc":"2.0","id":1,"result":[]}\n', b'{"jsonrpc":"2.0","id":1,"result":{}}\n'):
        def speak(connection, said=bytes_said):
            connection.sendall(said)
            while connection.recv(65536):
                connection.sendall(said)
        app = start_bare(bench, raw_server(bench, speak))
        app.find("status", re.compile("is not a Parlance server|ended the connection"))
        check_answers(app, repr(bytes_said[:20]))
        app.quit()


@test("lines-of-4-mib-and-more")
def long_lines(bench):
    reply = {"protocol": 1, "server": {"id": "3e1c9b1e-0000-4000-8000-000000000000", "name": "N" * 200000,
                                       "version": "0", "time": 1},
             "limits": {"max_line": 65536, "max_text": 8192, "max_word": 256, "max_rooms": 64},
             "capabilities": ["chat", "history"], "session": {"nick": "anna", "token": "t"}}

    def four_mib(connection):
        rest = b""
        while received := connection.recv(65536):
            *lines, rest = (rest + received).split(b"\n")
            for line in lines:
                asked = json.loads(line)
                result = reply if asked["method"] == "hello" else {"room": "lobby", "topic": "x" * (4 << 20)}
                connection.sendall(encode({"jsonrpc": "2.0", "id": asked.get("id"), "result": result}))

    def endless(connection):
        while True:
            connection.sendall(b"x" * 65536)

    for speak in (four_mib, endless):
        app = start_bare(bench, raw_server(bench, speak))
        for _ in range(20):
            check_answers(app, speak.__name__)
        app.find("status", re.compile("is not a Parlance server|Reconnecting"))
        app.quit()


@test("server-goes-at-every-stage")
def goes(bench):
    """It is killed where each flow waits for it, what was asked being on its way, and is there again. What
    was sent is there once, what was being written is still there, and the app has answered all the time."""
    server = bench.server("--send-rate", "0")
    app = bench.app(server.address)
    app.find("text box", composer("lobby"))

    def say(text):
        app.key("alt+1")
        app.find("text box", composer("lobby")).set_text(text)
        app.key("Return")

    def sending():
        say("on its way")
        app.find("list item", re.compile(r"on its way \(Sending…\)$"))

    def sharing():
        say("/share read")

    def renaming():
        say("/nick somebody")

    def naming_the_topic():
        say("/topic of the day")

    def finding():
        app.key("alt+1", "ctrl+f")
        app.type("way")

    def typing():
        app.key("alt+1")
        app.find("text box", composer("lobby")).set_text("written before it went")

    def looking_up():
        app.key("ctrl+l")
        app.type("read")

    def joining():
        app.key("ctrl+n")
        app.wait_window("Join")
        app.type("music")
        app.key("Return")

    for stage in (sending, sharing, renaming, naming_the_topic, finding, typing, looking_up, joining):
        server.send_signal(signal.SIGSTOP)
        stage()
        port = server.port
        server.kill()
        app.wait_text("econnect")
        check_answers(app, f"{stage.__name__}, gone")
        server = bench.server("--send-rate", "0", data_dir=server.data_dir, listen=(f"127.0.0.1:{port}",))
        app.key("Escape")
        app.wait_for(lambda tree: not [node for node in tree.all("status") + tree.all("label")
                                       if "econnect" in node.name], "that it is connected again", 60)
        check_answers(app, f"{stage.__name__}, back")
    def in_the_lobby():  # the room that was asked for may come to the front yet
        app.key("alt+1")
        return app.has("text box", composer("lobby"))

    wait_until(in_the_lobby, "the lobby")
    equal(app.find("text box", composer("lobby")).text, "written before it went", "what was typed")
    said = [message["text"] for message in bench.member(server, "bob", "lobby").whole_history("lobby")]
    equal(said.count("on its way"), 1, f"how often it was sent, of {said}")
    app.quit()


@test("nobody-at-the-address")
def nobody(bench):
    nobody_listens = "No server listens at this address"
    for address, words in (("127.0.0.1:1", nobody_listens), ("[::1]:1", nobody_listens),
                           ("no-such-host.invalid", "no computer of this name|cannot be looked up just now"),
                           ("127.0.0.1:99999", "no address of a server"), ("::", nobody_listens),
                           ("a b", "no address of a server|no computer of this name")):
        app = bench.app(address)
        check_answers(app, address)
        app.find("status", re.compile(words))
        app.find("button", "Choose Another Server")
        app.quit()


@test("entries-that-are-not-made-for-a-popover")
def entries(bench):
    entry = "<b>x</b> \u202Eabc " + "y" * 60000
    words = bench.tsv("odd.tsv", [("library", "p" * 300, entry), ("ran", "r" * 60000)])
    server = bench.server("--dictionary", words)
    bob = bench.member(server, "bob", "lobby")
    bob.say("lobby", "we ran through the library")
    app = bench.app(server.address)
    message = app.find("label", re.compile("we ran through"))
    app.double_click_word(message, "library")
    app.find("widget", re.compile("^Definition of library"))
    check_answers(app, "popover")
    app.key("Escape")
    app.wait_gone("widget", re.compile("^Definition of library"), shown=False)
    app.key("ctrl+l")
    app.type("library\n")
    app.wait_for(lambda tree: tree.first("label", re.compile("<b>x</b>|bx")) or tree.first("label", "library"), "entry")
    check_answers(app, "pane")
    app.quit()


main()
