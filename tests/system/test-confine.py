# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that has locked itself up: that it has, in every thread, and does all that it should. What a
confined process is refused, tests/server/test-confine.c tries out."""

import os
import re
import signal

from chat_harness import member
from harness import SANITIZER, Skip, check, equal, has, main, test, wait_until
from tls_harness import tls_client


def threads(server):
    """Of each thread (seccomp mode, no new privileges)."""
    states = []
    for name in os.listdir(f"/proc/{server.pid}/task"):
        try:
            with open(f"/proc/{server.pid}/task/{name}/status", encoding="ascii") as file:
                text = file.read()
        except OSError:
            continue
        states.append(tuple(int(re.search(rf"^{key}:\s+(\d)$", text, re.M).group(1))
                            for key in ("Seccomp", "NoNewPrivs")))
    return states


def confined(bench, *options, **keywords):
    """A server that is, or the reason why it cannot be."""
    if SANITIZER:
        raise Skip("a sanitizer makes calls of its own")
    try:
        return bench.serve_words("--confine", "on", *options, **keywords)
    except Exception:
        said = bench.servers[-1].stderr()
        if re.search("cannot confine .*: Function not implemented", said):
            raise Skip(f"this build or kernel cannot: {said.strip()}") from None
        raise


def reload(server):
    before = server.stderr().count("reloaded;")
    server.send_signal(signal.SIGHUP)
    server.wait_stderr("reloaded;", before + 1)


@test("/confine/every-thread-is-confined")
def _(bench):
    server = confined(bench, "--workers", "3")
    equal(set(threads(server)), {(2, 1)}, "threads")
    check(len(threads(server)) > 6, f"threads: {threads(server)}")


@test("/confine/that-is-the-default")
def _(bench):
    confined(bench, data_dir=bench.path("other"))
    server = bench.serve_words()
    equal(set(threads(server)), {(2, 1)}, "threads")


@test("/confine/off-is-off")
def _(bench):
    before = threads(type("Self", (), {"pid": os.getpid()}))
    server = bench.serve_words("--confine", "off")
    equal(set(threads(server)), set(before), "threads")


@test("/confine/a-confined-server-compiles-at-a-reload")
def _(bench):
    server = confined(bench)
    client = bench.client(server)
    bench.tsv("data/dictionaries/more.tsv", [(f"word {i}", f"text {i}") for i in range(5000)])
    reload(server)
    wait_until(lambda: len(client.result("dictionaries")["dictionaries"]) == 2, "the other dictionary")
    wait_until(lambda: client.result("stats")["indexing"] == [], "its index")
    equal(client.result("define", {"word": "word 77"})["entries"][0]["text"], "text 77", "text")
    equal(len(client.result("search", {"text": "text 77"})["hits"]), 1, "hits")
    matches = client.result("match", {"word": "^wor.*77$", "strategy": "regexp"})["matches"]
    check(len(matches) > 10, f"matches: {matches}")
    equal(set(threads(server)), {(2, 1)}, "threads")


@test("/confine/a-cache-on-another-disk-is-written-to")
def _(bench):
    os.makedirs(bench.path("data"))
    os.makedirs(bench.path("disk"))
    os.symlink(bench.path("disk"), bench.path("data", "cache"))
    server = confined(bench)
    check(any(name.endswith(".pdict") for name in os.listdir(bench.path("disk"))), "nothing was compiled there")
    equal(server.stderr().count("warning"), 0, f"warnings: {server.stderr()}")


@test("/confine/nothing-is-refused-that-the-server-asks-for")
def _(bench):
    server = confined(bench, "--send-rate", "0")
    for round_number in range(2):
        for client in (bench.client(server), tls_client(bench, server)):
            equal(client.result("define", {"word": "hello"})["word"], "hello", "word")
            for strategy, word in (("regexp", "^h.l+o$"), ("fuzzy", "helo"), ("prefix", "hel")):
                check(client.result("match", {"word": word, "strategy": strategy})["matches"], strategy)
            wait_until(lambda: client.result("stats")["indexing"] == [], "the index")
            client.result("search", {"text": "greeting"})
        check(bench.dict_client(server).define("*", "hello"), "no definition by DICT")
        speaker = member(bench, server, f"nick{round_number}", "lobby")
        speaker.say("lobby", "what was said")
        check(speaker.history("lobby")["messages"], "history")
        wait_until(lambda: speaker.result("search_messages", {"text": "said"})["messages"], "what was said")
        bench.tsv("data/dictionaries/more.tsv", [(f"word {i}", f"greeting {round_number}") for i in range(3000)])
        reload(server)
    server.stop()
    equal([line for line in server.stderr().splitlines() if "not implemented" in line], [], "stderr")


@test("/confine/a-mode-that-there-is-not-is-refused")
def _(bench):
    has(bench.refused("--confine", "maybe"), "“maybe” is none of “auto”, “on” and “off”", "stderr")
    config = bench.write("p.conf", "[server]\nconfine=maybe\n")
    has(bench.refused("--config", config), f"{config}:2: [server] confine: “maybe”", "stderr")


main()
