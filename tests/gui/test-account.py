#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One's account: registering, another password, devices, logging out and in; and what an operator does
most. The rest is in test-order.py. Source: docs/accounts.md."""

import os
import re

from gui_harness import check, composer, equal, main, test, wait_until

from account_harness import PASSWORD, log_in, register, serve
from operating import OTHER, ended, fill, menu, open_account, open_bans, press, refused, visit, visit_account


def kept(app):
    """Every file that the app has written; one that it is just replacing is gone."""
    for directory, _, names in os.walk(app.home):
        for name in names:
            try:
                with open(os.path.join(directory, name), "rb") as file:
                    content = file.read()
            except FileNotFoundError:
                continue
            yield name, content


def never_kept(app, *passwords):
    for name, content in kept(app):
        for password in passwords:
            check(password.encode() not in content, f"{name} holds a password")
    for password in passwords:
        check(password not in app.stderr(), "a password is logged")


def kept_token(app):
    """What the app would come back with, in its own words; None: nothing yet."""
    return next((line for _, content in kept(app) for line in content.split(b"\n") if line.startswith(b"token=")), None)


@test("register-devices-log-out-and-in")
def account(bench):
    server = serve(bench)
    app = visit(bench, server, "anna")
    wait_until(lambda: kept_token(app), "the token of a guest")
    guest = kept_token(app)
    open_account(app)
    app.wait_text("anna\u2069 Is Not Registered")
    press(app, "Register…")
    app.wait_window("^Register Nick$")
    app.wait_text("At least 8 characters")
    fill(app, "Password", "short")
    fill(app, "The Same Once More", "short")
    app.wait_text("A password has at least 8 characters")
    fill(app, "Password", PASSWORD)
    app.wait_text("The two passwords are different")
    check("sensitive" not in app.find("button", re.compile("^Register Register$")).states, "what is different can be sent")
    fill(app, "The Same Once More", PASSWORD)
    app.wait_gone(None, "The two passwords are different.")
    app.wait_keys("^Register Nick$")
    app.key("Return")
    app.find(None, re.compile("^Registered since"))
    app.find(None, re.compile("^This device, since"))
    check(not app.has(None, "You Are an Operator"), "anybody is an operator")
    wait_until(lambda: kept_token(app) not in (None, guest), "the token of the account")
    never_kept(app, PASSWORD)

    other = log_in(bench, server, "anna")
    app.key("Escape")
    app.wait_no_dialog()
    open_account(app)
    app.find(None, re.compile("^Online, since"))
    app.click("button", re.compile("^Log Out test/"))
    app.wait_text("needs the password to come back")
    press(app, "Log Out")
    ended(other, "kicked")
    app.wait_gone(None, re.compile("^Online, since"))

    app.click("button", re.compile("^Change Password…"))
    app.wait_window("^Change Password$")
    fill(app, "Current Password", "not this one")
    fill(app, "New Password", OTHER)
    fill(app, "The Same Once More", OTHER)
    app.wait_keys("^Change Password$")
    press(app, "Change")
    app.wait_text("The password is not right")
    equal([app.find("text box", name).text for name in ("Current Password", "New Password")], ["", ""], "entries")
    fill(app, "Current Password", PASSWORD)
    fill(app, "New Password", OTHER)
    fill(app, "The Same Once More", OTHER)
    press(app, "Change")
    app.wait_gone("button", re.compile("^Change( Change)?$"))
    never_kept(app, PASSWORD, OTHER)

    app.click("button", re.compile("^Log Out… "))
    press(app, "Log Out")
    app.find("text box", "Your nick")
    refused(bench, server, "anna", "auth_required")
    log_in(bench, server, "anna", password=OTHER)
    app.quit()
    never_kept(app, PASSWORD, OTHER)


@test("an-operator-kicks-bans-and-lets-in-again")
def operator(bench):
    server = serve(bench, operators="teacher")
    register(bench, server, "teacher")
    eve = bench.member(server, "eve", "lobby")
    eve.say("lobby", "buy my things")
    app = visit_account(bench, server, "teacher")
    app.click("button", "People")
    app.click("button", "Actions for \u2068eve\u2069")
    app.click("menu item", "Kick…")
    app.wait_window("^Kick$")
    fill(app, "Reason (they are told)", "no trade here")
    press(app, "Kick")
    app.wait_text("eve\u2069 was kicked")
    ended(eve, "kicked")

    eve = bench.member(server, "eve", "lobby")
    app.click("button", "Actions for \u2068eve\u2069")
    app.click("menu item", "Ban…")
    app.wait_window("^Ban$")
    press(app, "Ban")
    app.wait_text("eve\u2069 is banned")
    ended(eve, "banned")
    refused(bench, server, "eve", "banned")
    open_bans(app)
    app.click("button", "Lift the ban of \u2068eve\u2069")
    press(app, "Lift Ban")
    app.wait_text("Nobody Is Banned")
    app.key("Escape")
    app.wait_no_dialog()
    eve = bench.member(server, "eve", "lobby")

    menu(app, "Send Notice")
    app.wait_window("^Send Notice$")
    fill(app, "Text", "Lunch!")
    press(app, "Send")
    equal(eve.event("notice")["text"], "Lunch!", "notice")
    app.find("status", "Lunch!")
    app.click("button", "Put the notice away")
    app.wait_gone("status", "Lunch!")
    app.quit()


@test("nobody-else-has-what-operators-have")
def nobody_else(bench):
    server = serve(bench, operators="teacher")
    bench.member(server, "bob", "lobby")
    app = visit(bench, server, "anna")
    app.click("button", "People")
    app.find("list item", "bob")
    check(not app.has("button", re.compile("^Actions for")), "a menu for people")
    app.key("F10")
    app.find("menu item", "Word Book")
    check(not app.has("menu item", re.compile("^(Bans|Send Notice)")), "what operators have")
    app.key("Escape")
    app.find("text box", composer("lobby"))


main()
