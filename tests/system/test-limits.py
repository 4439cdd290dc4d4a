#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many connections there may be, and what happens when descriptors run out."""

import contextlib
import resource
import time

from harness import SANITIZER, Closed, check, equal, fault, main, test, wait_until


def expect_full(client):
    reply = client.reply()
    equal(reply["id"], None, "id")
    equal(fault(reply), (-32014, {"reason": "server_full"}), "error")
    client.expect_end()


def fill(bench, server, n):
    clients = [bench.client(server) for _ in range(n)]
    for client in clients:
        client.ping()
    return clients


@test("/limits/one-connection-too-many-is-told-and-closed")
def _(bench):
    server = bench.serve_words("--max-connections", "4")
    clients = fill(bench, server, 4)
    for _ in range(3):
        expect_full(bench.client(server))
    for client in clients:
        client.ping()


@test("/limits/a-request-of-the-one-too-many-is-not-answered")
def _(bench):
    server = bench.serve_words("--max-connections", "1")
    fill(bench, server, 1)
    client = bench.client(server)
    with contextlib.suppress(Closed):
        client.request("ping")
    expect_full(client)


@test("/limits/dict-connections-count-and-are-told-420")
def _(bench):
    server = bench.serve_words("--max-connections", "2")
    fill(bench, server, 1)
    dict_client = bench.dict_client(server)
    check(dict_client.banner.startswith("220 "), dict_client.banner)
    expect_full(bench.client(server))
    refused = bench.dict_client(server)
    check(refused.banner.startswith("420 "), refused.banner)
    refused.expect_end()


def admitted(bench, server):
    """A client, or None when the server says that it is full."""
    client = bench.client(server)
    with contextlib.suppress(Closed):
        client.request("ping", id="first")
    return client if client.reply()["id"] == "first" else None


@test("/limits/a-freed-place-can-be-taken")
def _(bench):
    server = bench.serve_words("--max-connections", "4")
    clients = fill(bench, server, 4)
    for _ in range(5):
        expect_full(bench.client(server))
        clients.pop(0).close()
        # Those that are refused until then, and do not go, take nobody's place.
        clients.append(wait_until(lambda: admitted(bench, server), "a free place"))
    for client in clients:
        client.ping()


@test("/limits/a-refused-client-that-does-not-go-is-put-out")
def _(bench):
    server = bench.serve_words("--max-connections", "1")
    fill(bench, server, 1)
    before = server.n_files_but_chat()
    refused = [bench.client(server) for _ in range(20)]
    for client in refused:
        equal(client.reply()["error"]["data"]["reason"], "server_full", "reason")
    # They keep their side open and are closed all the same.
    wait_until(lambda: server.n_files_but_chat() <= before, "the end of refused connections")


@test("/limits/a-flood-of-refused-connections-does-no-harm")
def _(bench):
    server = bench.serve_words("--max-connections", "3")
    clients = fill(bench, server, 3)
    for _ in range(600):
        bench.client(server)
    for client in clients:
        client.ping()
    for client in bench.clients[3:]:
        client.close()
    wait_until(lambda: clients[0].result("stats")["connections"] == 3, "the end of refused connections")


@test("/limits/when-no-more-connections-come-the-server-sleeps")
def _(bench):
    server = bench.serve_words()
    for _ in range(50):
        client = bench.client(server)
        client.ping()
        client.close()
    client = bench.client(server)
    wait_until(lambda: not client.result("stats")["indexing"], "the end of indexing")
    before = server.cpu_s()
    time.sleep(1)
    used = server.cpu_s() - before
    check(used < 0.1, f"{used:.2f} s of processor time in 1 s of nothing to do")


@test("/limits/out-of-descriptors-the-server-waits-without-spinning-and-recovers")
def _(bench):
    server = bench.serve_words()
    first = fill(bench, server, 5)
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (server.n_files() + 10,) * 2)
    # More than there is room for: the kernel completes them, nobody accepts them.
    more = [bench.client(server) for _ in range(40)]
    server.wait_stderr("cannot accept")

    before = server.cpu_s()
    begun = time.monotonic()
    while time.monotonic() - begun < 2.0:
        for client in first:
            client.ping()
        time.sleep(0.1)
    used = server.cpu_s() - before
    check(used < (1.0 if SANITIZER else 0.3), f"{used:.2f} s of processor time in 2 s of nothing to do")
    check(server.stderr().count("cannot accept") <= 4, "it complains all the time")

    for client in more[:30]:
        client.close()
    for client in more[30:]:
        client.ping()
        client.close()
    bench.client(server).ping()


@test("/limits/the-limit-of-open-files-is-raised-to-the-hard-one")
def _(bench):
    hard = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 4096)
    server = bench.serve_words(prefix=("prlimit", f"--nofile=256:{hard}"))
    equal(resource.prlimit(server.pid, resource.RLIMIT_NOFILE), (hard, hard), "limits")
    clients = [bench.client(server) for _ in range(400)]
    for client in clients:
        client.ping()


@test("/limits/max-connections-beyond-the-limit-of-open-files-is-told")
def _(bench):
    server = bench.serve_words("--max-connections", "5000", prefix=("prlimit", "--nofile=200:200"))
    check("max_connections is 5000" in server.stderr(), "nothing on stderr")
    clients = []
    while len(clients) < 200:
        client = admitted(bench, server)
        if client is None:
            break
        clients.append(client)
    check(100 <= len(clients) < 200, f"{len(clients)} connections are served")
    for client in clients:
        client.ping()
    check("cannot accept" not in server.stderr(), "descriptors ran out before the limit")


main()
