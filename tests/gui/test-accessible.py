#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever does not see the window, or has no pointer: every control has a name, every key does its thing."""

import re

from gui_harness import check, composer, equal, main, test

# Roles that a person acts on. Scrolled windows and the like take the focus too, and need no name.
CONTROLS = {"button", "toggle button", "check box", "radio button", "switch", "combo box", "text box", "search box",
            "entry", "link", "menu item", "spin button", "slider", "tab"}


def is_named(node):
    """A name of its own, or what it is a part of has one: GtkMenuButton's inner button, a row's parts."""
    if node.has_name or node.description == "Close":  # GtkSearchBar's own button has but a tooltip
        return True
    return node.parent is not None and node.parent.role == node.role and node.parent.has_name


def unnamed(root):
    """The controls that are shown and that nobody can name. What is in a row is read with it, and a list
    of rows that are named is found by them."""
    for node in root.walk():
        if node.role in ("list", "list item") and "focusable" in node.states and node.is_shown:
            if not any(part.has_name for part in node.walk()):
                yield node
        elif node.role in CONTROLS and "focusable" in node.states and not is_named(node) and node.is_shown:
            yield node


def audit(app, where):
    """Looks at everything that is there at the moment."""
    bad = [f"{node} in {' < '.join(repr(above.name) for above in node.ancestors if above.has_name)};"
           f" it is described as {node.description!r}" for node in unnamed(app.snapshot())]
    check(not bad, f"{where}: controls without a name:\n" + "\n".join(bad))


def reading_room(bench):
    """A server with two people, three rooms and something said; returns it and the other person."""
    server = bench.server()
    bob = bench.member(server, "bob", "lobby", "reading", "words")
    bob.say("lobby", "Yesterday we ran through the old library.")
    bob.result("topic", {"room": "lobby", "topic": "What we read"})
    return server, bob


@test("welcome-page-is-named")
def welcome_page(bench):
    app = bench.app()
    app.find("text box", "Your nick")
    audit(app, "welcome page")
    app.click("button", "Connect to Address…")
    app.wait_for(lambda tree: len(tree.children) > 1, "the dialog")
    audit(app, "connect dialog")


@test("conversation-is-named")
def conversation(bench):
    server, bob = reading_room(bench)
    app = bench.app(server.address)
    app.find("label", re.compile("Yesterday we ran"))
    audit(app, "conversation")
    app.key("ctrl+f")
    app.find("search box", re.compile("[Ff]ind"))
    audit(app, "find in room")
    app.key("Escape")
    message = app.find("label", re.compile("Yesterday we ran"))
    app.double_click_word(message, "library")
    app.find("widget", re.compile("^Definition of"))
    audit(app, "lookup popover")
    app.key("Escape")
    app.wait_gone("widget", re.compile("^Definition of"))
    app.key("F10")
    app.find("menu item", re.compile("Preferences"))
    audit(app, "main menu")
    app.key("Escape")
    app.wait_gone("menu item", re.compile("Preferences"))


@test("dictionary-is-named")
def dictionary(bench):
    server, _bob = reading_room(bench)
    app = bench.app(server.address)
    app.find("label", re.compile("Yesterday we ran"))
    app.key("ctrl+l")
    app.wait_focus("search box", "Look up a word")
    audit(app, "empty dictionary pane")
    app.type("read")
    app.wait_for(lambda tree: tree.first("list", "Results"), "results")
    audit(app, "results")
    app.key("Return")
    app.wait_for(lambda tree: tree.first("label", re.compile("Parlance English-Chinese")), "the entry")
    audit(app, "entry")


@test("windows-are-named")
def windows(bench):
    server, _bob = reading_room(bench)
    app = bench.app(server.address)
    app.find("label", re.compile("Yesterday we ran"))
    for key, title in (("ctrl+comma", "Preferences"), ("ctrl+n", "Join"), ("ctrl+b", "Word Book"),
                       ("ctrl+question", "Shortcuts")):
        app.key(key)
        app.wait_for(lambda tree: len(tree.children) > 1, title)
        app.wait_window(title)
        if title != "Shortcuts":  # GTK's own; its search button has no name before GTK 4.10
            audit(app, title)
        app.key("Escape")
        app.wait_no_dialog()


@test("keys-of-rooms")
def keys_of_rooms(bench):
    server, bob = reading_room(bench)
    app = bench.app(server.address)
    app.find("list item", re.compile("^lobby"))
    for room in ("reading", "words"):
        app.key("ctrl+n")
        app.wait_window("Join")
        app.type(room)
        app.key("Return")
        app.find("text box", composer(room))
    for key, room in (("ctrl+Prior", "reading"), ("ctrl+Prior", "lobby"), ("ctrl+Next", "reading"),
                      ("alt+1", "lobby"), ("alt+3", "words"), ("alt+2", "reading")):
        app.key(key)
        app.find("text box", composer(room))
    bob.say("lobby", "Is anybody here?")
    app.find("list item", re.compile("^lobby.*unread"))
    app.key("alt+shift+Up")
    app.find("text box", composer("lobby"))
    bob.say("words", "I found a good one")
    app.find("list item", re.compile("^words.*unread"))
    app.key("alt+shift+Down")
    app.find("text box", composer("words"))


@test("keys-of-lookups")
def keys_of_lookups(bench):
    server, _bob = reading_room(bench)
    app = bench.app(server.address)
    app.find("label", re.compile("Yesterday we ran"))
    app.key("F9")
    app.find("search box", "Look up a word")
    app.key("F9")
    app.wait_gone("search box", "Look up a word")
    app.key("ctrl+l")
    app.wait_focus("search box", "Look up a word")
    for word in ("library", "yesterday"):
        app.key("ctrl+l", "ctrl+a")
        app.type(word)
        app.key("Return")
        app.find("label", word)
    app.key("alt+Left")
    app.find("label", "library")
    app.key("alt+Right")
    app.find("label", "yesterday")


@test("tab-reaches-everything-that-matters")
def tab_reaches(bench):
    server, _bob = reading_room(bench)
    app = bench.app(server.address)
    app.find("label", re.compile("Yesterday we ran"))
    seen = set()
    for _ in range(40):
        app.key("Tab")
        focused = app.focused()
        check(focused is not None, f"Tab has lost the focus; before: {seen}")
        above = [node.name or node.description for node in (focused, *focused.ancestors)]
        seen.add(next((name for name in above if name), ""))
        seen.update(name for name in above if name)
    for wanted in ("Message to \u2068lobby\u2069", "Rooms", "Main Menu", "People", "Dictionary"):
        check(wanted in seen, f"Tab never came to {wanted!r}, only to {sorted(seen)}")


@test("ctrl-w-closes")
def ctrl_w(bench):
    app = bench.app()
    app.find("text box", "Your nick")
    app.key("ctrl+w")
    equal(app.wait_exit(), 0, "status")
    app.check_stderr()


main()
