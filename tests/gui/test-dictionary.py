#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dictionary pane: flow 4. Results while one types, definitions, the way back, full text."""

import re

from gui_harness import check, equal, has, main, test, wait_until
from harness import ecdict

ENGLISH = ({"word": "run", "phonetic": "rʌn", "translation": "v. 跑, 运转", "exchange": "p:ran/3:runs"},
           {"word": "rancid", "translation": "a. 腐臭的"}, {"word": "ranch", "translation": "n. 大牧场"},
           {"word": "definitely", "translation": "adv. 明确地"}, {"word": "rain", "translation": "n. 雨"})
OTHER = (("ranch", "a farm for cattle"), ("rancher", "who has a ranch"), ("storm", "wind and heavy rain"),
         ("你好", "nǐ hǎo", "hello"), ("<b>odd</b>", "markup & such"))


def serve(bench):
    return bench.server("--dictionary", bench.write("ec.csv", ecdict(ENGLISH)),
                        "--dictionary", bench.tsv("other.tsv", OTHER, "The other one"))


def open_pane(bench):
    server = serve(bench)
    app = bench.app(server.address)
    app.find("label", "lobby")
    app.key("ctrl+l")
    return server, app, app.wait_focus("search box", "Look up a word")


def rows(app):
    """The headwords of the results that are shown."""
    results = app.find_all("list", "Results")
    return [row.texts()[0] for row in results[0].all("list item") if row.texts()] if results else []


def wait_rows(app, wanted):
    wait_until(lambda: rows(app) == wanted, f"results {wanted}")


def wait_article(app, *parts):
    """Waits until a definition is shown that has these texts."""
    def find(tree):
        return next((view for view in tree.all("widget", "ParlanceDefinitionView")
                     if all(part in "\n".join(view.texts()) for part in parts)), None)
    return app.wait_for(find, f"an article with {parts}")


@test("results-come-while-one-types")
def results_while_typing(bench):
    _server, app, entry = open_pane(bench)
    app.type("ra")
    wait_rows(app, ["rain", "ranch", "rancher", "rancid"])
    app.type("nch")
    wait_rows(app, ["ranch", "rancher"])
    row = app.find_all("list", "Results")[0].first("list item", re.compile("^ranch,"))
    has(row.name, "ECDICT English-Chinese", "dictionaries of a result")
    has(row.name, "The other one", "dictionaries of a result")
    app.key("Down")
    app.wait_focus("list item", re.compile("^ranch,"))
    app.key("Down", "Return")
    wait_article(app, "rancher", "who has a ranch")
    equal(entry.text, "rancher", "the entry")


@test("enter-defines-what-was-typed")
def enter_defines(bench):
    _server, app, _entry = open_pane(bench)
    app.type("ran")
    wait_rows(app, ["ranch", "rancher", "rancid"])
    app.key("Return")
    wait_article(app, "run", "rʌn", "v. 跑, 运转")


@test("enter-takes-the-first-result-otherwise")
def enter_takes_first(bench):
    _server, app, _entry = open_pane(bench)
    app.type("ranc")
    wait_rows(app, ["ranch", "rancher", "rancid"])
    app.key("Return")
    article = wait_article(app, "ranch", "n. 大牧场", "a farm for cattle")
    has("\n".join(article.texts()), "The other one", "captions")


@test("misspelt-word-brings-suggestions")
def suggestions(bench):
    _server, app, _entry = open_pane(bench)
    app.type("definately")
    app.wait_text("No dictionary has")
    app.click("button", "definitely")
    wait_article(app, "adv. 明确地")


@test("back-and-forward")
def back_and_forward(bench):
    _server, app, entry = open_pane(bench)
    for word, part in (("rain", "n. 雨"), ("ranch", "a farm"), ("storm", "heavy rain")):
        entry.set_text(word)
        app.key("Return")
        wait_article(app, part)
    app.key("alt+Left")
    wait_article(app, "a farm")
    equal(entry.text, "ranch", "the entry")
    app.click("button", "Back to the word before")
    wait_article(app, "n. 雨")
    app.key("alt+Right")
    wait_article(app, "a farm")
    entry.set_text("rancid")
    app.key("Return")
    wait_article(app, "腐臭的")
    app.wait_for(lambda tree: "sensitive" not in tree.first("button", "Forward to the next word").states,
                 "that nothing lies ahead")


@test("words-of-an-article-lead-on")
def words_lead_on(bench):
    _server, app, entry = open_pane(bench)
    entry.set_text("storm")
    app.key("Return")
    article = wait_article(app, "wind and heavy rain")
    app.double_click_word(article.first("label", "wind and heavy rain"), "rain")
    wait_article(app, "n. 雨")
    app.key("alt+Left")
    wait_article(app, "wind and heavy rain")


@test("full-text-finds-words-in-entries")
def full_text(bench):
    _server, app, _entry = open_pane(bench)
    app.click("button", "Search the texts of all entries")
    app.wait_focus("search box")
    app.type("heavy")
    wait_rows(app, ["storm"])
    has("\n".join(app.find_all("list", "Results")[0].texts()), "wind and heavy rain", "the snippet")
    app.key("Down")
    app.wait_focus("list item", re.compile("^storm,"))
    app.key("Return")
    wait_article(app, "wind and heavy rain")
    app.key("ctrl+l", "ctrl+a")
    app.type("nowhere")
    app.wait_text("No entry holds")


@test("dictionaries-can-be-left-out")
def left_out(bench):
    _server, app, entry = open_pane(bench)
    entry.set_text("ranch")
    app.key("Return")
    wait_article(app, "a farm for cattle", "n. 大牧场")
    app.find_all("button", "Dictionaries")[-1].click()
    app.wait_focus("checkbox", "ECDICT English-Chinese")
    app.key("Tab")
    app.wait_focus("checkbox", "The other one")
    app.key("space")
    app.wait_for(lambda tree: not tree.first(None, re.compile("a farm for cattle")), "the other one is gone")
    wait_article(app, "n. 大牧场")
    app.key("Escape")
    app.wait_gone("checkbox", "The other one", shown=False)  # a popover that is closing keeps keys
    app.quit()
    app.start()
    app.key("ctrl+l")
    app.wait_focus("search box").set_text("ranch")
    app.key("Return")
    wait_article(app, "n. 大牧场")
    check(not app.has(None, re.compile("a farm for cattle")), "a dictionary that was left out")


@test("chinese-headwords")
def chinese(bench):
    _server, app, entry = open_pane(bench)
    entry.set_text("你")
    wait_rows(app, ["你好"])
    app.key("Return")
    wait_article(app, "nǐ hǎo", "hello")


@test("hostile-words-are-text")
def hostile(bench):
    _server, app, entry = open_pane(bench)
    entry.set_text("<b>odd")
    wait_rows(app, ["<b>odd</b>"])
    app.key("Return")
    wait_article(app, "<b>odd</b>", "markup & such")
    entry.set_text("<i>&nothing;")
    app.wait_text("<i>&nothing;")
    entry.set_text("x" * 3000)
    app.wait_text("too long")


@test("shows-where-to-begin-and-closes")
def begins_and_closes(bench):
    server = serve(bench)
    app = bench.app(server.address)
    app.find("label", "lobby")
    app.key("F9")
    app.find("label", "Look up a word")
    app.click("button", "Close the dictionary")
    app.wait_gone("label", "Look up a word")


def window_width(app):
    """[px] of the main window, with its shadow."""
    window = app.desktop.ask("xdotool", "getactivewindow").strip()
    return int(re.search(r"WIDTH=(\d+)", app.desktop.ask("xdotool", "getwindowgeometry", "--shell", window))[1])


def resize(app, width):
    app.desktop.xdotool("windowsize", app.desktop.ask("xdotool", "getactivewindow").strip(), width, 700)
    wait_until(lambda: abs(window_width(app) - width) < 10, f"a window of {width} pixels")


@test("is-open-in-wide-windows-until-it-was-closed")
def open_in_wide_windows(bench):
    server = serve(bench)
    app = bench.app(server.address)
    app.find("label", "lobby")
    check(not app.has("label", "Look up a word"), "it is open in a window of the usual width")
    resize(app, 1330)
    app.find("label", "Look up a word")
    resize(app, 1060)
    app.wait_gone("label", "Look up a word")
    resize(app, 1330)
    app.find("label", "Look up a word")
    app.key("F9")
    app.wait_gone("label", "Look up a word")
    resize(app, 700)
    app.find("button", "Rooms")
    resize(app, 1330)
    app.wait_gone("button", "Rooms")
    check(not app.has("label", "Look up a word"), "it opens by itself though it was closed")
    app.quit()
    app = bench.app(home=app.home)
    app.find("label", "lobby")
    check(window_width(app) > 1200, f"{window_width(app)}")
    check(not app.has("label", "Look up a word"), "it is open at the next start though it was closed")


@test("without-a-network-what-was-looked-up-opens")
def without_network(bench):
    server, app, entry = open_pane(bench)
    for word, part in (("rain", "n. 雨"), ("storm", "heavy rain")):
        entry.set_text(word)
        app.key("Return")
        wait_article(app, part)
    server.kill()
    app.wait_text("econnect")
    app.key("alt+Left")
    wait_article(app, "n. 雨")
    entry.set_text("ranch")
    app.wait_text("No connection")
    entry.set_text("storm")
    app.key("Return")
    wait_article(app, "heavy rain")

def dictionaries(app):
    """Their names in the preferences, top down."""
    rows = app.find("list", "Dictionaries").all("list item")
    return [row.texts()[0] for row in rows if row.texts()]


@test("dictionaries-are-put-in-order-by-keyboard")
def order(bench):
    _server, app, _entry = open_pane(bench)
    app.type("ranch")
    app.find("label", "ECDICT English-Chinese · The other one")
    app.key("ctrl+comma")
    app.wait_window("Preferences")
    app.wait_keys("Preferences")
    app.click("tab", "Dictionaries", shown=False)
    wait_until(lambda: dictionaries(app) == ["ECDICT English-Chinese", "The other one"], "the order at first")
    focused = app.focused()
    while focused is None or focused.name != "Ask Later":
        app.key("Tab")
        focused = app.focused()
    app.key("space")
    wait_until(lambda: dictionaries(app) == ["The other one", "ECDICT English-Chinese"], "the other order")
    # The dictionary has moved, and the keyboard with it: it is the last one, and can only go back.
    app.wait_focus("button", "Ask Earlier")
    app.key("Escape")
    app.wait_gone("list", "Dictionaries", shown=False)
    app.find("label", "The other one · ECDICT English-Chinese")
    app.quit()


main()
