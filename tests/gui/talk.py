# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of a conversation share: the rows that a person sees, and where one writes."""

import contextlib
import re
import resource

from chat_harness import serve_chat
from gui_harness import composer, wait_until

NICK = {"PARLANCE_NICK": "anna"}


def start(bench, server=None, said=0, environment=None, **keywords):
    """The app in the lobby of a server, where bob is too, and has said so many things. Returns app, bob."""
    server = server or serve_chat(bench)
    bob = bench.member(server, "bob", "lobby")
    say_many(bob, said)
    app = bench.app(f"127.0.0.1:{server.port}", environment={**NICK, **(environment or {})}, **keywords)
    wait_until(lambda: "anna" in bob.result("members", {"room": "lobby"})["members"], "anna in the lobby")
    app.wait_focus("text box", composer("lobby"))
    return app, bob


def say_many(person, n, first=1, room="lobby", text="message {}"):
    """Says "message 1" and so on, at once."""
    for id in person.begin_all([("send", {"room": room, "text": text.format(i)}) for i in range(first, first + n)]):
        person.answer(id)


def hear(person, text):
    """The message of that text, when it comes; what comes before is let go."""
    while True:
        message = person.message()
        if message["text"] == text:
            return message


def row(who, text):
    """The name of a message's row."""
    return re.compile(f"^{re.escape(who)}, \\d\\d:\\d\\d: {re.escape(text)}$")


def shown_rows(app):
    """The rows that are seen, top down: as list items."""
    tree = app.snapshot()
    messages = tree.first("list", "Messages")
    items = messages.all("list item") if messages is not None else []
    return sorted((item for item in items if item.has_name), key=lambda item: item.extents[1])


def shown_texts(app):
    """What is said in the rows that are seen."""
    return [item.name.split(": ", 1)[1] for item in shown_rows(app)]


def write(app, text):
    """What is typed and sent."""
    app.type(text)
    app.key("Return")


def written(app, room="lobby"):
    """What stands where one writes."""
    return app.find("text box", composer(room)).text


@contextlib.contextmanager
def full_disk(server):
    """Nothing can be stored by the server."""
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)
