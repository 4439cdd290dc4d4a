#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A chat at a terminal: what is typed, what comes in between, and what the screen shows."""

import signal
import termios

from chat_server import ChatServer
from fake_server import Refusal
from harness import contains, equal, main
from terminal import Terminal

HOSTILE = "\x1b]0;title\x07\x1b[2J\x1b[31m\u202e\x9b2J\r\x08x"
PASTE = "\x1b[200~%s\x1b[201~"


def chatting(server, *arguments, **more):
    """A terminal in which somebody has just come into the lobby."""
    terminal = Terminal(server, "chat", "--nick", "alice", *arguments, **more)
    terminal.wait_for(lambda: any("you are alice in lobby" in line
                                  for line in terminal.screen.lines()), "the lobby")
    return terminal


def a_line_is_sent_and_shown_once():
    with ChatServer() as server, chatting(server) as terminal:
        terminal.wait_typed("[lobby]")
        terminal.type("hello there\r")
        terminal.wait_line("12:02 <alice> hello there")
        terminal.wait_typed("[lobby]")
        equal(server.texts(), ["hello there"])
        equal(sum("hello there" in line for line in terminal.screen.lines()), 1)
        equal(terminal.screen.faults, [])


def what_was_said_before_is_shown():
    with ChatServer() as server:
        for number in range(30):
            server.say("lobby", "bob", f"line {number}")
        with chatting(server) as terminal:
            terminal.wait_line("12:02 <bob> line 29")
            lines = terminal.screen.lines()
            equal("12:02 <bob> line 10" in lines, True, lines)
            equal("12:02 <bob> line 9" in lines, False, lines)
            contains("\n".join(lines), "-- Thursday, 2025-11-20 --")


def incoming_lines_never_tear_the_typed_one():
    with ChatServer() as server, chatting(server) as terminal:
        terminal.wait_typed("[lobby]")
        for number, letter in enumerate("half a line"):
            terminal.type(letter)
            server.say("lobby", "bob", f"line {number}")
        terminal.wait_line("12:02 <bob> line 10")
        terminal.wait_typed("[lobby] half a line", len("[lobby] half a line"))
        lines = terminal.screen.lines()
        equal([line for line in lines if "<bob>" in line],
              [f"12:02 <bob> line {number}" for number in range(11)])
        equal([line for line in lines if line.startswith("[lobby]")], ["[lobby] half a line"])


def the_cursor_stays_where_it_is():
    with ChatServer() as server, chatting(server) as terminal:
        terminal.type("你好 world")
        terminal.type("\x1b[D\x1b[D\x01\x1b[C")
        terminal.wait_typed("[lobby] 你好 world", len("[lobby] ") + 2)
        server.say("lobby", "bob", "x")
        terminal.wait_line("12:02 <bob> x")
        terminal.wait_typed("[lobby] 你好 world", len("[lobby] ") + 2)


def a_long_line_scrolls():
    with ChatServer() as server, chatting(server, columns=40) as terminal:
        terminal.type("x" * 100 + "end")
        terminal.wait_for(lambda: terminal.screen.line().endswith("end") and
                          "<xx" in terminal.screen.line(), "the end")
        server.say("lobby", "bob", "y" * 60)
        terminal.wait_for(lambda: "end" in terminal.screen.line(), "the line again")
        equal(sum("end" in line for line in terminal.screen.lines()), 1)
        terminal.type("\r")
        server.wait_for(lambda: server.texts()[-1:] == ["x" * 100 + "end"], "the message")


def a_paste_is_one_message():
    with ChatServer() as server, chatting(server) as terminal:
        terminal.wait_for(lambda: terminal.screen.pastes, "bracketed paste")
        terminal.type(PASTE % "one\rtwo\r\nthree \x1b[A\x03")
        terminal.wait_typed("[lobby] one␊two␊three")
        equal(server.texts(), [])
        terminal.type("!\r")
        terminal.wait_line("      two")
        equal(server.texts(), ["one\ntwo\nthree !"])


def hostile_text_does_not_drive_the_terminal():
    with ChatServer() as server, chatting(server) as terminal:
        server.say("lobby", "e\x1b[31mve", HOSTILE)
        server.say("lobby", "eve", HOSTILE, kind="action")
        server.say("lobby", "eve", HOSTILE, kind="definition",
                   entry={"dictionary": HOSTILE, "headword": HOSTILE, "via": "exact", "text": HOSTILE,
                          "phonetic": HOSTILE})
        server.notify("joined", room="lobby", nick="m\x1b[2Jallory")
        server.notify("topic", room="lobby", topic=HOSTILE, by=HOSTILE)
        server.notify("renamed", **{"from": HOSTILE, "to": HOSTILE})
        server.notify("notice", text=HOSTILE)
        server.notify("rights", operator=True, by=HOSTILE)
        server.say("lobby", "bob", "the end")
        terminal.wait_line("12:02 <bob> the end")
        equal(terminal.screen.faults, [])
        equal(terminal.screen.n_bells, 0)
        contains("\n".join(terminal.screen.lines()), "12:02 <e␛[31mve> ␛]0;title␇␛[2J␛[31m⟨202E⟩⟨009B⟩2J␍␈x")
        contains("\n".join(terminal.screen.lines()), "-- m␛[2Jallory joined")


def rights_are_told():
    with ChatServer() as server, chatting(server) as terminal:
        server.notify("rights", operator=True, by="teacher")
        server.notify("rights", operator=False)
        terminal.wait_line("-- teacher has made you an operator")
        terminal.wait_line("-- you are not an operator any more")


def a_line_cannot_pass_for_anothers():
    with ChatServer() as server, chatting(server) as terminal:
        server.say("lobby", "eve", "hi\n12:02 <bob> I owe eve money")
        terminal.wait_line("      12:02 <bob> I owe eve money")


def tab_completes():
    with ChatServer() as server, chatting(server) as terminal:
        server.notify("joined", room="lobby", nick="Bob")
        server.notify("joined", room="lobby", nick="bert")
        server.say("lobby", "bert", "hi")
        terminal.wait_line("12:02 <bert> hi")
        terminal.type("b\t")
        terminal.wait_typed("[lobby] bert:")
        terminal.type("\t")
        terminal.wait_typed("[lobby] Bob:")
        terminal.type("hi \x15/jo\t")
        terminal.wait_typed("[lobby] /join")


def lines_are_recalled():
    with ChatServer() as server, chatting(server) as terminal:
        terminal.type("one\rtwo\r")
        terminal.wait_line("12:02 <alice> two")
        terminal.type("dra\x1b[A\x10")
        terminal.wait_typed("[lobby] one")
        terminal.type("\x1b[B\x0e")
        terminal.wait_typed("[lobby] dra")


def rooms_are_told_apart():
    with ChatServer() as server, chatting(server) as terminal:
        terminal.type("/join music\r")
        terminal.wait_typed("[music]")
        server.wait_for(lambda: "alice" in server.rooms["music"]["members"], "joining")
        terminal.wait_line("-- you are alice in music, alone")
        server.say("lobby", "bob", "over here, ALICE")
        terminal.wait_line("12:02 [lobby] ! <bob> over here, ALICE")
        terminal.wait_typed("[music] (!lobby 1)")
        terminal.type("to music\r/join lobby\rto lobby\r")
        terminal.wait_line("12:02 <alice> to lobby")
        terminal.wait_typed("[lobby]")
        equal((server.texts("music"), server.texts()[-1]), (["to music"], "to lobby"))
        terminal.type("/leave\r")
        terminal.wait_typed("[music]")
        terminal.type("/leave\rto nobody\r/who music\r")
        terminal.wait_line("-- you are in no room, and nothing was sent: /join ROOM")
        terminal.wait_line("-- nobody is in music")
        terminal.wait_typed("[no room]")


def the_bell_rings_when_wanted():
    with ChatServer() as server, chatting(server, "--bell") as terminal:
        server.say("lobby", "bob", "malice")
        server.say("lobby", "bob", "alice!")
        terminal.wait_line("12:02 ! <bob> alice!")
        equal(terminal.screen.n_bells, 1)


def commands_do_what_they_say():
    with ChatServer() as server, chatting(server) as terminal:
        terminal.type("/me waves\r")
        terminal.wait_line("12:02 * alice waves")
        terminal.type("//etc\r")
        terminal.wait_line("12:02 <alice> /etc")
        terminal.type("/topic Tea\r")
        terminal.wait_for(lambda: "-- alice set the topic: Tea" in "\n".join(terminal.screen.lines()),
                          "the topic")
        terminal.type("/who\r")
        terminal.wait_line("-- 1 in lobby: alice")
        terminal.type("/rooms\r")
        terminal.wait_line("room   people  you are  unread  topic")
        terminal.wait_line("lobby       1  here             Tea")
        terminal.type("/nick bob\r")
        terminal.wait_line("-- you are bob, and were alice")
        terminal.type("/jion x\r")
        terminal.wait_for(lambda: "there is no command /jion" in "\n".join(terminal.screen.lines()),
                          "the complaint")
        terminal.type("/leave \u202e nowhere\r")
        terminal.wait_line("-- you are not in ⟨202E⟩ nowhere")
        terminal.type("/help\r")
        terminal.wait_line("/join ROOM      enter a room, or go back to it")
        equal([r["method"] for r in server.requests if r["method"] == "send"], ["send"] * 2)


def history_goes_further_back():
    with ChatServer() as server:
        for number in range(100):
            server.say("lobby", "bob", f"line {number}")
        with chatting(server) as terminal:
            terminal.wait_line("12:02 <bob> line 99")
            terminal.type("/history 5\r")
            terminal.wait_line("-- so far what was said earlier")
            lines = terminal.screen.lines()
            at = lines.index("-- earlier in lobby:")
            equal([line.split()[-1] for line in lines[at + 2:at + 7]], ["75", "76", "77", "78", "79"])


def words_are_looked_up_and_shared():
    with ChatServer() as server, chatting(server) as terminal:
        terminal.type("/define run\r")
        terminal.wait_line("  run  rʌn  wn")
        terminal.wait_line("    to move fast")
        equal(server.texts(), [])
        terminal.type("/define xyzzy\r")
        terminal.wait_line("-- No entry for “xyzzy”. Did you mean: fizzy?")
        terminal.type("/share run\r")
        terminal.wait_line("12:02 * alice shares run  rʌn  (wn)")
        terminal.wait_line("      n. 跑")
        card = server.rooms["lobby"]["messages"][-1]
        equal((card["kind"], card["text"]), ("definition", "run [rʌn]: to move fast; n. 跑"))
        equal(card["entry"]["headword"], "run")


def what_fails_is_said_and_retried():
    with ChatServer() as server, chatting(server) as terminal:
        server.refuse["send"] = Refusal(-32013, "not_stored", "the disk is full")
        terminal.type("precious\r")
        terminal.wait_for(lambda: "-- not sent to lobby: “precious”" in "\n".join(terminal.screen.lines()),
                          "the complaint")
        del server.refuse["send"]
        terminal.type("/retry\r")
        terminal.wait_line("12:02 <alice> precious")
        equal(server.texts(), ["precious"])


def what_is_too_long_stays_in_the_line():
    with ChatServer() as server, chatting(server) as terminal:
        terminal.type(PASTE % ("x" * 9000) + "\r")
        terminal.wait_for(lambda: "9000 bytes long" in "\n".join(terminal.screen.lines()), "the complaint")
        contains(terminal.screen.line(), "xxx")
        equal(server.texts(), [])


def a_lost_connection_comes_back():
    with ChatServer() as server, chatting(server) as terminal:
        terminal.type("half a li")
        server.close()
        terminal.wait_for(lambda: "[lobby] (offline) half a li" in terminal.screen.line(), "offline")
        terminal.type("ne\r")
        terminal.wait_typed("[lobby] (offline, 1 unsent)")
        for number in range(3):
            server.say("lobby", "bob", f"missed {number}")
        server.reopen()
        terminal.wait_line("12:02 <alice> half a line")
        lines = [line for line in terminal.screen.lines() if "2025-11-20" not in line]
        at = lines.index("-- back in lobby, 3 messages missed:")
        equal(lines[at + 1:at + 5], ["12:02 <bob> missed 0", "12:02 <bob> missed 1",
                                     "12:02 <bob> missed 2", "12:02 <alice> half a line"])
        equal(sum("Reconnecting in" in line for line in lines), 1, lines)
        equal(server.texts().count("half a line"), 1)
        terminal.wait_typed("[lobby]")


def what_takes_long_is_shown_at_the_prompt():
    with ChatServer() as server, chatting(server) as terminal:
        server.silent.add("send")
        terminal.type("slow\r")
        terminal.wait_typed("[lobby] (1 unsent)")
        terminal.type("\x04")
        terminal.wait_line("-- 1 of your messages is not sent yet; again, and you leave without")
        terminal.type("\x04")
        equal(terminal.wait_end(), 3)


def much_that_was_missed_is_cut():
    with ChatServer() as server, chatting(server) as terminal:
        server.close()
        terminal.wait_typed("[lobby] (offline)")
        for number in range(300):
            server.say("lobby", "bob", f"missed {number}")
        server.reopen()
        terminal.wait_line("12:02 <bob> missed 299")
        lines = [line for line in terminal.screen.lines() if "2025-11-20" not in line]
        at = lines.index("-- back in lobby, 300 messages missed; the last 50 of them:")
        equal(lines[at + 1], "12:02 <bob> missed 250")
        equal(len(lines) - at, 52)


def keys_end_it():
    for keys in ("\x04", "/quit\r", "\x03\x03", "draft\x03\x03\x03"):
        with ChatServer() as server, chatting(server) as terminal:
            terminal.type(keys)
            equal(terminal.wait_end(), 0, keys)
            equal(terminal.settings(), terminal.before, keys)
            equal(terminal.screen.pastes, False)
            equal(terminal.screen.line(), "")


def one_ctrl_c_clears_only():
    with ChatServer() as server, chatting(server) as terminal:
        terminal.type("draft")
        terminal.wait_typed("[lobby] draft")
        terminal.type("\x03")
        terminal.wait_typed("[lobby]")
        terminal.type("\x03x")
        terminal.wait_typed("[lobby] x")


def signals_leave_the_terminal_as_it_was():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT):
        with ChatServer() as server, chatting(server) as terminal:
            equal(terminal.settings() == terminal.before, False)
            terminal.process.send_signal(number)
            equal(terminal.wait_end(), -number)
            equal(terminal.settings(), terminal.before, number)
            equal(terminal.screen.pastes, False)


def it_stops_and_goes_on():
    with ChatServer() as server, chatting(server) as terminal:
        terminal.type("half")
        terminal.wait_typed("[lobby] half")
        for stop in (lambda: terminal.process.send_signal(signal.SIGSTOP),):
            stop()
            terminal.wait_stopped()
            termios.tcsetattr(terminal.theirs, termios.TCSANOW, terminal.before)
            terminal.go_on()
            terminal.type(" line\r")
            terminal.wait_line("12:02 <alice> half line")
            terminal.wait_typed("[lobby]")


def another_width_is_drawn_anew():
    with ChatServer() as server, chatting(server, columns=60) as terminal:
        terminal.type("a line of some length, for 30")
        terminal.wait_typed("[lobby] a line of some length, for 30")
        terminal.resize(80)
        terminal.type("!")
        terminal.wait_typed("[lobby] a line of some length, for 30!")


def a_narrower_terminal_that_breaks_lines_keeps_no_rests():
    def reflow(screen):
        row = screen.rows[screen.row]
        screen.rows[screen.row:] = [row[:30], row[30:]]
        screen.row += 1
        screen.column -= 30

    with ChatServer() as server, chatting(server, columns=60, answers_position=True) as terminal:
        terminal.type("a line of some length, for 30")
        terminal.wait_typed("[lobby] a line of some length, for 30")
        terminal.look(0.2)
        terminal.resize(30, reflow)
        terminal.wait_for(lambda: terminal.screen.questions == 1, "the question")
        terminal.wait_for(lambda: "<" in terminal.screen.line(), "the narrow line")
        equal(sum(line.startswith("[lobby]") for line in terminal.screen.lines()), 1,
              terminal.screen.lines())


def colours_are_used_where_they_may():
    with ChatServer() as server, chatting(server, NO_COLOR="") as terminal:
        server.say("lobby", "bob", "hi")
        terminal.wait_line("12:02 <bob> hi")
        contains(terminal.raw.decode(), "<\x1b[38;5;")
    with ChatServer() as server, chatting(server) as terminal:
        server.say("lobby", "bob", "hi")
        terminal.wait_line("12:02 <bob> hi")
        equal("\x1b[38" in terminal.raw.decode(), False)


def a_dumb_terminal_gets_no_escapes():
    for arguments, variables in (((), {"TERM": "dumb"}), (("--plain",), {})):
        with ChatServer() as server, chatting(server, *arguments, **variables) as terminal:
            server.say("lobby", "bob", "hi")
            terminal.wait_for(lambda: "12:02 <bob> hi" in terminal.screen.lines(), "the message")
            terminal.type("hello\n")
            terminal.wait_for(lambda: "12:02 <alice> hello" in terminal.screen.lines(), "ours")
            equal(terminal.settings(), terminal.before)
            terminal.type("\x04")
            equal(terminal.wait_end(), 0)
            equal(b"\x1b" in terminal.raw, False, terminal.raw)


main("/cli/chat-terminal", [
    a_line_is_sent_and_shown_once,
    what_was_said_before_is_shown,
    incoming_lines_never_tear_the_typed_one,
    the_cursor_stays_where_it_is,
    a_long_line_scrolls,
    a_paste_is_one_message,
    hostile_text_does_not_drive_the_terminal,
    rights_are_told,
    a_line_cannot_pass_for_anothers,
    tab_completes,
    lines_are_recalled,
    rooms_are_told_apart,
    the_bell_rings_when_wanted,
    commands_do_what_they_say,
    history_goes_further_back,
    words_are_looked_up_and_shared,
    what_fails_is_said_and_retried,
    what_is_too_long_stays_in_the_line,
    a_lost_connection_comes_back,
    what_takes_long_is_shown_at_the_prompt,
    much_that_was_missed_is_cut,
    keys_end_it,
    one_ctrl_c_clears_only,
    signals_leave_the_terminal_as_it_was,
    it_stops_and_goes_on,
    another_width_is_drawn_anew,
    a_narrower_terminal_that_breaks_lines_keeps_no_rests,
    colours_are_used_where_they_may,
    a_dumb_terminal_gets_no_escapes,
])
