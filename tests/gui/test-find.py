#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding what was said in a room, however long ago."""

from gui_harness import composer, main, test, wait_until

from chat_harness import serve_chat
from talk import say_many, shown_texts, start


def find_box(app):
    app.key("ctrl+f")
    return app.wait_focus("search box", "Find in this room")


@test("a-match-far-back-is-shown")
def far_back(bench):
    server = serve_chat(bench)
    carol = bench.member(server, "carol", "lobby")
    carol.say("lobby", "the needle of old")
    say_many(carol, 1500)
    carol.say("lobby", "a needle of today")
    app, bob = start(bench, server)
    find_box(app)
    app.type("needle")
    app.find("status", "1 of 2")
    wait_until(lambda: "a needle of today" in shown_texts(app), "the newest match")
    app.key("Return")
    app.find("status", "2 of 2")
    wait_until(lambda: "the needle of old" in shown_texts(app), "the oldest message")
    app.wait_focus("search box", "Find in this room")
    app.click("button", "Later match")
    app.find("status", "1 of 2")
    wait_until(lambda: "a needle of today" in shown_texts(app), "the newest match")
    app.quit()


@test("nothing-found-is-said")
def nothing(bench):
    app, bob = start(bench, said=3)
    find_box(app)
    app.type("haystack")
    app.find("status", "Nothing found")
    app.quit()


@test("escape-goes-back-to-writing")
def escape(bench):
    app, bob = start(bench, said=3)
    find_box(app)
    app.type("message")
    app.find("status", "1 of 3")
    app.key("Escape")
    app.wait_focus("text box", composer("lobby"))
    app.wait_gone("search box", "Find in this room")
    app.quit()


main()
