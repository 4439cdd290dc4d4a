#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""parlance, the program for the command line, against the real server. Source: its manual page."""

import json
import os
import socket
import subprocess

from harness import DEADLINE_S, PARLANCE, check, ecdict, equal, has, main, test


def parlance(server, *arguments, stdin=None, environment=None):
    """Runs the client; returns (status, stdout, stderr)."""
    variables = {**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})}
    variables.pop("PARLANCE_SERVER", None)
    if server is not None:
        variables["PARLANCE_SERVER"] = f"127.0.0.1:{server.port}"
    else:
        variables["PARLANCE_TLS"] = "off"  # the servers that a test makes up speak none
    done = subprocess.run([PARLANCE, *arguments], capture_output=True, timeout=DEADLINE_S, env=variables,
                          input=stdin.encode("utf-8") if stdin is not None else b"")
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


@test("/cli/define-prints-the-entry-and-ends-with-0")
def _(bench):
    server = bench.serve_words()
    status, output, errors = parlance(server, "define", "hello")
    equal((status, errors), (0, ""), "status and stderr")
    for part in ("hello", "hə'ləu", "used as a greeting", "said to people one meets"):
        has(output, part, "output")
    check("\x1b" not in output, "colours, though it is no terminal")


@test("/cli/not-found-ends-with-1-and-suggests")
def _(bench):
    server = bench.serve_words()
    status, output, errors = parlance(server, "define", "helo")
    equal(status, 1, "status")
    has(output + errors, "hello", "suggestions")
    equal(parlance(server, "match", "xyzzy")[0], 1, "status of match")


@test("/cli/wrong-usage-ends-with-2")
def _(bench):
    server = bench.serve_words()
    for arguments in ((), ("none",), ("define", "--none", "x"), ("define", "-d"), ("match", "-s", "none", "hello"),
                      ("define", "-d", "none", "hello"), ("define", "-n", "0", "hello"), ("define", "-n", "x", "hello"),
                      ("--color", "often", "define", "x")):
        status, output, errors = parlance(server, *arguments)
        equal((status, output), (2, ""), f"{arguments}: {errors!r}")
        equal(len(errors.splitlines()), 1, f"lines on stderr: {errors!r}")


@test("/cli/no-server-ends-with-3")
def _(bench):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    status, output, errors = parlance(None, "--server", f"127.0.0.1:{port}", "define", "hello")
    equal((status, output), (3, ""), "status and output")
    has(errors, f"127.0.0.1:{port}", "stderr")


@test("/cli/a-server-that-says-nothing-ends-with-3-in-time")
def _(bench):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        status, output, errors = parlance(None, "--server", address, "--timeout", "0.3", "define", "hello")
        equal((status, output), (3, ""), f"status and output ({errors})")


@test("/cli/words-come-from-stdin-and-keep-their-order")
def _(bench):
    server = bench.server("--dictionary", bench.tsv("d.tsv", [(f"word{i}", f"meaning {i}") for i in range(500)]))
    words = [f"word{i}" for i in range(500)] + ["xyzzy"] + ["word1"]
    status, output, _errors = parlance(server, "--json", "define", stdin="\n".join(words) + "\n")
    replies = [json.loads(line) for line in output.splitlines()]
    equal([r["word"] for r in replies], words, "words")
    equal(status, 1, "status")


@test("/cli/json-is-what-the-server-says")
def _(bench):
    server = bench.serve_words()
    client = bench.client(server)
    for arguments, method, params in ((("define", "polish"), "define", {"word": "polish"}),
                                      (("match", "hel"), "match", {"word": "hel"}),
                                      (("match", "-s", "suffix", "ld"), "match", {"word": "ld", "strategy": "suffix"})):
        status, output, errors = parlance(server, "--json", *arguments)
        equal((status, errors), (0, ""), f"{arguments}")
        printed = json.loads(output)
        wanted = client.result(method, params)
        for name, value in printed.items():
            if name in wanted:
                equal(value, wanted[name], f"{name} of {arguments}")
        check(set(printed) & {"entries", "matches"}, f"{printed}")


@test("/cli/dictionaries-and-status")
def _(bench):
    server = bench.serve_words("--name", "Lesezimmer")
    status, output, errors = parlance(server, "dictionaries")
    equal((status, errors), (0, ""), "dictionaries")
    has(output, "words", "dictionaries")
    status, output, errors = parlance(server, "status")
    equal((status, errors), (0, ""), "status")
    has(output, "Lesezimmer", "status")


@test("/cli/an-inflection-is-shown-with-its-lemma")
def _(bench):
    csv = ecdict([{"word": "run", "translation": "跑", "exchange": "p:ran"}])
    server = bench.server("--dictionary", bench.write("e.csv", csv))
    status, output, _errors = parlance(server, "define", "ran")
    equal(status, 0, "status")
    has(output, "run", "output")
    has(output, "跑", "output")


@test("/cli/match-by-every-strategy")
def _(bench):
    server = bench.serve_words()
    for strategy, word, headword in (("substring", "orl", "world"), ("fuzzy", "wrold", "world"),
                                     ("regexp", "^w.*d$", "world")):
        status, output, errors = parlance(server, "match", "-s", strategy, word)
        equal((status, errors), (0, ""), strategy)
        has(output, headword, strategy)
    status, output, errors = parlance(server, "match", "-s", "regexp", "(a")
    equal((status, output), (2, ""), "a bad expression")
    has(errors, "“(a” was not looked up: not a regular expression: missing closing parenthesis", "what is wrong")


@test("/cli/text-of-others-never-reaches-the-terminal-raw")
def _(bench):
    server = bench.server("--dictionary", bench.tsv("d.tsv", [("evil", "a\u202eb \u2066c \u200fd e")]))
    status, output, _errors = parlance(server, "define", "evil")
    equal(status, 0, "status")
    check(not any(c in output for c in "\x1b\u202e\u2066\x07"), f"{output!r}")


@test("/cli/a-server-that-lies-is-no-danger")
def _(bench):
    """Answers of a server that is none."""
    import threading
    answers = (b"nonsense\n", b"{}\n", b'{"jsonrpc":"2.0","id":1,"result":1}\n', b"\xff\xfe\n", b"",
               b'{"jsonrpc":"2.0","id":1,"result":{"entries":7}}\n', b"x" * 5000000,
               b'{"jsonrpc":"2.0","id":null,"error":{"code":-32014,"message":"full","data":{"reason":"server_full"}}}\n',
               b'{"jsonrpc":"2.0","id":99,"result":{}}\n' * 3)
    for answer in answers:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            def serve():
                connection, _ = listening.accept()
                with connection:
                    connection.settimeout(DEADLINE_S)
                    try:
                        connection.recv(1000)
                        connection.sendall(answer)
                    except OSError:
                        pass
            thread = threading.Thread(target=serve)
            thread.start()
            address = f"127.0.0.1:{listening.getsockname()[1]}"
            status, output, errors = parlance(None, "--server", address, "--timeout", "5", "define", "hello")
            thread.join()
        equal((status, output), (3, ""), f"status and output after {answer[:60]!r}: {errors!r}")
        equal(len(errors.splitlines()), 1, f"lines on stderr: {errors!r}")


def parlance_and_liar(results, *arguments, stdin=None):
    """Runs parlance against a server that answers each method with what @results has for it."""
    import threading
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def serve():
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as lines:
                try:
                    for line in lines:
                        asked = json.loads(line)
                        answer = {"jsonrpc": "2.0", "id": asked["id"], "result": results[asked["method"]]}
                        connection.sendall(json.dumps(answer).encode("utf-8") + b"\n")
                except OSError:
                    pass
        thread = threading.Thread(target=serve)
        thread.start()
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        ended = parlance(None, "--server", address, "--timeout", "15", *arguments, stdin=stdin)
        thread.join()
    return ended


@test("/cli/a-server-that-lies-about-spans-and-hits-is-no-danger")
def _(bench):
    evil = "a\x1b[31m\u202e\x07"

    def span(start, end, headword="a"):
        return {"start": start, "end": end, "headword": headword, "via": "exact"}
    for spans in ({}, [1], [span(-1, 1)], [span(2, 1)], [span(0, 1.5)], [span(0, 1 << 62)], [span(0, "1")],
                  [span((1 << 63) - 2, (1 << 63) - 1)], [{"start": 0, "end": 1}], [span(0, 1, None)]):
        for options in ((), ("--json",)):
            status, output, errors = parlance_and_liar({"annotate": {"spans": spans}}, "annotate", *options, "a b")
            equal((status, output, len(errors.splitlines())), (3, "", 1), f"after {spans}: {errors!r}")
    entry = {"dictionary": evil, "headword": evil, "via": "exact", "text": evil, "phonetic": evil}
    defined = {"word": "a", "entries": [entry], "suggestions": []}
    status, output, errors = parlance_and_liar(
        {"annotate": {"spans": [span(9, 10, evil), span(0, 1, evil + "b"), span(8000, 8192, evil + "c")]},
         "define": defined}, "annotate", "a b")
    equal((status, errors), (0, ""), "status and stderr")
    check(not any(c in output for c in "\x1b\u202e\x07"), f"{output!r}")
    # One long headword does not make every line as long.
    wide = [span(0, 1, "w" * 20000)] + [span(0, 1, f"x{i}") for i in range(500)]
    status, output, errors = parlance_and_liar({"annotate": {"spans": wide}, "define": defined}, "annotate", "a b")
    equal((status, errors), (0, ""), "status and stderr")
    check(len(output) < 200000, f"{len(output)} characters of output")
    for hits in (7, [7], [{"dictionary": "d", "headword": "h"}], [{"dictionary": 1, "headword": "h", "snippet": "s"}]):
        status, output, errors = parlance_and_liar({"search": {"text": "a", "hits": hits}}, "search", "a")
        equal((status, output, len(errors.splitlines())), (3, "", 1), f"after {hits}: {errors!r}")
    hit = {"dictionary": evil, "headword": evil, "snippet": evil}
    status, output, errors = parlance_and_liar({"search": {"text": evil, "hits": [hit], "more": True}}, "search", "a")
    equal((status, errors), (0, ""), "status and stderr")
    check(not any(c in output for c in "\x1b\u202e\x07"), f"{output!r}")


main()
