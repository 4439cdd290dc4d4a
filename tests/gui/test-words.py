#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The word book: words that were met in a conversation are kept with where they were met."""

import csv
import io
import json
import os
import re

from gui_harness import equal, has, main, test, wait_until

SENTENCE = "I say hello & <b>go</b>"


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def save_from_message(app, bob, sentence, word):
    """Somebody says it, we double-click the word and save it."""
    bob.say("lobby", sentence)
    app.double_click_word(app.find("label", sentence), word)
    app.click(None, "Save word")
    app.find(None, "Remove from word book")
    app.key("Escape")
    app.wait_gone(None, "Remove from word book")


def open_word_book(app):
    app.key("ctrl+b")
    app.wait_keys("Word Book")


def press(app, key):
    """A key that moves the focus; returns where it is then."""
    before = app.focused()
    app.key(key)
    return wait_until(lambda: (now := app.focused()) is not None and
                      (before is None or now.path != before.path) and now, f"{key} to move the focus")


def focus_row(app, word):
    """Goes there by the keyboard alone: into the list, then down in it."""
    row(app, word)
    focused = app.focused()
    while focused is None or focused.role != "list item":
        focused = press(app, "Tab")
    while not focused.name.startswith(word + ": "):
        focused = press(app, "Down")


def row(app, word):
    return app.find("list item", re.compile(f"^{word}: "))


@test("keeps-a-word-with-where-it-was-met")
def keeps_a_word(bench):
    server = bench.serve_words()
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    save_from_message(app, bob, SENTENCE, "hello")
    open_word_book(app)
    equal(row(app, "hello").texts(),
          ["Today", "hello", "hə'ləu", "used as a greeting", SENTENCE,
           "\u2068bob\u2069 in \u2068lobby\u2069 · Today"], "the row")
    app.quit()


@test("keeps-words-until-the-next-start")
def keeps_words(bench):
    server = bench.serve_words()
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    save_from_message(app, bob, SENTENCE, "hello")
    app.quit()
    app = bench.app(server.address)
    open_word_book(app)
    has(row(app, "hello").name, SENTENCE, "the row")
    app.quit()


@test("shows-the-message-a-word-comes-from")
def shows_the_message(bench):
    server = bench.serve_words()
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    save_from_message(app, bob, SENTENCE, "hello")
    for number in range(30):
        bob.say("lobby", f"line {number}\nand another\nand one more")
    app.find("label", re.compile("^line 29"))
    app.wait_gone("label", SENTENCE)
    open_word_book(app)
    focus_row(app, "hello")
    app.key("Return")
    app.find("button", "Show Message").click()
    app.find("label", SENTENCE)
    app.quit()


# GTK's file chooser leaks by itself (4.8.3: in a program of nothing else, too). The stacks of that end in
# GLib, which has no frame pointers, so that no suppression could name it: leaks are not looked for.
LEAKS_ALLOWED = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}


def fill(bench, server, environment=None):
    """An app with three words: hello, run, and one whose cells a spreadsheet would work out."""
    data = os.path.join(bench.path("home"), "data", "parlance")
    os.makedirs(data)
    with open(os.path.join(data, "words.jsonl"), "w", encoding="utf-8") as file:
        for n, (headword, text, sentence) in enumerate([
                ("hello", "a greeting", "Hello\tthere, “bob”"), ("run", "to go\nfast", ""),
                ("=1+1", "two", "=HYPERLINK(1)")]):
            entry = {"dictionary": "words", "headword": headword, "via": "exact", "text": text}
            line = {"saved_ms": 1000 - n, "met_ms": 5, "entry": entry, "room": "lobby", "seq": 1}
            file.write(json.dumps(line | ({"sentence": sentence} if sentence else {})) + "\n")
    return bench.app(server.address, environment=environment)


def export(app, item, path):
    app.click("button", "Export", state="focusable")
    app.click("menu item", item)
    entry = app.wait_for(lambda tree: next(
        (found for window in tree.children if window.name.startswith("Export for")
         and (found := window.first("text box", state="focused"))), None), "where the file's name goes")
    entry.set_text(path)
    app.wait_keys("^Export for")
    app.key("Return")
    # What is said of the export before is still there, so that it says nothing about this one.
    app.wait_text("words exported")
    wait_until(lambda: os.path.exists(path), "the file")
    app.wait_gone(None, re.compile("^Export for"), shown=False)


@test("exports-for-spreadsheets-and-anki")
def exports(bench):
    app = fill(bench, bench.serve_words(), LEAKS_ALLOWED)
    open_word_book(app)
    path = bench.path("out.csv")
    export(app, re.compile("CSV"), path)
    rows = list(csv.DictReader(io.StringIO(read(path))))
    equal([(r["headword"], r["definition"], r["sentence"], r["room"]) for r in rows],
          [("hello", "a greeting", "Hello\tthere, “bob”", "lobby"), ("run", "to go\nfast", "", "lobby"),
           ("'=1+1", "two", "'=HYPERLINK(1)", "lobby")], "the spreadsheet")
    path = bench.path("out.txt")
    export(app, re.compile("Anki"), path)
    head, notes = read(path).split("#columns:Front\tBack\tSentence\n")
    equal(head, "#separator:tab\n#html:false\n", "what Anki is told")
    equal(list(csv.reader(io.StringIO(notes), delimiter="\t")),
          [["hello", "a greeting", "Hello there, “bob”"], ["run", "to go\nfast", ""],
           ["=1+1", "two", "=HYPERLINK(1)"]], "the notes")
    app.quit()


@test("takes-words-out-and-puts-them-back")
def takes_words_out(bench):
    app = fill(bench, bench.serve_words())
    open_word_book(app)
    focus_row(app, "run")
    app.key("Delete")
    app.wait_text("removed")
    app.wait_gone("list item", re.compile("^run: "))
    has(app.focused().name, "=1+1", "where the focus went")
    app.key("ctrl+z")
    row(app, "run")
    press(app, "Up")
    focus_row(app, "run")
    app.key("Delete")
    app.wait_gone("list item", re.compile("^run: "))
    app.click("button", re.compile("Undo"))
    row(app, "run")
    app.quit()


@test("searches-words-and-sentences")
def searches(bench):
    app = fill(bench, bench.serve_words())
    open_word_book(app)
    row(app, "run")
    app.key("ctrl+f")
    app.type("THERE")
    app.wait_gone("list item", re.compile("^run: "))
    row(app, "hello")
    app.type("zzz")
    app.wait_text("No Results Found")
    app.key("Escape")
    row(app, "run")
    app.quit()


@test("says-how-words-get-there")
def says_how(bench):
    app = bench.app(bench.serve_words().address)
    open_word_book(app)
    app.wait_text("No Saved Words")
    app.key("Escape")
    app.wait_gone("window", "Word Book")
    app.quit()


@test("says-what-is-wrong-with-the-file")
def says_what_is_wrong(bench):
    server = bench.serve_words()
    data = os.path.join(bench.path("home"), "data", "parlance")
    os.makedirs(os.path.join(data, "words.jsonl"))
    bob = bench.member(server, "bob", "lobby")
    app = bench.app(server.address)
    save_from_message(app, bob, SENTENCE, "hello")
    open_word_book(app)
    app.wait_text("cannot be read")
    row(app, "hello")
    os.rmdir(os.path.join(data, "words.jsonl"))
    app.click("button", "Try Again")
    app.wait_gone("label", re.compile("cannot be read"))
    wait_until(lambda: os.path.isfile(os.path.join(data, "words.jsonl")), "the file")
    app.quit()


main()
