# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of accounts and operators share: the windows they go through, by keys wherever there are some."""

import contextlib
import re
import signal

from gui_harness import composer, has

from account_harness import PASSWORD, connect, register, serve
from chat_harness import restarted

OTHER = "battery staple"


def class_room(bench, **keywords):
    """A server with a teacher, who has registered; eve has said something. Returns the server, the teacher's
    other connection, eve."""
    server = serve(bench, operators="teacher", **keywords)
    teacher = register(bench, server, "teacher", "lobby")
    eve = bench.member(server, "eve", "lobby")
    eve.say("lobby", "buy my things")
    return server, teacher, eve


def visit(bench, server, nick):
    """The app in the lobby, under a nick that nobody has registered."""
    app = bench.app(server.address, environment={"PARLANCE_NICK": nick})
    app.wait_focus("text box", composer("lobby"))
    app.find("button", "Encrypted Connection")
    return app


def visit_account(bench, server, nick, password=PASSWORD):
    """The same, where the nick needs its password."""
    app = bench.app(server.address, environment={"PARLANCE_NICK": nick})
    app.click("button", "Enter Password…")
    answer(app, password)
    app.find("button", "Encrypted Connection")
    app.wait_no_dialog()
    return app


def visit_assistant(bench, server, teacher):
    """The app of an operator who has been made one, and can be made none."""
    register(bench, server, "assistant")
    teacher.result("set_operator", {"nick": "assistant", "operator": True})
    return visit_account(bench, server, "assistant")


def answer(app, password):
    """Where a server asks for a password."""
    app.find("text box", "Password")
    app.wait_keys("")
    app.wait_for(lambda tree: any("modal" in window.states for window in tree.children), "the question")
    fill(app, "Password", password)
    app.key("Return")


def fill(app, entry, text):
    app.find("text box", entry).set_text(text)


def menu(app, item):
    """One of the main menu."""
    app.key("F10")
    app.click("menu item", re.compile(f"^{item}"))


def open_account(app):
    menu(app, "Account")
    return app.wait_window("^Account$")


def open_bans(app):
    menu(app, "Bans")
    return app.wait_window("^Bans$")


def ended(client, reason):
    """The server closes, and the last that it says is why."""
    has(client.rest().decode("utf-8"), f'"reason":"{reason}"', "the last words")


def press(app, button):
    """A button that says so, when it can be pressed. GTK gives it its name twice."""
    app.click("button", re.compile(f"^_?{button}( {button})?$"), state="sensitive")


def refused(bench, server, nick, reason):
    """Nobody comes in under that nick without more."""
    connect(bench, server).refused("hello", {"protocol": 1, "client": "test/1", "nick": nick}, reason)


@contextlib.contextmanager
def silent(server):
    """A server that takes what it is sent, and does not answer."""
    server.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.send_signal(signal.SIGCONT)


def back(bench, server):
    """The server is killed, and comes again where it was."""
    again = restarted(bench, server, signal.SIGKILL)
    again.address = f"127.0.0.1:{again.port}"
    return again
