#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that are closed for their silence, in real time. Source: docs/protocol.md, section 7.

All connections of this file wait at the same time, since waiting is all that they do.
"""

import select
import time

from harness import DEADLINE_S, Closed, check, equal, main, request, test

LINE_S = 30.0
EARLY_S = 1.0  # a clock in milliseconds may be that much ahead, with room
LATE_S = 10.0 + DEADLINE_S / 4


class Watched:
    """A connection, and when the server ended it."""

    def __init__(self, name, client, closes):
        self.name = name
        self.client = client
        self.closes = closes
        self.begun = time.monotonic()
        self.ended_s = None
        self.received = b""

    def read(self):
        try:
            self.client._receive()
        except Closed:
            self.ended_s = time.monotonic() - self.begun
        self.received, self.client.buffer = self.received + bytes(self.client.buffer), bytearray()


def watch(watched, until, trickle):
    """Reads from all, and sends a byte a second to those of @trickle, until the time has come."""
    next_byte = time.monotonic() + 1.0
    while time.monotonic() < until:
        alive = {w.client.socket: w for w in watched if w.ended_s is None}
        if not any(w.closes for w in alive.values()):
            break
        for ready in select.select(list(alive), [], [], 0.2)[0]:
            alive[ready].read()
        if time.monotonic() >= next_byte:
            next_byte += 1.0
            for slow in trickle:
                if slow.ended_s is None:
                    try:
                        slow.client.send(b" ")
                    except Closed:
                        slow.ended_s = time.monotonic() - slow.begun


@test("/timeouts/an-unfinished-line-is-closed-after-30-s-and-nothing-else-is")
def _(bench):
    server = bench.serve_words()
    watched = []

    def add(name, closes, data=b"", client=None):
        one = Watched(name, client or bench.client(server), closes)
        if data:
            one.client.send(data)
        watched.append(one)
        return one

    half = request("define", {"word": "hello"})[:-10]
    add("half a request", True, half)
    add("a request and half a one", True, request("ping") + half)
    add("an endless line", True, b"x" * 200000)
    add("half a command", True, b"DEFINE * hel", bench.dict_client(server))
    slow = add("a byte a second", True, half)
    cr = add("a byte a second of white space", True, b" ")
    add("nothing said", False)
    add("nothing said, DICT", False, client=bench.dict_client(server))
    add("answered", False, request("ping"))
    add("answered, DICT", False, b"STATUS\r\n", bench.dict_client(server))
    add("an empty line", False, b"\r\n")
    add("the end of an endless line", False, b"x" * 200000 + b"\n")
    finished = add("a line finished late", False, half)

    watch(watched, time.monotonic() + LINE_S / 2, [slow, cr])
    equal([w.name for w in watched if w.ended_s is not None], [], "closed too early")
    finished.client.send(request("define", {"word": "hello"})[-10:])
    watch(watched, time.monotonic() + LINE_S / 2 + LATE_S, [slow, cr])

    for one in watched:
        if one.closes:
            check(one.ended_s is not None, f"{one.name}: not closed")
            check(LINE_S - EARLY_S < one.ended_s < LINE_S + LATE_S, f"{one.name}: closed after {one.ended_s:.1f} s")
        else:
            equal(one.ended_s, None, f"{one.name}: closed after")
    # Those that were left alone are still served.
    for one in watched:
        if not one.closes and "DICT" not in one.name:
            one.client.ping()
    check(b'"hello"' in finished.received, "the line that was finished late got no answer")


main()
