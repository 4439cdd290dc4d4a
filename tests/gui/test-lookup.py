#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking words up in a conversation: flow 3. A double-click, or Ctrl+D, and a popover at the word."""

import json
import os
import re

from gui_harness import equal, has, main, test, wait_until
from harness import ecdict

RUN = {"word": "run", "phonetic": "rʌn", "translation": "v. 跑, 运转\nn. 奔跑", "tag": "zk gk",
       "exchange": "p:ran/d:run/i:running/3:runs", "frq": 200, "bnc": 200}
GIVE_UP = {"word": "give up", "translation": "vt. 放弃", "exchange": "p:gave up/d:given up"}
GIVE = {"word": "give", "translation": "v. 给", "exchange": "p:gave/d:given", "frq": 100, "bnc": 100}
LEFT = {"word": "left", "translation": "a. 左边的", "frq": 300}
LEAVE = {"word": "leave", "translation": "v. 离开", "exchange": "p:left/d:left", "frq": 150}
ROWS = (RUN, GIVE_UP, GIVE, LEFT, LEAVE)

CHINESE = (("天安门", "Tiān'ānmén", "the Gate of Heavenly Peace"), ("天安门广场", "the square before it"),
           ("天", "tiān", "sky; see run"), ("安", "ān", "calm"), ("门", "mén", "gate"),
           ("run", "in the second dictionary: to move fast"))


def serve(bench):
    return bench.server("--dictionary", bench.write("ec.csv", ecdict(ROWS)),
                        "--dictionary", bench.tsv("zh.tsv", CHINESE, "Chinese words"))


def meet(bench, text):
    """Somebody says something to the person in front of the app."""
    server = serve(bench)
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    bob.say("lobby", text)
    return server, bob, app, find_message(app, text)


def find_message(app, text):
    return app.find("label", text)


def wait_definition(app, headword):
    """The popover with that headword in it."""
    return app.find(None, f"Definition of {headword}", shown=False)


def wait_closed(app, headword):
    app.wait_for(lambda tree: not [node for node in tree.all(None, f"Definition of {headword}", shown=False)
                                   if "showing" in node.states or node.is_shown], "that the popover closes")


def words_of(app):
    """The words of the word book as it is on the disk."""
    path = os.path.join(app.home, "data", "parlance", "words.jsonl")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.startswith("{")]


@test("double-click-shows-definition")
def double_click_shows_definition(bench):
    _server, _bob, app, message = meet(bench, "we went home and then I ran away, left and right")
    app.double_click_word(message, "ran")
    popover = wait_definition(app, "run")
    texts = "\n".join(popover.texts())
    has(texts, "run", "popover")
    has(texts, "rʌn", "popover")
    has(texts, "v. 跑, 运转\nn. 奔跑", "popover")
    has(texts.replace("\u2068", "").replace("\u2069", ""), "ran → run", "popover")
    has(texts, "to move fast", "the second dictionary")
    has(texts, "Chinese words", "its title")
    has(texts, "Gaokao", "tags")
    app.key("Escape")
    wait_closed(app, "run")


@test("what-was-taken-is-marked")
def what_was_taken_is_marked(bench):
    text = "天安门 is where they gave up"
    _server, _bob, app, message = meet(bench, text)
    app.double_click_word(message, "gave")
    wait_definition(app, "give up")
    wait_until(lambda: find_message(app, text).selection == (text.index("gave"), len(text)), "the selection")


@test("chinese-takes-the-longest-and-offers-others")
def chinese_takes_longest(bench):
    _server, _bob, app, message = meet(bench, "我爱北京天安门广场。")
    app.double_click_word(message, "安")
    popover = wait_definition(app, "天安门广场")
    has("\n".join(popover.texts()), "the square before it", "popover")
    app.click("button", "安")
    has("\n".join(wait_definition(app, "安").texts()), "calm", "popover")
    app.click("button", re.compile("Back to the word before"))
    wait_definition(app, "天安门广场")


@test("exact-word-before-the-one-it-is-a-form-of")
def exact_before_lemma(bench):
    _server, _bob, app, message = meet(bench, "he left")
    app.double_click_word(message, "left")
    wait_definition(app, "left")
    app.click("button", "leave")
    wait_definition(app, "leave")


@test("unknown-word-says-so-and-suggests")
def unknown_word(bench):
    _server, _bob, app, message = meet(bench, "please leeve now")
    app.double_click_word(message, "leeve")
    app.wait_text("No dictionary has")
    app.click("button", "leave")
    wait_definition(app, "leave")


@test("saves-the-word-with-its-sentence")
def saves_word(bench):
    text = "I ran <b>home</b> & back"
    _server, _bob, app, message = meet(bench, text)
    app.double_click_word(message, "ran")
    wait_definition(app, "run")
    app.click("button", "Save word")
    app.find("button", "Remove from word book")
    wait_until(lambda: words_of(app), "the word on the disk")
    word = words_of(app)[0]
    line = json.dumps(word, ensure_ascii=False)
    for part in ("run", "I ran <b>home</b> & back", "lobby", "bob"):
        has(line, part, "saved word")
    app.key("Escape")
    wait_closed(app, "run")
    app.double_click_word(find_message(app, text), "ran")
    wait_definition(app, "run")
    app.find("button", "Remove from word book")


@test("opens-in-the-dictionary")
def opens_in_dictionary(bench):
    _server, _bob, app, message = meet(bench, "I ran")
    app.double_click_word(message, "ran")
    wait_definition(app, "run")
    app.click("button", "Open in dictionary")
    wait_closed(app, "run")
    entry = app.find(None, "Look up a word", state="editable")
    wait_until(lambda: entry.text == "run", "the word in the entry")
    app.wait_text("to move fast")


@test("keys-alone")
def keys_alone(bench):
    text = "they ran"
    _server, _bob, app, _message = meet(bench, text)
    for _ in range(40):
        focused = app.focused()
        if focused is not None and focused.name == text:
            break
        app.key("shift+Tab")
    app.wait_focus("label", text)
    app.key("End")
    app.key("ctrl+d")
    wait_definition(app, "run")
    app.wait_focus("button", "Open in dictionary")
    app.key("Tab")
    app.wait_focus("button", "Save word")
    app.key("Escape")
    wait_closed(app, "run")
    app.wait_focus("label", text)
    equal(find_message(app, text).selection[0], text.index("ran"), "the caret")


@test("selection-is-looked-up-as-it-is")
def selection_as_it_is(bench):
    text = "never give up"
    _server, _bob, app, message = meet(bench, text)
    app.click_at(message)
    app.key("End", "shift+ctrl+Left", "shift+ctrl+Left", "ctrl+d")
    wait_definition(app, "give up")
    app.key("Escape")
    wait_closed(app, "give up")
    app.key("End", "shift+ctrl+Left", "ctrl+d")
    app.wait_text("No dictionary has")


@test("a-word-selected-with-the-pointer-is-looked-up")
def selected_with_pointer(bench):
    text = "never give up!"
    _server, _bob, app, message = meet(bench, text)
    app.select(message, text.index("give"), text.index(" up"))
    wait_definition(app, "give")
    app.key("ctrl+c", "Escape")
    wait_closed(app, "give")
    composer = app.find(None, re.compile("Message"), state="editable")
    app.click_at(composer)
    app.key("ctrl+v")
    wait_until(lambda: composer.text == "give", "what was copied")
    app.select(message, text.index("give"), text.index("!"))
    # Two words may be there to be copied, and a key says what else is wanted.
    app.key("ctrl+d")
    wait_definition(app, "give up")


@test("selection-in-the-composer")
def selection_in_composer(bench):
    server = serve(bench)
    app = bench.app(server.address)
    app.find("label", "lobby")
    composer = app.find(None, re.compile("Message"), state="editable")
    app.click_at(composer)
    app.type("may I leave")
    app.key("ctrl+d")
    wait_definition(app, "leave")
    app.key("Escape")
    wait_closed(app, "leave")
    wait_until(lambda: composer.is_focused, "focus back in the composer")
    equal(composer.text, "may I leave", "what was typed")


@test("words-of-a-definition-are-looked-up-in-place")
def words_in_definition(bench):
    _server, _bob, app, message = meet(bench, "天")
    app.double_click_word(message, "天")
    wait_definition(app, "天")
    for _ in range(20):
        focused = app.focused()
        if focused is not None and focused.name == "sky; see run":
            break
        app.key("Tab")
    app.wait_focus("label", "sky; see run")
    app.key("End", "ctrl+d")
    has("\n".join(wait_definition(app, "run").texts()), "to move fast", "popover")
    app.click("button", "Back to the word before")
    wait_definition(app, "天")


@test("without-a-network-what-was-looked-up-opens")
def without_network(bench):
    text = "they ran and never left"
    server, _bob, app, message = meet(bench, text)
    app.double_click_word(message, "ran")
    wait_definition(app, "run")
    app.key("Escape")
    wait_closed(app, "run")
    server.kill()
    app.wait_text("econnect")
    app.double_click_word(find_message(app, text), "ran")
    has("\n".join(wait_definition(app, "run").texts()), "v. 跑, 运转\nn. 奔跑", "popover")
    app.key("Escape")
    wait_closed(app, "run")
    app.double_click_word(find_message(app, text), "never")
    app.wait_text("There is no connection to the server, and this was not looked up before.")
    app.key("Escape")


@test("hostile-text-is-text")
def hostile_text(bench):
    text = "<b>ran</b> \u202eevil\u202c &amp; 👨‍👩‍👧‍👦 ran http://example.org/<x>"
    _server, _bob, app, message = meet(bench, text)
    app.double_click_word(message, "ran", 1)
    wait_definition(app, "run")


@test("server-that-goes-while-it-is-asked")
def server_goes(bench):
    server, _bob, app, message = meet(bench, "they ran")
    server.send_signal(19)  # it does not answer, and then it is gone
    app.double_click_word(message, "ran")
    app.wait_text("Looking up…")
    server.kill()
    app.wait_text("There is no connection to the server")
    app.key("Escape")


main()
