#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line, right and wrong, and servers that are not there."""

import socket

from fake_server import FakeServer, Refusal
from harness import contains, equal, main, run

MATCHES = {"word": "a", "strategy": "prefix", "more": False,
           "matches": [{"dictionary": "wn", "headword": "a"}]}


def options_stand_before_and_after():
    with FakeServer() as server:
        for line in (["-d", "wn", "-d", "zh", "-n", "3", "define", "a"],
                     ["define", "-d", "wn", "a", "--dictionary=zh", "--max-entries=3"],
                     ["define", "a", "-dwn", "-dzh", "-n3", "--server", server.address]):
            equal(run(server, *line).status, 0)
        for request in server.requests:
            equal(request["params"], {"word": "a", "dictionaries": ["wn", "zh"], "max_entries": 3})


def match_sends_its_options():
    with FakeServer({"match": lambda params: MATCHES}) as server:
        equal(run(server, "match", "a", "-s", "suffix", "-n", "5", "-d", "wn").status, 0)
        equal(run(server, "match", "a", "--limit=5").status, 0)
        equal(server.requests[0]["params"],
              {"word": "a", "strategy": "suffix", "dictionaries": ["wn"], "limit": 5})
        equal(server.requests[1]["params"], {"word": "a", "limit": 5})


def the_option_beats_the_environment():
    with FakeServer() as server:
        equal(run(None, "define", "a", "--server", server.address, PARLANCE_SERVER="[::1").status,
              0)


def wrong_usage_is_status_2():
    for line in ([], ["defin", "a"], ["define", "a", "--strategy", "exact"],
                 ["define", "a", "--limit", "3"], ["match", "a", "--max-entries", "3"],
                 ["dictionaries", "a"], ["status", "-n", "3"], ["define", "a", "-n", "0"],
                 ["define", "a", "-n", "many"],
                 ["define", "a", "-n", "101"], ["-n", "1001", "match", "a"], ["define", "a", "-n"], ["define", "a", "-q"],
                 ["define", "a", "--color=red"], ["define", "a", "--json=yes"],
                 ["define", "a", "--timeout=-1"], ["define", "a", "--timeout=nan"],
                 ["define", "a", "--no-such"], ["define", "a", "--server="], ["define", "a", "--watch"],
                 ["discover", "a"], ["doctor", "a"], ["discover", "--discovery-port", "0"],
                 ["discover", "--discovery-port=65536"]):
        done = run(None, *line)
        equal((done.status, done.out, done.err.count("\n")), (2, "", 1), f"{line} {done}")
        contains(done.err, "parlance: ")


def too_many_are_refused_once_before_anything_is_sent():
    with FakeServer() as server:
        done = run(server, "define", "a", "b", "-n", "500")
    equal((done.status, done.out, server.connections), (2, "", []))
    equal(done.err, "parlance: define takes -n from 1 to 100, not 500. Try “parlance --help”.\n")


def help_is_shown():
    for line in (["--help"], ["-h"], ["define", "--help"], ["--help", "match"]):
        done = run(None, *line)
        equal((done.status, done.err), (0, ""))
        contains(done.out, "Usage: parlance " + (line[0] if line[0] == "define" else ""))
    for part in "--strategy", "exact, prefix (the default), suffix, substring":
        contains(run(None, "match", "-h").out, part)


def version_is_shown():
    done = run(None, "--version")
    equal(done.status, 0)
    contains(done.out, "parlance 0.")


def no_server_is_status_3():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for command in (["define", "a"], ["match", "a"], ["dictionaries"], ["status"]):
        done = run(None, *command, "--server", f"127.0.0.1:{port}")
        equal((done.status, done.out), (3, ""))
        contains(done.err, f"parlance: 127.0.0.1:{port}: ")
        contains(done.err, "--server")


def bad_address_is_status_2():
    for address in ("127.0.0.1:99999", "localhost:", "localhost:0", "[::1]:x"):
        done = run(None, "define", "a", "--server", address)
        equal((done.status, done.err), (2, f"parlance: the port of server “{address}” is not a "
                                           "number from 1 to 65535. Try “parlance --help”.\n"))
    equal(run(None, "define", "a", "--server", "[::1").status, 2)


def silent_server_times_out():
    with FakeServer(raw=lambda connection, requests: None) as server:
        for command in (["define", "a"], ["dictionaries"], ["status"]):
            done = run(server, *command, "--timeout", "0.2")
            equal(done.status, 3)
            contains(done.err, "no answer for 0.2 s")


def nonsense_is_status_3():
    def answer(connection, _requests):
        connection.sendall(b"SSH-2.0-\x1b[2J\n")

    with FakeServer(raw=answer) as server:
        for command in (["define", "a"], ["dictionaries"], ["status"]):
            done = run(server, *command)
            equal((done.status, done.out), (3, ""))
            contains(done.err, "not JSON")


def wrong_types_are_status_3():
    with FakeServer({"define": lambda params: {"word": 1, "entries": []}}) as server:
        done = run(server, "define", "a", "b")
    equal((done.status, done.out), (3, ""))
    contains(done.err, "“word” is not a string")


def unknown_dictionary_is_status_2_and_ends_it():
    def refuse(params):
        raise Refusal(-32010, "no_such_dictionary", "no such dictionary", dictionary="x")

    with FakeServer({"define": refuse}) as server:
        done = run(server, "define", "a", "b", "-d", "x")
    equal((done.status, done.err.count("\n")), (2, 1))
    contains(done.err, "no such dictionary: “x”")
    contains(done.err, "parlance dictionaries")


def unknown_strategy_names_those_of_every_server():
    def refuse(_params):
        raise Refusal(-32011, "no_such_strategy", "no such strategy", strategy="guess")

    with FakeServer({"match": refuse}) as server:
        done = run(server, "match", "a", "-s", "guess")
    equal((done.status, done.out), (2, ""))
    contains(done.err, "Every server knows exact, prefix, suffix, substring, fuzzy, soundex, regexp and lemma.")


def a_server_without_dictionaries_is_status_1():
    with FakeServer({"dictionaries": lambda params: {"dictionaries": []}}) as server:
        equal(run(server, "dictionaries").status, 1)


main("/cli/usage", [
    options_stand_before_and_after,
    match_sends_its_options,
    the_option_beats_the_environment,
    wrong_usage_is_status_2,
    too_many_are_refused_once_before_anything_is_sent,
    help_is_shown,
    version_is_shown,
    no_server_is_status_3,
    bad_address_is_status_2,
    silent_server_times_out,
    nonsense_is_status_3,
    wrong_types_are_status_3,
    unknown_dictionary_is_status_2_and_ends_it,
    unknown_strategy_names_those_of_every_server,
    a_server_without_dictionaries_is_status_1,
])
