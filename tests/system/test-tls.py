#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS on the port of plain text, and clients that know a server again. Source: docs/protocol.md, section 1;
docs/security.md."""

import contextlib
import json
import os
import resource
import signal
import socket
import ssl
import stat
import subprocess
import time

from harness import (DEADLINE_S, PARLANCE, SANITIZER, Closed, Skip, check, equal, fault, has, main, request, test,
                     wait_until)
from tls_harness import TlsClient, announced, identity_path, tls_client

PING = request("ping")


def parlance(bench, *arguments, status=0, environment=None):
    """Runs the client with a memory of its own; returns (stdout, stderr)."""
    if SANITIZER == "thread":
        raise Skip("GIO's thread that shakes hands would be taken for a race")
    variables = {**os.environ, "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": bench.path("state"), **(environment or {})}
    done = subprocess.run([PARLANCE, *arguments], capture_output=True, timeout=DEADLINE_S, env=variables,
                          input=b"", check=False)
    output, errors = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    equal(done.returncode, status, f"status of {arguments}: {output!r} {errors!r}")
    return output, errors


def known(bench):
    try:
        with open(bench.path("state", "parlance", "known_servers"), encoding="utf-8") as file:
            return [line for line in file.read().splitlines() if not line.startswith("#")]
    except FileNotFoundError:
        return []


# --- the server -------------------------------------------------------------------------------------

@test("/tls/the-same-port-speaks-both")
def _(bench):
    server = bench.serve_words()
    client = tls_client(bench, server)
    equal(client.tls.version(), "TLSv1.3", "version")
    client.ping()
    plain = bench.client(server)
    plain.ping()
    same = [c.result("define", {"word": "hello"}) for c in (client, plain)]
    equal(same[0], same[1], "the answers")
    equal(client.result("stats")["connections"], 2, "connections")
    client.send(b"".join(request("define", {"word": "hello"}, id=i) for i in range(2000)))
    equal([client.reply()["id"] for _ in range(2000)], list(range(2000)), "ids")


@test("/tls/a-dialogue-may-be-cut-anywhere")
def _(bench):
    """Its bytes in two pieces, cut at each place; and all of it byte by byte."""
    server = bench.serve_words()

    def dialogue(cut):
        client = tls_client(bench, server, handshake=False)
        sent = 0

        def push():
            nonlocal sent
            data = client.outgoing.read()
            pieces = [data[i:i + 1] for i in range(len(data))] if cut is None else [data]
            if cut is not None and sent < cut < sent + len(data):
                pieces = [data[:cut - sent], data[cut - sent:]]
            for piece in pieces:
                client.socket.sendall(piece)
                if len(pieces) == 2:
                    # The server has read the first piece when it has answered somebody else.
                    other.ping()
            sent += len(data)
        client.push = push
        client.handshake()
        client.send(PING)
        check("result" in client.reply(), "no answer")
        client.half_close()
        client.expect_end()
        client.close()
        bench.clients.remove(client)
        return sent

    other = bench.client(server)
    total = dialogue(None)
    step = 7 if SANITIZER else 1
    for cut in range(1, total, step):
        dialogue(cut)
    other.ping()


@test("/tls/an-end-by-tls-is-a-half-close")
def _(bench):
    client = tls_client(bench, bench.serve_words())
    client.send(PING * 100 + PING[:-1]).half_close()
    rest = client.rest()
    equal(rest.count(b'"result"'), 101, "answers")
    check(client.ended, "the server cut the connection off")


@test("/tls/a-cut-connection-has-said-no-unfinished-line")
def _(bench):
    client = tls_client(bench, bench.serve_words())
    client.send(PING + PING[:-1])
    client.socket.shutdown(socket.SHUT_WR)
    equal(client.rest().count(b'"result"'), 1, "answers")


@test("/tls/nonsense-after-the-first-byte-does-no-harm")
def _(bench):
    server = bench.serve_words()
    other = tls_client(bench, server)
    hello = TlsClient(server.port, handshake=False)
    with contextlib.suppress(ssl.SSLWantReadError):
        hello.tls.do_handshake()
    good = hello.outgoing.read()
    hello.close()
    pieces = [b"\x16", b"\x16" * 1000, b"\x16\x03\x01\xff\xff" + b"x" * 70000, b"\x16\x03\x01\x00\x05hello" * 10,
              b"\x16" + PING * 10, good[:50] + os.urandom(300), good + b"\x17\x03\x03\x00\x10" + os.urandom(16)]
    for i in range(0, len(good), 3):
        pieces.append(good[:i + 1] + bytes([good[i + 1] ^ 0x55 if i + 1 < len(good) else 0]) + good[i + 2:])
    for piece in pieces:
        client = bench.client(server)
        with contextlib.suppress(Closed):
            client.send(piece).half_close()
        rest = client.rest()
        check(b"result" not in rest, f"{rest!r}")
        client.close()
    other.ping()
    wait_until(lambda: other.result("stats")["connections"] == 1, "the end of the others")


@test("/tls/a-handshake-that-stalls-is-closed-after-30-s")
def _(bench):
    server = bench.serve_words()
    begun = time.monotonic()
    first = bench.client(server).send(b"\x16")
    stalled = tls_client(bench, server, handshake=False)
    with contextlib.suppress(ssl.SSLWantReadError):
        stalled.tls.do_handshake()
    stalled.push()
    # Whoever goes on byte by byte has no more time.
    slow = tls_client(bench, server, handshake=False)
    with contextlib.suppress(ssl.SSLWantReadError):
        slow.tls.do_handshake()
    hello = slow.outgoing.read()
    done = tls_client(bench, server)
    ends = {}
    waiting = {"first": first.socket, "stalled": stalled.socket, "slow": slow.socket}
    position = 0
    while waiting and time.monotonic() < begun + 60 + DEADLINE_S:
        if "slow" in waiting and position < len(hello) - 1:
            with contextlib.suppress(OSError):
                slow.socket.send(hello[position:position + 1])
            position += 1
        for name, connection in list(waiting.items()):
            connection.settimeout(0.15)
            with contextlib.suppress(socket.timeout):
                try:
                    ended = not connection.recv(65536)
                except ConnectionResetError:
                    ended = True
                if ended:
                    ends[name] = time.monotonic() - begun
                    del waiting[name]
    equal(sorted(ends), ["first", "slow", "stalled"], "those that were closed")
    for name, after_s in ends.items():
        check(29 <= after_s <= 40 + DEADLINE_S / 4, f"{name} was closed after {after_s:.1f} s")
    done.ping()


@test("/tls/who-does-not-read-is-not-read-from")
def _(bench):
    server = bench.serve_words()
    other = tls_client(bench, server)
    client = tls_client(bench, server, receive_bytes=8192)
    client.socket.settimeout(1.0)
    line = request("define", {"word": "hello"})
    sent = 0
    # Reading stops long before the limit: what can be sent has an end.
    try:
        while sent < 400 * 1024 * 1024:
            client.tls.write(line * 200)
            client.socket.sendall(client.outgoing.read())
            sent += len(line) * 200
    except socket.timeout:
        pass
    check(sent < 100 * 1024 * 1024, "the server reads without end")
    # It stops with one MiB of answers that wait; with eight the client would be ended.
    other.request("define", {"word": "hello"})
    n_reply = len(other.line()) + 1
    stats = other.result("stats")
    waiting = stats["methods"]["define"] * n_reply - stats["bytes_out"]
    check(0 < waiting < 2 * 1024 * 1024, f"{waiting} bytes of answers wait")


@test("/tls/answers-arrive-whole-however-slowly-they-are-read")
def _(bench):
    server = bench.serve_words()
    client = tls_client(bench, server, receive_bytes=4096)
    n = 3000
    client.send(b"".join(request("define", {"word": "hello"}, id=i) for i in range(n)))
    for i in range(n):
        equal(client.reply()["id"], i, "id")


@test("/tls/required-refuses-plain-text-and-not-dict")
def _(bench):
    server = bench.serve_words("--tls", "required")
    plain = bench.client(server)
    for method in ("ping", "define", "hello", "nonsense"):
        equal(plain.fault(method, {"word": "hello", "protocol": 1}), (-32012, {"reason": "tls_required"}), method)
    plain.send(b"nonsense\n")
    equal(fault(plain.reply())[0], -32700, "nonsense is told to be that")
    plain.half_close().expect_end()
    tls_client(bench, server).ping()
    check(bench.dict_client(server).define("*", "hello"), "DICT, which knows no TLS")


@test("/tls/off-hangs-up-at-the-first-byte")
def _(bench):
    server = bench.serve_words("--tls", "off")
    bench.client(server).send(b"\x16\x03\x01").expect_end()
    bench.client(server).ping()
    check(not os.path.exists(os.path.join(server.data_dir, "tls")), "a certificate that nobody needs")


@test("/tls/a-full-server-says-so-in-tls")
def _(bench):
    server = bench.serve_words("--max-connections", "1")
    first = tls_client(bench, server)
    first.ping()
    refused = tls_client(bench, server)
    equal(fault(refused.reply()), (-32014, {"reason": "server_full"}), "error")
    refused.expect_end()
    equal(fault(bench.client(server).send(PING).reply())[0], -32014, "in plain text")
    first.ping()


@test("/tls/a-stop-says-goodbye")
def _(bench):
    server = bench.serve_words()
    client = tls_client(bench, server)
    client.ping()
    half = tls_client(bench, server, handshake=False)
    half.socket.sendall(b"\x16\x03")
    server.send_signal(signal.SIGTERM)
    equal(fault(client.reply())[1], {"reason": "shutting_down"}, "last words")
    client.expect_end()
    check(client.ended, "the server cut the connection off")
    client.close()
    equal(server.wait_exit(), 0, "exit status")


@test("/tls/the-server-keeps-its-certificate-to-itself")
def _(bench):
    server = bench.serve_words()
    first = tls_client(bench, server).fingerprint
    path = identity_path(server)
    equal(stat.S_IMODE(os.stat(path).st_mode), 0o600, "mode of the key")
    equal(stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode), 0o700, "mode of its directory")
    equal(server.stop(), 0, "exit status")
    again = bench.serve_words()
    equal(tls_client(bench, again).fingerprint, first, "the certificate after a restart")
    equal(again.stop(), 0, "exit status")
    os.chmod(path, 0o640)
    has(bench.serve_words().stderr(), "may be read by others", "stderr")


@test("/tls/a-key-that-the-service-manager-hands-over-is-nobody-elses")
def _(bench):
    """It is root's, and the server's to read by an ACL, which shows as the right of a group."""
    if os.geteuid() != 0:
        raise Skip("root gives files away")
    server = bench.serve_words()
    path = identity_path(server)
    equal(server.stop(), 0, "exit status")
    for mode, n_warnings in ((0o440, 0), (0o444, 1), (0o460, 1)):
        os.chmod(path, mode)
        os.chown(path, 65534, 65534)
        server = bench.serve_words()
        equal(server.stderr().count("may be read by others"), n_warnings, f"warnings of {mode:o}")
        equal(server.stop(), 0, "exit status")


@test("/tls/a-damaged-identity-ends-the-start-with-a-line")
def _(bench):
    server = bench.serve_words()
    path = identity_path(server)
    equal(server.stop(), 0, "exit status")
    with open(path, "rb") as file:
        whole = file.read()
    for content in (b"", whole[:100], whole.replace(b"CERTIFICATE", b"CERTIFICAT"), os.urandom(1000)):
        with open(path, "wb") as file:
            file.write(content)
        errors = bench.refused()
        equal(len(errors.splitlines()), 1, f"lines on stderr: {errors!r}")
        has(errors, path, "stderr")
        with open(path, "rb") as file:
            equal(file.read(), content, "the file, which is not the server's to replace")
    errors = bench.refused("--check-config")
    has(errors, path, "stderr")


@test("/tls/an-identity-that-cannot-be-looked-at-is-not-replaced")
def _(bench):
    server = bench.serve_words()
    path = identity_path(server)
    folder = os.path.dirname(path)
    kept = bench.path("kept")
    wanted = tls_client(bench, server).fingerprint
    # Gone while it serves: only a start may make one.
    os.rename(path, kept)
    server.send_signal(signal.SIGHUP)
    server.wait_stderr("going on with the certificate as it was")
    has(server.stderr(), path, "stderr")
    check(not os.path.lexists(path), "a reload has made another identity")
    equal(tls_client(bench, server).fingerprint, wanted, "the certificate")
    equal(server.stop(), 0, "exit status")

    def refuses(named):
        for options in ((), ("--check-config",)):
            errors = bench.refused(*options)
            equal(len(errors.splitlines()), 1, f"lines on stderr: {errors!r}")
            has(errors, named, "stderr")

    # Links to what is not mounted, to themselves, and a file where the directory should be.
    os.symlink(bench.path("away", "identity.pem"), path)
    refuses(path)
    check(os.path.islink(path), "the link was replaced")
    os.remove(path)
    os.rmdir(folder)
    for target in (bench.path("away"), folder):
        os.symlink(target, folder)
        refuses(folder)
        os.remove(folder)
    bench.write(os.path.relpath(folder, bench.path()), "")
    refuses(path)
    os.remove(folder)
    os.mkdir(folder)
    os.symlink(kept, path)
    equal(tls_client(bench, bench.serve_words()).fingerprint, wanted, "the certificate behind a link")


@test("/tls/an-own-certificate-is-exchanged-on-sighup")
def _(bench):
    makers = [bench.serve_words(data_dir=bench.path(f"maker-{i}")) for i in range(2)]
    paths = [identity_path(maker) for maker in makers]
    wanted = [tls_client(bench, maker).fingerprint for maker in makers]
    own = bench.path("own.pem")

    def put(path):
        with open(path, "rb") as file:
            bench.write("own.pem", file.read())
        os.chmod(own, 0o600)

    def shown():
        client = tls_client(bench, server)
        client.ping()
        return client.fingerprint

    put(paths[0])
    config = bench.write("p.conf", f"[server]\ntls_certificate={own}\n")
    server = bench.serve_words("--config", config)
    before = tls_client(bench, server)
    equal(before.fingerprint, wanted[0], "the certificate that was named")
    put(paths[1])
    server.send_signal(signal.SIGHUP)
    wait_until(lambda: shown() == wanted[1], "the other certificate")
    before.ping()
    # What is announced has to be what is shown: clients go by it.
    wait_until(lambda: announced(server) == wanted[1], "the other fingerprint in discovery")

    # A bad one changes nothing, and is told with its reason.
    bench.write("own.pem", "nonsense")
    server.send_signal(signal.SIGHUP)
    server.wait_stderr("going on with the certificate as it was")
    has(server.stderr(), f"{own}: it holds no certificate", "stderr")
    equal(shown(), wanted[1], "the certificate")
    config = bench.write("q.conf", f"[server]\ntls_certificate={paths[0]}\ntls_key={paths[1]}\n")
    for options in ((), ("--check-config",)):
        errors = bench.refused("--config", config, "--data-dir", bench.path("another"), *options)
        has(errors, paths[1], "stderr")
        has(errors, "does not belong", "stderr")
    config = bench.write("r.conf", f"[server]\ntls_key={paths[1]}\n")
    has(bench.refused("--config", config), "r.conf:2: [server] tls_key", "stderr")


@test("/tls/a-bad-mode-is-told")
def _(bench):
    has(bench.refused("--tls", "maybe"), "“maybe” is none of", "stderr")


@test("/tls/idle-connections-are-small")
def _(bench):
    """What 2 000 of them take; the limit is for the real figure, without a sanitizer's."""
    server = bench.serve_words("--workers", "1")
    n = 200 if SANITIZER else 2000
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for _ in range(50):
        tls_client(bench, server).ping()
    before_kib = server.memory_kib()
    clients = [tls_client(bench, server) for _ in range(n)]
    for client in clients:
        client.ping()
    each = (server.memory_kib() - before_kib) * 1024 / n
    print(f"# {n} idle TLS connections: {each:.0f} bytes each")
    # It is some 600 bytes; OpenSSL's state would be 14 KiB, a buffer that is kept 17.
    check(SANITIZER or each <= 4 * 1024, f"{each:.0f} bytes each")


# --- clients ----------------------------------------------------------------------------------------

@test("/tls/the-program-encrypts-and-remembers-whom-it-spoke-to")
def _(bench):
    server = bench.serve_words()
    address = f"127.0.0.1:{server.port}"
    wanted = tls_client(bench, server).fingerprint
    for _ in range(2):
        output, errors = parlance(bench, "define", "hello", "--server", address, "--tls", "require")
        has(output, "used as a greeting", "output")
        equal(errors, "", "stderr")
    with open(os.path.join(server.data_dir, "server-id"), encoding="ascii") as file:
        equal(known(bench), [f"id {file.read().strip()} {wanted}"], "what is remembered")
    equal(stat.S_IMODE(os.stat(bench.path("state", "parlance", "known_servers")).st_mode), 0o600, "its mode")
    equal(json.loads(parlance(bench, "status", "--json", "--server", address)[0])["fingerprint"], wanted, "status")
    has(parlance(bench, "status", "--server", address)[0], f"TLS, {wanted}", "status")
    parlance(bench, "send", "lobby", "hi", "--server", address)
    has(parlance(bench, "history", "lobby", "--server", address)[0], "hi", "history")
    # Nothing of it was readable on the way, which the server would not know of; but it can be left out.
    equal(json.loads(parlance(bench, "status", "--json", "--server", address, "--tls", "off")[0])["fingerprint"],
          None, "status in plain text")


@test("/tls/the-program-works-with-required-and-with-off")
def _(bench):
    required = bench.serve_words("--tls", "required")
    off = bench.serve_words("--tls", "off", data_dir=bench.path("off"))
    for server in (required, off):
        address = f"127.0.0.1:{server.port}"
        has(parlance(bench, "define", "hello", "--server", address)[0], "used as a greeting", "output")
        parlance(bench, "send", "lobby", "hi", "--server", address)
    _output, errors = parlance(bench, "define", "hello", "--server", f"127.0.0.1:{off.port}", "--tls", "require",
                               status=3)
    has(errors, "does not encrypt", "stderr")
    _output, errors = parlance(bench, "define", "hello", "--server", f"127.0.0.1:{required.port}", status=3,
                               environment={"PARLANCE_TLS": "off"})
    has(errors, "TLS", "stderr")


def discovering(bench, server, *arguments, **keywords):
    return parlance(bench, *arguments, "--discovery-port", str(server.ready["discovery_port"]), **keywords)


@test("/tls/another-certificate-is-refused-until-it-is-trusted")
def _(bench):
    server = bench.serve_words()
    first = tls_client(bench, server).fingerprint
    has(discovering(bench, server, "define", "hello")[0], "used as a greeting", "output")
    equal(json.loads(discovering(bench, server, "discover", "--json")[0])["fingerprint"], first, "discovery")
    equal(server.stop(), 0, "exit status")
    os.remove(identity_path(server))
    server = bench.serve_words()
    second = tls_client(bench, server).fingerprint
    check(first != second, "the server did not make another one")
    before = known(bench)
    for arguments in (("define", "hello"), ("status",), ("send", "lobby", "secret"),
                      ("define", "hello", "--server", f"127.0.0.1:{server.port}")):
        output, errors = discovering(bench, server, *arguments, status=3)
        equal(output, "", "stdout")
        for part in (first, second, "parlance trust"):
            has(errors, part, "stderr")
    equal(known(bench), before, "what is remembered")
    equal(tls_client(bench, server).result("stats")["messages_stored"], 0, "messages")

    output, _errors = discovering(bench, server, "trust")
    for part in (f"was known by {first}", f"is known by {second}"):
        has(output, part, "output")
    has(discovering(bench, server, "define", "hello")[0], "used as a greeting", "output")
    os.remove(bench.path("state", "parlance", "known_servers"))
    parlance(bench, "trust", f"127.0.0.1:{server.port}")
    equal(len(known(bench)), 1, "what is remembered")


@test("/tls/a-server-that-stops-to-encrypt-is-refused-until-it-is-trusted")
def _(bench):
    server = bench.serve_words()
    has(discovering(bench, server, "define", "hello")[0], "used as a greeting", "output")
    equal(server.stop(), 0, "exit status")
    server = bench.serve_words("--tls", "off")
    for arguments in (("define", "hello"), ("send", "lobby", "secret")):
        output, errors = discovering(bench, server, *arguments, status=3)
        equal(output, "", "stdout")
        for part in ("does not encrypt", "parlance trust"):
            has(errors, part, "stderr")
    has(discovering(bench, server, "trust")[0], "does not encrypt", "output")
    has(discovering(bench, server, "define", "hello")[0], "used as a greeting", "output")


@test("/tls/a-memory-that-is-damaged-or-full-of-nonsense-is-passed-over")
def _(bench):
    server = bench.serve_words()
    address = f"127.0.0.1:{server.port}"
    for content in (b"\xff\xfe\0nonsense", b"id \n" * 100000, os.urandom(100000)):
        bench.write("state/parlance/known_servers", content)
        has(parlance(bench, "define", "hello", "--server", address)[0], "used as a greeting", "output")
        equal(len(known(bench)), 1, "what is remembered")
        os.remove(bench.path("state", "parlance", "known_servers"))


main()
