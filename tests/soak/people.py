# SPDX-License-Identifier: GPL-3.0-or-later
"""People who come, talk, look words up and vanish, each in a way of their own, and remember what they
were told: nobody may be told otherwise."""

import heapq
import itertools
import json
import time

from harness import DEADLINE_S, Failure, check, equal, request
from wire import OPEN, Wire

ROOM_SIZE = 50          # people to a room, about
MAX_ROOMS = 3           # of one person at once
MAX_PENDING = 4         # messages of one person
ANSWER_S = 3 * DEADLINE_S  # nobody waits longer for an answer

# Errors that honest people meet: the same is tried again later, but not for ever.
LATER = {"busy", "rate_limited", "nick_in_use", "server_full"}
MAX_REFUSALS = 100  # of hello, one after the other: 20 s and more


class Ledger:
    """What is known of the rooms: the first who is told it writes it down."""

    def __init__(self):
        self.messages = {}      # (room, seq): (nick, text)
        self.acknowledged = {}  # text: (room, seq)
        self.n_deliveries = self.n_answers = self.n_resumed = self.n_caught_up = self.n_encrypted = 0

    def note(self, room, seq, nick, text):
        self.n_deliveries += 1
        known = self.messages.setdefault((room, seq), (nick, text))
        equal((nick, text), known, f"message {seq} of {room}")

    def acknowledge(self, text, room, seq):
        known = self.acknowledged.setdefault(text, (room, seq))
        equal((room, seq), known, f"where {text!r} stands")


class Company:
    """Everybody, and what happens when."""

    def __init__(self, wires, chance, addresses, context, words, n_people, rate):
        """@rate: how many things they do in a second, all together."""
        self.wires, self.chance, self.words = wires, chance, words
        self.pause_s = n_people / rate
        self.addresses, self.context = addresses, context
        self.rooms = ["lobby", *(f"room {i}" for i in range(1, max(2, n_people // ROOM_SIZE)))]
        self.ledger = Ledger()
        self.times = []
        self.order = itertools.count()
        self.is_over = False  # who has nothing under way goes
        self.strangers = set()  # wires
        self.people = [Person(self, i) for i in range(n_people)]

    def at(self, delay_s, function):
        heapq.heappush(self.times, (time.monotonic() + delay_s, next(self.order), function))

    def run_until(self, has_ended):
        """Turns until it has ended; checks now and then that nobody waits for an answer."""
        checked = time.monotonic()
        while not has_ended():
            now = time.monotonic()
            while self.times and self.times[0][0] <= now:
                heapq.heappop(self.times)[2]()
            left = self.times[0][0] - time.monotonic() if self.times else 1.0
            self.wires.turn(max(0.0, min(left, 0.5)))
            if now - checked > 1:
                checked = now
                for person in self.people:
                    person.check_patience(now)

    def wind_down(self):
        """Everybody goes, as soon as all that they said is acknowledged."""
        self.is_over = True
        for person in self.people:
            self.at(self.chance.random() * 3, person.part)
        end = time.monotonic() + 2 * ANSWER_S

        def have_gone():
            staying = [p.nick for p in self.people if p.wire or p.pending]
            check(not staying or time.monotonic() < end, f"{len(staying)} cannot go: {staying[:5]}")
            return not staying
        self.run_until(have_gone)

    def close(self):
        for person in self.people:
            person.close()
        for wire in self.strangers:
            wire.close()


class Stranger:
    """Somebody who takes the server for another, and hangs up, sometimes in the middle of a handshake."""

    SAYINGS = (b"GET / HTTP/1.1\r\nHost: here\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"", b"NICK x\r\n")

    def __init__(self, company):
        chance = company.chance
        self.saying = chance.choice(self.SAYINGS)
        context = company.context if not self.saying and chance.random() < 0.5 else None
        self.strangers = company.strangers
        wire = Wire(company.wires, self, chance.choice(company.addresses), context)
        self.strangers.add(wire)
        company.at(chance.random(), lambda: self.hang_up(wire))

    def hang_up(self, wire):
        wire.close(reset=not self.saying)
        self.strangers.discard(wire)

    def on_open(self, wire):
        wire.send(self.saying)

    def on_line(self, _wire, _line):
        """It is told that this is no request."""

    def on_closed(self, _wire):
        """It has been hung up on."""


class Person:
    """One nick. Comes back with its token, to the rooms it was in, from where it has read to."""

    def __init__(self, company, number):
        self.company, self.nick = company, f"p{number}"
        self.wire = self.token = None
        self.is_in = False
        self.since = 0.0           # when the connection was begun
        self.is_to_close = False   # the server is, for what was done to it
        self.n_refusals = 0        # of hello, since the last time it was answered
        self.rooms = {}      # room: the last seq that was read
        self.pending = {}    # key: (room, text), not acknowledged
        self.requests = {}   # id: (method, what it is about, since when)
        self.ids = itertools.count(1)
        self.n_said = 0
        self.life = 0        # counts connections, so that what was planned in an earlier one is dropped
        company.at(company.chance.random() * min(30.0, 0.5 * len(company.rooms)), self.come)

    # --- coming and going

    def come(self):
        chance = self.company.chance
        if self.wire or (self.company.is_over and not self.pending):
            return
        if chance.random() < 0.1:
            Stranger(self.company)
        self.life += 1
        self.since = time.monotonic()
        self.is_to_close = False
        self.requests.clear()
        context = self.company.context if chance.random() < 0.3 else None
        self.wire = Wire(self.company.wires, self, chance.choice(self.company.addresses), context)

    def on_open(self, wire):
        self.company.ledger.n_encrypted += wire.tls is not None
        resume = {"resume": self.token} if self.token else {}
        self.ask("hello", {"protocol": 1, "client": "soak/1", "nick": self.nick, **resume}, bool(resume))

    def on_closed(self, _wire):
        check(self.is_to_close, f"the server has ended the connection of {self.nick}")
        self.gone()

    def gone(self, stay_away_s=None):
        self.wire = None
        self.is_in = False
        self.requests.clear()
        chance = self.company.chance
        self.company.at(chance.expovariate(1.0) if stay_away_s is None else stay_away_s, self.come)

    def close(self):
        if self.wire:
            self.wire.close()
            self.wire = None

    def vanish(self):
        """Goes in one of the ways in which connections end."""
        chance, wire = self.company.chance, self.wire
        way = chance.choice(("close", "reset", "cut", "half", "deaf", "nonsense", "late"))
        self.is_to_close = way in ("half", "nonsense")
        if way == "cut":  # in the middle of a line
            wire.send(request("send", {"room": "lobby", "text": "never whole"}, id=0)[:-9])
        elif way == "half":
            wire.half_close()
            if wire.state == OPEN:
                return  # the server closes when it has answered
        elif way == "deaf":
            wire.grow_deaf()
            life = self.life
            self.company.at(chance.random() * 5, lambda: self.life == life and self.leave_by_reset())
            return
        elif way == "nonsense":
            wire.send(b"\x00{]\xff nonsense\n" * 40)  # more bad lines than are taken
            return
        elif way == "late":  # what was asked is answered to nobody
            for _ in range(20):
                self.ask_something()
        wire.close(reset=way in ("reset", "late"))
        self.gone()

    def leave_by_reset(self):
        if self.wire:
            self.wire.close(reset=True)
            self.gone()

    # --- asking

    def ask(self, method, params, about=None):
        id = next(self.ids)
        self.requests[id] = (method, about, time.monotonic())
        self.wire.send(request(method, params, id=id))

    def check_patience(self, now):
        if self.wire and self.wire.state != OPEN:
            check(now - self.since < ANSWER_S, f"{self.nick} cannot connect")
        elif self.wire and not self.wire.is_deaf and self.requests:
            method, _about, since = next(iter(self.requests.values()))
            check(now - since < ANSWER_S, f"{self.nick} has waited {now - since:.0f} s for the answer to {method}")

    def say(self):
        if not self.rooms or len(self.pending) >= MAX_PENDING:
            return
        self.n_said += 1
        key, room = f"{self.n_said}", self.company.chance.choice(list(self.rooms))
        text = f"{self.nick} {self.n_said} " + self.company.chance.choice(self.company.words)
        self.pending[key] = (room, text)
        self.ask("send", {"room": room, "text": text, "key": key}, key)

    def ask_something(self):
        chance = self.company.chance
        word = chance.choice(self.company.words)
        strategy = chance.choice(("prefix", "suffix", "substring", "fuzzy", "soundex", "regexp"))
        room = chance.choice(list(self.rooms) or ["lobby"])
        method, params = chance.choice((
            ("define", {"word": word}), ("define", {"word": word}), ("define", {"word": word[:3] + "x"}),
            ("match", {"word": word, "strategy": strategy}), ("annotate", {"text": f"{word} and {word}", "at": 1}),
            ("search", {"text": word}), ("search_messages", {"text": word, "limit": 5}), ("ping", {}),
            ("rooms", {}), ("members", {"room": room}), ("history", {"room": room, "limit": 20}),
            ("topic", {"room": room, "topic": f"on {word}"})))
        self.ask(method, params)

    def act(self, life):
        """One thing, and then the next a while later."""
        if life != self.life or not self.is_in or not self.wire:
            return
        chance = self.company.chance
        if self.company.is_over:
            return
        what = chance.random()
        if what < 0.45:
            self.say()
        elif what < 0.80:
            self.ask_something()
        elif what < 0.84:
            self.change_room()
        elif what < 0.86:
            self.wire.send(b'{"jsonrpc": "2.0", "method": "typing", "params": {"room": "lobby"}}\n')
        elif what < 0.92:
            self.vanish()
        if self.wire:
            self.company.at(0.1 + chance.expovariate(1 / self.company.pause_s), lambda: self.act(life))

    def part(self):
        """Goes; while something is not acknowledged, a little later."""
        if self.wire and not self.pending:
            self.close()
        elif self.wire or self.pending:
            self.company.at(0.3, self.part)

    def change_room(self):
        """Into another; out of one when there are too many."""
        room = self.company.chance.choice(self.company.rooms)
        if room in self.rooms:
            return
        if len(self.rooms) == MAX_ROOMS:
            left = next(iter(self.rooms))
            if any(said == left for said, _text in self.pending.values()):
                return
            del self.rooms[left]
            self.ask("leave", {"room": left})
        self.join(room)

    def join(self, room):
        seen = self.rooms.get(room)
        self.rooms.setdefault(room, None)
        self.ask("join", {"room": room, **({} if seen is None else {"after_seq": seen})}, room)

    # --- being told

    def on_line(self, wire, line):
        told = json.loads(line)
        if "method" in told:
            if told["method"] == "message":
                self.on_message(told["params"])
            return
        if told["id"] is None:
            return  # to nonsense
        method, about, _since = self.requests.pop(told["id"])
        self.company.ledger.n_answers += 1
        if "error" in told:
            self.on_error(wire, method, about, told["error"])
        elif method == "hello":
            self.on_hello(told["result"], about)
        elif method == "join":
            if self.rooms.get(about, 0) is None:
                self.rooms[about] = told["result"]["last_seq"]
        elif method == "send":
            self.on_acknowledged(about, told["result"])

    def on_error(self, wire, method, about, error):
        reason = error.get("data", {}).get("reason")
        check(reason in LATER or (method in ("match", "search") and reason == "invalid_params"),
              f"{self.nick}: {method} {about}: {error}")
        if method == "hello":
            self.n_refusals += 1
            check(self.n_refusals < MAX_REFUSALS, f"{self.nick} is not let in: {error}")
            wire.close()
            self.gone(0.2)
        elif method == "join":
            self.join(about)
        elif method == "send":
            room, text = self.pending[about]
            self.ask("send", {"room": room, "text": text, "key": about}, about)

    def on_hello(self, result, resumed):
        self.n_refusals = 0
        # Who is somebody else's has another token.
        self.company.ledger.n_resumed += resumed and result["session"]["token"] == self.token
        self.token = result["session"]["token"]
        self.is_in = True
        for room in list(self.rooms) or [self.company.chance.choice(self.company.rooms)]:
            self.company.ledger.n_caught_up += self.rooms.get(room) is not None
            self.join(room)
        for key, (room, text) in self.pending.items():
            self.ask("send", {"room": room, "text": text, "key": key}, key)
        self.act(self.life)

    def on_acknowledged(self, key, result):
        room, text = self.pending.pop(key)
        equal(result["room"], room, "room")
        self.company.ledger.acknowledge(text, room, result["seq"])

    def on_message(self, params):
        room, seq = params["room"], params["seq"]
        if room not in self.rooms:
            return  # it has just been left
        last = self.rooms[room]
        if last is None:
            return  # of an earlier time in the room: the answer to this join is still to come
        if seq != last + 1:
            raise Failure(f"{self.nick} in {room} was told {seq} after {last}")
        self.rooms[room] = seq
        self.company.ledger.note(room, seq, params["from"], params["text"])
