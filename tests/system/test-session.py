#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hello, ping and stats. Source: docs/protocol.md, section 5."""

import os
import re
import shutil
import subprocess
import time

from harness import DEADLINE_S, Skip, check, equal, main, request, test, wait_until

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def now_ms():
    return time.time() * 1000


@test("/session/hello-says-what-the-server-is")
def _(bench):
    server = bench.serve_words("--name", "Lesezimmer “Süd”")
    client = bench.client(server)
    before = now_ms()
    result = client.result("hello", {"protocol": 1, "client": "test/1"})
    equal(set(result), {"protocol", "server", "limits", "capabilities"}, "members")
    equal(result["protocol"], 1, "protocol")
    equal(result["limits"], {"max_line": 65536, "max_text": 8192, "max_word": 256, "max_rooms": 64}, "limits")
    check({"define", "match"} <= set(result["capabilities"]), f"{result['capabilities']}")
    equal(set(result["server"]), {"id", "name", "version", "time", "access"}, "members of server")
    equal(result["server"]["name"], "Lesezimmer “Süd”", "name")
    check(UUID.match(result["server"]["id"]), result["server"]["id"])
    check(before - 1000 <= result["server"]["time"] <= now_ms() + 1000, f"{result['server']['time']}")


@test("/session/hello-without-a-client-and-with-unknown-members")
def _(bench):
    client = bench.client(bench.serve_words())
    equal(client.result("hello", {"protocol": 1})["protocol"], 1, "protocol")
    equal(client.result("hello", {"protocol": 1, "later": [1, 2]})["protocol"], 1, "protocol")


@test("/session/hello-with-another-protocol-is-refused")
def _(bench):
    client = bench.client(bench.serve_words())
    for protocol in (0, 2, 2 ** 63 - 1):
        equal(client.fault("hello", {"protocol": protocol, "client": "test/1"}),
              (-32602, {"reason": "invalid_params", "field": "protocol"}), "error")
    client.ping()


@test("/session/the-capabilities-are-true")
def _(bench):
    client = bench.client(bench.serve_words())
    capabilities = client.result("hello", {"protocol": 1})["capabilities"]
    methods = {"chat": "send"}
    for name in ("define", "match", "search", "annotate", "chat", "history"):
        reply = client.call(methods.get(name, name), {})
        exists = reply.get("error", {}).get("data", {}).get("reason") != "method_not_found"
        equal(name in capabilities, exists, f"capability {name}")


@test("/session/the-version-is-that-of-the-program")
def _(bench):
    server = bench.serve_words()
    version = bench.client(server).result("hello", {"protocol": 1})["server"]["version"]
    printed = subprocess.run([server.command[0], "--version"], capture_output=True, text=True, check=True)
    equal(printed.stdout, f"parlanced {version}\n", "--version")


@test("/session/the-id-outlives-a-restart-and-belongs-to-the-data-directory")
def _(bench):
    def identity(server):
        return bench.client(server).result("hello", {"protocol": 1})["server"]["id"]
    first = bench.serve_words()
    wanted = identity(first)
    equal(first.stop(), 0, "exit status")
    equal(identity(bench.serve_words()), wanted, "id")
    check(identity(bench.serve_words(data_dir=bench.path("other"))) != wanted, "two servers have one id")


@test("/session/a-second-hello-is-answered-too")
def _(bench):
    client = bench.client(bench.serve_words())
    for _ in range(3):
        client.result("hello", {"protocol": 1})


@test("/session/ping-needs-no-hello-and-tells-the-time")
def _(bench):
    client = bench.client(bench.serve_words())
    before = now_ms()
    result = client.result("ping")
    equal(set(result), {"time"}, "members")
    check(isinstance(result["time"], int) and before - 1000 <= result["time"] <= now_ms() + 1000, f"{result}")


@test("/session/stats-counts")
def _(bench):
    server = bench.serve_words()
    client = bench.client(server)
    first = client.result("stats")
    for name in ("uptime_ms", "connections", "sessions", "rooms", "messages_stored", "lookups", "bytes_in",
                 "bytes_out"):
        check(type(first.get(name)) is int and first[name] >= 0, f"{name}: {first.get(name)!r}")
    equal((first["connections"], first["sessions"], first["lookups"]), (1, 0, 0), "connections and so on")

    sent = request("define", {"word": "hello"}) * 3 + request("match", {"word": "hel"}) * 2 + request("ping")
    client.send(sent)
    received = sum(len(client.line()) + 1 for _ in range(6))
    second = client.result("stats")
    equal(second["lookups"], 5, "lookups")
    methods = {name: second["methods"][name] - first["methods"][name] for name in second["methods"]}
    equal((methods["define"], methods["match"], methods["ping"], methods["stats"]), (3, 2, 1, 1), "methods")
    check(second["bytes_in"] - first["bytes_in"] >= len(sent), "bytes_in")
    check(second["bytes_out"] - first["bytes_out"] >= received, "bytes_out")
    check(second["uptime_ms"] >= first["uptime_ms"], "uptime_ms")


@test("/session/stats-counts-connections-of-both-doors-as-they-come-and-go")
def _(bench):
    server = bench.serve_words()
    client = bench.client(server)
    others = [bench.client(server) for _ in range(5)] + [bench.dict_client(server)]
    for other in others[:5]:
        other.ping()
    equal(client.result("stats")["connections"], 7, "connections")
    for other in others:
        other.close()
    wait_until(lambda: client.result("stats")["connections"] == 1, "the end of the connections")


@test("/session/stats-counts-lookups-through-dict")
def _(bench):
    server = bench.serve_words()
    dict_client = bench.dict_client(server)
    dict_client.define("*", "hello")
    dict_client.listing("MATCH * prefix hel", 152)
    stats = bench.client(server).result("stats")
    equal((stats["lookups"], stats["methods"]["dict"]), (2, 2), "lookups and commands")


@test("/session/stats-by-ipv6-loopback")
def _(bench):
    server = bench.serve_words(listen=("[::1]:0",))
    result = bench.client(server, host="::1").result("stats")
    equal(result["connections"], 1, "connections")


@test("/session/stats-is-for-this-machine-only")
def _(bench):
    if os.geteuid() != 0 or shutil.which("ip") is None:
        raise Skip("a network of its own takes root and ip (iproute2)")
    name = f"parlance{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode != 0:
        raise Skip(f"no network namespace: {made.stderr.strip()}")

    def inside(*command, **keywords):
        return subprocess.run(["ip", "netns", "exec", name, *command], capture_output=True, timeout=DEADLINE_S,
                              **keywords)
    try:
        for command in (("ip", "link", "set", "lo", "up"), ("ip", "address", "add", "10.95.2.1/32", "dev", "lo")):
            done = inside(*command)
            if done.returncode != 0:
                raise Skip(f"{' '.join(command)}: {done.stderr.decode().strip()}")
        if shutil.which("nc") is None:
            raise Skip("nc (netcat-openbsd) is not installed")
        server = bench.serve_words(listen=("0.0.0.0:0",), prefix=("ip", "netns", "exec", name))
        # To an address of the machine's own the peer has that address, too: it is not on loopback.
        for host, is_served in (("127.0.0.1", True), ("10.95.2.1", False)):
            done = inside("nc", "-N", host, str(server.port), input=request("stats") + request("ping"))
            lines = done.stdout.decode("utf-8")
            equal("auth_required" not in lines and '"uptime_ms"' in lines, is_served, f"{host}: {lines!r}")
            check('"time"' in lines and ("-32008" in lines) != is_served, f"{host}: {lines!r}")
    finally:
        for server in bench.servers:
            server.stop()
        subprocess.run(["ip", "netns", "delete", name], check=True)


main()
