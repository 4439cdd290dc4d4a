#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Talking: what one writes is sent, what others say is seen, and nothing that was typed is lost."""

import os
import re

from gui_harness import check, composer, equal, main, test, wait_until

from chat_harness import serve_chat
from talk import NICK, full_disk, hear, row, shown_rows, start, write, written


# --- sending ----------------------------------------------------------------------------------------

@test("enter-sends")
def enter_sends(bench):
    app, bob = start(bench)
    app.find("label", "Nothing Said Yet")
    write(app, "hello bob")
    bob.message(text="hello bob", kind="text")
    app.find("list item", row("anna", "hello bob"))
    equal(written(app), "", "what is left")
    app.wait_focus("text box", composer("lobby"))
    app.quit()


@test("the-button-sends")
def the_button_sends(bench):
    app, bob = start(bench)
    check("sensitive" not in app.find("button", "Send message").states, "the button with nothing to send")
    app.type("by button")
    app.click("button", "Send message", state="sensitive")
    bob.message(text="by button")
    app.wait_focus("text box", composer("lobby"))
    app.quit()


@test("shift-enter-breaks-the-line")
def shift_enter(bench):
    app, bob = start(bench)
    app.type("one")
    app.key("shift+Return")
    write(app, "two")
    bob.message(text="one\ntwo")
    app.quit()


@test("what-is-blank-is-not-sent")
def blank(bench):
    app, bob = start(bench)
    write(app, "   ")
    app.key("shift+Return", "Return")
    app.key("ctrl+a")
    write(app, "something")
    bob.message(text="something", seq=1)
    app.quit()


@test("several-pasted-lines-are-one-message")
def pasted(bench):
    app, bob = start(bench)
    app.find("text box", composer("lobby")).set_text("1\n2\n3")
    app.key("Return")
    bob.message(text="1\n2\n3", seq=1)
    app.quit()


# Pango looks for a font with the accent in threads of its own, and what these hold when the program ends
# counts as leaked. lsan.supp names Pango, but LeakSanitizer sees it only where it does not go by frame
# pointers, which GLib has none of.
WHOLE_STACKS = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":fast_unwind_on_malloc=0"}


@test("a-dead-key-that-waits-keeps-enter-from-sending")
def composing(bench):
    app, bob = start(bench, environment=WHOLE_STACKS)
    app.type("caf")
    app.key("dead_acute", "Return")
    app.key("e")
    equal([event for event in bob.events if event[0] == "message"], [], "messages")
    app.quit()


# --- seeing -----------------------------------------------------------------------------------------

@test("two-people-talk")
def two_people(bench):
    app, bob = start(bench)
    bob.say("lobby", "hi anna, here I am")
    app.find("list item", row("bob", "hi anna, here I am"))
    write(app, "/me waves")
    equal(hear(bob, "waves")["kind"], "action", "kind")
    app.find("list item", row("anna", "waves"))
    app.find("label", "\u2068anna\u2069 waves")
    bob.notify("typing", {"room": "lobby"})
    app.find("label", "\u2068bob\u2069 is writing…")
    bob.say("lobby", "done")
    app.wait_gone("label", "\u2068bob\u2069 is writing…")
    app.quit()


@test("one-who-types-is-seen-typing")
def typing(bench):
    app, bob = start(bench)
    app.type("h")
    bob.event("typing", room="lobby", nick="anna")
    app.quit()


@test("messages-are-grouped-by-author-and-day")
def grouped(bench):
    app, bob = start(bench)
    carol = bench.member(bench.servers[0], "carol", "lobby")
    for person, text in ((bob, "a"), (bob, "b"), (carol, "c"), (bob, "d")):
        person.say("lobby", text)
    app.find("list item", row("bob", "d"))
    names = [name for name in app.find("list", "Messages").texts() if name in ("bob", "carol", "Today")]
    equal(names, ["Today", "bob", "carol", "bob"], "authors")
    app.quit()


@test("what-is-new-begins-with-a-line")
def unread_line(bench):
    app, bob = start(bench)
    bob.say("lobby", "seen")
    app.find("list item", row("bob", "seen"))
    write(app, "/join music")
    app.wait_focus("text box", composer("music"))
    bob.say("lobby", "new one")
    bob.say("lobby", "new two")
    app.find("list item", re.compile("^lobby, 2 unread"))
    app.key("ctrl+Prior")
    app.wait_focus("text box", composer("lobby"))
    app.find("list item", row("bob", "new two"))
    texts = app.find("list", "Messages").texts()
    at = texts.index("New messages")
    check("seen" in texts[:at] and "new one" in texts[at:], f"the line stands in the wrong place: {texts}")
    bob.say("lobby", "three")
    app.find("list item", row("bob", "three"))
    equal(app.find("list", "Messages").texts().count("New messages"), 1, "lines")
    app.quit()


@test("hostile-texts-are-text")
def hostile(bench):
    app, bob = start(bench)
    texts = ["<b>bold</b> & <span foreground='red'>x</span>", "\u202eevil\u202c and more",
             "👩‍👩‍👧‍👦 family 🏳️‍🌈", "%s %n %d", "a\u0301\u0302\u0303" * 50, "你好，世界" * 30]
    for text in texts:
        bob.say("lobby", text)
    bob.say("lobby", "x" * 8192)
    bob.say("lobby", "last")
    app.find("list item", row("bob", "last"))
    window = app.snapshot().children[0]
    check(all(item.extents[2] <= window.extents[2] for item in shown_rows(app)), "a row is wider than the window")
    app.key("ctrl+Home")
    app.quit()


# --- what goes wrong --------------------------------------------------------------------------------

@test("a-message-that-failed-says-why-and-is-sent-again")
def retry(bench):
    server = serve_chat(bench)
    app, bob = start(bench, server)
    with full_disk(server):
        write(app, "for later")
        app.wait_text("Not sent. The server could not store it")
        app.find("list item", re.compile(r"^anna, .*: for later \(Not sent\)$"))
    app.click("button", "Try Again")
    bob.message(text="for later")
    app.wait_gone("button", "Try Again")
    app.find("list item", row("anna", "for later"))
    app.quit()


@test("a-message-that-failed-is-discarded")
def discard(bench):
    server = serve_chat(bench)
    app, bob = start(bench, server)
    with full_disk(server):
        write(app, "never mind")
        app.click("button", "Discard")
        app.wait_gone("list item", re.compile("never mind"))
    write(app, "this one")
    bob.message(text="this one", seq=1)
    app.quit()


@test("too-long-a-text-stays-and-is-not-sent")
def too_long(bench):
    app, bob = start(bench)
    app.find("text box", composer("lobby")).set_text("x" * 8195)
    app.wait_text("3 bytes too long")
    check("sensitive" not in app.find("button", "Send message").states, "the button can be pressed")
    app.key("Return")
    equal(len(written(app)), 8195, "what is left")
    app.key("End", "BackSpace", "BackSpace", "BackSpace")
    app.wait_text("Room for 0 more bytes")
    app.key("Return")
    equal(len(bob.message(seq=1)["text"]), 8192, "what was sent")
    app.quit()


# --- commands ---------------------------------------------------------------------------------------

@test("commands-do-what-they-say")
def commands(bench):
    app, bob = start(bench)
    write(app, "/topic Tea and books")
    bob.event("topic", topic="Tea and books")
    write(app, "/topic")
    app.wait_text("The topic is: \u2068Tea and books")
    write(app, "/nick anna2")
    bob.event("renamed", **{"from": "anna", "to": "anna2"})
    write(app, "//etc/fstab")
    bob.message(text="/etc/fstab")
    write(app, "/join music")
    app.wait_focus("text box", composer("music"))
    write(app, "/leave")
    app.wait_focus("text box", composer("lobby"))
    write(app, "/help")
    app.wait_text("Say what you do")
    app.key("Escape")
    app.wait_gone(None, re.compile("Say what you do"), shown=False)
    app.quit()


@test("a-command-that-fails-says-why-and-stays")
def bad_commands(bench):
    app, bob = start(bench)
    for line, words in (("/jion music", "There is no command \u2068/jion"), ("/join", "Something is missing"),
                        ("/join a/b", "cannot be part of it"), ("/nick bob", "bob"),
                        ("/leave nowhere", "You are not in")):
        write(app, line)
        app.find("label", re.compile(re.escape(words)))
        wait_until(lambda: written(app) == line, f"{line} where it was")
        app.key("ctrl+a", "BackSpace")
    equal([event for event in bob.events if event[0] == "message"], [], "messages")
    app.quit()


# --- keys -------------------------------------------------------------------------------------------

@test("up-recalls-what-one-said")
def recall(bench):
    app, bob = start(bench)
    write(app, "first")
    write(app, "/me second")
    hear(bob, "second")
    app.find("list item", row("anna", "second"))
    for key, text in (("Up", "/me second"), ("Up", "first"), ("Up", "first"), ("Down", "/me second"), ("Down", "")):
        app.key(key)
        wait_until(lambda: written(app) == text, f"{text!r} after {key}")
    app.type("draft")
    app.key("Up")
    equal(written(app), "draft", "what was being written")
    app.quit()


@test("tab-completes-nicks-and-commands")
def completes(bench):
    app, bob = start(bench)
    app.type("bo")
    app.key("Tab")
    wait_until(lambda: written(app) == "bob: ", "the nick")
    app.key("ctrl+a", "BackSpace")
    app.type("/to")
    app.key("Tab")
    wait_until(lambda: written(app) == "/topic ", "the command")
    app.key("ctrl+a", "BackSpace", "Tab")
    app.wait_for(lambda tree: tree.first("text box", composer("lobby"), state="focused") is None, "another focus")
    app.quit()


@test("drafts-stay-with-their-rooms")
def drafts(bench):
    app, bob = start(bench)
    write(app, "/join music")
    app.wait_focus("text box", composer("music"))
    app.type("about music")
    app.key("ctrl+Prior")
    app.wait_focus("text box", composer("lobby"))
    equal(written(app), "", "the draft of the lobby")
    app.key("ctrl+Next")
    app.wait_focus("text box", composer("music"))
    equal(written(app, "music"), "about music", "the draft of music")
    app.quit()


def begin_reply(bench):
    """Bob has said "shall we?", and an answer to it is begun."""
    app, bob = start(bench)
    bob.say("lobby", "shall we?")
    app.click_at(app.find("list item", row("bob", "shall we?")), x=80, button=3)
    app.click("menu item", "Reply")
    app.find("label", re.compile("^Reply to \u2068bob\u2069: .*shall we"))
    app.wait_focus("text box", composer("lobby"))
    return app, bob


@test("a-reply-shows-what-it-answers")
def replies(bench):
    app, bob = begin_reply(bench)
    write(app, "yes")
    equal(hear(bob, "yes")["reply_to"], 1, "reply_to")
    app.find("button", re.compile("^Reply to \u2068bob\u2069: .*shall we"))
    app.wait_gone("label", re.compile("^Reply to"))
    app.quit()


@test("escape-gives-a-reply-up")
def gives_up(bench):
    app, bob = begin_reply(bench)
    app.key("Escape")
    app.wait_gone("label", re.compile("^Reply to"))
    write(app, "plainly")
    equal(hear(bob, "plainly").get("reply_to"), None, "reply_to")
    app.quit()


@test("a-row-has-its-menu-by-the-keyboard")
def menu_by_keyboard(bench):
    app, bob = start(bench)
    bob.say("lobby", "answer me")
    app.find("list item", row("bob", "answer me"))
    for _ in range(8):
        app.key("shift+Tab")
        if app.has(None, re.compile("answer me"), state="focused"):
            break
    app.key("Menu")
    app.click("menu item", "Reply")
    app.wait_focus("text box", composer("lobby"))
    write(app, "here")
    equal(hear(bob, "here")["reply_to"], 1, "reply_to")
    app.quit()

@test("what-was-not-sent-is-there-at-the-next-start")
def drafts(bench):
    app, _ = start(bench)
    app.type("half a; sentence")
    app.key("shift+Return")
    app.type("and more")
    wait_until(lambda: written(app) == "half a; sentence\nand more", "what was typed")
    app.quit()
    app = bench.app(environment=NICK)
    wait_until(lambda: written(app) == "half a; sentence\nand more", "what was typed before")
    app.wait_focus("text box", composer("lobby"))
    app.key("ctrl+End", "Return")
    app.find("list item", row("anna", "half a; sentence\nand more"))
    app.quit()
    app = bench.app(environment=NICK)
    app.find("list item", row("anna", "half a; sentence\nand more"))
    equal(written(app), "", "what was sent is not to be sent again")
    app.quit()


main()
