#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""parlance account and parlance admin, and the chat commands with a password. Source: docs/accounts.md."""

import contextlib
import json
import os
import pty
import resource
import select
import sqlite3
import stat
import subprocess
import tempfile
import time

from account_harness import (PASSWORD, SERVER_PASSWORD, another, log_in, own_address, register, serve,
                             write_config)
from chat_harness import member
from harness import (DEADLINE_S, PARLANCE, SANITIZER, SANITIZER_SPEAKS, Failure, Skip, check, equal, has, main,
                     test)


class Home:
    """One user of the program, on one device."""

    def __init__(self, bench, server, nick, host="127.0.0.1"):
        self.bench = bench
        self.nick = nick
        self.state = tempfile.mkdtemp(dir=bench.dir)
        self.environment = {**os.environ, "XDG_STATE_HOME": self.state, "LC_ALL": "C.UTF-8", "PARLANCE_NICK": nick,
                            "PARLANCE_SERVER": f"{host}:{server.port}"}
        self.environment.pop("PARLANCE_PASSWORD", None)

    def passwords(self, *lines):
        return ["--password-file", self.bench.write("passwords", "".join(f"{line}\n" for line in lines))]

    def run(self, *words, status=0, input="", **environment):
        done = subprocess.run([PARLANCE, *words], input=input, capture_output=True, text=True, timeout=3 * DEADLINE_S,
                              env={**self.environment, **environment}, check=False)
        check(not SANITIZER_SPEAKS.search(done.stderr), done.stderr)
        equal(done.returncode, status, f"exit status of {words}: {done.stdout} {done.stderr}")
        self.stderr = done.stderr
        return done.stdout if status == 0 else done.stderr

    def stored(self):
        path = os.path.join(self.state, "parlance", "accounts")
        return path if os.path.exists(path) else None


class Terminal:
    """The program at a terminal of its own."""

    def __init__(self, home, *words):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.execve(PARLANCE, [PARLANCE, *words], home.environment)
        self.shown = ""

    def see(self, text, n=1):
        """Until it has been shown so many times in all."""
        until = time.monotonic() + DEADLINE_S
        while self.shown.count(text) < n:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.descriptor], [], [], left)[0]:
                raise Failure(f"{text!r} did not come; shown: {self.shown!r}")
            try:
                self.shown += os.read(self.descriptor, 65536).decode("utf-8", "replace")
            except OSError:
                raise Failure(f"the program ended; shown: {self.shown!r}") from None

    def type(self, text):
        os.write(self.descriptor, text.encode("utf-8"))

    def command_line(self):
        with open(f"/proc/{self.pid}/cmdline", encoding="utf-8") as file:
            return file.read()

    def wait(self):
        """Returns the exit status."""
        while True:
            if not select.select([self.descriptor], [], [], DEADLINE_S)[0]:
                raise Failure(f"the program does not end; shown: {self.shown!r}")
            try:
                piece = os.read(self.descriptor, 65536)
            except OSError:  # nobody has the other end any more
                break
            self.shown += piece.decode("utf-8", "replace")
        _, status = os.waitpid(self.pid, 0)
        os.close(self.descriptor)
        return os.waitstatus_to_exitcode(status)


@test("/account-cli/registers-keeps-the-token-and-chats-without-being-asked")
def _(bench):
    server = serve(bench, "accounts", SERVER_PASSWORD)
    home = Home(bench, server, "anna")
    has(home.run("send", "lobby", "x", status=3), "needs an account", "stderr")
    has(home.run("account", "register", status=2, *home.passwords(PASSWORD)), "no (further) password", "stderr")
    has(home.run("account", "register", *home.passwords(PASSWORD, SERVER_PASSWORD)), "anna is yours", "stdout")
    equal(stat.S_IMODE(os.stat(home.stored()).st_mode), 0o600, "mode")
    home.run("send", "lobby", "hello")
    has(home.run("history", "lobby"), "<anna> hello", "history")
    # Another device is asked, and one with a wrong password is told.
    laptop = Home(bench, server, "anna")
    has(laptop.run("send", "lobby", "x", status=3), "--password-file", "advice")
    has(laptop.run("send", "lobby", "x", status=3, *laptop.passwords("wrong one")), "password is wrong", "stderr")
    laptop.run("account", "login", *laptop.passwords(PASSWORD))
    laptop.run("send", "lobby", "from the laptop")
    devices = json.loads(laptop.run("account", "devices", "--json"))["devices"]
    equal(len(devices), 2, "devices")
    equal([d["current"] for d in devices], [False, True], "current")
    # Logging the other one out, by its number.
    laptop.run("account", "logout", str(devices[0]["device"]))
    has(home.run("send", "lobby", "x", status=3), "needs its password", "stderr")
    laptop.run("account", "logout")
    has(laptop.run("send", "lobby", "x", status=3), "needs its password", "stderr")


@test("/account-cli/says-which-device-was-logged-out-for-this-one")
def _(bench):
    server = serve(bench)
    home = Home(bench, server, "anna")
    register(bench, server, "anna", client="").close()
    for _ in range(14):
        log_in(bench, server, "anna").close()
    home.run("account", "login", *home.passwords(PASSWORD))
    equal(home.stderr, "", "what is said while there is room")
    for name, *words in (("an unknown program", "account", "login"), ("test/1", "send", "lobby", "x")):
        other = Home(bench, server, "anna")
        other.run(*words, *other.passwords(PASSWORD))
        has(" ".join(other.stderr.split()), f"({name}), used last on 20", "stderr")
        has(other.stderr, "was logged out", "stderr")
        other.run(*words[:1], *(("devices",) if words[0] == "account" else words[1:]))
        equal(other.stderr, "", "what is said the next time")


@test("/account-cli/changes-the-password")
def _(bench):
    server = serve(bench)
    home = Home(bench, server, "anna")
    home.run("account", "register", *home.passwords(PASSWORD))
    has(home.run("account", "password", status=3, *home.passwords("wrong one", "another one")), "wrong", "stderr")
    has(home.run("account", "password", status=3, *home.passwords(PASSWORD, "short")), "at least 8", "stderr")
    home.run("account", "password", *home.passwords(PASSWORD, "another one"))
    home.run("send", "lobby", "still logged in")
    other = Home(bench, server, "anna")
    other.run("account", "login", status=3, *other.passwords(PASSWORD))
    other.run("account", "login", *other.passwords("another one"))
    other.run("send", "lobby", "x", PARLANCE_NICK="nobody-yet")
    has(other.run("account", "login", "nobody-yet", status=3, *other.passwords(PASSWORD)), "nobody has registered",
        "stderr")


@test("/account-cli/deletes-the-account")
def _(bench):
    server = serve(bench, operators="teacher")
    home = Home(bench, server, "anna")
    home.run("account", "register", *home.passwords(PASSWORD))
    phone = log_in(bench, server, "anna", "lobby")
    has(home.run("account", "delete", status=3, *home.passwords("wrong one")), "wrong", "stderr")
    for verb in ("delete", "password", "devices"):  # of anna, not of whoever is named
        has(home.run("account", verb, "bert", status=2, *home.passwords(PASSWORD)), "nothing follows", "stderr")
    home.run("send", "lobby", "goodbye")
    equal(home.run("account", "delete", *home.passwords(PASSWORD)), "Done.\n", "stdout")
    has(phone.rest().decode("utf-8"), "The account was deleted", "last words")
    with open(home.stored(), encoding="utf-8") as file:
        check("=" not in file.read(), "the token is kept")
    server.stop()
    with contextlib.closing(sqlite3.connect(os.path.join(server.data_dir, "accounts.db"))) as database:
        for table in ("accounts", "devices"):
            equal(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0], 0, f"rows of {table}")
    again = another(bench, server)
    home = Home(bench, again, "anna")
    has(home.run("account", "login", status=3, *home.passwords(PASSWORD)), "nobody has registered", "stderr")
    has(home.run("history", "lobby"), "<anna> goodbye", "history")
    home.run("account", "register", *home.passwords("another one"))
    teacher = Home(bench, again, "teacher")
    teacher.run("account", "register", *teacher.passwords(PASSWORD))
    has(home.run("admin", "delete", "teacher", status=3, *home.passwords("another one")), "operators", "stderr")
    has(teacher.run("admin", "delete", "anna", status=3, *teacher.passwords("wrong one")), "wrong", "stderr")
    teacher.run("admin", "delete", "anna", *teacher.passwords(PASSWORD))
    has(home.run("account", "devices", status=3, *home.passwords("another one")), "nobody has registered", "stderr")


@test("/account-cli/a-logout-that-is-refused-leaves-everything-as-it-was")
def _(bench):
    server = serve(bench)
    home = Home(bench, server, "anna")
    home.run("account", "register", *home.passwords(PASSWORD))
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    has(home.run("account", "logout", status=3), "could not be stored", "stderr")
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)
    home.run("send", "lobby", "still logged in")
    home.run("account", "logout")
    has(home.run("send", "lobby", "x", status=3), "needs its password", "stderr")


@test("/account-cli/a-terminal-is-asked-and-shows-nothing")
def _(bench):
    server = serve(bench, "accounts")
    home = Home(bench, server, "anna")
    terminal = Terminal(home, "account", "register")
    terminal.see("New password for anna: ")
    terminal.type(PASSWORD + "\n")
    terminal.see("Once more: ")
    check(PASSWORD not in terminal.command_line(), "the password is an argument")
    terminal.type(PASSWORD + "\n")
    terminal.see("anna is yours")
    equal(terminal.wait(), 0, "exit status")
    check("correct" not in terminal.shown, f"{terminal.shown!r}")
    # Two that differ, and somebody who would rather not.
    for answers, status in (((PASSWORD, "different one"), 2), (("\x03",), 3)):
        terminal = Terminal(home, "account", "register", "bert")
        terminal.see("New password for bert: ")
        for answer in answers:
            terminal.type(answer + "\n")
            if answer != answers[-1]:
                terminal.see("Once more: ")
        equal(terminal.wait(), status, "exit status")


@test("/account-cli/a-chat-asks-when-it-is-told-that-a-password-is-needed")
def _(bench):
    server = serve(bench, "accounts")
    bert = register(bench, server, "bert", "lobby")
    register(bench, server, "anna").close()
    home = Home(bench, server, "anna")
    for first, text in ((True, "hello"), (False, "good evening")):
        terminal = Terminal(home, "chat", "--plain")
        if first:
            terminal.see("Password for anna: ")
            terminal.type("wrong one\n")
            terminal.see("password is wrong")
            terminal.see("Password for anna: ", 2)  # what is typed before it asks is thrown away
            terminal.type(PASSWORD + "\n")
        bert.event("joined", nick="anna")
        terminal.type(text + "\n")
        bert.message(text=text, **{"from": "anna"})
        terminal.see(f"<anna> {text}")  # bert may have it before anna is told so, and she is not let go
        terminal.type("/quit\n")
        equal(terminal.wait(), 0, "exit status")
        check("correct" not in terminal.shown, f"{terminal.shown!r}")
        equal("Password" in terminal.shown, first, "whether it was asked")
        bert.event("left", nick="anna")
    check(home.stored(), "no token is kept")


@test("/account-cli/nothing-is-sent-in-plain-text")
def _(bench):
    address = own_address()
    server = serve(bench, listen=("0.0.0.0:0",), more="tls=off")
    register(bench, server, "anna").close()
    home = Home(bench, server, "anna", host=address)
    for words in (("account", "login"), ("account", "register", "bert"), ("send", "lobby", "x")):
        error = home.run(*words, *home.passwords(PASSWORD), status=3)
        has(error, "not encrypted, and a password is not sent", f"{words}")
    for words in (("login",), ("register", "bert")):
        terminal = Terminal(home, "account", *words)
        terminal.see("not encrypted, and a password is not sent")
        equal(terminal.wait(), 3, "exit status")
        check("assword of" not in terminal.shown and "New" not in terminal.shown, f"asked: {terminal.shown!r}")
    error = home.run("send", "lobby", "x", status=3)
    has(error, "not encrypted, and a password is not sent", "without one")
    has(error, "Take another nick with --nick", "what can be done")


@test("/account-cli/a-token-is-for-the-server-that-shows-the-same")
def _(bench):
    if SANITIZER == "thread":
        raise Skip("clients do not encrypt under ThreadSanitizer (harness.py)")
    server = serve(bench)
    home = Home(bench, server, "anna")
    home.run("account", "register", *home.passwords(PASSWORD))
    home.run("send", "lobby", "over TLS")
    server.stop()
    # It has the same id and all accounts, but shows no certificate: anybody could.
    write_config(bench, more="tls=off")
    again = another(bench, server)
    home.environment["PARLANCE_SERVER"] = f"127.0.0.1:{again.port}"
    has(home.run("send", "lobby", "x", status=3), "needs its password", "stderr")
    has(home.run("account", "devices", status=3), "does not encrypt", "stderr")
    home.run("trust", home.environment["PARLANCE_SERVER"])
    has(home.run("account", "devices", status=3), "no password was given", "stderr")
    # Logged in there, it is known by being on this machine.
    home.run("account", "login", *home.passwords(PASSWORD))
    home.run("send", "lobby", "within the machine")
    home.run("account", "devices")


@test("/account-cli/admin-does-what-operators-do")
def _(bench):
    server = serve(bench, operators="teacher")
    home = Home(bench, server, "teacher")
    has(home.run("admin", "bans", status=3, *home.passwords(PASSWORD)), "register", "stderr")
    home.run("account", "register", *home.passwords(PASSWORD))
    bert = member(bench, server, "bert", "lobby")
    home.run("admin", "notice", "lunch is ready")
    bert.event("notice", text="lunch is ready")
    home.run("admin", "mute", "bert", "--for", "2h", "--reason", "spam")
    bert.refused("send", {"room": "lobby", "text": "x"}, "muted")
    home.run("admin", "unmute", "bert")
    home.run("admin", "kick", "bert", "--reason", "enough")
    has(bert.rest().decode("utf-8"), "enough", "last words")
    home.run("admin", "ban", "bert")
    home.run("admin", "ban", "--address", "10.0.0.0/8", "--for", "7d")
    listed = home.run("admin", "bans")
    for part in ("bert", "10.0.0.0/8", "for good", "teacher"):
        has(listed, part, "bans")
    number = [ban["id"] for ban in json.loads(home.run("admin", "bans", "--json"))["bans"] if "address" in ban][0]
    home.run("admin", "unban", str(number))
    home.run("admin", "unban", "bert")
    equal(home.run("admin", "bans"), "", "bans")
    bert = member(bench, server, "bert", "lobby")
    equal(home.run("admin", "ban", "--address-of", "bert"), "127.0.0.1 is banned.\n", "what the ban is of")
    home.run("admin", "unban", "--address", "127.0.0.1")
    home.run("admin", "close-room", "hall", "--reason", "over")
    carl = register(bench, server, "carl")
    carl.refused("join", {"room": "hall"}, "forbidden")
    home.run("admin", "open-room", "hall")
    carl.join("hall")
    home.run("admin", "op", "carl")
    carl.result("bans")
    home.run("admin", "deop", "carl")
    carl.refused("bans", {}, "forbidden")
    home.run("admin", "password", "carl", *home.passwords(PASSWORD, "another one"))
    log_in(bench, server, "carl", password="another one")
    home.run("admin", "kick", "nobody", status=3)
    for words in (("kick",), ("ban",), ("ban", "x", "--address", "::1"), ("bans", "x"), ("dance",), ("notice",),
                  ("ban", "x", "--for", "soon")):
        home.run("admin", *words, status=2)
    home.run("account", "dance", status=2)
    home.run("account", status=2)


main()
