#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end: by signals, with clients of every kind. Source: docs/operations.md, section 2."""

import json
import os
import signal
import time

from harness import SANITIZER, Server, check, equal, has, main, request, test, wait_until

STOP_S = 5.0
SLACK_S = 10.0 if SANITIZER else 0.0


def stop_in_time(server, number=signal.SIGTERM):
    begun = time.monotonic()
    equal(server.stop(number), 0, "exit status")
    took = time.monotonic() - begun
    check(took < STOP_S + SLACK_S, f"it took {took:.1f} s")
    return took


def expect_farewell(client):
    reply = client.reply()
    equal((reply["id"], reply["error"]["code"], reply["error"]["data"]),
          (None, -32015, {"reason": "shutting_down"}), "farewell")
    client.expect_end()


@test("/stop/sigterm-and-sigint-end-it-with-status-0")
def _(bench):
    for number in (signal.SIGTERM, signal.SIGINT):
        stop_in_time(bench.serve_words(), number)


@test("/stop/clients-are-told-and-closed")
def _(bench):
    server = bench.serve_words()
    client, dict_client = bench.client(server), bench.dict_client(server)
    client.ping()
    took = stop_in_time(server)
    check(took < 2.0 + SLACK_S, f"nobody was busy, and it took {took:.1f} s")
    expect_farewell(client)
    check(dict_client.status().startswith("421 "), "no 421")
    dict_client.expect_end()


@test("/stop/fifty-idle-clients-do-not-hold-it-up")
def _(bench):
    server = bench.serve_words()
    clients = [bench.client(server) for _ in range(50)]
    for client in clients:
        client.ping()
    took = stop_in_time(server)
    check(took < 2.0 + SLACK_S, f"it took {took:.1f} s")
    for client in clients:
        expect_farewell(client)


@test("/stop/what-was-received-is-answered")
def _(bench):
    server = bench.serve_words("--workers", "1")
    clients = [bench.client(server) for _ in range(4)]
    for client in clients:
        client.ping()
    words = ("hello", "helo", "world")
    for client in clients:
        client.send(b"".join(request("define", {"word": words[i % 3]}, id=i) for i in range(300)))
    server.send_signal(signal.SIGTERM)
    for client in clients:
        ids = {client.reply()["id"] for _ in range(300)}
        equal(ids, set(range(300)), "ids")
        expect_farewell(client)
    equal(server.wait_exit(), 0, "exit status")


@test("/stop/what-the-kernel-had-received-is-answered-however-much")
def _(bench):
    server = bench.serve_words("--workers", "1")
    client = bench.client(server)
    client.ping()
    n = 5000
    data = b"".join(request("define", {"word": "hello"}, id=i) for i in range(n))
    # A server that stands still while it is sent to has surely received it and read nothing.
    server.send_signal(signal.SIGSTOP)
    client.send(data)
    server.send_signal(signal.SIGTERM)
    server.send_signal(signal.SIGCONT)
    ids = set()
    for line in client.rest().splitlines():
        ids.add(json.loads(line)["id"])
    equal(len(ids - {None}), n, "answers")
    check(None in ids, "no farewell")
    equal(server.wait_exit(), 0, "exit status")


@test("/stop/one-who-does-not-read-does-not-hold-it-up")
def _(bench):
    server = bench.server("--dictionary", bench.tsv("d.tsv", [("long", "x" * 100000)]), "--workers", "1")
    client, other = bench.client(server, receive_bytes=65536), bench.client(server)
    client.send(request("define", {"word": "long"}) * 500)
    wait_until(lambda: other.result("stats")["methods"]["define"] > 5, "the first answers")
    stop_in_time(server)
    expect_farewell(other)


@test("/stop/one-who-reads-late-still-gets-whole-lines")
def _(bench):
    server = bench.server("--dictionary", bench.tsv("d.tsv", [("long", "x" * 100000)]), "--workers", "1")
    client, other = bench.client(server, receive_bytes=65536), bench.client(server)
    client.send(b"".join(request("define", {"word": "long"}, id=i) for i in range(40)))
    wait_until(lambda: other.result("stats")["methods"]["define"] > 5, "the first answers")
    server.send_signal(signal.SIGTERM)
    expect_farewell(other)
    ids = [client.reply()["id"] for _ in range(40)]
    equal(ids, list(range(40)), "ids")
    expect_farewell(client)
    equal(server.wait_exit(), 0, "exit status")


@test("/stop/one-who-sends-on-and-on-does-not-hold-it-up")
def _(bench):
    import threading
    server = bench.serve_words("--workers", "1")
    client = bench.client(server)
    client.ping()
    ending = threading.Event()

    def send():
        try:
            while not ending.is_set():
                client.send(request("ping") * 1000)
        except Exception:
            pass

    def read():
        try:
            client.rest()
        except Exception:
            pass
    threads = [threading.Thread(target=send), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    try:
        stop_in_time(server)
    finally:
        ending.set()
        for thread in threads:
            thread.join()


@test("/stop/half-a-line-is-dropped-with-a-farewell")
def _(bench):
    server = bench.serve_words()
    client = bench.client(server)
    client.ping()
    client.send(request("ping")[:10])
    stop_in_time(server)
    expect_farewell(client)


@test("/stop/a-connection-that-nobody-accepted-is-no-trouble")
def _(bench):
    server = bench.serve_words()
    server.send_signal(signal.SIGSTOP)
    clients = [bench.client(server) for _ in range(5)]
    for client in clients:
        client.send(request("ping"))
    server.send_signal(signal.SIGTERM)
    server.send_signal(signal.SIGCONT)
    equal(server.wait_exit(), 0, "exit status")
    for client in clients:
        lines = client.rest().splitlines()
        check(all(json.loads(line) for line in lines), f"{lines}")


@test("/stop/several-signals-are-one")
def _(bench):
    server = bench.serve_words()
    clients = [bench.client(server) for _ in range(10)]
    for client in clients:
        client.ping()
    for _ in range(5):
        server.send_signal(signal.SIGTERM)
    equal(server.wait_exit(), 0, "exit status")


@test("/stop/new-connections-are-refused")
def _(bench):
    server = bench.server("--dictionary", bench.tsv("d.tsv", [("long", "x" * 100000)]), "--workers", "1")
    client = bench.client(server, receive_bytes=65536)
    client.send(request("define", {"word": "long"}) * 500)
    watcher = bench.client(server)
    wait_until(lambda: watcher.result("stats")["methods"]["define"] > 5, "the first answers")
    server.send_signal(signal.SIGTERM)
    expect_farewell(watcher)
    try:
        bench.client(server)
    except ConnectionRefusedError:
        pass
    else:
        check(False, "a connection was accepted after SIGTERM")
    equal(server.wait_exit(), 0, "exit status")


def big_dictionary(bench):
    return bench.tsv("big.tsv", [(f"word {i}", f"the meaning of {i}, " * 5) for i in range(600000)])


@test("/stop/sigterm-while-a-dictionary-is-compiled-ends-it-at-once")
def _(bench):
    path = big_dictionary(bench)
    server = Server(bench, ("--dictionary", path))
    bench.servers.append(server)
    server.spawn()
    server.wait_stderr("compiling")
    took = stop_in_time(server)
    check(took < 2.0 + SLACK_S, f"it took {took:.1f} s")
    left = [name for name in os.listdir(os.path.join(server.data_dir, "cache"))]
    equal(left, [], "what is left in the cache")
    equal(server.read_stdout(), "", "stdout")


@test("/stop/sigterm-while-a-reload-compiles-ends-it-at-once")
def _(bench):
    server = bench.serve_words()
    os.makedirs(bench.path("data/dictionaries"))
    os.rename(big_dictionary(bench), bench.path("data/dictionaries/big.tsv"))
    server.send_signal(signal.SIGHUP)
    server.wait_stderr("compiling the dictionary “big”")
    took = stop_in_time(server)
    check(took < 3.0 + SLACK_S, f"it took {took:.1f} s")


@test("/stop/nothing-is-logged-as-an-error")
def _(bench):
    server = bench.serve_words()
    bench.client(server).ping()
    stop_in_time(server)
    check("error" not in server.stderr() and "warning" not in server.stderr(), server.stderr())
    has(server.stderr(), "compiling", "stderr")


main()
