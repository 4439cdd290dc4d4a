#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server refuses an operator, rights that come and go, and forms that are closed while the server is asked. Source:
docs/accounts.md."""

import re
import signal

from gui_harness import check, equal, main, test, wait_until

from account_harness import PASSWORD, log_in, register, serve
from operating import (OTHER, back, class_room, fill, open_account, open_bans, press, silent, visit,
                       visit_account, visit_assistant)


def ask_about(app, nick, item, title):
    """The form that is behind an item of somebody's menu."""
    app.click("button", f"Actions for \u2068{nick}\u2069")
    app.click("menu item", item)
    app.wait_window(f"^{title}$")


@test("says-why-a-kick-is-refused")
def kick_refused(bench):
    server, teacher, eve = class_room(bench)
    app = visit_assistant(bench, server, teacher)
    app.click("button", "People")
    ask_about(app, "teacher", "Kick…", "Kick")
    press(app, "Kick")
    app.wait_text("only operators may do that, and not to each other")
    app.key("Escape")
    app.wait_no_dialog()
    ask_about(app, "eve", "Kick…", "Kick")
    eve.close()
    teacher.event("left", room="lobby", nick="eve")
    press(app, "Kick")
    app.wait_text("There is nobody of this name any more")


@test("makes-an-operator-and-revokes-it")
def makes_operator(bench):
    server, _, _ = class_room(bench)
    bob = register(bench, server, "bob", "lobby")
    app = visit_account(bench, server, "teacher")
    app.click("button", "People")
    ask_about(app, "eve", "Make Operator…", "Make Operator")
    app.wait_text("eve\u2069 can then kick, mute and ban others")
    press(app, "Make")
    app.wait_text("Nobody has registered this nick")
    app.key("Escape")
    app.wait_no_dialog()

    ask_about(app, "bob", "Make Operator…", "Make Operator")
    app.wait_keys("^Make Operator$")
    app.key("Return")
    app.wait_text("bob\u2069 is an operator")
    app.wait_no_dialog()
    equal(bob.event("rights"), {"operator": True, "by": "teacher"}, "rights")
    bob.result("bans")
    ask_about(app, "bob", "Revoke Operator’s Rights…", "Revoke Rights")
    app.wait_text("and keeps the account")
    app.wait_keys("^Revoke Rights$")
    app.key("Escape")
    app.wait_no_dialog()
    bob.result("bans")
    ask_about(app, "bob", "Revoke Operator’s Rights…", "Revoke Rights")
    press(app, "Revoke")
    app.wait_no_dialog()
    app.wait_text("bob\u2069 is not an operator any more")
    equal(bob.event("rights"), {"operator": False, "by": "teacher"}, "rights")
    bob.refused("bans", {}, "forbidden")


@test("whom-the-configuration-names-stays-an-operator")
def stays_operator(bench):
    server, teacher, _ = class_room(bench)
    app = visit_assistant(bench, server, teacher)
    app.click("button", "People")
    ask_about(app, "teacher", "Revoke Operator’s Rights…", "Revoke Rights")
    press(app, "Revoke")
    app.wait_text("whom its configuration names stays one")
    teacher.result("bans")


@test("menus-come-and-go-with-the-rights")
def menus_follow(bench):
    server, teacher, _ = class_room(bench)
    register(bench, server, "assistant")
    app = visit_account(bench, server, "assistant")
    app.click("button", "People")
    app.find("list item", "eve")
    check(not app.has("button", re.compile("^Actions for")), "a menu for people")
    teacher.result("set_operator", {"nick": "assistant", "operator": True})
    app.wait_text("teacher\u2069 has made you an operator")
    app.find("button", "Actions for \u2068eve\u2069")
    open_bans(app)
    app.wait_text("Nobody Is Banned")
    app.key("Escape")
    app.wait_no_dialog()
    teacher.result("set_operator", {"nick": "assistant", "operator": False})
    app.wait_text("teacher\u2069 has revoked your operator’s rights")
    app.wait_gone("button", re.compile("^Actions for"))
    app.key("F10")
    app.find("menu item", "Word Book")
    check(not app.has("menu item", re.compile("^(Bans|Send Notice)")), "what operators have")


@test("a-form-outlives-the-rights-and-says-so")
def rights_go(bench):
    server, teacher, eve = class_room(bench)
    app = visit_assistant(bench, server, teacher)
    app.click("button", "People")
    ask_about(app, "eve", "Kick…", "Kick")
    teacher.result("set_operator", {"nick": "assistant", "operator": False})
    app.wait_gone("button", re.compile("^Actions for"))
    press(app, "Kick")
    app.wait_text("The server does not allow it")
    app.key("Escape")
    app.wait_no_dialog()
    eve.say("lobby", "not kicked")


@test("the-bans-come-and-go-with-the-rights")
def bans_go(bench):
    server, teacher, _ = class_room(bench)
    teacher.result("ban", {"nick": "mallory"})
    app = visit_assistant(bench, server, teacher)
    open_bans(app)
    app.click("button", "Lift the ban of \u2068mallory\u2069")
    app.find("button", re.compile("^_?Lift Ban"))
    teacher.result("set_operator", {"nick": "assistant", "operator": False})
    app.wait_gone("list item", re.compile("mallory"))
    app.find(None, "The Bans Could Not Be Loaded")
    press(app, "Lift Ban")
    refusal = re.compile("^The server does not allow it")  # on the page, and then in a toast over it
    app.wait_for(lambda tree: len(tree.all("label", refusal)) == 2, "that the ban is not lifted")
    app.wait_gone("button", "Add Ban", state="sensitive")

    teacher.result("set_operator", {"nick": "assistant", "operator": True})
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
    ask_about(app, "eve", "Ban…", "Ban")
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
