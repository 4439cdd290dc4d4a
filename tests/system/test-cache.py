#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiled dictionaries: used again, made again when they are not good, never trusted."""

import glob
import os
import random
import struct

from harness import SANITIZER, WORDS, Closed, Server, check, ecdict, equal, main, request, test, wait_until


def compiled(bench):
    """The one compiled file."""
    found = glob.glob(bench.path("data", "cache", "*.pdict"))
    equal(len(found), 1, f"compiled files: {os.listdir(bench.path('data', 'cache'))}")
    return found[0]


def n_compiled(server):
    return server.stderr().count("compiling")


def made(bench):
    """The path of the compiled form of WORDS, its server ended."""
    server = bench.serve_words()
    equal(n_compiled(server), 1, "compilations")
    equal(server.stop(), 0, "exit status")
    return compiled(bench)


def serves(bench, server):
    entries = bench.client(server).result("define", {"word": "hello"})["entries"]
    equal(len(entries), 1, "entries")


def again(bench, n_wanted):
    """A start with the same dictionary, that compiles as often as wanted."""
    server = bench.server("--dictionary", bench.path("words.tsv"))
    equal(n_compiled(server), n_wanted, "compilations")
    serves(bench, server)
    equal(server.stop(), 0, "exit status")


@test("/cache/a-second-start-compiles-nothing")
def _(bench):
    made(bench)
    again(bench, 0)


@test("/cache/a-changed-source-is-compiled-again")
def _(bench):
    made(bench)
    with open(bench.path("words.tsv"), "a", encoding="utf-8") as file:
        file.write("more\t\tmore\n")
    again(bench, 1)
    again(bench, 0)


@test("/cache/a-source-of-the-same-size-and-another-time-is-compiled-again")
def _(bench):
    made(bench)
    os.utime(bench.path("words.tsv"), (1000000000, 1000000000))
    again(bench, 1)


@test("/cache/a-companion-that-changed-counts")
def _(bench):
    csv = bench.write("e.csv", ecdict([{"word": "go", "translation": "去"}]))
    lemmas = bench.write("lemma.en.txt", "go -> went\n")
    server = bench.server("--dictionary", csv)
    equal(server.stop(), 0, "exit status")
    with open(lemmas, "a", encoding="utf-8") as file:
        file.write("go -> gone\n")
    server = bench.server("--dictionary", csv)
    equal(n_compiled(server), 1, "compilations")
    equal(len(bench.client(server).result("define", {"word": "gone"})["entries"]), 1, "entries")


@test("/cache/a-file-cut-short-is-made-again")
def _(bench):
    path = made(bench)
    whole = os.path.getsize(path)
    for size in (0, 1, 100, 300, whole // 2, whole - 1):
        os.truncate(path, size)
        again(bench, 1)
        equal(os.path.getsize(path), whole, "size afterwards")


@test("/cache/a-file-that-grew-is-made-again")
def _(bench):
    path = made(bench)
    with open(path, "ab") as file:
        file.write(b"more")
    again(bench, 1)


@test("/cache/a-file-of-another-version-is-made-again")
def _(bench):
    path = made(bench)
    with open(path, "r+b") as file:
        file.seek(8)
        version, = struct.unpack("=I", file.read(4))
        file.seek(8)
        file.write(struct.pack("=I", version + 1))
    again(bench, 1)
    again(bench, 0)


@test("/cache/a-file-that-is-none-is-made-again")
def _(bench):
    path = made(bench)
    for content in (b"", b"x" * 100, b"\0" * 100000):
        with open(path, "wb") as file:
            file.write(content)
        again(bench, 1)


def header_bytes(content):
    """Where the first section begins: its offset stands behind magic, versions, sizes and stamp."""
    return struct.unpack_from("=Q", content, 64)[0]


@test("/cache/a-flipped-bit-of-the-header-is-noticed")
def _(bench):
    path = made(bench)
    with open(path, "rb") as file:
        good = file.read()
    n_header = header_bytes(good)
    for offset in (0, 13, 20, 30, 40, 60, 64, 70, 100, 200, n_header - 8, n_header - 1):
        bad = bytearray(good)
        bad[offset] ^= 0x10
        with open(path, "wb") as file:
            file.write(bad)
        again(bench, 1)


@test("/cache/a-record-that-passes-the-end-is-an-internal-error")
def _(bench):
    """No checksum covers the records: that one is damaged is noticed when it is asked for."""
    path = made(bench)
    with open(path, "r+b") as file:
        n_header = header_bytes(file.read(72))
        file.seek(n_header + 4)  # of the first record, the length of its rest
        file.write(struct.pack("=I", 0xffffffff))
    server = bench.server("--dictionary", bench.path("words.tsv"))
    equal(n_compiled(server), 0, "compilations")
    client = bench.client(server)
    for _ in range(2):
        equal(client.fault("define", {"word": WORDS[0][0]}), (-32603, {"reason": "internal"}), "error")
        client.ping()
    equal(len(client.result("define", {"word": WORDS[1][0]})["entries"]), 1, "entries of another record")


def hammer(client, words):
    """Asks everything; answers may be errors, but all have to come. Returns how many were errors."""
    questions = [("define", {"word": word}) for word in words]
    questions += [("match", {"word": word, "strategy": strategy, "limit": 1000}) for word in words
                  for strategy in ("exact", "prefix", "suffix", "soundex", "lemma")]
    questions += [("match", {"word": letter, "strategy": strategy}) for letter in "hpswndg好"
                  for strategy in ("prefix", "suffix")]
    questions += [("dictionaries", None)]
    client.send(b"".join(request(method, params, id=i) for i, (method, params) in enumerate(questions)))
    n_errors = 0
    for _ in questions:
        # Text of a damaged file need not be JSON; lines the answers must be.
        n_errors += b'"error"' in client.line()
    return n_errors


@test("/cache/a-flipped-byte-anywhere-never-crashes-the-server")
def _(bench):
    chance = random.Random(9502)
    rows = [{"word": w[0], "translation": w[-1], "exchange": "p:x" + w[0], "frq": i + 1} for i, w in enumerate(WORDS)]
    source = bench.write("words.csv", ecdict(rows))
    server = bench.server("--dictionary", source)
    equal(server.stop(), 0, "exit status")
    path = compiled(bench)
    with open(path, "rb") as file:
        good = file.read()
    words = [w[0] for w in WORDS] + ["xhello", "helo", "zzz", "pol"]
    for _ in range(15 if SANITIZER else 60):
        bad = bytearray(good)
        for _ in range(chance.choice((1, 1, 2, 10))):
            offset = chance.randrange(header_bytes(good), len(bad))
            bad[offset] = chance.choice((0, 0xff, bad[offset] ^ (1 << chance.randrange(8))))
        with open(path, "wb") as file:
            file.write(bad)
        server = bench.server("--dictionary", source)
        try:
            hammer(bench.client(server), words)
            dict_client = bench.dict_client(server)
            for word in ("hello", "polish", "zzz"):
                dict_client.command(f"DEFINE * {word}")
        except Closed:
            check(False, f"the server ended: {server.process.poll()}")
        equal(server.stop(), 0, "exit status")


@test("/cache/sigkill-while-compiling-leaves-nothing-that-is-believed")
def _(bench):
    entries = [(f"word {i}", f"the meaning of {i}") for i in range(200000)]
    source = bench.tsv("big.tsv", entries)
    for wait_for_bytes in (0, 1000000):
        server = Server(bench, ("--dictionary", source))
        bench.servers.append(server)
        server.spawn()
        server.wait_stderr("compiling")

        def part_bytes():
            return sum(os.path.getsize(p) for p in glob.glob(bench.path("data", "cache", "*.part"))) >= wait_for_bytes
        wait_until(part_bytes, "the first megabyte")
        server.kill()
        equal(glob.glob(bench.path("data", "cache", "*.pdict")), [], "compiled files")
    server = bench.server("--dictionary", source)
    client = bench.client(server)
    equal(client.result("dictionaries")["dictionaries"][0]["entries"], len(entries), "entries")
    equal(len(client.result("define", {"word": "word 199999"})["entries"]), 1, "entries of the last word")
    equal(glob.glob(bench.path("data", "cache", "*.pdict.part")), [], "what is left aside")


@test("/cache/two-sources-of-one-name-do-not-share-a-file")
def _(bench):
    for folder, text in (("one", "first"), ("two", "second")):
        path = bench.tsv(f"{folder}/words.tsv", [("hello", text)])
        server = bench.server("--dictionary", path)
        equal(bench.client(server).result("define", {"word": "hello"})["entries"][0]["text"], text, "text")
        equal(server.stop(), 0, "exit status")


@test("/cache/a-cache-that-cannot-be-written-ends-the-start")
def _(bench):
    bench.write("data/cache", "a file where the directory should be")
    errors = bench.refused("--dictionary", bench.tsv("words.tsv", WORDS))
    check("cache" in errors, errors)


@test("/cache/may-be-deleted-while-the-server-runs")
def _(bench):
    server = bench.serve_words()
    client = bench.client(server)
    os.remove(compiled(bench))
    equal(len(client.result("define", {"word": "hello"})["entries"]), 1, "entries")


main()
