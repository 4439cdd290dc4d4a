#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGHUP: dictionaries and limits are read again, connections stay. Source: docs/operations.md, section 2."""

import fcntl
import glob
import os
import signal
import threading

from harness import check, equal, main, request, test, tsv, wait_until


def texts(client, word="hello"):
    return [e["text"] for e in client.result("define", {"word": word})["entries"]]


def names(client):
    return [d["name"] for d in client.result("dictionaries")["dictionaries"]]


def replace(path, entries):
    """As an editor does it: written aside, renamed, with another time."""
    with open(path + "~", "w", encoding="utf-8") as file:
        file.write(tsv(entries))
    os.rename(path + "~", path)


def reload(server):
    """Returns when the server serves what it has read again."""
    before = server.stderr().count("reloaded; ")
    server.send_signal(signal.SIGHUP)
    server.wait_stderr("reloaded; ", before + 1)


@test("/reload/a-changed-dictionary-is-served-and-connections-survive")
def _(bench):
    path = bench.tsv("d.tsv", [("hello", "before")])
    server = bench.server("--dictionary", path)
    client, dict_client = bench.client(server), bench.dict_client(server)
    equal(texts(client), ["before"], "texts")
    replace(path, [("hello", "afterwards"), ("more", "x")])
    equal(texts(client), ["before"], "texts without a signal")
    reload(server)
    wait_until(lambda: texts(client) == ["afterwards"], "the changed text")
    equal(texts(client, "more"), ["x"], "texts")
    wait_until(lambda: dict_client.define("*", "hello")[0][1][-1] == "afterwards", "the changed text by DICT")


@test("/reload/a-dictionary-whose-source-became-damaged-is-served-on")
def _(bench):
    path = bench.tsv("d.tsv", [("hello", "before")])
    server = bench.server("--dictionary", path)
    client = bench.client(server)
    with open(path, "a", encoding="utf-8") as file:
        file.write("half a line")
    reload(server)
    equal(texts(client), ["before"], "texts")
    check("d.tsv" in server.stderr(), "the damage is not reported")
    replace(path, [("hello", "mended")])
    reload(server)
    wait_until(lambda: texts(client) == ["mended"], "the mended text")


@test("/reload/a-file-that-is-new-in-the-data-directory-is-served-and-one-that-went-is-not")
def _(bench):
    server = bench.serve_words()
    client = bench.client(server)
    path = bench.tsv("data/dictionaries/extra.tsv", [("hello", "extra")])
    reload(server)
    wait_until(lambda: names(client) == ["words", "extra"], "the file")
    equal(len(texts(client)), 2, "entries")
    os.remove(path)
    bench.tsv("data/dictionaries/unpacked/inner.tsv", [("hello", "inner")])
    bench.tsv("data/dictionaries/unpacked/deep/deeper.tsv", [("hello", "deeper")])
    os.symlink(".", bench.path("data/dictionaries/unpacked/loop"))
    reload(server)
    wait_until(lambda: names(client) == ["words", "inner"], "the file in a folder, and the end of the other")
    os.remove(bench.path("data/dictionaries/unpacked/inner.tsv"))
    reload(server)
    wait_until(lambda: names(client) == ["words"], "the end of the files")


@test("/reload/stats-shows-how-far-it-is")
def _(bench):
    server = bench.serve_words()
    client = bench.client(server)
    equal(client.result("stats")["loading"], None, "loading")
    bench.tsv("data/dictionaries/large.tsv", [(f"word {i}", "a text " * 8) for i in range(300000)])
    server.send_signal(signal.SIGHUP)
    seen = []

    def is_loading():
        seen.append(client.result("stats")["loading"])
        return seen[-1] is not None
    wait_until(is_loading, "news of the load")
    equal(seen[-1]["dictionary"], "large", "dictionary")
    check(0 <= seen[-1]["done"] <= seen[-1]["total"], f"progress: {seen[-1]}")
    equal(names(client), ["words"], "what is served while it loads")
    wait_until(lambda: names(client) == ["words", "large"], "the end of the load")
    wait_until(lambda: client.result("stats")["loading"] is None, "the end of the news")


@test("/reload/one-that-fails-lets-indexing-go-on")
def _(bench):
    path = bench.tsv("large.tsv", [(f"word {i}", "a text " * 8) for i in range(150000)])
    server = bench.server("--dictionary", path)
    client = bench.client(server)
    equal(client.result("stats")["indexing"], ["large"], "indexing")
    os.remove(path)
    server.send_signal(signal.SIGHUP)
    server.wait_stderr("going on with the dictionaries as they are")
    wait_until(lambda: client.result("stats")["indexing"] == [], "the index")
    equal(len(client.result("search", {"text": "text 77"})["hits"]), 1, "hits")


@test("/reload/an-index-that-another-makes-holds-up-nothing")
def _(bench):
    path = bench.tsv("large.tsv", [(f"word {i}", "a text " * 8) for i in range(40000)])
    server = bench.server("--dictionary", path)
    wait_until(lambda: bench.client(server).result("stats")["indexing"] == [], "the index")
    equal(server.stop(), 0, "exit status")
    index, = glob.glob(bench.path("data", "cache", "*.pindex"))
    os.remove(index)
    # As another server does that makes the same index.
    with open(index + ".part", "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        server = bench.server("--dictionary", path)
        equal(bench.client(server).result("stats")["indexing"], ["large"], "indexing")
        for _ in range(2):
            reload(server)
            equal(names(bench.client(server)), ["large"], "what is served")
        equal(bench.client(server).result("stats")["indexing"], ["large"], "indexing")
        equal(server.stop(), 0, "exit status")
        check(os.path.exists(index + ".part"), "what another writes was removed")
        server = bench.server("--dictionary", path)
    # It is let go, and nothing was written.
    wait_until(lambda: bench.client(server).result("stats")["indexing"] == [], "the index")
    equal(server.stop(), 0, "exit status")


@test("/reload/order-and-what-is-served-follow-the-key-file")
def _(bench):
    for name in ("a", "b", "c"):
        bench.tsv(f"data/dictionaries/{name}.tsv", [("hello", name)])
    config = bench.write("p.conf", "")
    server = bench.server("--config", config)
    client = bench.client(server)
    equal(texts(client), ["a", "b", "c"], "texts")
    folder = bench.path("data/dictionaries")
    bench.write("p.conf", f"[server]\ndictionaries={folder}/c.tsv\n[dictionary a]\nenabled=false\n")
    reload(server)
    wait_until(lambda: texts(client) == ["c", "b"], "the other order")


@test("/reload/the-key-file-is-read-again")
def _(bench):
    words = bench.tsv("one.tsv", [("hello", "x")])
    more = bench.tsv("two.tsv", [("hello", "y")])
    config = bench.write("p.conf", f"[server]\nmax_connections=2\ndictionaries={words}\n")
    server = bench.server("--config", config)
    client = bench.client(server)
    equal(names(client), ["one"], "names")
    bench.write("p.conf", f"[server]\nmax_connections=5\ndictionaries={words};{more}\n[dictionary two]\nname=zwei\n")
    reload(server)
    wait_until(lambda: names(client) == ["one", "zwei"], "the second dictionary")
    clients = [bench.client(server) for _ in range(4)]
    for other in clients:
        other.ping()
    refused = bench.client(server)
    equal(refused.reply()["error"]["data"]["reason"], "server_full", "the sixth")


@test("/reload/a-broken-key-file-is-told-and-changes-nothing")
def _(bench):
    words = bench.tsv("one.tsv", [("hello", "x")])
    config = bench.write("p.conf", f"[server]\ndictionaries={words}\n")
    server = bench.server("--config", config)
    client = bench.client(server)
    bench.write("p.conf", "[server]\nnonsense\n")
    server.send_signal(signal.SIGHUP)
    server.wait_stderr(f"{config}:2:")
    equal((names(client), texts(client)), (["one"], ["x"]), "dictionaries")
    bench.write("p.conf", f"[server]\ndictionaries={words}\n")
    reload(server)
    client.ping()


@test("/reload/a-damaged-dictionary-is-told-and-the-others-are-served")
def _(bench):
    good, bad = bench.tsv("good.tsv", [("hello", "good")]), bench.tsv("data/dictionaries/bad.tsv", [("hello", "bad")])
    bench.write("data/dictionaries/bad.tsv", "hello\n")
    server = bench.server("--dictionary", good)
    client = bench.client(server)
    equal(texts(client), ["good"], "texts")
    replace(good, [("hello", "better")])
    reload(server)
    wait_until(lambda: texts(client) == ["better"], "the changed text")
    told = [line for line in server.stderr().splitlines() if bad in line]
    check(len(told) == 2 and all("line 1" in line for line in told), f"the place is not told each time: {told}")


@test("/reload/a-dictionary-named-on-the-command-line-that-is-gone-changes-nothing")
def _(bench):
    path = bench.tsv("d.tsv", [("hello", "x")])
    server = bench.server("--dictionary", path)
    client = bench.client(server)
    os.remove(path)
    server.send_signal(signal.SIGHUP)
    server.wait_stderr("going on")
    equal(texts(client), ["x"], "texts")


@test("/reload/a-signal-during-a-reload-makes-another")
def _(bench):
    path = bench.tsv("d.tsv", [("hello", "0")])
    server = bench.server("--dictionary", path)
    client = bench.client(server)
    for number in range(1, 30):
        replace(path, [("hello", str(number))])
        server.send_signal(signal.SIGHUP)
    wait_until(lambda: texts(client) == ["29"], "the last text")


@test("/reload/fifty-in-a-row-under-load-lose-no-answer")
def _(bench):
    path = bench.tsv("d.tsv", [("hello", "0")])
    words = bench.tsv("w.tsv", [(f"word{i}", "x") for i in range(200)])
    server = bench.server("--dictionary", words, "--dictionary", path)
    failures = []
    ending = threading.Event()
    n_answers = [0, 0, 0]

    def press(index, client):
        try:
            while not ending.is_set():
                batch = [("define", {"word": "hello"}), ("define", {"word": "helo"}),
                         ("match", {"word": "word1"}), ("dictionaries", None)] * 10
                client.send(b"".join(request(method, params, id=i) for i, (method, params) in enumerate(batch)))
                seen = {}
                for _ in batch:
                    reply = client.reply()
                    seen[reply["id"]] = reply["result"]
                equal(set(seen), set(range(len(batch))), "ids")
                check(seen[0]["entries"][0]["text"].isdigit(), "text")
                equal(len(seen[2]["matches"]), 50, "matches")
                equal([d["name"] for d in seen[3]["dictionaries"]], ["w", "d"], "names")
                n_answers[index] += len(batch)
        except Exception as exception:
            failures.append(repr(exception))

    threads = [threading.Thread(target=press, args=(i, bench.client(server))) for i in range(3)]
    for thread in threads:
        thread.start()
    watcher = bench.client(server)
    for number in range(1, 51):
        replace(path, [("hello", str(number))])
        reload(server)
    wait_until(lambda: texts(watcher) == ["50"], "the last text")
    ending.set()
    for thread in threads:
        thread.join()
    equal(failures, [], "failures")
    check(min(n_answers) > 0, f"answers: {n_answers}")


@test("/reload/files-and-memory-of-the-old-library-are-given-back")
def _(bench):
    path = bench.tsv("d.tsv", [("hello", "0")])
    server = bench.server("--dictionary", path)
    client = bench.client(server)
    reload(server)
    before = server.n_files_but_chat()

    def n_mappings():
        with open(f"/proc/{server.pid}/maps", encoding="utf-8") as file:
            return sum(".pdict" in line for line in file)
    for number in range(1, 20):
        replace(path, [("hello", str(number))])
        reload(server)
    wait_until(lambda: texts(client) == ["19"], "the last text")
    # Some are open for a moment, such as that of an index that is being built.
    wait_until(lambda: server.n_files_but_chat() <= before, "the end of open files")
    # A worker lets go of the old one when it gets its mail: two workers, two turns.
    wait_until(lambda: n_mappings() == 1, "the end of old mappings")


main()
