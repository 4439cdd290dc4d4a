#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""search. Source: docs/protocol.md, section 3."""

import glob
import json
import os
import signal
import subprocess
import threading

from harness import PARLANCE, check, equal, has, main, test, wait_until

ENGLISH = [
    ("run", "n. 跑步, 运转\\nvi. 奔跑"),
    ("jog", "vi. 慢跑步"),
    ("storm", "wind with heavy rain, and \"thunder\""),
    ("China", "n. 中国, 瓷器"),
]
CHINESE = [("跑步", "to run; to jog"), ("雨", "rain"), ("大雨", "heavy rain")]
N_LARGE = 60000


def serve(bench, *options):
    return bench.server("--dictionary", bench.tsv("en.tsv", ENGLISH),
                        "--dictionary", bench.tsv("zh.tsv", CHINESE), *options)


def large(bench):
    """A dictionary whose index is built while it is served."""
    return bench.tsv("large.tsv", [(f"word{i}", f"the meaning of number {i}, in some words") for i in range(N_LARGE)])


def found(client, text, **params):
    return [hit["headword"] for hit in client.result("search", {"text": text, **params})["hits"]]


def searched(client, text):
    """What a search gives once every index is there."""
    def ask():
        reply = client.call("search", {"text": text})
        reason = reply.get("error", {}).get("data", {}).get("reason")
        check(reason in (None, "busy"), f"{reply}")
        return reply.get("result")
    return wait_until(ask, "the index")


@test("/search/the-result-has-text-hits-and-more")
def _(bench):
    client = bench.client(serve(bench))
    equal(client.result("search", {"text": "Heavy  RAIN"}), {
        "text": "Heavy  RAIN", "more": False, "hits": [
            {"dictionary": "zh", "headword": "大雨", "snippet": "heavy rain"},
            {"dictionary": "en", "headword": "storm", "snippet": "wind with heavy rain, and \"thunder\""},
        ]}, "result")


@test("/search/a-small-server-is-searched-from-the-start")
def _(bench):
    client = bench.client(serve(bench))
    equal(found(client, "跑步"), ["跑步", "run", "jog"], "跑步")
    equal(found(client, "国"), ["China"], "国")
    equal(found(client, "JOGGING"), ["jog", "跑步"], "jogging")
    equal(found(client, "nothing here"), [], "nothing")
    equal(client.result("stats")["indexing"], [], "indexing")


@test("/search/dictionaries-and-limit")
def _(bench):
    client = bench.client(serve(bench))
    equal(found(client, "rain", dictionaries=["en"]), ["storm"], "en")
    equal(found(client, "rain", dictionaries=["zh", "en"]), ["雨", "大雨", "storm"], "both")
    result = client.result("search", {"text": "rain", "limit": 1})
    equal([len(result["hits"]), result["more"]], [1, True], "one")
    equal(client.fault("search", {"text": "rain", "dictionaries": ["xx"]}),
          (-32010, {"reason": "no_such_dictionary", "dictionary": "xx"}), "unknown")
    for limit in (0, 201, "1", None):
        equal(client.fault("search", {"text": "rain", "limit": limit}),
              (-32602, {"reason": "invalid_params", "field": "limit"}), f"limit {limit}")


@test("/search/a-text-without-a-word-is-refused")
def _(bench):
    client = bench.client(serve(bench))
    for text in ("", "   ", "!?…", "\"", "。，", "\u0000", "🌧", None, 5, ["rain"]):
        equal(client.fault("search", {"text": text}), (-32602, {"reason": "invalid_params", "field": "text"}), f"{text!r}")
    equal(client.fault("search", {"text": "x" * 257}),
          (-32007, {"reason": "too_long", "field": "text", "limit": 256}), "257 bytes")


@test("/search/no-text-is-syntax")
def _(bench):
    client = bench.client(serve(bench))
    for text in ("rain AND", "NEAR(a b)", "rain*", "^rain", "headword:rain", "(rain", "\"rain", "'; DROP --", "a+b", "rain\u0000",
                 "مطر", "🌧rain", "a" * 256, "雨" * 85, "a b " * 64, "\u0301\u0301a\u0301"):
        check("hits" in client.result("search", {"text": text}), text)
    equal(found(client, "rain*"), ["雨", "大雨", "storm"], "an asterisk")


@test("/search/a-dictionary-is-served-while-its-index-is-built")
def _(bench):
    server = bench.server("--dictionary", large(bench), "--dictionary", bench.tsv("zh.tsv", CHINESE))
    client = bench.client(server)
    equal(len(client.result("define", {"word": "word77"})["entries"]), 1, "entries")
    equal(found(client, "rain", dictionaries=["zh"]), ["雨", "大雨"], "a dictionary with an index")
    result = searched(client, "number 59999")
    equal([hit["headword"] for hit in result["hits"]], ["word59999"], "hits")
    equal(client.result("stats")["indexing"], [], "indexing")
    has(server.stderr(), "indexing the dictionary “large”", "stderr")


@test("/search/a-second-start-builds-nothing")
def _(bench):
    source = large(bench)
    server = bench.server("--dictionary", source)
    searched(bench.client(server), "number")
    equal(server.stop(), 0, "exit status")
    server = bench.server("--dictionary", source)
    equal(len(found(bench.client(server), "number")), 20, "hits")
    check("indexing" not in server.stderr(), "it was indexed again")


@test("/search/a-damaged-index-is-built-again")
def _(bench):
    server = serve(bench)
    equal(server.stop(), 0, "exit status")
    for path in glob.glob(bench.path("data", "cache", "*.pindex")):
        os.truncate(path, os.path.getsize(path) // 2)
    client = bench.client(serve(bench))
    equal(found(client, "rain"), ["雨", "大雨", "storm"], "hits")


@test("/search/stopping-while-indexing-leaves-nothing-aside")
def _(bench):
    server = bench.server("--dictionary", large(bench))
    equal(server.stop(), 0, "exit status")
    equal(glob.glob(bench.path("data", "cache", "*.part")), [], "what is left aside")


@test("/search/reloading-while-indexing-and-searching")
def _(bench):
    source = large(bench)
    server = bench.server("--dictionary", source, "--dictionary", bench.tsv("zh.tsv", CHINESE))
    ending = threading.Event()
    failures = []

    def press(client):
        try:
            while not ending.is_set():
                reply = client.call("search", {"text": "rain", "dictionaries": ["zh"]})
                check(len(reply["result"]["hits"]) == 2, f"{reply}")
        except Exception as exception:
            failures.append(repr(exception))

    threads = [threading.Thread(target=press, args=(bench.client(server),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(1, 4):
        server.send_signal(signal.SIGHUP)
        wait_until(lambda: server.stderr().count("reloaded") == number, "the reload")
    equal(len(searched(bench.client(server), "number 59999")["hits"]), 1, "hits")
    ending.set()
    for thread in threads:
        thread.join()
    equal(failures, [], "failures")


@test("/search/the-command-line-client")
def _(bench):
    server = serve(bench)

    def run(*arguments, stdin=b""):
        return subprocess.run([PARLANCE, "--server", f"127.0.0.1:{server.port}", "search", *arguments],
                              input=stdin, capture_output=True, check=False)
    done = run("heavy rain")
    equal((done.returncode, done.stdout.decode()),
          (0, "大雨  zh\n  heavy rain\nstorm  en\n  wind with heavy rain, and \"thunder\"\n"), "people")
    done = run("--json", stdin="rain\n跑步\n".encode())
    equal([json.loads(line)["text"] for line in done.stdout.splitlines()], ["rain", "跑步"], "bulk")
    equal(run("qqqq").returncode, 1, "nothing")
    equal(run("!!").returncode, 2, "no word")
    equal(run("rain", "-n", "201").returncode, 2, "limit")


main()
