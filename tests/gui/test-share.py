#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sharing a definition: flow 5. A card in the conversation, which others expand and save."""

import json
import os
import re
import subprocess

from gui_harness import DEADLINE_S, PARLANCE, check, equal, has, main, test, wait_until

LONG = "\n".join(f"n. sense number {i} of a word that has a great many of them" for i in range(1, 21))
WORDS = (("run", "rʌn", "v. to move fast\nn. a score"), ("long", LONG), ("huge", "x" * 60000))
HOSTILE = {"dictionary": "<i>d</i>", "headword": "<b>bold</b> & \u202eevil", "via": "exact",
           "phonetic": "<big>", "text": "<span size='100000'>&amp;</span>"}


def serve(bench):
    return bench.server("--dictionary", bench.tsv("words.tsv", WORDS, "Words"))


def look_up(app, word):
    app.key("ctrl+l")
    entry = app.wait_focus(None, "Look up a word")
    entry.set_text(word)
    app.key("Return")
    app.find("button", re.compile("Share in"))
    app.find("label", word)


def send_card(member, entry, text="shared"):
    member.result("send", {"room": "lobby", "text": text, "kind": "definition", "entry": entry})


def card(app, part):
    """The card that shows that."""
    def find(tree):
        return next((node for node in tree.all("widget", "ParlanceDefinitionCard")
                     if part in "\n".join(node.texts())), None)
    return app.wait_for(find, f"a card with {part!r}")


def in_card(app, part, name):
    """A button of the card that shows that part."""
    def find(tree):
        for node in tree.all("widget", "ParlanceDefinitionCard"):
            button = node.first("button", name)
            if button is not None and part in "\n".join(node.texts()):
                return button
        return None
    return app.wait_for(find, f"button {name!r} of the card with {part!r}")


@test("goes-to-everybody-in-the-room")
def goes_to_everybody(bench):
    server = serve(bench)
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    app.find("label", "lobby")
    bob.event("joined")
    look_up(app, "run")
    app.click("button", re.compile("Share in"))
    app.wait_text("Shared")
    message = bob.message(kind="definition")
    equal(message["entry"]["headword"], "run", "headword")
    equal(message["entry"]["text"], "v. to move fast\nn. a score", "text of the entry")
    has(message["text"], "run: v. to move fast", "text for who has no cards")
    texts = card(app, "to move fast").texts()
    equal((texts[0], texts[1]), ("run", "rʌn"), "the own card")


@test("parlance-listen-shows-it")
def listen_shows_it(bench):
    server = serve(bench)
    app = bench.app(server.address)
    path = bench.path("listened")
    with open(path, "wb") as out, subprocess.Popen(
            [PARLANCE, "listen", "--json", "--server", server.address, "lobby"], stdout=out) as listener:
        try:
            app.click("button", "People")
            app.wait_text("2 people")
            look_up(app, "run")
            app.click("button", re.compile("Share in"))

            def shared():
                with open(path, encoding="utf-8") as lines:
                    return [line for line in lines if '"entry"' in line and line.endswith("\n")]

            wait_until(shared, "the card at the other client")
            equal(json.loads(shared()[0])["params"]["entry"]["headword"], "run", "headword")
        finally:
            listener.terminate()
            listener.wait(DEADLINE_S)


@test("is-short-until-one-asks-for-more")
def short_until_more(bench):
    server = serve(bench)
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    send_card(bob, {"dictionary": "words", "headword": "long", "via": "exact", "text": LONG})
    shown = card(app, "sense number 1 ")
    has("\n".join(shown.texts()), "Words", "the dictionary's title")
    before = shown.extents[3]
    check(before < 200, f"a card of {before} px")
    in_card(app, "sense number 1 ", "More").click()
    app.wait_for(lambda tree: any(node.extents[3] > before + 200
                                  for node in tree.all("widget", "ParlanceDefinitionCard")), "a tall card")
    has("\n".join(card(app, "sense number 1 ").texts()), "sense number 20 ", "the expanded card")
    in_card(app, "sense number 1 ", "Less").click()
    app.wait_for(lambda tree: all(node.extents[3] == before
                                  for node in tree.all("widget", "ParlanceDefinitionCard")), "a short card")


@test("a-short-one-has-nothing-more")
def nothing_more(bench):
    server = serve(bench)
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    send_card(bob, {"dictionary": "words", "headword": "run", "via": "exact", "text": "v. to move fast"})
    card(app, "to move fast")
    check(not app.has("button", "More"), "a button for more of it")


@test("others-save-it")
def others_save_it(bench):
    server = serve(bench)
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    send_card(bob, {"dictionary": "words", "headword": "run", "via": "exact", "text": "v. to move fast"})
    card(app, "to move fast")
    app.click("button", "Save word")
    app.find("button", "Remove from word book")
    path = os.path.join(app.home, "data", "parlance", "words.jsonl")

    def saved():
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            return next((line for line in file if '"run"' in line), None)

    wait_until(saved, "the word on the disk")
    has(saved(), "bob", "the word's context")
    has(saved(), "lobby", "the word's context")


@test("opens-in-the-dictionary")
def opens_in_dictionary(bench):
    server = serve(bench)
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    send_card(bob, {"dictionary": "elsewhere", "headword": "run", "via": "exact", "text": "as bob has it"})
    card(app, "as bob has it")
    app.click("button", "Open in dictionary")
    app.wait_text("a score")


@test("hostile-card-is-text")
def hostile_card(bench):
    server = serve(bench)
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    send_card(bob, HOSTILE)
    texts = card(app, "<span").texts()
    has(texts[0], "<b>bold</b> &", "headword")
    check("\u202e" not in texts[0], "a bidi control")
    has("\n".join(texts), "<span size='100000'>&amp;</span>", "text")
    for entry in ({**HOSTILE, "headword": "h" * 9000, "text": "long headword"},
                  {**HOSTILE, "text": "y" * 40000, "headword": "large"}):
        send_card(bob, entry)
    card(app, "large")
    card(app, "long headword")


@test("more-than-a-line-holds-is-cut")
def large_is_cut(bench):
    server = serve(bench)
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    app.find("label", "lobby")
    bob.event("joined")
    look_up(app, "huge")
    app.click("button", re.compile("Share in"))
    text = bob.message(kind="definition")["entry"]["text"]
    check(len(text) < 10000 and text.endswith("…"), f"a text of {len(text)}")


@test("from-the-popover")
def from_popover(bench):
    server = serve(bench)
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    bob.say("lobby", "they run")
    bob.message(text="they run")
    app.double_click_word(app.find("label", "they run"), "run")
    app.find(None, "Definition of run", shown=False)
    app.click("button", re.compile("Share in"))
    equal(bob.message(kind="definition")["entry"]["headword"], "run", "headword")


main()
