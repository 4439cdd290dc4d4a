#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeping order, and accounts where it gets difficult: many of them, a server that goes in the middle, no
encryption, a server with a password, little room, another language. Source: docs/accounts.md."""

import re
import signal

from gui_harness import check, composer, equal, main, test, wait_until

from account_harness import PASSWORD, SERVER_PASSWORD, log_in, own_address, register, serve
from operating import (OTHER, back, class_room, ended, fill, open_account, open_bans, press, refused, silent, visit,
                       visit_account)

LOST = "The connection was lost before the server answered"


def bans(teacher):
    return teacher.result("bans")["bans"]


def room_menu(app, room):
    """By keys."""
    app.wait_keys("^Parlance$")
    for _ in range(20):
        if app.has("list item", re.compile(f"^{room}"), state="focused"):
            break
        app.key("shift+Tab")
    app.key("shift+F10")


# --- operators --------------------------------------------------------------------------------------

@test("mutes-from-a-message-and-unmutes")
def mutes(bench):
    server, teacher, eve = class_room(bench)
    app = visit_account(bench, server, "teacher")
    message = app.find("list item", re.compile("^eve, .*: buy my things$"))
    app.click_at(message, button=3)
    app.click("menu item", "Mute Author…")
    app.wait_window("^Mute$")
    fill(app, "Reason (they are told)", "calm down")
    press(app, "Mute")
    app.wait_text("eve\u2069 is muted")
    eve.refused("send", {"room": "lobby", "text": "more", "key": "1"}, "muted")
    ban = bans(teacher)[0]
    equal((ban["mute"], ban["nick"], ban["reason"]), (True, "eve", "calm down"), "mute")
    equal(round((ban["expires"] - ban["created"]) / 60000), 30, "minutes")
    open_bans(app)
    app.find("list item", re.compile("eve.*Muted until .*calm down"))
    app.click("button", "Lift the ban of \u2068eve\u2069")
    press(app, "Unmute")
    app.wait_text("Nobody Is Banned")
    equal(bans(teacher), [], "bans")
    eve.say("lobby", "sorry")


@test("closes-a-room-and-opens-it")
def closes(bench):
    server, _, eve = class_room(bench)
    eve.join("market")
    app = visit_account(bench, server, "teacher")
    room_menu(app, "lobby")
    app.find("menu item", "Leave Room")
    check(not app.has("menu item", "Close Room…"), "the lobby can be closed")
    app.key("Escape")
    app.wait_gone("menu item", "Leave Room", shown=False)
    app.key("ctrl+n")
    app.wait_focus("text box", "Name of the room")
    app.type("market")
    app.key("Return")
    app.wait_no_dialog()
    app.wait_focus("text box", composer("market"))
    eve.event("joined", room="market", nick="teacher")
    app.wait_keys("^Parlance$")
    room_menu(app, "market")
    app.click("menu item", "Close Room…")
    app.wait_window("^Close Room$")
    app.click("button", "Close Close")  # not the window
    app.wait_text("market\u2069 is closed")
    eve.event("closed", room="market")
    eve.refused("join", {"room": "market"}, "forbidden")
    app.wait_no_dialog()
    app.wait_keys("^Parlance$")
    room_menu(app, "market")
    app.click("menu item", "Open Room Again")
    app.wait_text("The room is open")
    eve.join("market")


@test("bans-what-is-written-and-says-what-is-wrong")
def bans_any(bench):
    server, teacher, _ = class_room(bench)
    app = visit_account(bench, server, "teacher")
    open_bans(app)
    app.click("button", "Add Ban")
    app.wait_window("^Add Ban$")
    check("sensitive" not in app.find("button", "Ban Ban").states, "nobody can be banned")
    fill(app, "Nick, Account or Address", "teacher")
    press(app, "Ban")
    app.wait_text("only operators may do that, and not to each other")
    equal(app.find("text box", "Nick, Account or Address").text, "teacher", "what was written")
    app.wait_keys("^Add Ban$")
    app.key("shift+Tab", "space")  # the list of what it is
    choose(app, "Address or range")
    fill(app, "Nick, Account or Address", "10.1.0.0/160")
    press(app, "Ban")
    app.wait_text("This is no address, and no range")
    fill(app, "Nick, Account or Address", "10.1.0.0/16")
    fill(app, "Reason (they are told)", "x" * 257)
    app.wait_text("The reason is too long")
    fill(app, "Reason (they are told)", "a virus")
    press(app, "Ban")
    app.find("list item", re.compile("10.1.0.0/16.*Address banned until .*a virus"))
    equal([(ban["address"], ban["reason"]) for ban in bans(teacher)], [("10.1.0.0/16", "a virus")], "bans")


def choose(app, name):
    """From the list that is open."""
    app.find("label", name)
    app.key("End", "Return")


@test("gives-somebody-another-password")
def resets(bench):
    server, _, _ = class_room(bench)
    bob = register(bench, server, "bob", "lobby")
    app = visit_account(bench, server, "teacher")
    app.click("button", "People")
    app.click("button", "Actions for \u2068bob\u2069")
    app.click("menu item", "Set Password…")
    app.wait_window("^Set Password$")
    fill(app, "Your Own Password", PASSWORD)
    fill(app, "New Password", OTHER)
    fill(app, "The Same Once More", OTHER)
    press(app, "Set")
    app.wait_text("The password is set")
    ended(bob, "kicked")
    log_in(bench, server, "bob", password=OTHER)


@test("deletes-accounts")
def deletes(bench):
    server, _, _ = class_room(bench)
    bob = register(bench, server, "bob", "lobby")
    app = visit_account(bench, server, "teacher")
    app.click("button", "People")
    app.click("button", "Actions for \u2068bob\u2069")
    app.click("menu item", "Delete Account…")
    app.wait_window("^Delete Account$")
    fill(app, "Your Own Password", "not this one")
    press(app, "Delete")
    app.wait_text("The password is not right")
    fill(app, "Your Own Password", PASSWORD)
    press(app, "Delete")
    app.wait_text("The account is deleted")
    ended(bob, "kicked")
    register(bench, server, "bob")
    open_account(app)
    app.click("button", re.compile("^Delete Account…"))
    app.wait_window("^Delete Account$")
    app.wait_text("There is no way back")
    fill(app, "Current Password", PASSWORD)
    press(app, "Delete")
    app.find("text box", "Your nick")


@test("five-hundred-bans-are-listed-and-searched")
def many(bench):
    server, teacher, _ = class_room(bench)
    for id in teacher.begin_all([("ban", {"nick": f"spam{i}", "reason": "自动"}) for i in range(500)]):
        teacher.answer(id)
    app = visit_account(bench, server, "teacher")
    open_bans(app)
    app.find("list item", re.compile("spam499"))
    app.wait_keys("^Bans$")
    app.type("spam77")
    app.wait_for(lambda tree: len(bans_seen(tree)) == 1, "one ban")
    app.wait_keys("^Bans$")
    app.type("no such")
    app.wait_text("No Results Found")
    app.key("Escape")
    app.find("list item", re.compile("spam499"))


def bans_seen(tree):
    listed = tree.first("list", "Bans")
    return [] if listed is None else [item for item in listed.all("list item") if item.has_name]


# --- a server that goes -----------------------------------------------------------------------------

@test("server-goes-at-every-stage")
def goes(bench):
    server, _, _ = class_room(bench)
    app = visit_account(bench, server, "teacher")
    app.click("button", "People")
    with silent(server):
        open_account(app)
        app.find(None, "Loading")
        app.find(None, re.compile("^Registered. Nobody else"))
    app.find(None, re.compile("^This device, since"))
    app.click("button", re.compile("^Change Password…"))
    app.wait_window("^Change Password$")
    fill(app, "Current Password", PASSWORD)
    fill(app, "New Password", OTHER)
    fill(app, "The Same Once More", OTHER)
    server.send_signal(signal.SIGSTOP)
    press(app, "Change")
    app.wait_gone("button", "Change Change", state="sensitive")
    server = back(bench, server)
    app.wait_text(LOST)
    app.wait_keys("^Change Password$")
    app.key("Escape")
    app.find(None, re.compile("^This device, since"))  # it came back by itself
    app.wait_keys()  # of the two windows that are left, whichever the window manager thinks
    app.key("Escape")
    app.wait_no_dialog()

    bench.member(server, "eve", "lobby")
    app.click("button", "Actions for \u2068eve\u2069")
    app.click("menu item", "Ban…")
    app.wait_window("^Ban$")
    fill(app, "Reason (they are told)", "for good")
    server.send_signal(signal.SIGSTOP)
    press(app, "Ban")
    app.wait_gone("button", "Ban Ban", state="sensitive")
    server = back(bench, server)
    app.wait_text(LOST)
    equal(app.find("text box", "Reason (they are told)").text, "for good", "what was written")
    app.wait_keys("^Ban$")
    app.key("Escape")
    app.wait_no_dialog()
    app.find("button", "Encrypted Connection")

    with silent(server):
        open_bans(app)
        app.find(None, "Loading")
    app.wait_text("Nobody Is Banned")
    server.kill()
    app.wait_text("The bans are shown when there is a connection")
    check("sensitive" not in app.find("button", "Add Ban").states, "somebody can be banned")
    app.wait_keys("^Bans$")
    app.key("Escape")
    app.wait_no_dialog()
    open_account(app)
    app.wait_text("Your account is shown when there is a connection")


# --- accounts ---------------------------------------------------------------------------------------

@test("logs-in-to-an-account-and-keeps-what-was-written")
def logs_in(bench):
    server = serve(bench)
    register(bench, server, "anna")
    app = visit(bench, server, "guest")
    app.type("half a sentence")
    app.wait_for(lambda tree: tree.first("text box", composer("lobby")).text == "half a sentence", "what is written")
    open_account(app)
    press(app, "Log In to an Account…")
    app.wait_window("^Log In$")
    fill(app, "Nick", "anna")
    fill(app, "Password", "not this one")
    press(app, "Log In")
    app.wait_text("The password is not right")
    equal(app.find("text box", "Password").text, "", "the password")
    fill(app, "Password", PASSWORD)
    press(app, "Log In")
    app.find(None, re.compile("^This device, since"))
    app.key("Escape")
    app.wait_no_dialog()
    wait_until(lambda: app.find("text box", composer("lobby")).text == "half a sentence", "what was written")
    app.quit()
    app = bench.app(environment={"PARLANCE_NICK": "guest"})  # it is logged in still
    app.find("label", "anna")
    app.find("button", "Encrypted Connection")
    check(not app.has("button", "Enter Password…"), "the password is asked for")


@test("the-password-of-the-server-is-asked-for-besides")
def server_password(bench):
    server = serve(bench, access="password", password=SERVER_PASSWORD)
    app = visit_account(bench, server, "anna", SERVER_PASSWORD)
    open_account(app)
    press(app, "Register…")
    app.wait_window("^Register Nick$")
    fill(app, "Password", PASSWORD)
    fill(app, "The Same Once More", PASSWORD)
    press(app, "Register")
    app.find(None, re.compile("^This device, since"))
    server = back(bench, server)
    app.find(None, re.compile("^This device, since"))
    refused(bench, server, "anna", "auth_required")
    log_in(bench, server, "anna")


@test("the-other-devices-are-logged-out")
def others(bench):
    server = serve(bench)
    register(bench, server, "anna")
    devices = [log_in(bench, server, "anna") for _ in range(13)]
    log_in(bench, server, "anna").close()
    log_in(bench, server, "anna")  # the sixteenth
    app = visit_account(bench, server, "anna")
    app.wait_text("You were on too many devices")
    open_account(app)
    app.wait_for(lambda tree: len(tree.all("button", re.compile("^Log Out (test|parlance-gtk)/"), shown=False)) == 16,
                 "all devices")
    press(app, "Log Out Others…")
    press(app, "Log Out")
    for device in devices:
        ended(device, "kicked")
    app.wait_gone("button", re.compile("^Log Out Others…"))
    app.find(None, re.compile("^This device, since"))


@test("without-encryption-no-password-is-asked-for")
def plain(bench):
    address = own_address()
    server = serve(bench, more="tls=off", listen=("0.0.0.0:0",))
    app = bench.app(f"{address}:{server.port}", environment={"PARLANCE_NICK": "anna"})
    app.find("button", "Connection Is Not Encrypted")
    open_account(app)
    app.wait_text("so no password is sent over it")
    for name in ("Register…", "Log In to an Account…"):
        check("sensitive" not in app.find("button", re.compile(name)).states, f"{name} can be pressed")


@test("without-encryption-it-is-said-before-a-password-is-typed")
def plain_password(bench):
    server = serve(bench, more="tls=off", listen=("0.0.0.0:0",))
    address = f"{own_address()}:{server.port}"
    register(bench, server, "anna").close()
    app = bench.app(address, environment={"PARLANCE_NICK": "anna"})
    app.wait_text("none is sent over this connection, because it is not encrypted")
    check(not app.has("button", "Enter Password…"), "the password is asked for")
    app.click("button", "Choose Another Server")
    app.click("button", "Connect to Address…")
    app.wait_keys("^Connect to Address$")
    app.key("ctrl+a")
    app.type(address)
    app.key("Return")
    app.wait_no_dialog()
    app.wait_text("none is sent over this connection, because it is not encrypted")
    app.quit()

    # On the server's own machine nobody can listen in.
    app = bench.app(f"127.0.0.1:{server.port}", home="other", environment={"PARLANCE_NICK": "anna"})
    app.click("button", "Enter Password…")
    wait_until(lambda: "modal" in app.active_window().states, "the question")
    app.finish()
    # Another nick needs none.
    app = bench.app(address, home="third", environment={"PARLANCE_NICK": "anna"})
    app.click("button", "Change Nick…")
    app.wait_text("Take Another Nick")
    wait_until(lambda: "modal" in app.active_window().states, "the question")
    app.wait_keys("")
    app.type("guest")
    app.key("Return")
    app.find("button", "Connection Is Not Encrypted")


# --- little room, another language ------------------------------------------------------------------

def make_narrow(app, title):
    window = app.desktop.ask("xdotool", "getactivewindow").strip()
    app.desktop.xdotool("windowsize", window, 360, 480)
    app.wait_for(lambda tree: next(w for w in tree.children if w.name == title).extents[2] == 360,
                 "a window of 360 pixels")


@test("a-long-notice-is-read-to-its-end-by-keyboard")
def long_notice(bench):
    server, teacher, _ = class_room(bench)
    app = visit(bench, server, "anna")
    app.wait_keys("^Parlance$")
    make_narrow(app, "Parlance")
    teacher.result("notice", {"text": "words " * 166 + "the end"})
    notice = re.compile("the end$")
    app.wait_for(lambda tree: bottom(tree, "status", notice) > top(tree, "text box", composer("lobby")),
                 "more than is shown at once")
    for _ in range(20):
        if app.has("status", notice, state="focused"):
            break
        app.key("shift+Tab")
    app.find("status", notice, state="focused")
    app.key(*["Page_Up"] * 12)
    app.wait_for(lambda tree: top(tree, "status", notice) >= bottom(tree, "label", "Notice from an Operator"),
                 "its start")
    app.key(*["Page_Down"] * 12)
    app.wait_for(lambda tree: bottom(tree, "status", notice) < top(tree, "text box", composer("lobby")), "its end")


def top(tree, role, name):
    return tree.first(role, name).extents[1]


def bottom(tree, role, name):
    return top(tree, role, name) + tree.first(role, name).extents[3]


@test("fits-into-360-pixels-by-keyboard-and-in-chinese")
def narrow(bench):
    server, _, _ = class_room(bench)
    app = bench.app(server.address, environment={"PARLANCE_NICK": "teacher", "LANGUAGE": "zh_CN"})
    app.click("button", "输入密码…")
    app.find("text box", "密码")
    fill(app, "密码", PASSWORD)
    app.key("Return")
    app.find("button", "连接已加密")
    app.wait_no_dialog()
    for item, title, wanted in (("账号", "账号", ("更改密码…", "删除账号…")), ("封禁", "封禁", ("添加封禁", "搜索"))):
        app.key("F10")
        app.click("menu item", re.compile(f"^{item}"))
        app.wait_window(f"^{title}$")
        app.wait_keys(f"^{title}$")
        make_narrow(app, title)
        for name in wanted:
            left, _, width, _ = app.find("button", re.compile(name)).extents
            check(0 <= left and left + width <= 360, f"{name} is cut off: {left} + {width}")
        app.key("Escape")
        app.wait_no_dialog()
    app.key("F10")
    app.click("menu item", re.compile("^发送公告"))
    app.wait_window("^发送公告$")
    app.wait_keys("^发送公告$")
    app.type("Lunch")
    app.key("Return")
    app.wait_text("公告已发送")
    app.find("status", "Lunch")


main()
