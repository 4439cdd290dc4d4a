#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fan-out generator notices what a server does wrong: a server that does it on purpose is run for
it. Its arguments are the programs: fanout, and bare-chat."""

import json
import select
import socket
import subprocess
import sys
import threading

FANOUT, BARE_CHAT = sys.argv[1:3]
DEADLINE_S = 60
FAULTY_MESSAGE = 20  # which of all messages is treated badly, for the last member


class Room:
    """A chat server of the bare kind in a thread: `deliver` is given a message, its number among all,
    and a list of what the last member gets, and changes that."""

    def __init__(self, deliver):
        self.deliver = deliver
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.members = []
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        waiting = {}
        n_messages = 0
        while True:
            readable, _, _ = select.select([self.listener, *self.members], [], [], DEADLINE_S)
            if not readable:
                return
            for connection in readable:
                if connection is self.listener:
                    member, _ = self.listener.accept()
                    member.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self.members.append(member)
                    member.sendall(b"welcome\n")
                    continue
                try:
                    received = connection.recv(65536)
                except OSError:
                    received = b""
                if not received:
                    return
                *lines, waiting[connection] = (waiting.get(connection, b"") + received).split(b"\n")
                for line in lines:
                    self.tell(line + b"\n", n_messages)
                    n_messages += 1

    def tell(self, line, number):
        for_last = []
        self.deliver(line, number, for_last)
        try:
            for member in self.members[:-1]:
                member.sendall(line)
            self.members[-1].sendall(b"".join(for_last))
        except OSError:
            pass

    def close(self):
        self.thread.join(DEADLINE_S)
        for connection in (self.listener, *self.members):
            connection.close()


def run(address, *options):
    """(exit status, report)"""
    done = subprocess.run([FANOUT, "--server", address, "--protocol", "bare", "--warm-up", "0",
                           "--seconds", "20", *options], capture_output=True, text=True,
                          timeout=DEADLINE_S, check=False)
    if not done.stdout:
        raise AssertionError(f"no report, but: {done.stderr}")
    return done.returncode, json.loads(done.stdout)


def run_in(deliver, *options):
    room = Room(deliver)
    try:
        return run(room.address, "--members", "4", "--messages", "200", *options)
    finally:
        room.close()


def correctly(line, _number, for_last):
    for_last.append(line)


def test_counts_what_arrives():
    status, report = run_in(correctly)
    assert status == 0, report
    assert report["messages"] == 200 and report["deliveries"] == 800, report
    assert report["same_order"] is True, report


def test_notices_a_lost_message():
    def deliver(line, number, for_last):
        if number != FAULTY_MESSAGE:
            for_last.append(line)

    status, report = run_in(deliver)
    assert status == 1 and report["lost"] == 1 and report["doubled"] == 0, report


def test_notices_a_doubled_message():
    def deliver(line, number, for_last):
        for_last += [line, line] if number == FAULTY_MESSAGE else [line]

    status, report = run_in(deliver)
    assert status == 1 and report["doubled"] == 1 and report["lost"] == 0, report


def test_notices_a_misplaced_message():
    held = []

    def deliver(line, number, for_last):
        if number == FAULTY_MESSAGE:
            held.append(line)
        else:
            for_last.append(line)
            for_last += held
            held.clear()

    status, report = run_in(deliver)
    assert status == 1 and report["lost"] == 1 and report["doubled"] == 1, report


def test_notices_a_damaged_message():
    def deliver(line, number, for_last):
        for_last.append(line.replace(b"abc", b"abd") if number == FAULTY_MESSAGE else line)

    status, report = run_in(deliver, "--check")
    assert status == 1 and report["wrong"] == 1, report


def test_notices_a_message_of_nobody():
    def deliver(line, number, for_last):
        for_last.append(line)
        if number == FAULTY_MESSAGE:
            for_last.append(line[:8] + b"OOOOOOOO" + line[16:])

    status, report = run_in(deliver)
    assert status == 1 and report["strange"] == 1, report


def test_notices_different_orders():
    """Of two senders' messages: each sender's own order is kept."""
    held = []

    def deliver(line, number, for_last):
        if held and held[0][4:8] != line[4:8]:
            for_last.append(line)
            for_last.append(held.pop())
        elif not held and number == FAULTY_MESSAGE:
            held.append(line)
        else:
            for_last += [*held, line]
            held.clear()

    status, report = run_in(deliver, "--senders", "2", "--window", "1")
    assert status == 0 and report["same_order"] is False, report


def test_the_bare_server_makes_no_mistake():
    for n_threads in ("1", "2"):
        server = subprocess.Popen([BARE_CHAT, "--threads", n_threads], stdout=subprocess.PIPE)
        try:
            ready = json.loads(server.stdout.readline().split(b" ", 1)[1])
            for options in (["--senders", "5", "--members", "20", "--check", "--messages", "2000"],
                            ["--members", "50", "--slow", "2", "--messages", "1000"],
                            ["--ping-pong", "--messages", "500"]):
                status, report = run(ready["listen"][0], *options)
                assert status == 0 and report["messages"] == int(options[-1]), report
        finally:
            server.kill()
            server.wait()
            server.stdout.close()


def main():
    tests = [(name, function) for name, function in globals().items() if name.startswith("test_")]
    for number, (name, function) in enumerate(tests, 1):
        title = "/bench/fanout/" + name.removeprefix("test_").replace("_", "-")
        try:
            function()
            print(f"ok {number} {title}")
        except Exception as error:  # pylint: disable=broad-except
            print(f"not ok {number} {title}")
            print("# " + str(error).replace("\n", "\n# "))
    print(f"1..{len(tests)}")


main()
