#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long conversations: the newest is followed, scrolling up loads what was before, and what a person
looks at stays where it is. Judged by the rows that are seen, never by the scrollbar."""

import re
import threading

from gui_harness import check, composer, equal, main, test, wait_until

from talk import say_many, shown_rows, shown_texts, start, write


POUR_S = 0.02  # [s] between messages that pour in: as fast as the frames


def wait_last(app, text):
    """Waits until the last row that is seen says so."""
    wait_until(lambda: shown_texts(app)[-1:] == [text], f"{text!r} as the last row")


def top(app):
    """The text of the first row that is seen, and where it stands."""
    first = shown_rows(app)[1]
    return first.name.split(": ", 1)[1], first.extents[1]


def texts_at_rest(app):
    """What is said in the rows that are seen, once two looks agree: a look asks for the places last."""
    looks = []

    def agree():
        looks.append(shown_texts(app))
        return looks[-1:] == looks[-2:-1]
    wait_until(agree, "that the rows rest")
    return looks[-1]


@test("a-room-shows-its-newest")
def newest(bench):
    app, bob = start(bench, said=250)
    wait_last(app, "message 250")
    app.quit()


@test("it-follows-at-the-bottom")
def follows(bench):
    app, bob = start(bench, said=120)
    wait_last(app, "message 120")
    for i in range(121, 131):
        bob.say("lobby", f"message {i}")
    wait_last(app, "message 130")
    say_many(bob, 300, 131)
    wait_last(app, "message 430")
    write(app, "and I")
    wait_last(app, "and I")
    check(not app.has("button", "Newest"), "a way to the newest is offered there")
    app.quit()


@test("keys-leave-the-newest-while-messages-pour-in")
def keys_leave(bench):
    app, bob = start(bench, said=120)
    wait_last(app, "message 120")
    app.wait_focus("text box", composer("lobby"))
    done = threading.Event()
    n_said = 120

    def pour():
        nonlocal n_said
        while not done.wait(POUR_S):
            n_said += 1
            bob.say("lobby", f"message {n_said}")
            bob.events.clear()

    pouring = threading.Thread(target=pour)
    pouring.start()
    # Rows that are used again while the tree is read are no witnesses: the button is, and stays in its place.
    left = re.compile("Newest|new message")
    try:
        wait_until(lambda: n_said > 140, "messages that pour in")
        app.find("label", re.compile(r"bob\W+message (1[3-9]\d|[2-9]\d\d|\d{4})"))
        check(not app.has("button", left), "it does not follow")
        app.key("Page_Up")
        app.find("button", left)
    finally:
        done.set()
        pouring.join()
    app.find("button", left).click()
    wait_last(app, f"message {n_said}")
    app.quit()


@test("what-is-looked-at-does-not-jump")
def no_jump(bench):
    app, bob = start(bench, said=400)
    wait_last(app, "message 400")
    app.scroll(app.find("list", "Messages"), -15)
    app.find("button", "Newest")
    wait_until(lambda: top(app) == top(app), "that it rests")
    before = top(app)
    say_many(bob, 50, 401)
    app.find("button", "50 new messages")
    equal(top(app), before, "the first row")
    app.quit()


@test("scrolling-up-loads-history-without-a-jump")
def loads(bench):
    app, bob = start(bench, said=450)
    wait_last(app, "message 450")
    seen = set()
    first = 451
    messages = app.find("list", "Messages")
    for _ in range(200):
        texts = texts_at_rest(app)
        numbers = [int(text.split()[1]) for text in texts if text.startswith("message ")]
        equal(numbers, list(range(numbers[0], numbers[0] + len(numbers))), "rows")
        check(numbers[0] <= first and numbers[-1] >= first - 1, f"it jumped from {first} to {numbers}")
        first = numbers[0]
        seen.update(numbers)
        if 1 in seen:
            break
        app.scroll(messages, -6)
    equal(sorted(seen), list(range(1, 451)), "what was seen on the way")
    app.quit()


@test("the-button-leads-back")
def leads_back(bench):
    app, bob = start(bench, said=300)
    wait_last(app, "message 300")
    app.scroll(app.find("list", "Messages"), -40)
    bob.say("lobby", "news")
    app.click("button", "1 new message")
    wait_last(app, "news")
    app.wait_gone("button", re.compile("new message|Newest"))
    bob.say("lobby", "more news")
    wait_last(app, "more news")
    app.quit()


@test("each-room-keeps-its-place")
def keeps_place(bench):
    app, bob = start(bench, said=300)
    wait_last(app, "message 300")
    write(app, "/join music")
    app.wait_focus("text box", composer("music"))
    bob.join("music")
    say_many(bob, 150, room="music", text="song {}")
    wait_last(app, "song 150")
    app.key("ctrl+Prior")
    wait_last(app, "message 300")
    app.scroll(app.find("list", "Messages"), -20)
    app.find("button", "Newest")
    wait_until(lambda: top(app) == top(app), "that it rests")
    before = top(app)
    app.key("ctrl+Next")
    wait_last(app, "song 150")
    app.key("ctrl+Prior")
    app.wait_focus("text box", composer("lobby"))
    wait_until(lambda: len(shown_rows(app)) > 2 and top(app) == before, f"{before} at the top, as it was")
    app.quit()


main()
