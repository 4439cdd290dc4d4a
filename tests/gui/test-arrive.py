#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flow 1: finding a server and getting in, and straight back there at the next start."""

import json
import os
import re
import signal
import socket
import stat
import threading

from gui_harness import *


ADDRESS = "Address of the server"


def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("0.0.0.0", 0))
        return probe.getsockname()[1]


def lan(bench, *names):
    """Servers that can be found, on a discovery port of their own. Returns it, and them."""
    port = free_udp_port()
    servers = [bench.server("--name", name, data_dir=bench.path(f"data-{index}"), discovery_port=str(port))
               for index, name in enumerate(names)]
    return {"PARLANCE_DISCOVERY_PORT": str(port), "PARLANCE_NICK": "anna"}, servers


def nicks(bench, server, room="lobby"):
    """Who is in a room of the server."""
    client = bench.client(server)
    client.result("hello", {"protocol": 1, "client": "test/1", "nick": f"probe{len(bench.clients)}"})
    members = client.result("members", {"room": room})["members"]
    client.close()
    return members


def wait_in_lobby(app, server=None):
    """The main page, with the lobby before us."""
    app.find(None, re.compile("lobby"))
    app.wait_gone("button", "Connect to Address…")
    if server is not None:
        app.wait_text(server)


def nick_entry(app):
    return app.find("text box", "Your nick")


def wait_window(app, title):
    """Until keys go to that window."""
    wait_until(lambda: getattr(app.active_window(), "name", "") == title, f"the window {title!r}")


def state_file(app):
    return os.path.join(app.home, "state", "parlance", "gtk-session")


def session(app):
    try:
        with open(state_file(app), encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


# --- the first start --------------------------------------------------------------------------------

@test("a-server-of-the-network-is-joined")
def a_server_is_joined(bench):
    environment, (server,) = lan(bench, "Study room")
    app = bench.app(environment=environment)
    row = app.find("list item", re.compile("Study room.*Nobody online.*1 dictionary"))
    has(row.name, f"127.0.0.1:{server.port} · this computer", "row")
    equal(nick_entry(app).text, "anna", "nick")
    app.click("button", re.compile("Join .*Study room"))
    wait_in_lobby(app, "Study room")
    has(nicks(bench, server), "anna", "members")
    app.quit()
    equal(stat.S_IMODE(os.stat(state_file(app)).st_mode), 0o600, "mode of the file with the token")


@test("by-keyboard-alone")
def by_keyboard_alone(bench):
    environment, (server,) = lan(bench, "Study room")
    app = bench.app(environment=environment)
    app.find("list item", re.compile("Study room"))
    app.type("bob")  # over the suggestion, which is selected
    wait_until(lambda: nick_entry(app).text == "bob", "the nick")
    app.key("Return")
    wait_in_lobby(app)
    has(nicks(bench, server), "bob", "members")


@test("the-menu-is-there-before-any-server-is")
def menu_at_first(bench):
    app = bench.app()
    app.click("button", "Main Menu", state="focusable")
    app.click("menu item", "Preferences")
    wait_window(app, "Preferences")
    app.key("Escape")
    wait_window(app, "Parlance")
    app.key("F10")
    app.click("menu item", "Keyboard Shortcuts")
    app.wait_gone("menu item", "Keyboard Shortcuts")
    app.wait_for(lambda tree: len(tree.children) == 2, "the shortcuts")


@test("the-second-of-two-by-keyboard")
def the_second_of_two(bench):
    environment, servers = lan(bench, "First", "Second")
    app = bench.app(environment=environment)
    rows = app.wait_for(lambda tree: (lambda found: found if len(found) == 2 else None)(
        tree.all("list item", re.compile("dictionary"))), "two rows")
    name = re.search("First|Second", rows[1].name).group(0)
    app.key("Return")  # which one is not clear: to the list
    app.wait_focus("list item", re.compile("dictionary"))
    app.key("Down", "Return")
    wait_in_lobby(app, name)
    has(nicks(bench, servers[("First", "Second").index(name)]), "anna", "members")


@test("people-are-counted-as-they-come")
def people_are_counted(bench):
    environment, (server,) = lan(bench, "Study room")
    app = bench.app(environment=environment)
    app.find("list item", re.compile("Nobody online"))
    bench.member(server, "bob", "lobby")
    app.find("list item", re.compile("1 person online"))
    bench.member(server, "cleo", "lobby")
    app.find("list item", re.compile("2 people online"))
    server.stop()
    app.wait_gone("list item", re.compile("Study room"), deadline_s=60)
    app.wait_text("No server was found on this network")


@test("a-bad-nick-is-said-as-it-is-written")
def a_bad_nick(bench):
    environment, (server,) = lan(bench, "Study room")
    app = bench.app(environment=environment)
    app.find("list item", re.compile("Study room"))
    app.type("two words")
    app.wait_text("one word of letters and digits")
    app.key("Return")
    app.key("Home")
    app.click("button", re.compile("Join"))
    # Nobody joins; it is selected, to be written over.
    app.wait_for(lambda tree: tree.first("text box", "Your nick").selection == (0, 9), "the selection")
    equal(nick_entry(app).text, "two words", "nick")
    app.key("ctrl+a")
    app.type("x" * 33)
    app.wait_text("at most 32 characters")
    app.key("ctrl+a", "BackSpace")
    app.wait_text("Write what others are to call you")
    app.type("cleo")
    app.key("Return")
    wait_in_lobby(app)
    has(nicks(bench, server), "cleo", "members")


@test("a-taken-nick-gets-another-one-suggested")
def a_taken_nick(bench):
    environment, (server,) = lan(bench, "Study room")
    bench.member(server, "anna", "lobby")
    bench.member(server, "anna_", "lobby")
    app = bench.app(environment=environment)
    app.click("button", re.compile("Join"))
    app.wait_text("\u2068anna\u2069 there already")
    app.wait_for(lambda tree: tree.first("text box", "Your nick").text == "anna_", "the suggestion")
    app.key("Return")
    app.wait_text("\u2068anna_\u2069 there already")
    app.wait_for(lambda tree: tree.first("text box", "Your nick").text == "anna2", "the next suggestion")
    app.key("Return")
    wait_in_lobby(app)
    has(nicks(bench, server), "anna2", "members")


# --- an address -------------------------------------------------------------------------------------

@test("by-address")
def by_address(bench):
    server = bench.server("--name", "Far away")
    app = bench.app(environment={"PARLANCE_NICK": "anna"})
    app.click("button", "Connect to Address…")
    wait_window(app, "Connect to Address")
    for address, words in (("127.0.0.1:1", "No server listens at this address"),
                           ("nowhere.invalid", "no computer of this name"),
                           ("127.0.0.1:70000", "This is no address")):
        app.key("ctrl+a")
        app.type(address)
        app.key("Return")
        app.wait_text(words)
        equal(app.find("text box", ADDRESS).text, address, "what was written")
    app.key("ctrl+a")
    app.type(server.address)
    app.key("Return")
    wait_in_lobby(app, "Far away")
    has(nicks(bench, server), "anna", "members")


@test("cancelling-an-address")
def cancelling_an_address(bench):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        app = bench.app(environment={"PARLANCE_NICK": "anna"})
        app.click("button", "Connect to Address…")
        wait_window(app, "Connect to Address")
        app.type(f"127.0.0.1:{silent.getsockname()[1]}")
        app.key("Return")
        connection, _ = silent.accept()
        app.key("Escape")
        wait_window(app, "Parlance")
        connection.settimeout(DEADLINE_S)
        while connection.recv(4096):
            pass
        connection.close()
    app.click("button", "Connect to Address…")
    wait_window(app, "Connect to Address")
    has(app.find("text box", ADDRESS).text, "127.0.0.1:", "what was written")


# --- a network without a server ---------------------------------------------------------------------

def start_a_server(bench, app):
    app.wait_text("No server was found on this network")
    app.click("button", "Start a Server on This Computer")
    wait_in_lobby(app)


def process_of(app):
    """The process of the server that the app has started."""
    path = os.path.join(app.home, "data", "parlance", "server", "process")
    with open(path, encoding="ascii") as file:
        return int(re.search(r"^pid=(\d+)$", file.read(), re.M).group(1))


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def close(app, answer):
    app.key("ctrl+q")
    app.click("button", re.compile(answer))
    equal(app.wait_exit(), 0, "exit status")
    app.check_stderr()


@test("a-server-is-started-and-stopped")
def a_server_is_started(bench):
    environment, _ = lan(bench)
    app = bench.app(environment=environment)
    start_a_server(bench, app)
    pid = process_of(app)
    check(is_running(pid), "the server does not run")
    app.key("ctrl+q")
    app.wait_text("Stop the Server?")
    app.key("Escape")
    app.wait_gone(None, "Stop the Server?")
    close(app, "Stop Server")
    wait_until(lambda: not is_running(pid), "the end of the server")


@test("a-server-goes-on-and-is-returned-to")
def a_server_goes_on(bench):
    environment, _ = lan(bench)
    app = bench.app(environment=environment)
    start_a_server(bench, app)
    pid = process_of(app)
    close(app, "Keep Running")
    check(is_running(pid), "the server ended with the app")
    app = bench.app(environment=environment)
    wait_in_lobby(app)
    equal(process_of(app), pid, "the server")
    close(app, "Stop Server")  # of a run before
    wait_until(lambda: not is_running(pid), "the end of the server")


@test("a-server-that-ended-is-started-again")
def a_server_that_ended(bench):
    environment, _ = lan(bench)
    app = bench.app(environment=environment)
    start_a_server(bench, app)
    pid = process_of(app)
    close(app, "Keep Running")
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_running(pid), "the end of the server")
    app = bench.app(environment=environment)
    wait_until(lambda: process_of(app) != pid and is_running(process_of(app)), "another server")
    wait_in_lobby(app)
    close(app, "Stop Server")


@test("a-server-that-cannot-start-says-why")
def a_server_that_cannot_start(bench):
    environment, _ = lan(bench)
    bench.write("home/data/parlance/server/server-id", "no uuid")
    app = bench.app(environment=environment)
    app.click("button", "Start a Server on This Computer")
    app.wait_text("holds no UUID")
    app.find("button", "Start a Server on This Computer")


# --- a network of liars -----------------------------------------------------------------------------

class Liars:
    """Answers every question on a discovery port with servers that there are not."""

    def __init__(self, bench, answers, n_hosts=1):
        """@answers: what to send for (nonce, host): a list of the members of `server`"""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("0.0.0.0", 0))
        self.environment = {"PARLANCE_DISCOVERY_PORT": str(self.socket.getsockname()[1]),
                            "PARLANCE_NICK": "anna"}
        self.answers = answers
        self.mouths = []
        for host in range(n_hosts):
            mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            mouth.bind((f"127.0.1.{host + 1}", 0))
            self.mouths.append(mouth)
        bench.clients.append(self)
        threading.Thread(target=self._lie, daemon=True).start()

    def _lie(self):
        while True:
            try:
                question, asker = self.socket.recvfrom(4096)
                nonce = json.loads(question)["query"]
                for host, mouth in enumerate(self.mouths):
                    for server in self.answers(host):
                        answer = {"parlance": 1, "nonce": nonce, "server": server}
                        mouth.sendto(json.dumps(answer, ensure_ascii=False).encode(), ("127.0.0.1", asker[1]))
            except OSError:
                return

    def close(self):
        for mouth in (self.socket, *self.mouths):
            mouth.close()


def lie(number, name):
    return {"id": f"6f0d3c1e-2b6a-4c0e-9d0b-{number:012x}", "name": name, "port": 1, "tls": "off",
            "fingerprint": "", "version": "1", "users": 4294967295, "dictionaries": 1}


@test("hostile-names-are-only-text")
def hostile_names(bench):
    names = ["<b>bold</b> &amp; <a href='x'>", "right\u202eto left", "two\nlines\tand\x1b[31m",
             "图书馆" * 30, "x" * 200, "", " ", "a\u0301\u0301\u0301" * 40, "👩‍👩‍👧‍👦 family"]
    liars = Liars(bench, lambda host: [lie(number, name) for number, name in enumerate(names)])
    app = bench.app(environment=liars.environment)
    rows = app.wait_for(lambda tree: (lambda found: found if len(found) == len(names) else None)(
        tree.all("list item", re.compile("4294967295 people"), shown=False)), "a row for each")
    has(rows[0].name, "<b>bold</b> &amp; <a href='x'>", "markup")
    for row in rows:
        check(not re.search("[\u202e\n\x1b]", row.name), f"a row steers the display: {row.name!r}")
    app.click("button", re.compile("Join .*family"), shown=False)
    app.wait_text("No server listens at this address")
    app.quit()


@test("ten-thousand-liars-are-bounded")
def ten_thousand_liars(bench):
    liars = Liars(bench, lambda host: [lie(host * 5000 + number, f"Server {host} {number}")
                                       for number in range(5000)], n_hosts=2)
    app = bench.app(environment=liars.environment)
    app.find("list item", re.compile("Server"))
    app.type("cleo")  # and the window still answers
    app.wait_for(lambda tree: tree.first("text box", "Your nick").text == "cleo", "the nick", 60)
    # Many answers get lost on the way, as they are more than a socket holds.
    n_rows = len(app.find_all("list item", re.compile("Server"), shown=False))
    check(32 <= n_rows <= 2 * 64, f"{n_rows} rows of two hosts")


# --- the next start ---------------------------------------------------------------------------------

@test("the-second-start-returns")
def the_second_start_returns(bench):
    environment, (server,) = lan(bench, "Study room")
    app = bench.app(environment=environment)
    app.click("button", re.compile("Join"))
    wait_in_lobby(app)
    app.quit()
    app = bench.app(environment=environment)
    wait_in_lobby(app, "Study room")
    wait_until(lambda: "anna" in nicks(bench, server), "anna in the lobby")


class Relay:
    """Passes connections on, and does not tell the server when the client has gone: its network has."""

    def __init__(self, bench, server):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.server = server
        self.kept = []
        bench.clients.append(self)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.server.port))
            self.kept += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass(source, sink):
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
        except OSError:
            pass

    def close(self):
        self.listener.close()
        for end in self.kept:
            end.close()


@test("a-killed-run-has-its-nick-again")
def a_killed_run(bench):
    server = bench.server("--name", "Study room")
    environment = {"PARLANCE_NICK": "anna"}
    app = bench.app(Relay(bench, server).address, environment=environment)
    wait_in_lobby(app, "Study room")
    wait_until(lambda: "token=" in session(app), "the visit to be written down")
    app.kill()
    has(nicks(bench, server), "anna", "members, of a connection that nobody is at")
    app = bench.app(environment=environment)
    wait_in_lobby(app, "Study room")
    bob = bench.member(server, "bob", "lobby")
    bob.say("lobby", "hello anna")
    app.wait_text("hello anna")
    equal([nick for nick in nicks(bench, server) if nick.startswith("anna")], ["anna"], "members")


@test("a-server-that-moved-is-found")
def a_server_that_moved(bench):
    environment, (server,) = lan(bench, "Study room")
    app = bench.app(environment=environment)
    app.click("button", re.compile("Join"))
    wait_in_lobby(app)
    app.quit()
    port = server.port
    server.stop()
    app = bench.app(environment=environment)
    app.wait_text("No server listens at this address")
    with socket.create_server(("127.0.0.1", port)):  # somebody silent, in its old place
        moved = bench.server("--name", "Study room", data_dir=server.data_dir,
                             discovery_port=environment["PARLANCE_DISCOVERY_PORT"])
        check(moved.port != port, "it did not move")
        wait_until(lambda: "anna" in nicks(bench, moved), "anna in the lobby")
    app.wait_gone(None, re.compile("Trying again|Connecting"))


@test("a-server-that-is-gone-can-be-left")
def a_server_that_is_gone(bench):
    environment, (server,) = lan(bench, "Study room")
    app = bench.app(environment=environment)
    app.click("button", re.compile("Join"))
    wait_in_lobby(app)
    app.quit()
    server.stop()
    app = bench.app(environment=environment)
    app.wait_text("No server listens at this address")
    app.find("button", "Now")
    app.find("button", "Choose Another Server")
    app.quit()
    # Somebody else has the nick, and the server knows nothing of our token.
    other = bench.server("--name", "Study room", data_dir=server.data_dir, listen=(f"127.0.0.1:{server.port}",))
    bench.member(other, "anna", "lobby")
    app = bench.app(environment=environment)
    app.find("button", "Change Nick…")
    app.click("button", "Choose Another Server")
    app.find("button", "Connect to Address…")
    app.quit()
    app = bench.app(environment=environment)
    app.find("button", "Connect to Address…")  # who has left does not return


main()
