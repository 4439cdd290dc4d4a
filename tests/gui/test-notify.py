#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Being told: a notification for what is meant for one while nobody looks, and the way to it."""

import re
import time

from gui_harness import check, equal, has, main, test, wait_until

from chat_harness import serve_chat


def start(bench, *others):
    """The app in the lobby and in music, with bob in both, and others in the lobby. The lobby is shown."""
    server = serve_chat(bench)
    people = [bench.member(server, nick, "lobby", "music") for nick in ("bob", *others)]
    app = bench.app(f"127.0.0.1:{server.port}", environment={"PARLANCE_NICK": "anna"})
    app.find("list item", "lobby")
    app.key("ctrl+n")
    app.find("list item", re.compile("^music, "), shown=False)
    app.type("music")
    app.find("list item", re.compile("^music, "), state="selected")
    app.key("Return")
    app.find("list item", "music", state="selected")
    app.key("alt+1")
    app.find("list item", "lobby", state="selected")
    return (app, *people)


def notices(bench, n=1):
    """The n notifications that stand on the screen."""
    return wait_until(lambda: len(bench.notifications.open()) == n and bench.notifications.open(),
                      f"that {n} notifications stand, not {bench.notifications.open()},")


def look_away(app):
    """Another window gets the focus: one of the window manager's own choice, which is none."""
    app.desktop.xdotool("search", "--onlyvisible", "--name", "^Parlance$", "windowminimize")
    app.wait_for(lambda tree: all("active" not in window.states for window in tree.children),
                 "that the window is not active")


@test("a-mention-in-another-room-opens-at-its-message")
def mention(bench):
    app, bob = start(bench)
    for n in range(60):
        bob.say("music", f"line {n}")
    seq = bob.say("music", "anna: <b>look</b> & see\nhere")["seq"]
    for n in range(60):
        bob.say("music", f"later {n}")
    notice = notices(bench)[0]
    equal(re.sub("[\u2068\u2069]", "", notice.summary), "bob mentioned you in music", "summary")
    equal(re.sub("[\u2068\u2069]", "", notice.body), "<b>look</b> & see here".join(("anna: ", "")), "body")
    check(seq == 61, "seq")
    bench.notifications.activate(notice)
    app.find("list item", re.compile("^music"), state="selected")
    app.wait_text("<b>look</b> & see")
    app.quit()


@test("tells-while-the-window-is-not-looked-at")
def away(bench):
    app, bob = start(bench)
    bob.say("lobby", "Anna, seen at once")
    app.wait_text("seen at once")
    equal(bench.notifications.all[:0] + bench.notifications.open(), [], "notifications of what is looked at")
    look_away(app)
    bob.say("lobby", "nothing for anybody")
    bob.say("lobby", "Anna, come back")
    notice = notices(bench)[0]
    has(notice.body, "come back", "body")
    bench.notifications.activate(notice)
    app.wait_for(lambda tree: any("active" in window.states for window in tree.children), "the window")
    wait_until(lambda: bench.notifications.open() == [], "that the notification goes")
    app.quit()


@test("a-question-among-two-and-an-answer")
def question(bench):
    app, bob = start(bench)
    bob.say("music", "lunch?")
    equal(re.sub("[\u2068\u2069]", "", notices(bench)[0].summary), "bob asked you in music", "summary")
    # Reading it takes it away.
    app.key("alt+2")
    wait_until(lambda: bench.notifications.open() == [], "that the notification goes")
    app.wait_focus("text box", re.compile("^Message to .?music"))
    app.type("yes")
    app.key("Return")
    seq = wait_until(lambda: next((message["seq"] for message in bob.history("music")["messages"]
                                   if message["text"] == "yes"), None), "the answer")
    app.key("alt+1")
    app.find("list item", "lobby", state="selected")
    bob.say("music", "me too", reply_to=seq)
    equal(re.sub("[\u2068\u2069]", "", notices(bench)[0].summary), "bob answered you in music", "summary")
    app.quit()


@test("a-flood-is-one-notification")
def flood(bench):
    app, bob = start(bench)
    before = len(bench.notifications.all)
    began = time.monotonic()
    for id in bob.begin_all([("send", {"room": "music", "text": f"anna {n}"}) for n in range(300)]):
        bob.answer(id)
    app.find("list item", "music, 300 unread, mentions you")
    wait_until(lambda: any("300 messages for you" in notice.summary for notice in bench.notifications.open()),
               "the notification of all of them")
    equal(len(bench.notifications.open()), 1, "notifications that stand")
    most = 2 + (time.monotonic() - began) / 2
    check(len(bench.notifications.all) - before <= most,
          f"{len(bench.notifications.all) - before} notifications, more than {most}")
    app.quit()


@test("what-is-read-as-markup-is-escaped")
def markup(bench):
    app, bob = start(bench)
    with bench.notifications.taking_markup():
        bob.say("music", "anna: <b>look</b> & see <img src='http://x/'/>")
        notice = notices(bench)[0]
    equal(re.sub("[\u2068\u2069]", "", notice.body),
          "anna: &lt;b&gt;look&lt;/b&gt; &amp; see &lt;img src=&apos;http://x/&apos;/&gt;", "body")
    app.quit()


@test("a-very-long-message-is-cut")
def long_message(bench):
    app, bob = start(bench)
    bob.say("music", "anna " + "字" * 2700)
    notice = notices(bench)[0]
    check(100 < len(notice.body) < 250 and "…" in notice.body, f"a body of {len(notice.body)} characters")
    app.quit()


@test("the-setting-turns-it-off")
def off(bench):
    app, bob = start(bench)
    app.key("ctrl+comma")
    app.find("switch", re.compile("^Notify of mentions")).click()
    app.key("Escape")
    app.wait_gone("switch", re.compile("^Notify of mentions"), shown=False)
    before = len(bench.notifications.all)
    bob.say("music", "anna: off")
    app.find("list item", "music, 1 unread, mentions you")
    bob.say("music", "anna: off")
    app.find("list item", "music, 2 unread, mentions you")
    equal(len(bench.notifications.all), before, "notifications")
    app.quit()


main()
