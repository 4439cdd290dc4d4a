#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rooms and the window around them: joining, what is unread, going from room to room, leaving, people,
topics, nicks, preferences. By the keyboard wherever there is a key."""

import os
import re
import signal

from gi.repository import GLib

from gui_harness import check, equal, main, test, wait_until

from app import APPLICATION_ID
from chat_harness import restarted, serve_chat
from desktop import call
from tree import PROPERTIES

VALUE = "org.a11y.atspi.Value"
NICK = {"PARLANCE_NICK": "anna"}


def start(bench, server=None, **keywords):
    """The app in the lobby of a server, where bob is too. Returns app, bob."""
    server = server or serve_chat(bench)
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(f"127.0.0.1:{server.port}", environment=NICK, **keywords)
    app.find("list item", "lobby")
    # Before she is there, nothing that is said counts as unread.
    wait_until(lambda: "anna" in bob.result("members", {"room": "lobby"})["members"], "anna in the lobby")
    return app, bob


def join(app, name):
    app.key("ctrl+n")
    app.wait_focus("text box", "Name of the room")
    app.type(name)
    app.wait_for(lambda tree: tree.first("text box", "Name of the room").text == name, f"{name} in the entry")
    app.find("list", "Rooms of this server", shown=False)
    app.key("Return")
    wait_current(app, name)


def wait_current(app, name):
    """Waits until the room is selected in the list, its name stands above the messages and one writes there."""
    app.find("list item", re.compile(f"^{re.escape(name)}"), state="selected")
    app.find("button", re.compile(f"^Topic of .?{re.escape(name)}"))
    app.wait_focus("text box", re.compile(f"^Message to .?{re.escape(name)}"))


def rooms(app):
    """What the list of rooms says."""
    return [node.name for node in app.find("list", "Rooms").all("list item")]


def wait_rooms(app, wanted):
    wait_until(lambda: rooms(app) == wanted, f"the rooms {wanted}, not {rooms(app)},")


def server_rooms(bob):
    """How many people the server has in which room."""
    return {room["room"]: room["members"] for room in bob.result("rooms", {})["rooms"]}


def composer(app):
    return app.find("text box", re.compile("^Message to"))


# --- joining ----------------------------------------------------------------------------------------

@test("makes-a-room-that-does-not-exist")
def makes_a_room(bench):
    app, bob = start(bench)
    app.key("ctrl+n")
    app.wait_focus("text box", "Name of the room")
    app.find("list item", "lobby, 2 people, joined")
    app.type("tea time")
    app.find("button", re.compile("^Make the Room “.?tea time.?”$"))
    app.find("label", "No Such Room")
    app.key("Return")
    wait_current(app, "tea time")
    wait_rooms(app, ["lobby", "tea time"])
    equal(bob.result("members", {"room": "tea time"})["members"], ["anna"], "members")
    app.quit()


@test("finds-a-room-by-its-topic")
def finds_a_room(bench):
    server = serve_chat(bench)
    carol = bench.member(server, "carol", "tea", "music")
    carol.result("topic", {"room": "tea", "topic": "Green <b>& black"})
    app, _ = start(bench, server)
    app.key("ctrl+n")
    app.find("list item", "music, 1 person")
    app.type("black")
    app.wait_gone("list item", "music, 1 person")
    app.wait_text("Green <b>& black")
    app.key("Return")
    wait_current(app, "tea")
    app.quit()


@test("says-what-is-wrong-with-a-name")
def says_what_is_wrong(bench):
    app, _ = start(bench)
    app.key("ctrl+n")
    app.wait_focus("text box", "Name of the room")
    app.type("a/b")
    app.wait_text("“/” cannot be part of it")
    check(not app.has("button", re.compile("^Make the Room")), "no room is offered")
    app.key("Return")
    app.key("BackSpace", "BackSpace")
    app.find("button", re.compile("^Make the Room “.?a.?”$"))
    equal(app.find("text box", "Name of the room").text, "a", "the entry")
    app.key("Escape")
    app.wait_gone("text box", "Name of the room", shown=False)
    app.quit()


@test("says-when-there-are-too-many-rooms")
def too_many_rooms(bench):
    app, _ = start(bench)
    for n in range(63):
        target = GLib.Variant("(sx)", (f"room {n}", 0))
        call(app.desktop.bus, APPLICATION_ID, "/" + APPLICATION_ID.replace(".", "/"), "org.gtk.Actions",
             "Activate", GLib.Variant("(sava{sv})", ("show-message", [target], {})), 10000)
    wait_current(app, "room 62")
    app.key("ctrl+n")
    app.find("list item", re.compile("^lobby, "))
    app.type("one more")
    app.find("button", re.compile("^Make the Room"))
    app.key("Return")
    app.wait_text("There are too many rooms")
    equal(app.find("text box", "Name of the room").text, "one more", "what was typed")
    app.key("Escape")
    wait_until(lambda: len(app.find("list", "Rooms").all("list item", shown=False)) == 64, "64 rooms")
    app.quit()


@test("ten-thousand-rooms")
def ten_thousand_rooms(bench):
    server = serve_chat(bench)
    carol = bench.member(server, "carol")
    for first in range(0, 10000, 500):
        names = [f"room {n}" for n in range(first, first + 500)]
        calls = [call for name in names for call in (("join", {"room": name}),
                                                     ("send", {"room": name, "text": "x"}),
                                                     ("leave", {"room": name}))]
        for id in carol.begin_all(calls):
            carol.answer(id)
    n = len(carol.result("rooms", {})["rooms"])
    app, _ = start(bench, server)
    app.key("ctrl+n")
    app.wait_focus("text box", "Name of the room")
    app.find("list item", "lobby, 2 people, joined")
    check(n > 1000, f"there are only {n} rooms")
    wanted = carol.result("rooms", {})["rooms"][n // 2]["room"]
    app.type(wanted)
    app.find("list item", f"{wanted}, 0 people", state="selected")
    app.key("Return")
    wait_current(app, wanted)
    app.quit()


# --- what is unread ---------------------------------------------------------------------------------

@test("counts-what-is-unread")
def counts_unread(bench):
    app, bob = start(bench)
    join(app, "music")
    bob.say("lobby", "one")
    app.find("list item", "lobby, 1 unread")
    bob.say("lobby", "Anna: two")
    app.find("list item", "lobby, 2 unread, mentions you")
    app.key("alt+shift+Down")
    wait_current(app, "lobby")
    wait_rooms(app, ["lobby", "music"])
    bob.say("lobby", "three, which is seen at once")
    app.wait_text("three, which is seen at once")
    wait_rooms(app, ["lobby", "music"])
    app.quit()


@test("counts-what-was-said-meanwhile")
def counts_meanwhile(bench):
    app, bob = start(bench)
    join(app, "music")
    bob.join("music")
    bob.say("music", "seen")
    app.wait_text("seen")
    app.key("ctrl+Prior")
    wait_current(app, "lobby")
    app.quit()
    bob.say("music", "one")
    bob.say("music", "anna, two")
    app = bench.app(environment=NICK)
    wait_rooms(app, ["lobby", "music, 2 unread, mentions you"])
    app.quit()


@test("marks-as-read-by-the-menu-of-a-room")
def marks_as_read(bench):
    app, bob = start(bench)
    join(app, "music")
    bob.say("lobby", "one")
    row = app.find("list item", "lobby, 1 unread")
    app.click_at(row, button=3)
    app.click("menu item", "Mark as Read")
    wait_rooms(app, ["lobby", "music"])
    app.find("list item", "music", state="selected")
    app.wait_gone("menu item", "Mark as Read")
    app.quit()


# --- from room to room ------------------------------------------------------------------------------

@test("keys-go-from-room-to-room")
def keys(bench):
    app, bob = start(bench)
    join(app, "music")
    join(app, "tea")
    app.key("ctrl+Next")
    wait_current(app, "lobby")
    app.key("ctrl+Prior")
    wait_current(app, "tea")
    app.key("alt+2")
    wait_current(app, "music")
    app.key("alt+9")
    wait_current(app, "music")
    bob.say("lobby", "x")
    app.find("list item", "lobby, 1 unread")
    app.key("alt+shift+Up")
    wait_current(app, "lobby")
    app.quit()


@test("narrow-windows-show-one-page")
def narrow(bench):
    app, _ = start(bench)
    window = app.desktop.ask("xdotool", "search", "--onlyvisible", "--pid", str(app.process.pid),
                             "--name", "^Parlance$").split()[0]
    app.desktop.xdotool("windowsize", window, 412, 640)
    app.find("button", "Rooms")
    app.click("button", "More Actions", state="focusable")
    app.click("menu item", "People")
    app.find("list", "People")
    app.key("Escape")
    app.wait_gone("list", "Rooms")
    app.click("button", "Rooms")
    app.wait_focus("list item", "lobby")
    app.key("Return")
    app.wait_focus("text box", re.compile("^Message to .?lobby"))
    app.key("F10")
    app.find("menu item", "About Parlance")
    app.key("Escape")
    app.wait_gone("menu item", "About Parlance")
    app.quit()


@test("fits-into-360-pixels-with-all-buttons-of-a-window")
def fits(bench):
    server = serve_chat(bench)
    app = bench.app(f"127.0.0.1:{server.port}", environment={"PARLANCE_NICK": "anna"},
                    gtk_settings="gtk-decoration-layout=menu:minimize,maximize,close\n")
    window = app.desktop.ask("xdotool", "search", "--onlyvisible", "--pid", str(app.process.pid),
                             "--name", "^Parlance$").split()[0]
    app.desktop.xdotool("windowsize", window, 360, 640)
    app.wait_for(lambda tree: tree.children[0].extents[2] == 360, "a window of 360 pixels")
    for name in ("Rooms", "More Actions", "Dictionary", "Minimize", "Maximize", "Close"):
        left, _, width, _ = app.find("button", name).extents
        check(0 <= left and left + width <= 360, f"{name} is cut off: {left} + {width}")
    app.click("button", "Rooms")
    server.kill()
    app.find("button", "Now")
    app.wait_text("Reconnecting")
    app.quit()


@test("quits-while-a-menu-is-open")
def quits_with_menu(bench):
    app, _ = start(bench)
    app.key("F10")
    app.find("menu item", "About Parlance")
    app.key("ctrl+q")
    equal(app.wait_exit(), 0, "status")
    app.check_stderr()
    app = bench.app(environment={"PARLANCE_NICK": "anna"})
    app.find("list item", re.compile("lobby"))
    app.key("F10")
    app.find("menu item", "About Parlance")
    app.finish()  # from outside, the menu still open


# --- leaving ----------------------------------------------------------------------------------------

@test("leaves-a-room-and-comes-back")
def leaves(bench):
    app, bob = start(bench)
    join(app, "music")
    app.type("half a sentence")
    wait_until(lambda: composer(app).text == "half a sentence", "what was typed")
    app.click_at(app.find("list item", "music"), button=3)
    app.click("menu item", "Leave Room")
    wait_rooms(app, ["lobby"])
    wait_until(lambda: server_rooms(bob) == {"lobby": 2}, "that anna goes")
    app.click("button", re.compile("Undo"))
    wait_rooms(app, ["lobby", "music"])
    wait_until(lambda: composer(app).text == "half a sentence", "what was typed")
    wait_until(lambda: server_rooms(bob) == {"lobby": 2, "music": 1}, "that anna is back")
    app.quit()


@test("asks-before-what-was-not-sent-is-lost")
def asks_before_quitting(bench):
    server = serve_chat(bench)
    app, _ = start(bench, server)
    server.stop(signal.SIGTERM)
    app.wait_text("Reconnecting")
    app.wait_focus("text box", re.compile("^Message to"))
    app.type("precious")
    app.key("Return")
    app.wait_text("precious")
    app.key("ctrl+q")
    app.find(None, "Quit Parlance?")
    app.key("Escape")
    app.wait_gone(None, "Quit Parlance?", shown=False)
    app.wait_text("precious")
    app.key("ctrl+w")
    app.find(None, "Quit Parlance?")
    app.click("button", re.compile("Quit Anyway"))
    equal(app.wait_exit(), 0, "status")


@test("what-was-not-sent-is-there-at-the-next-start")
def not_sent_is_kept(bench):
    server = serve_chat(bench)
    app, _ = start(bench, server)
    server.stop(signal.SIGTERM)
    app.wait_text("Reconnecting")
    app.wait_focus("text box", re.compile("^Message to"))
    for line in ("precious", "/me waits", "//tmp is full"):
        app.type(line)
        app.key("Return")
    app.wait_text("/tmp is full")
    app.type("half")
    path = os.path.join(app.home, "state", "parlance", "gtk-session")

    def is_written():
        if not os.path.exists(path):
            return False
        with open(path, encoding="utf-8") as file:
            return "is full\\nhalf" in file.read()

    wait_until(is_written, "what was written to be on the disk")
    app.kill()
    restarted(bench, server)
    app = bench.app(home=app.home, environment=NICK)
    wait_until(lambda: app.has("text box", re.compile("^Message to")) and
               composer(app).text == "precious\n/me waits\n//tmp is full\nhalf", "what was written")
    app.quit()


@test("a-command-that-fails-gives-back-what-was-typed")
def command_gives_back(bench):
    server = serve_chat(bench)
    app, _ = start(bench, server)
    join(app, "music")
    app.wait_focus("text box", re.compile("^Message to"))
    app.type("/topic of music")
    server.send_signal(signal.SIGSTOP)
    app.key("Return", "alt+1")
    wait_current(app, "lobby")
    server.kill()
    app.wait_text("/topic of music")
    app.key("alt+2")
    wait_current(app, "music")
    wait_until(lambda: composer(app).text == "/topic of music", "what was typed")
    app.quit()


@test("quits-without-a-question-right-after-enter")
def quits_right_after_enter(bench):
    server = serve_chat(bench)
    app, bob = start(bench, server)
    app.wait_focus("text box", re.compile("^Message to"))
    app.type("good night")
    app.key("Return", "ctrl+q")
    equal(app.wait_exit(), 0, "status")
    bob.message(text="good night")


@test("asks-before-what-a-silent-server-has-not-acknowledged-is-lost")
def asks_after_silence(bench):
    server = serve_chat(bench)
    app, bob = start(bench, server)
    app.wait_focus("text box", re.compile("^Message to"))
    app.type("precious")
    server.send_signal(signal.SIGSTOP)
    app.key("Return")
    app.wait_text("precious")
    app.key("ctrl+q", "ctrl+q")
    app.find(None, "Quit Parlance?")
    app.key("ctrl+q")
    app.key("Escape")
    app.wait_gone(None, "Quit Parlance?", shown=False)
    server.send_signal(signal.SIGCONT)
    bob.message(text="precious")
    app.type("stored in time")
    server.send_signal(signal.SIGSTOP)
    app.key("Return", "ctrl+q")
    app.find(None, "Quit Parlance?")
    server.send_signal(signal.SIGCONT)
    equal(app.wait_exit(), 0, "status")
    bob.message(text="stored in time")


# --- people, topics, nicks --------------------------------------------------------------------------

@test("shows-the-people-of-a-room")
def people(bench):
    server = serve_chat(bench)
    app, _ = start(bench, server)
    check(not app.has("list", "People"), "the people are not shown at first")
    app.click(None, "People")
    app.find("label", "2 people")
    app.find("list item", re.compile("anna.? \\(you\\)"))
    carol = bench.member(server, "carol", "lobby")
    app.find("label", "3 people")
    app.find("list item", "carol")
    app.click("search box", "Find a person")
    app.find("search box", "Find a person").set_text("CA")
    app.wait_gone("list item", "bob")
    app.find("list item", "carol")
    app.find("search box", "Find a person").set_text("")
    app.find("list item", "bob")
    carol.close()
    app.find("label", "2 people")
    app.quit()
    app = bench.app(environment=NICK)
    app.find("label", "2 people")
    app.quit()


@test("changes-the-topic")
def topic(bench):
    app, bob = start(bench)
    app.find("button", re.compile("^Topic of"))
    app.click_at(app.find("label", "lobby"))
    app.wait_focus("text box", "Topic")
    app.type("Tea & <i>cake</i>")
    app.key("Return")
    equal(bob.event("topic")["topic"], "Tea & <i>cake</i>", "topic")
    app.wait_text("Tea & <i>cake</i>")
    app.wait_gone("text box", "Topic")
    app.click_at(app.find("button", re.compile("^Topic of")))
    app.wait_focus("text box", "Topic")
    app.find("text box", "Topic").set_text("茶" * 171)
    app.wait_text("1 too many")
    app.key("Return")
    equal(app.find("text box", "Topic").text, "茶" * 171, "what was typed")
    app.find("text box", "Topic").set_text("茶" * 170)
    app.key("Return")
    equal(bob.event("topic")["topic"], "茶" * 170, "topic")
    app.wait_gone("text box", "Topic")
    app.quit()


@test("changes-the-nick")
def nick(bench):
    app, bob = start(bench)
    app.key("F10")
    app.click("menu item", "Change Nick…")
    app.find("text box", "Nick")
    app.key("ctrl+a")
    app.type("an na")
    app.wait_text("A space cannot be part of it")
    app.key("ctrl+a")
    app.type("bob")
    app.key("Return")
    app.wait_text("Choose another nick")
    equal(app.find("text box", "Nick").text, "bob", "what was typed")
    app.key("ctrl+a")
    app.type("annika")
    app.key("Return")
    equal(bob.event("renamed"), {"from": "anna", "to": "annika"}, "renamed")
    app.wait_gone(None, "Change Nick", shown=False)
    app.find("label", "annika")
    app.quit()


# --- preferences and help ---------------------------------------------------------------------------

@test("keeps-preferences")
def preferences(bench):
    app, _ = start(bench)
    app.key("ctrl+comma")
    app.wait_text("Mentions and Questions")
    switch = app.find("switch", re.compile("^Notify of mentions"))
    check("checked" in switch.states, "notifications are on at first")
    switch.click()
    app.key("Escape")
    app.wait_gone(None, "Preferences", shown=False)
    app.quit()
    app = bench.app(environment=NICK)
    app.find("list item", "lobby")
    app.key("ctrl+comma")
    switch = app.find("switch", re.compile("^Notify of mentions"))
    check("checked" not in switch.states, "notifications are off")
    app.key("Escape")
    app.wait_gone("switch", re.compile("^Notify of mentions"), shown=False)
    app.quit()


@test("text-size-is-that-of-messages")
def text_size(bench):
    app, bob = start(bench)
    bob.say("lobby", "measure me")
    before = app.find("label", "measure me").extents[3]
    title = app.find("label", "lobby").extents[3]
    app.key("ctrl+comma")
    app.find("spin button", re.compile("^Text size in percent")).ask(
        PROPERTIES, "Set", GLib.Variant("(ssv)", (VALUE, "CurrentValue", GLib.Variant("d", 200))))
    app.key("Escape")
    app.wait_for(lambda tree: tree.first("label", "measure me").extents[3] > before * 1.7, "larger text")
    equal(app.find("label", "lobby").extents[3], title, "the height of what is no message")
    app.wait_gone("spin button", re.compile("^Text size"), shown=False)
    app.quit()


@test("shows-the-shortcuts-and-who-made-it")
def shortcuts(bench):
    app, _ = start(bench)
    app.key("ctrl+question")
    app.wait_text("Join a room")
    app.wait_text("Next room with unread messages")
    app.key("Escape")
    app.wait_gone("label", "Next room with unread messages")
    app.key("F10")
    app.click("menu item", "About Parlance")
    app.wait_text("The Parlance developers")
    app.key("Escape")
    app.wait_gone("label", "The Parlance developers", shown=False)
    app.quit()


main()
