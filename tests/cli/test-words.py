#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words from the command line and from standard input, few and many."""

import json
import os
import random
import resource
import signal
import subprocess
import threading

from fake_server import FakeServer, answer_to, encode, found, not_found
from harness import LIMIT_S, PROGRAM, contains, environment, equal, main, run

MANY = 20_000


def words_of(done):
    return [json.loads(line)["word"] for line in done.out.splitlines()]


def words_come_from_arguments():
    with FakeServer() as server:
        equal(words_of(run(server, "define", "--json", "a", "give up", stdin=b"c\n")),
              ["a", "give up"])


def words_come_from_input_without_arguments():
    with FakeServer() as server:
        equal(words_of(run(server, "define", "--json", stdin=b"a\n\nb\r\n  \nlast")),
              ["a", "b", "last"])


def a_dash_means_input():
    with FakeServer() as server:
        equal(words_of(run(server, "define", "-", "--json", stdin=b"a\n")), ["a"])


def a_word_may_begin_with_a_dash():
    with FakeServer() as server:
        equal(words_of(run(server, "define", "--json", "--", "-ism")), ["-ism"])


def no_words_are_no_failure():
    with FakeServer() as server:
        done = run(server, "define")
    equal((done.status, done.out, done.err), (0, "", ""))


BAD_LINES = [b"a", b"x" * 256, b"", b"y" * 257, b"z" * 100_000, b"\xffp", b"n\0n", b" \t", b"b"]


def bad_lines_are_skipped_and_said():
    with FakeServer() as server:
        done = run(server, "define", stdin=b"\n".join(BAD_LINES) + b"\n")
    equal([line.split()[0] for line in done.out.splitlines() if line and line[0] != " "],
          ["a", "x" * 256, "b"])
    equal(done.status, 2)
    equal(done.err,
          "parlance: standard input, line 4 is longer than 256 bytes; skipped\n"
          "parlance: standard input, line 5 is longer than 256 bytes; skipped\n"
          "parlance: standard input, line 6 is not UTF-8 text; skipped\n"
          "parlance: standard input, line 7 is not UTF-8 text; skipped\n")


def bad_lines_are_objects_in_order_with_json():
    with FakeServer() as server:
        done = run(server, "define", "--json", stdin=b"\n".join(BAD_LINES) + b"\n")
    equal(words_of(done), ["a", "x" * 256, "y" * 257, None, "\ufffdp", "n\ufffdn", "b"])
    errors = [json.loads(line).get("error") for line in done.out.splitlines()]
    equal([error and error["data"]["reason"] for error in errors],
          [None, None, "too_long", "too_long", "invalid_params", "invalid_params", None])
    equal(errors[4], {"code": -32602, "message": "standard input, line 6 is not UTF-8 text",
                      "data": {"reason": "invalid_params"}})
    equal((done.status, done.err), (2, ""))


def only_bad_lines_end_it_too():
    with FakeServer() as server:
        done = run(server, "define", "--json", stdin=b"\xff\n" * 1000)
    equal((words_of(done), done.status, server.requests), (["\ufffd"] * 1000, 2, []))


def bad_arguments_are_skipped_and_said():
    with FakeServer() as server:
        done = run(server, "define", "a", "", b"\xff", "w" * 257, "b")
        told = run(server, "define", "--json", "a", "", b"\xff", "w" * 257, "b")
    equal((done.status, done.err.count("\n")), (2, 3))
    contains(done.err, "parlance: word 2 is empty; skipped\n")
    equal((words_of(told), told.status), (["a", "", "\ufffd", "w" * 257, "b"], 2))


def the_highest_status_counts():
    with FakeServer({"define": lambda params: not_found(params["word"])}) as server:
        equal(run(server, "define", "a").status, 1)
        equal(run(server, "define", "a", "").status, 2)


def many_words_keep_their_order():
    """Answers come back shuffled within each read, and some are not found."""
    shuffler = random.Random(7)

    def answer(connection, requests):
        shuffler.shuffle(requests)
        connection.sendall(b"".join(
            answer_to(request, found(request["params"]["word"])) for request in requests))

    words = [f"word{number}" for number in range(MANY)]
    with FakeServer(raw=answer) as server:
        done = run(server, "define", "--json", stdin="\n".join(words).encode())
    equal(words_of(done), words)
    equal(done.status, 0)


def many_words_are_pipelined_in_a_window():
    """A server that answers only once it has seen as many requests as it will ever get."""
    seen = []
    all_there = threading.Event()

    def answer(connection, requests):
        seen.extend(requests)
        if len(seen) == 256:
            all_there.set()
            connection.sendall(b"".join(
                answer_to(request, found(request["params"]["word"])) for request in seen))
        elif len(seen) > 256:
            connection.sendall(b"".join(
                answer_to(request, found(request["params"]["word"])) for request in requests))

    words = "\n".join(str(number) for number in range(1000)).encode()
    with FakeServer(raw=answer) as server:
        done = run(server, "define", "--json", stdin=words)
    assert all_there.is_set()
    equal(len(words_of(done)), 1000)


def memory_does_not_grow_with_the_words():
    def peak_kib(n_words):
        with FakeServer({"define": lambda params: found(params["word"])}) as server, \
                open(os.devnull, "wb") as nowhere:
            process = subprocess.Popen([PROGRAM, "define", "--json"], stdin=subprocess.PIPE,
                                       stdout=nowhere, env=environment(server, {}))
            process.stdin.write(b"word\n" * n_words)
            process.stdin.close()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            equal(process.returncode, 0)
            return usage.ru_maxrss

    # Sanitizers keep freed memory for a while, which is not the program's own.
    slack = 200_000 if any(name.endswith("SAN_OPTIONS") for name in os.environ) else 4_000
    few = peak_kib(2_000)
    assert peak_kib(40_000) < few + slack


def an_answer_is_shown_before_the_next_word_is_typed():
    with FakeServer() as server:
        process = subprocess.Popen([PROGRAM, "define", "--json"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, env=environment(server, {}))
        for word in "one", "two":
            process.stdin.write(word.encode() + b"\n")
            process.stdin.flush()
            equal(json.loads(process.stdout.readline())["word"], word)
        process.stdin.close()
        equal(process.wait(LIMIT_S), 0)
        process.stdout.close()


def a_reader_that_goes_away_ends_it_quietly():
    words = b"word\n" * MANY
    with FakeServer() as server:
        process = subprocess.Popen([PROGRAM, "define"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=environment(server, {}),
                                   preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
        process.stdout.close()
        try:
            process.stdin.write(words)
            process.stdin.close()
        except BrokenPipeError:
            pass
        equal(process.wait(LIMIT_S), -signal.SIGPIPE)
        equal(process.stderr.read(), b"")
        process.stderr.close()


def a_full_disk_is_said():
    with FakeServer() as server, open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "define", "word"], stdout=full, stderr=subprocess.PIPE,
                              timeout=LIMIT_S, check=False, env=environment(server, {}))
    equal(done.returncode, 3)
    contains(done.stderr.decode(), "parlance: cannot write the output: No space left")


def closed_streams_are_said():
    with FakeServer() as server:
        for closed, part in ("<&-", "cannot read the words"), (">&-", "cannot write the output"):
            done = subprocess.run(["/bin/sh", "-c", f'"$0" define - {closed}', PROGRAM],
                                  input=b"word\n" if closed == ">&-" else None,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                  timeout=LIMIT_S, check=False, env=environment(server, {}))
            equal(done.returncode, 3)
            contains(done.stderr.decode(), f"parlance: {part}")


def what_came_before_a_failure_is_shown():
    def answer(connection, requests):
        first, second = requests[0], requests[2]
        connection.sendall(answer_to(second, found("c")) + answer_to(first, found("a")))
        connection.close()

    with FakeServer(raw=answer) as server:
        done = run(server, "define", "--json", "a", "b", "c")
    equal((words_of(done), done.status), (["a"], 3))
    contains(done.err, "parlance: " + server.address)


def a_server_that_goes_is_said():
    def answer(connection, _requests):
        connection.sendall(encode({"jsonrpc": "2.0", "id": None, "error": {
            "code": -32015, "message": "going down", "data": {"reason": "shutting_down"}}}))
        connection.close()

    with FakeServer(raw=answer) as server:
        done = run(server, "define", "a", "b")
    equal((done.status, done.out), (3, ""))
    contains(done.err, "going down")
    equal(done.err.count("\n"), 1)


if hasattr(resource, "RLIMIT_CORE"):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
main("/cli/words", [
    words_come_from_arguments,
    words_come_from_input_without_arguments,
    a_dash_means_input,
    a_word_may_begin_with_a_dash,
    no_words_are_no_failure,
    bad_lines_are_skipped_and_said,
    bad_lines_are_objects_in_order_with_json,
    only_bad_lines_end_it_too,
    bad_arguments_are_skipped_and_said,
    the_highest_status_counts,
    many_words_keep_their_order,
    many_words_are_pipelined_in_a_window,
    memory_does_not_grow_with_the_words,
    an_answer_is_shown_before_the_next_word_is_typed,
    a_reader_that_goes_away_ends_it_quietly,
    a_full_disk_is_said,
    closed_streams_are_said,
    what_came_before_a_failure_is_shown,
    a_server_that_goes_is_said,
])
