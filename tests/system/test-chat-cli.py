#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""parlance chat, send, history and listen against the real server, which dies in the middle of it."""

import json
import os
import signal
import subprocess
import threading

from chat_harness import member, restarted, serve_chat
from harness import DEADLINE_S, PARLANCE, check, equal, has, main, test, wait_until


class Program:
    """parlance with pipes; what it prints gathers while it runs."""

    def __init__(self, bench, server, *arguments):
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "PARLANCE_SERVER": f"127.0.0.1:{server.port}"}
        self.lines = []
        self.process = subprocess.Popen([PARLANCE, *arguments], env=environment, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        bench.clients.append(self)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.decode("utf-8").rstrip("\n"))

    def type(self, *lines):
        self.process.stdin.write("".join(line + "\n" for line in lines).encode("utf-8"))
        self.process.stdin.flush()

    def said(self):
        """What was said, of lines like "14:02 <alice> hello", whatever the time."""
        return [line.partition(" ")[2] for line in list(self.lines) if line[2:3] == ":" and " <" in line]

    def wait_said(self, *texts):
        wait_until(lambda: all(text in self.said() for text in texts), f"{texts} in {self.lines}")

    def wait_line(self, part):
        wait_until(lambda: any(part in line for line in list(self.lines)), f"{part!r} in {self.lines}")

    def end(self):
        """Closes its input; returns its exit status and what it complained of."""
        self.process.stdin.close()
        status = self.process.wait(DEADLINE_S)
        self.reader.join(DEADLINE_S)
        return status, self.process.stderr.read().decode("utf-8")

    def close(self):
        self.process.kill()
        self.process.wait(DEADLINE_S)


def wait_there(bench, server, nick):
    """Until somebody is in the lobby."""
    probe = member(bench, server, "probe")
    wait_until(lambda: nick in probe.result("members", {"room": "lobby"})["members"], f"{nick} in the lobby")


def parlance(server, *arguments, stdin=""):
    """Runs it to its end; returns (status, stdout, stderr)."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PARLANCE_SERVER": f"127.0.0.1:{server.port}"}
    done = subprocess.run([PARLANCE, *arguments], capture_output=True, timeout=DEADLINE_S, env=environment,
                          input=stdin.encode("utf-8"))
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def stored(server, room="lobby"):
    status, output, errors = parlance(server, "history", room, "--json", "-n", "100000", "--nick", "reader")
    equal((status, errors), (0, ""), "status and stderr of history")
    return [json.loads(line) for line in output.splitlines()]


@test("/chat-cli/two-people-talk-while-the-server-is-killed")
def _(bench):
    server = serve_chat(bench, "--durability", "process")
    alice = Program(bench, server, "chat", "--nick", "alice")
    alice.wait_line("you are alice in lobby")
    bob = Program(bench, server, "chat", "--nick", "bob")
    bob.wait_line("you are bob in lobby")
    for turn in range(3):
        alice.type(f"alice {turn}")
        bob.wait_said(f"<alice> alice {turn}")
        bob.type(f"bob {turn}", f"bob {turn} again")
        alice.wait_said(f"<bob> bob {turn}", f"<bob> bob {turn} again")
        server.kill()
        alice.type(f"alice {turn} to nobody")
        bob.type(f"bob {turn} to nobody")
        server = restarted(bench, server, signal.SIGKILL)
        for program in alice, bob:
            program.wait_said(f"<alice> alice {turn} to nobody", f"<bob> bob {turn} to nobody")
    for program in alice, bob:
        equal(program.end(), (0, ""), "status and complaints")
    log = [f"<{message['from']}> {message['text']}" for message in stored(server)]
    equal(len(log), 15, "messages stored")
    equal(alice.said(), log, "what alice saw")
    equal(bob.said(), log, "what bob saw")


@test("/chat-cli/a-pipe-is-sent-whole-over-a-killed-server")
def _(bench):
    server = serve_chat(bench, "--durability", "process")
    listener = Program(bench, server, "listen", "lobby", "--json", "--nick", "ears")
    wait_there(bench, server, "ears")
    sender = Program(bench, server, "send", "lobby", "--nick", "pen")
    sender.type(*(f"line {number}" for number in range(500)))
    wait_until(lambda: len(listener.lines) > 100, "a hundred messages")
    server = restarted(bench, server, signal.SIGKILL)
    sender.type(*(f"line {number}" for number in range(500, 600)))
    equal(sender.end(), (0, ""), "status and complaints")
    wanted = [f"line {number}" for number in range(600)]
    equal([message["text"] for message in stored(server)], wanted, "what is stored")

    def heard():
        events = [json.loads(line) for line in list(listener.lines)]
        return [event["params"]["text"] for event in events if event["method"] == "message"]

    wait_until(lambda: len(heard()) >= 600, "all messages at the listener")
    equal(heard(), wanted, "what was heard")


@test("/chat-cli/history-pages-and-finds-places")
def _(bench):
    server = serve_chat(bench, "--durability", "process")
    writer = member(bench, server, "writer", "lobby")
    writer.begin_all([("send", {"room": "lobby", "text": f"text {number}"}) for number in range(1, 1201)])
    wait_until(lambda: len(stored(server)) == 1200, "all messages")
    messages = stored(server)
    equal([message["seq"] for message in messages], list(range(1, 1201)), "seqs")
    moment = f"{messages[600]['time'] / 1000:.3f}"
    moment = subprocess.run(["date", "-u", "-d", f"@{moment}", "+%Y-%m-%dT%H:%M:%S.%3NZ"], check=True,
                            capture_output=True, text=True).stdout.strip()
    status, output, _errors = parlance(server, "history", "lobby", "--json", "--since", moment)
    equal(status, 0, "status")
    first = json.loads(output.splitlines()[0])
    check(first["time"] >= messages[600]["time"] and first["seq"] <= 601, f"{first} is not of {moment}")
    equal(parlance(server, "history", "nowhere")[0], 1, "status for no room")


@test("/chat-cli/words-are-looked-up-and-shared-in-a-chat")
def _(bench):
    server = bench.serve_words()
    listener = Program(bench, server, "listen", "lobby", "--json", "--nick", "ears")
    wait_there(bench, server, "ears")
    status, output, errors = parlance(server, "chat", "--nick", "alice",
                                      stdin="/define hello\n/share hello\n/who\n")
    equal((status, errors), (0, ""), "status and complaints")
    has(output, "used as a greeting", "output")
    has(output, "* alice shares hello", "output")
    listener.wait_line('"definition"')
    card = json.loads(next(line for line in listener.lines if '"definition"' in line))["params"]
    equal(card["entry"]["headword"], "hello", "headword")


@test("/chat-cli/a-key-is-stored-once")
def _(bench):
    server = serve_chat(bench, "--durability", "process")
    for _ in range(3):
        equal(parlance(server, "send", "lobby", "done", "--nick", "job", "--key", "job 7"), (0, "", ""), "send")
    equal(len(stored(server)), 1, "messages")


main()
