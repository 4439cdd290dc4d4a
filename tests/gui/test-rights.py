#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server refuses an operator, rights that go, and forms that are closed while the server is asked. Source:
docs/accounts.md."""

import re
import signal

from gui_harness import check, equal, main, test, wait_until

from account_harness import PASSWORD, log_in, register, serve
from operating import (OTHER, back, class_room, fill, open_account, open_bans, press, silent, visit,
                       visit_assistant)


@test("says-why-a-kick-is-refused")
def kick_refused(bench):
    server, teacher, eve = class_room(bench)
    app = visit_assistant(bench, server, teacher)
    app.click("button", "People")
    app.click("button", "Actions for \u2068teacher\u2069")
    app.click("menu item", "Kick…")
    app.wait_window("^Kick$")
    press(app, "Kick")
    app.wait_text("only operators may do that, and not to each other")
    app.key("Escape")
    app.wait_no_dialog()
    app.click("button", "Actions for \u2068eve\u2069")
    app.click("menu item", "Kick…")
    app.wait_window("^Kick$")
    eve.close()
    teacher.event("left", room="lobby", nick="eve")
    press(app, "Kick")
    app.wait_text("There is nobody of this name any more")


@test("what-operators-have-goes-with-their-rights")
def rights_go(bench):
    server, teacher, eve = class_room(bench)
    app = visit_assistant(bench, server, teacher)
    app.click("button", "People")
    app.find("button", "Actions for \u2068eve\u2069")
    teacher.result("set_operator", {"nick": "assistant", "operator": False})
    app.click("button", "Actions for \u2068eve\u2069")
    app.click("menu item", "Kick…")
    app.wait_window("^Kick$")
    press(app, "Kick")
    app.wait_text("The server does not allow it")
    app.wait_gone("button", re.compile("^Actions for"))
    app.key("Escape")
    app.wait_no_dialog()
    app.key("F10")
    app.find("menu item", "Word Book")
    check(not app.has("menu item", re.compile("^(Bans|Send Notice)")), "what operators have")
    eve.say("lobby", "not kicked")


@test("the-bans-go-with-the-rights")
def bans_go(bench):
    server, teacher, _ = class_room(bench)
    teacher.result("ban", {"nick": "mallory"})
    app = visit_assistant(bench, server, teacher)
    open_bans(app)
    app.click("button", "Lift the ban of \u2068mallory\u2069")
    teacher.result("set_operator", {"nick": "assistant", "operator": False})
    press(app, "Lift Ban")
    app.wait_gone("button", re.compile("^Lift the ban"))
    app.wait_text("The server does not allow it")
    app.wait_gone("button", "Add Ban", state="sensitive")

    teacher.result("set_operator", {"nick": "assistant", "operator": True})
    press(app, "Try Again")
    app.find("list item", re.compile("mallory"))
    app.process.send_signal(signal.SIGSTOP)
    server = back(bench, server)
    teacher = log_in(bench, server, "teacher")
    teacher.result("set_operator", {"nick": "assistant", "operator": False})
    app.process.send_signal(signal.SIGCONT)
    app.wait_gone("list item", re.compile("mallory"))
    app.find(None, "The Bans Could Not Be Loaded")
    app.wait_text("The server does not allow it")


@test("what-the-server-does-after-its-form-is-closed-is-told")
def closed_forms(bench):
    server, teacher, _ = class_room(bench)
    app = visit_assistant(bench, server, teacher)
    app.click("button", "People")
    app.click("button", "Actions for \u2068eve\u2069")
    app.click("menu item", "Ban…")
    app.wait_window("^Ban$")
    close_while_asked(app, server, "Ban")
    app.wait_text("eve\u2069 is banned")
    app.wait_no_dialog()

    open_bans(app)
    app.find("list item", re.compile("eve"))
    app.click("button", "Add Ban")
    app.wait_window("^Add Ban$")
    fill(app, "Nick, Account or Address", "mallory")
    close_while_asked(app, server, "Ban")
    app.find("list item", re.compile("mallory"))
    app.wait_keys()  # of the two windows that are left, whichever the window manager thinks
    app.key("Escape")
    app.wait_no_dialog()

    open_account(app)
    app.click("button", re.compile("^Change Password…"))
    app.wait_window("^Change Password$")
    fill(app, "Current Password", PASSWORD)
    fill(app, "New Password", OTHER)
    fill(app, "The Same Once More", OTHER)
    close_while_asked(app, server, "Change")
    app.wait_text("The password is changed")
    app.click("button", re.compile("^Delete Account…"))
    app.wait_window("^Delete Account$")
    fill(app, "Current Password", OTHER)
    close_while_asked(app, server, "Delete", "Account")
    app.find("text box", "Your nick")


def close_while_asked(app, server, button, *behind):
    """Presses the button of a form, and closes the form and the windows behind it, while the server is silent."""
    title = app.active_window().name
    with silent(server):
        press(app, button)
        app.wait_gone("button", f"{button} {button}", state="sensitive")
        app.wait_keys(f"^{title}$")
        for name in (title, *behind):
            app.wait_keys()
            app.key("Escape")
            app.wait_for(lambda tree, name=name: all(window.name != name for window in tree.children), f"{name} closed")


@test("a-login-that-is-given-up-is-over")
def gives_up(bench):
    server = serve(bench)
    register(bench, server, "anna")
    app = visit(bench, server, "guest")
    open_account(app)
    press(app, "Log In to an Account…")
    app.wait_window("^Log In$")
    before = n_connections(server)
    fill(app, "Nick", "anna")
    fill(app, "Password", PASSWORD)
    app.wait_keys("^Log In$")
    with silent(server):
        press(app, "Log In")
        wait_until(lambda: n_connections(server) == before + 1, "a connection")
        app.key("Escape")
        app.wait_gone("text box", "Nick")
    wait_until(lambda: n_connections(server) == before, "its end")
    devices = log_in(bench, server, "anna").result("account")["devices"]
    equal([device["client"] for device in devices], ["test/1"] * 2, "what is logged in")
    app.wait_text("guest\u2069 Is Not Registered")


def n_connections(server):
    """How many there are that those who connected have not ended, by what the kernel says."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        rows = [line.split() for line in file][1:]
    return sum(int(remote.split(":")[1], 16) == server.port and state == "01" for _, _, remote, state, *_ in rows)


main()
