#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines: how they end, how long they are, what is in them. Source: docs/protocol.md, section 1."""

import shutil
import socket
import struct
import subprocess

from harness import DEADLINE_S, SANITIZER, Failure, Skip, check, equal, fault, main, request, test

MAX_LINE = 65536
PING = b'{"jsonrpc":"2.0","id":7,"method":"ping"}'
BAD = b"this is no JSON\n"


def line_of(n_bytes):
    """A good request of exactly that many bytes, without its LF."""
    head = b'{"jsonrpc":"2.0","id":7,"method":"ping","params":{"padding":"'
    return head + b"x" * (n_bytes - len(head) - 3) + b'"}}'


def expect_parse_error(client):
    reply = client.reply()
    equal(reply["id"], None, "id")
    equal(fault(reply), (-32700, {"reason": "parse_error"}), "error")


def expect_too_long(client):
    reply = client.reply()
    equal(reply["id"], None, "id")
    equal(fault(reply), (-32007, {"reason": "too_long", "limit": MAX_LINE, "field": "line"}), "error")


@test("/framing/lf-and-crlf-end-a-line")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(PING + b"\n" + PING + b"\r\n")
    equal([client.reply()["id"] for _ in range(2)], [7, 7], "ids")


@test("/framing/replies-end-with-lf-alone")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(PING + b"\r\n").half_close()
    rest = client.rest()
    check(rest.endswith(b"}\n") and b"\r" not in rest, f"{rest!r}")


@test("/framing/empty-lines-are-passed-over")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(b"\n\r\n\n" + PING + b"\n\n\r\n")
    equal(client.reply()["id"], 7, "id")
    client.ping()


@test("/framing/blanks-around-the-object-are-json")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(b" \t" + PING + b"  \t\n")
    equal(client.reply()["id"], 7, "id")


@test("/framing/several-requests-in-one-segment")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(b"".join(request("ping", id=i) for i in range(5)))
    equal(sorted(client.reply()["id"] for _ in range(5)), list(range(5)), "ids")


@test("/framing/a-request-split-at-every-byte")
def _(bench):
    server = bench.serve_words("--workers", "1")
    client, other = bench.client(server), bench.client(server)
    line = request("define", {"word": "naïve"}, id="sp€cial")
    for cut in range(1, len(line)):
        client.send(line[:cut])
        # The one worker serves in the order of arrival: it has read the first part then.
        other.ping()
        client.send(line[cut:])
        equal(client.reply()["id"], "sp€cial", f"id, cut at {cut}")


@test("/framing/a-request-byte-by-byte")
def _(bench):
    client = bench.client(bench.serve_words())
    for byte in request("define", {"word": "你好"}, id="slow") + b"\r\n" + PING + b"\r\n":
        client.send(bytes([byte]))
    equal(client.reply()["result"]["entries"][0]["headword"], "你好", "headword")
    equal(client.reply()["id"], 7, "id")


@test("/framing/a-thousand-pipelined-requests-are-each-answered-once")
def _(bench):
    client = bench.client(bench.serve_words())
    words = ("hello", "helo", "polish")
    client.send(b"".join(request("define", {"word": words[i % 3]}, id=i) for i in range(1000)))
    seen = {}
    for _ in range(1000):
        reply = client.reply()
        check(reply["id"] not in seen, f"answered twice: {reply['id']}")
        seen[reply["id"]] = reply["result"]["word"]
    equal(seen, {i: words[i % 3] for i in range(1000)}, "words by id")
    client.ping()


@test("/framing/the-longest-line-is-served")
def _(bench):
    client = bench.client(bench.serve_words())
    for end in (b"\n", b"\r\n"):
        client.send(line_of(MAX_LINE) + end)
        equal(client.reply()["id"], 7, "id")


@test("/framing/one-byte-more-is-too-long-and-the-connection-goes-on")
def _(bench):
    client = bench.client(bench.serve_words())
    for end in (b"\n", b"\r\n"):
        client.send(line_of(MAX_LINE + 1) + end)
        expect_too_long(client)
        client.ping()


@test("/framing/a-cr-inside-the-limit-is-no-excuse")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(line_of(MAX_LINE) + b"\r\r\n")
    expect_too_long(client)
    client.ping()


@test("/framing/too-long-is-told-before-any-lf")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(b"x" * (MAX_LINE + 2))
    expect_too_long(client)


@test("/framing/an-lf-ends-what-is-skipped")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(b"x" * (MAX_LINE * 3))
    expect_too_long(client)
    client.send(PING + b"and the rest of the long line\n" + PING + b"\n")
    equal(client.reply()["id"], 7, "id")
    client.ping()


@test("/framing/too-long-lines-are-told-one-by-one")
def _(bench):
    client = bench.client(bench.serve_words())
    for _ in range(20):
        client.send(b"y" * (MAX_LINE + 1000) + b"\n")
        expect_too_long(client)
    client.ping()


@test("/framing/an-endless-line-takes-no-memory")
def _(bench):
    server = bench.serve_words()
    client = bench.client(server)
    client.send(b"x" * (MAX_LINE * 2))
    expect_too_long(client)
    before = server.memory_kib()
    block = b"x" * 1000000
    for _ in range(100):
        client.send(block)
    client.send(b"\n")
    client.ping()
    grown = server.memory_kib() - before
    check(SANITIZER or grown < 4096, f"100 MB without an LF took {grown} KiB")


@test("/framing/what-is-no-utf-8-is-a-parse-error")
def _(bench):
    client = bench.client(bench.serve_words())
    for bad in (b"\xff", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80"):
        client.send(b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"' + bad + b'"}}\n')
        expect_parse_error(client)
        client.ping()


@test("/framing/what-is-no-json-is-a-parse-error")
def _(bench):
    client = bench.client(bench.serve_words())
    values = (b"NaN", b"Infinity", b"-Infinity", b"[1,]", b'{"a":1,}', b"'x'", b'"\x01"', b'"\\ud800"',
              b'"\\udc00\\ud800"', b"01", b"+1", b"1.", b".5", b"0x10", b"tru", b'"\\x41"', b'"\\u12"',
              b"{a:1}", b'{"a" 1}', b"/* */ 1", b"1e", b'"tab\there"', b"")
    for value in values:
        client.send(b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":' + value + b"}}\n")
        try:
            expect_parse_error(client)
        except Failure as failure:
            raise Failure(f"{value!r}: {failure}") from None
        client.ping()


@test("/framing/rubbish-around-an-object-is-a-parse-error")
def _(bench):
    client = bench.client(bench.serve_words())
    for line in (b"\xef\xbb\xbf" + PING, PING + PING, PING + b"x", PING[:-1], b"hello", b"\0", PING + b"\0",
                 b'{"jsonrpc":"2.0",\x0b"id":1,"method":"ping"}'):
        client.send(line + b"\n")
        expect_parse_error(client)
        client.ping()


@test("/framing/nesting-of-32-is-read-and-33-is-not")
def _(bench):
    client = bench.client(bench.serve_words())

    def nested(depth):
        # The request and its params are the first two levels.
        inner = b"[" * (depth - 2) + b"]" * (depth - 2)
        return b'{"jsonrpc":"2.0","id":3,"method":"ping","params":{"x":' + inner + b"}}\n"

    client.send(nested(32))
    equal(client.reply()["id"], 3, "id")
    client.send(nested(33))
    expect_parse_error(client)
    client.send(b"[" * 60000 + b"\n")
    expect_parse_error(client)
    client.ping()


@test("/framing/sixteen-bad-lines-in-a-row-end-the-connection")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(BAD * 16)
    for _ in range(16):
        expect_parse_error(client)
    client.expect_end()


@test("/framing/what-follows-sixteen-bad-lines-is-not-answered")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(BAD * 17 + PING + b"\n")
    for _ in range(16):
        expect_parse_error(client)
    client.expect_end()


@test("/framing/fifteen-bad-lines-and-a-good-one-go-on-for-ever")
def _(bench):
    client = bench.client(bench.serve_words())
    for _ in range(3):
        client.send(BAD * 15)
        for _ in range(15):
            expect_parse_error(client)
        client.ping()


@test("/framing/requests-that-are-wrong-in-another-way-do-not-count")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(b"[]\n" * 40)
    for _ in range(40):
        equal(fault(client.reply())[0], -32600, "code")
    client.ping()


@test("/framing/half-close-answers-everything")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(b"".join(request("define", {"word": ("hello", "helo")[i % 2]}, id=i) for i in range(500)))
    client.half_close()
    seen = sorted(client.reply()["id"] for _ in range(500))
    equal(seen, list(range(500)), "ids")
    client.expect_end()


@test("/framing/half-close-ends-the-last-line")
def _(bench):
    server = bench.serve_words()
    for tail in (b"", b"\r"):
        client = bench.client(server)
        client.send(PING + b"\n" + request("define", {"word": "helo"}, id="last").rstrip() + tail).half_close()
        equal([client.reply()["id"], client.reply()["id"]], [7, "last"], "ids")
        client.expect_end()


@test("/framing/half-close-in-the-middle-of-a-request-is-a-parse-error")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(PING[:20]).half_close()
    expect_parse_error(client)
    client.expect_end()


@test("/framing/half-close-of-a-connection-that-said-nothing-ends-it")
def _(bench):
    client = bench.client(bench.serve_words())
    client.half_close()
    client.expect_end()


@test("/framing/a-one-liner-with-netcat-prints-its-reply")
def _(bench):
    if shutil.which("nc") is None:
        raise Skip("nc (netcat-openbsd) is not installed")
    if "-N" not in subprocess.run(["nc", "-h"], capture_output=True, text=True).stderr:
        raise Skip("this nc has no -N")
    server = bench.serve_words()
    for data in (PING + b"\n", PING + b"\r\n", PING):
        done = subprocess.run(["nc", "-N", "127.0.0.1", str(server.port)], input=data, timeout=DEADLINE_S,
                              capture_output=True)
        check(done.stdout.startswith(b'{"jsonrpc":"2.0","id":7,"result":{"time":'), f"{done.stdout!r}")


@test("/framing/a-tls-handshake-is-closed-at-once-where-there-is-no-tls")
def _(bench):
    server = bench.serve_words("--tls", "off")
    client = bench.client(server)
    client.send(bytes.fromhex("16030100c8010000c40303") + b"\0" * 190)
    client.expect_end()
    # Only as the first byte of all it means TLS.
    client = bench.client(server)
    client.send(PING + b"\n\x16\n")
    equal(client.reply()["id"], 7, "id")
    expect_parse_error(client)


@test("/framing/clients-that-reset-harm-nobody")
def _(bench):
    server = bench.serve_words()
    other = bench.client(server)
    for _ in range(50):
        client = bench.client(server)
        client.send(request("define", {"word": "helo"}) * 200)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    other.ping()


main()
