#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat for programs: chat with lines of a pipe, send, history, listen, and how each of them ends."""

import json
import subprocess

from chat_server import NOON_MS, ChatServer
from fake_server import Refusal
from harness import LIMIT_S, PROGRAM, contains, environment, equal, main, run

NOT_STORED = Refusal(-32013, "not_stored", "the disk is full")


class Running:
    """A program with pipes that goes on until the test ends it."""

    def __init__(self, server, *arguments, **variables):
        self.process = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=environment(server, {"TZ": "UTC", **variables}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def line(self):
        return self.process.stdout.readline().decode().rstrip("\n")

    def write(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def end(self):
        """Closes its input; returns its status and what else it says."""
        out, err = self.process.communicate(timeout=LIMIT_S)
        return self.process.returncode, out.decode(), err.decode()


def talk(server, n, room="lobby"):
    for number in range(1, n + 1):
        server.say(room, "bob", f"line {number}", minutes=number)


def texts(done):
    return [json.loads(line)["text"] for line in done.out.splitlines()]


# --- chat ---

def chat_sends_each_line_and_ends():
    with ChatServer() as server:
        done = run(server, "chat", "--nick", "alice", stdin="one\n\n/me waves\n//two\nthree".encode(),
                   TZ="UTC")
        equal((done.status, done.err), (0, ""), done)
        equal(server.texts(), ["one", "waves", "/two", "three"])
        for line in "12:02 <alice> one\n", "12:02 * alice waves\n", "12:02 <alice> three\n":
            contains(done.out, line)
        equal("\x1b" in done.out, False)


class LateMessages(ChatServer):
    """Passes on what is sent once it has told what was said earlier, which it is asked for then."""

    late = ()

    def do_send(self, person, params, after):
        result = super().do_send(person, params, after)
        if not self.asked["history"]:
            self.late = [*after]
            after.clear()
        return result

    def do_history(self, person, params, after):
        after.extend(self.late)
        return super().do_history(person, params, after)


def chat_shows_a_line_once_however_late_the_earlier_ones_are():
    with LateMessages() as server:
        talk(server, 2)
        done = run(server, "chat", "--nick", "alice", stdin=b"one\n", TZ="UTC")
        equal((done.status, done.err), (0, ""), done)
        equal(done.out.count("<alice> one\n"), 1, done.out)
        contains(done.out, "<bob> line 2\n")


def chat_with_much_to_say_loses_nothing():
    lines = [f"line {number}" for number in range(1000)]
    with ChatServer() as server:
        done = run(server, "chat", "--nick", "alice", stdin="\n".join(lines).encode())
        equal(done.status, 0, done.err)
        equal(server.texts(), lines)


def chat_waits_for_what_it_asked():
    with ChatServer() as server:
        done = run(server, "chat", "--nick", "alice", stdin=b"/join music\nhi\n/who\n/define run\n/share run\n")
        equal((done.status, done.err), (0, ""), done)
        equal(server.texts("music"), ["hi", "run [rʌn]: to move fast; n. 跑"])
        contains(done.out, "-- 1 in music: alice\n")
        contains(done.out, "  run  rʌn  wn\n")


def chat_fails_with_what_failed():
    with ChatServer() as server:
        done = run(server, "chat", "--nick", "alice", stdin=b"/jion x\nhi\n")
        equal((done.status, server.texts()), (2, ["hi"]))
        contains(done.err, "parlance: there is no command /jion")
        server.refuse["send"] = NOT_STORED
        done = run(server, "chat", "--nick", "alice", stdin=b"lost\n")
        equal(done.status, 3)
        contains(done.err, "not sent to lobby: “lost”")
        done = run(server, "chat", "--nick", "alice", stdin=b"\xff\nx\n")
        contains(done.err, "standard input, line 1 is not UTF-8 text")


def chat_that_gets_no_answer_ends_with_3():
    with ChatServer() as server:
        server.silent.add("send")
        done = run(server, "chat", "--nick", "alice", "--timeout", "0.5", stdin=b"hi\n")
        equal(done.status, 3)
        contains(done.err, "no answer for 0.5 s")


def chat_gives_up_what_is_never_answered():
    with ChatServer() as server:
        server.silent |= {"members", "define", "rooms", "topic"}
        done = run(server, "chat", "--timeout", "0.5", stdin=b"/who\n/define x\n/rooms\n/topic t\nhi\n")
        equal((done.status, server.texts()), (3, ["hi"]), done)


# --- send ---

def send_takes_its_arguments_as_one_message():
    with ChatServer() as server:
        done = run(server, "send", "lobby", "hello", "there", "--nick", "alice")
        equal((done.status, done.out, done.err), (0, "", ""))
        equal(run(server, "send", "lobby", "waves", "--action", "--nick", "alice").status, 0)
        messages = server.rooms["lobby"]["messages"]
        equal([(m["from"], m["kind"], m["text"]) for m in messages],
              [("alice", "text", "hello there"), ("alice", "action", "waves")])


def send_takes_lines_as_they_are():
    with ChatServer() as server:
        for arguments in ((), ("-",)):
            equal(run(server, "send", "lobby", *arguments, stdin=b"/quit\n\n  x \n").status, 0)
        equal(server.texts(), ["/quit", "  x "] * 2)


def send_takes_the_whole_input_as_one():
    with ChatServer() as server:
        equal(run(server, "send", "lobby", "--whole", stdin=b"one\n\ntwo\n").status, 0)
        equal(server.texts(), ["one\n\ntwo"])
        equal(run(server, "send", "lobby", "--whole", stdin=b"\n").status, 2)
        equal(run(server, "send", "lobby", "--whole", stdin=b"\xff").status, 2)
        equal(run(server, "send", "lobby", "--whole", stdin=b"x" * 100000).status, 2)


def send_prints_what_was_stored_as_json():
    with ChatServer() as server:
        done = run(server, "--json", "send", "lobby", "hi", "--nick", "alice", "--key", "k1")
        equal(json.loads(done.out), {"room": "lobby", "seq": 1, "time": NOON_MS, "from": "alice",
                                     "kind": "text", "text": "hi", "key": "k1"})


def send_with_a_key_stores_once():
    with ChatServer() as server:
        for _ in range(2):
            equal(run(server, "send", "lobby", "hi", "--nick", "alice", "--key", "k1").status, 0)
        equal(server.texts(), ["hi"])


def send_fails_with_what_failed():
    with ChatServer() as server:
        server.refuse["send"] = NOT_STORED
        done = run(server, "send", "lobby", "hi")
        equal((done.status, done.err), (3, "parlance: not sent: the disk is full\n"))
        server.refuse["send"] = Refusal(-32007, "too_long", "the text is too long", limit=8192,
                                        field="text")
        equal(run(server, "send", "lobby", "hi").status, 2)


def send_without_an_answer_says_what_to_do():
    with ChatServer() as server:
        server.silent.add("send")
        done = run(server, "send", "lobby", "hi", "--key", "k1", "--timeout", "0.5")
        equal(done.status, 3)
        contains(done.err, "no answer for 0.5 s")
        contains(done.err, "--key k1")


def send_comes_back_over_a_lost_connection():
    with ChatServer() as server:
        server.silent.add("send")
        with Running(server, "send", "lobby", "hi", "--nick", "alice") as running:
            server.wait_for_request("send")
            server.silent.clear()
            server.drop()
            equal(running.end()[0], 0)
        equal(server.texts(), ["hi"])


# --- history ---

def history_shows_the_last_ones():
    with ChatServer() as server:
        talk(server, 120)
        done = run(server, "history", "lobby", TZ="UTC")
        equal((done.status, done.err, len(done.out.splitlines())), (0, "", 51), done)
        equal(done.out.splitlines()[0], "-- Thursday, 2025-11-20 --")
        equal(done.out.splitlines()[-1], "14:02 <bob> line 120")
        equal(texts(run(server, "history", "lobby", "--json", "-n", "3")),
              ["line 118", "line 119", "line 120"])
        equal(len(texts(run(server, "history", "lobby", "--json", "-n", "100000"))), 120)


def history_is_of_a_range():
    with ChatServer() as server:
        talk(server, 1200)
        equal(texts(run(server, "history", "lobby", "--json", "--since", "10", "--before", "13")),
              ["line 10", "line 11", "line 12"])
        equal(texts(run(server, "history", "lobby", "--json", "--before", "5")),
              ["line 1", "line 2", "line 3", "line 4"])
        equal(len(texts(run(server, "history", "lobby", "--json", "--since", "1"))), 1200)
        equal(texts(run(server, "history", "lobby", "--json", "--since", "1190", "-n", "2")),
              ["line 1199", "line 1200"])
        equal(texts(run(server, "history", "lobby", "--json", "--since", "5000")), [])


def history_finds_times():
    with ChatServer() as server:
        talk(server, 1200)
        for since, before in (("2025-11-20T12:05", "2025-11-20T12:08:00Z"), ("2025-11-20 12:04:01", "2025-11-20T12:07:59")):
            done = run(server, "history", "lobby", "--json", "--since", since, "--before", before,
                       TZ="UTC")
            equal(texts(done), ["line 3", "line 4", "line 5"], since)
        equal(len(texts(run(server, "history", "lobby", "--json", "--since", "2025-11-21", TZ="UTC"))), 483)
        equal(texts(run(server, "history", "lobby", "--json", "--since", "1h")), [])
        equal(len(texts(run(server, "history", "lobby", "--json", "--since", "2025-01-01"))), 1200)


def history_follows():
    with ChatServer() as server:
        talk(server, 3)
        with Running(server, "history", "lobby", "--follow", "-n", "2", "--json") as running:
            equal([json.loads(running.line())["seq"] for _ in range(2)], [2, 3])
            talk(server, 1)
            equal(json.loads(running.line())["seq"], 4)
            server.drop()
            talk(server, 1)
            equal(json.loads(running.line())["seq"], 5)


def history_without_an_answer_is_status_3():
    with ChatServer() as server:
        server.silent.add("history")
        done = run(server, "history", "lobby", "--timeout", "0.3")
        equal((done.status, done.out), (3, ""))
        contains(done.err, "no answer for 0.3 s")


def history_asks_a_busy_server_again():
    with ChatServer() as server:
        server.say("lobby", "bob", "patience")
        server.busy["history"] = 3
        done = run(server, "history", "lobby", "--json")
        equal((done.status, texts(done), done.err), (0, ["patience"], ""))
        equal(server.asked["history"], 4)
        # Not for ever; and what is wrong with the question stays so.
        server.busy["history"] = 1000
        done = run(server, "history", "lobby")
        equal((done.status, done.out), (3, ""))
        contains(done.err, "busy")
        equal(server.asked["history"], 9)
        server.busy.clear()
        equal(run(server, "history", "nowhere").status, 1)
        equal(server.asked["history"], 10)


def history_of_no_room_is_status_1():
    with ChatServer() as server:
        done = run(server, "history", "nowhere")
        equal((done.status, done.out, done.err), (1, "", "parlance: there is no room “nowhere”\n"))


def history_has_the_members_of_the_wire():
    with ChatServer() as server:
        card = {"dictionary": "wn", "headword": "run", "via": "exact", "text": "a\nb", "phonetic": "rʌn",
                "tags": ["zk"], "forms": {"past": "ran"}}
        stored = server.say("lobby", "bob", "\x1b[2J\u202e", kind="definition", reply_to=1, entry=card)
        done = run(server, "history", "lobby", "--json")
        equal(json.loads(done.out), stored)
        equal([c for c in done.out[:-1] if not c.isprintable()], [])


# --- listen ---

def listen_passes_on_what_it_is_told():
    with ChatServer() as server, Running(server, "listen", "lobby", "--json") as running:
        server.wait_for_request("join")
        server.say("lobby", "bob", "hi")
        server.notify("typing", room="lobby", nick="bob")
        server.notify("new_thing", x=[1, "\x1b"])
        equal(json.loads(running.line()),
              {"method": "message", "params": {"room": "lobby", "seq": 1, "time": NOON_MS,
                                               "from": "bob", "kind": "text", "text": "hi"}})
        equal(json.loads(running.line()),
              {"method": "typing", "params": {"room": "lobby", "nick": "bob"}})
        equal(json.loads(running.line()), {"method": "new_thing", "params": {"x": [1, "\x1b"]}})


def listen_loses_and_repeats_nothing():
    with ChatServer() as server, Running(server, "listen", "--json", "--after", "0") as running:
        server.wait_for_request("join")
        for number in range(1, 40):
            server.say("lobby", "bob", f"line {number}")
            if number in (10, 25):
                server.drop()
        seqs = []
        while len(seqs) < 39:
            event = json.loads(running.line())
            if event["method"] == "message":
                seqs.append(event["params"]["seq"])
        equal(seqs, list(range(1, 40)))


def listen_begins_after_a_message():
    with ChatServer() as server:
        talk(server, 5)
        with Running(server, "listen", "lobby", "--json", "--after", "3") as running:
            equal([json.loads(running.line())["params"]["seq"] for _ in range(2)], [4, 5])


def listen_shows_lines_to_people():
    with ChatServer() as server, Running(server, "listen", "lobby", "music") as running:
        server.wait_for_request("join", 2)
        server.say("music", "bob", "hi\x1b[2J")
        equal([running.line(), running.line()],
              ["-- Thursday, 2025-11-20 --", "12:02 [music] <bob> hi␛[2J"])


def a_bot_is_a_pipe():
    with ChatServer() as server:
        with Running(server, "listen", "lobby", "--json", "--nick", "ears") as ears, \
             Running(server, "send", "lobby", "--nick", "bot") as mouth:
            server.wait_for_request("join", 2)
            server.say("lobby", "alice", "marco")
            heard = json.loads(ears.line())
            while heard["method"] != "message":
                heard = json.loads(ears.line())
            mouth.write("polo to " + heard["params"]["from"] + "\n")
            server.wait_for(lambda: server.texts()[-1:] == ["polo to alice"], "the answer")
            equal(mouth.end()[0], 0)


# --- nicks and faults ---

def the_nick_is_found():
    with ChatServer() as server:
        equal(run(server, "send", "lobby", "x", PARLANCE_NICK="carol").status, 0)
        equal(server.rooms["lobby"]["messages"][-1]["from"], "carol")
        with Running(server, "listen", PARLANCE_NICK="carol"):
            server.wait_for(lambda: "carol" in server.rooms["lobby"]["members"], "carol")
            for _ in range(2):
                equal(run(server, "send", "lobby", "x", PARLANCE_NICK="carol").status, 0)
                equal(server.rooms["lobby"]["messages"][-1]["from"], "carol_")
            done = run(server, "send", "lobby", "x", "--nick", "carol")
            equal(done.status, 3)
            contains(done.err, "--nick")


def wrong_usage_is_status_2():
    with ChatServer() as server:
        for line in (["chat", "a", "b"], ["chat", "--json"], ["chat", "a  b"], ["chat", "--nick", "a b"],
                     ["send"], ["send", "a\x07b", "x"], ["send", "lobby", ""], ["send", "lobby", "--key", "k"],
                     ["send", "lobby", "x", "--whole"], ["send", "lobby", "x", "--key", "k" * 65],
                     ["history"], ["history", "lobby", "--since", "yesterday"], ["history", "lobby", "-n", "0"],
                     ["history", "lobby", "--follow", "--before", "7"], ["history", "a", "b"],
                     ["listen", "a", "b", "--after", "3"], ["listen", "--after", "-1"], ["define", "x", "--nick", "a"]):
            done = run(server, *line)
            equal((done.status, done.out, done.err.count("\n")), (2, "", 1), f"{line} {done}")
        equal(run(server, "chat", PARLANCE_NICK="a b").status, 2)
        equal(server.texts(), [])


def no_server_is_status_3():
    with ChatServer() as server:
        address = server.address
    for command in (["chat"], ["send", "lobby", "x"], ["history", "lobby"], ["listen"]):
        done = run(None, *command, "--server", address)
        equal((done.status, done.out), (3, ""), done)
        contains(done.err, f"parlance: {address}: ")
        contains(done.err, "--server")


def a_room_that_is_refused_is_status_3():
    with ChatServer() as server:
        server.refuse["join"] = Refusal(-32003, "invalid_name", "no such name", field="room")
        for command in (["chat"], ["send", "lobby", "x"], ["history", "lobby", "--follow"], ["listen"]):
            done = run(server, *command)
            equal(done.status, 3, f"{command} {done}")
            contains(done.err, "no such name")


main("/cli/chat-pipes", [
    chat_sends_each_line_and_ends,
    chat_shows_a_line_once_however_late_the_earlier_ones_are,
    chat_with_much_to_say_loses_nothing,
    chat_waits_for_what_it_asked,
    chat_fails_with_what_failed,
    chat_that_gets_no_answer_ends_with_3,
    chat_gives_up_what_is_never_answered,
    send_takes_its_arguments_as_one_message,
    send_takes_lines_as_they_are,
    send_takes_the_whole_input_as_one,
    send_prints_what_was_stored_as_json,
    send_with_a_key_stores_once,
    send_fails_with_what_failed,
    send_without_an_answer_says_what_to_do,
    send_comes_back_over_a_lost_connection,
    history_shows_the_last_ones,
    history_is_of_a_range,
    history_finds_times,
    history_follows,
    history_without_an_answer_is_status_3,
    history_asks_a_busy_server_again,
    history_of_no_room_is_status_1,
    history_has_the_members_of_the_wire,
    listen_passes_on_what_it_is_told,
    listen_loses_and_repeats_nothing,
    listen_begins_after_a_message,
    listen_shows_lines_to_people,
    a_bot_is_a_pipe,
    the_nick_is_found,
    wrong_usage_is_status_2,
    no_server_is_status_3,
    a_room_that_is_refused_is_status_3,
])
