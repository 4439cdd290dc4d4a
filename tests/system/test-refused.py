#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dictionaries that cannot be served: which end the start, and what is said. Source: docs/operations.md."""

import os
import struct
import subprocess

from harness import (DEADLINE_S, PARLANCED, Server, Skip, check, dictd, dictzip, ecdict, equal, has, main, test)

GOOD = [("hello", "x")]
RECORD = b'{"traditional":"a","simplified":"a","pinyin":"a1","english":["x"]}'


def stardict(bench, stem, entries=GOOD, index=None, body=None):
    """Writes a StarDict dictionary, with another index or body where they are given. Returns its path."""
    texts = b""
    records = b""
    for headword, text in entries:
        data = text.encode("utf-8")
        records += headword.encode("utf-8") + b"\0" + struct.pack(">II", len(texts), len(data))
        texts += data
    records = records if index is None else index
    bench.write(f"{stem}.idx", records)
    bench.write(f"{stem}.dict", texts if body is None else body)
    return bench.write(f"{stem}.ifo", "StarDict's dict ifo file\nversion=2.4.2\nbookname=Words\n"
                       f"wordcount={len(entries)}\nidxfilesize={len(records)}\nsametypesequence=m\n")


def ends_the_start(bench, path, *parts, culprit=None, prefix=()):
    """At once, before anything is compiled; one line names the file, or what goes with it."""
    server = Server(bench, ("--dictionary", bench.tsv("good.tsv", GOOD), "--dictionary", path), prefix=prefix)
    bench.servers.append(server)
    server.spawn()
    equal(server.wait_exit(), 1, "exit status")
    errors = server.stderr()
    equal(len(errors.splitlines()), 1, f"lines on stderr: {errors!r}")
    for part in (culprit or path, *parts):
        has(errors, part, "stderr")


def nobody(bench):
    """What stands before a command so that the mode of a file counts; the directory may be written."""
    if os.geteuid() != 0:
        return ()
    prefix = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    probe = subprocess.run([*prefix, PARLANCED, "--version"], capture_output=True, timeout=DEADLINE_S)
    if probe.returncode != 0:
        raise Skip("nobody cannot run the program here, and root may read everything")
    os.chmod(bench.dir, 0o777)
    return prefix


def with_companions(bench):
    """A dictionary of each format that has several files. Returns [(path, what goes with it)]."""
    index, body = dictd(GOOD)
    bench.write("d.dict", body)
    return [(stardict(bench, "s"), ("s.idx", "s.dict", "s.syn")),
            (bench.write("e.csv", ecdict([{"word": "go", "translation": "x"}])), ("lemma.en.txt",)),
            (bench.write("d.index", index), ("d.dict",))]


def leaves_it_out(bench, path, *parts):
    """Another dictionary is served; one line names the file."""
    server = bench.server("--dictionary", path, "--dictionary", bench.tsv("good.tsv", GOOD))
    client = bench.client(server)
    equal([d["name"] for d in client.result("dictionaries")["dictionaries"]], ["good"], "dictionaries")
    lines = [line for line in server.stderr().splitlines() if "warning" in line]
    equal(len(lines), 1, f"warnings: {server.stderr()!r}")
    for part in parts:
        has(lines[0], part, "stderr")
    equal(server.stop(), 0, "exit status")


def never_ends_the_start(bench, name, *parts):
    """The same in the data directory: told, and left out."""
    server = bench.server("--dictionary", bench.tsv("good.tsv", GOOD))
    client = bench.client(server)
    equal([d["name"] for d in client.result("dictionaries")["dictionaries"]], ["good"], "dictionaries")
    for part in (name, *parts):
        has(server.stderr(), part, "stderr")
    equal(server.stop(), 0, "exit status")


@test("/refused/missing")
def _(bench):
    for name in ("none.tsv", "none.csv", "none.index", "none.dict", "none.dict.dz", "none"):
        ends_the_start(bench, bench.path(name))


@test("/refused/a-directory")
def _(bench):
    for name in ("d.tsv", "d.csv", "d.index", "plain"):
        os.makedirs(bench.path(name))
        ends_the_start(bench, bench.path(name))
    os.makedirs(bench.path("data/dictionaries/d.tsv"))
    never_ends_the_start(bench, "d.tsv")


@test("/refused/a-directory-of-a-companions-name")
def _(bench):
    for path, companions in with_companions(bench):
        for name in map(bench.path, companions):
            kept = f"{name}.kept"
            if os.path.exists(name):
                os.rename(name, kept)
            os.mkdir(name)
            ends_the_start(bench, path, "directory", culprit=name)
            os.rmdir(name)
            if os.path.exists(kept):
                os.rename(kept, name)


@test("/refused/a-fifo-a-device-and-a-socket")
def _(bench):
    import socket
    fifo = bench.path("f.tsv")
    os.mkfifo(fifo)
    ends_the_start(bench, fifo)
    os.symlink("/dev/zero", bench.path("zero.tsv"))
    ends_the_start(bench, bench.path("zero.tsv"))
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(bench.path("s.tsv"))
        ends_the_start(bench, bench.path("s.tsv"))
    os.makedirs(bench.path("data/dictionaries"))
    os.mkfifo(bench.path("data/dictionaries/f.tsv"))
    never_ends_the_start(bench, "f.tsv")


@test("/refused/a-dangling-link")
def _(bench):
    os.makedirs(bench.path("data/dictionaries"))
    for path in ("l.tsv", "data/dictionaries/l.tsv"):
        os.symlink("nowhere", bench.path(path))
    ends_the_start(bench, bench.path("l.tsv"))
    never_ends_the_start(bench, "l.tsv")


@test("/refused/not-readable")
def _(bench):
    prefix = nobody(bench)
    secret = bench.tsv("secret.tsv", GOOD)
    os.chmod(secret, 0)
    ends_the_start(bench, secret, "denied", prefix=prefix)

    hidden = bench.tsv("data/dictionaries/hidden.tsv", GOOD)
    for path in ("data", "data/dictionaries", "data/lock", "data/server-id"):
        if os.path.exists(bench.path(path)) and os.geteuid() == 0:
            os.chown(bench.path(path), 65534, 65534)
    os.chmod(hidden, 0)
    server = bench.server("--dictionary", bench.tsv("good.tsv", GOOD), prefix=prefix)
    equal(len(bench.client(server).result("dictionaries")["dictionaries"]), 1, "dictionaries")
    has(server.stderr(), hidden, "stderr")


@test("/refused/a-companion-that-is-not-readable")
def _(bench):
    prefix = nobody(bench)
    for path, companions in with_companions(bench):
        for name in map(bench.path, companions):
            with open(name, "ab"):
                os.chmod(name, 0)
            ends_the_start(bench, path, "denied", culprit=name, prefix=prefix)
            os.chmod(name, 0o644)


@test("/refused/an-unknown-ending")
def _(bench):
    ends_the_start(bench, bench.write("words.txt", "hello\n"), "ending")


@test("/refused/a-dictd-index-without-its-body-and-a-body-without-its-index")
def _(bench):
    index, body = dictd([("hello", "x")])
    ends_the_start(bench, bench.write("a.index", index), "a.dict")
    ends_the_start(bench, bench.write("b.dict", body), "b.index")


@test("/refused/a-csv-that-is-none-of-ecdict")
def _(bench):
    ends_the_start(bench, bench.write("a.csv", "english,german\nhouse,Haus\n"), "word")
    ends_the_start(bench, bench.write("b.csv", ""), "empty")
    bench.write("data/dictionaries/c.csv", "english,german\nhouse,Haus\n")
    never_ends_the_start(bench, "c.csv", "word")


@test("/refused/empty")
def _(bench):
    leaves_it_out(bench, bench.write("e.tsv", ""), "e.tsv")
    leaves_it_out(bench, bench.write("comments.tsv", "# title: x\n\n"), "comments.tsv")
    leaves_it_out(bench, bench.write("head.csv", ecdict([])), "head.csv")
    bench.write("d.dict", "")
    leaves_it_out(bench, bench.write("d.index", ""), "d.index")
    leaves_it_out(bench, bench.write("c.u8", ""), "c.u8")
    leaves_it_out(bench, bench.write("c.json", "[]"), "c.json")
    leaves_it_out(bench, bench.write("i.ifo", ""), "i.ifo")
    leaves_it_out(bench, stardict(bench, "s", index=b""), "s.idx")
    leaves_it_out(bench, stardict(bench, "t", body=b""), "t.idx", "record 1")


@test("/refused/bad-utf-8-is-told-with-its-line")
def _(bench):
    leaves_it_out(bench, bench.write("a.tsv", b"one\t\tgood\ntwo\t\tb\xe4d\n"), "a.tsv", "line 2", "UTF-8")
    leaves_it_out(bench, bench.write("b.csv", b"word,translation\none,\xff\n"), "b.csv", "2", "UTF-8")
    leaves_it_out(bench, bench.write("c.u8", b"a a [a1] /x/\nb b [b1] /\xff/\n"), "c.u8", "line 2", "UTF-8")
    leaves_it_out(bench, bench.write("j.json", b"[" + RECORD + b",\n" + RECORD.replace(b"x", b"\xff") + b"]"),
                  "j.json", "line 2", "UTF-8")
    leaves_it_out(bench, stardict(bench, "s", body=b"\xff"), "s.idx", "record 1", "UTF-8")
    leaves_it_out(bench, stardict(bench, "t", index=b"\xff\0" + struct.pack(">II", 0, 1)), "t.idx", "UTF-8")


@test("/refused/cut-off-is-told-with-its-place")
def _(bench):
    leaves_it_out(bench, bench.write("c.u8", "a a [a1] /x/\nb b [b1] /x/y"), "c.u8", "line 2", "cut off")
    leaves_it_out(bench, bench.write("j.json", b"[" + RECORD + b",\n" + RECORD[:-9]), "j.json", "ends within")
    bench.write("d.dict", "0123456789")
    leaves_it_out(bench, bench.write("d.index", "one\tA\tK\ntwo\tA\tK"), "d.index", "line 2", "cut off")
    words = [("one", "1"), ("two", "2")]
    path = stardict(bench, "s", words)
    with open(bench.path("s.idx"), "r+b") as index:
        index.truncate(20)
    leaves_it_out(bench, path, "s.idx")
    leaves_it_out(bench, stardict(bench, "t", words, body=b"1"), "t.idx", "record 2")


@test("/refused/a-tsv-without-its-columns-is-told-with-its-line")
def _(bench):
    for number, (line, reason) in enumerate((("two", "three columns"), ("two\tx", "three columns"),
                                             ("two\t\ta\tb", "three columns"), ("two\t\ta\\x", "backslash"),
                                             ("\t\ttext", "headword"), ("two\t\t", "text"), ("two\t\t \\n", "text"),
                                             ("two\t\tend\\", "backslash"))):
        path = bench.write(f"{number}.tsv", f"# title: x\none\t\tgood\n{line}\nfour\t\tgood\n")
        leaves_it_out(bench, path, f"{number}.tsv", "line 3", reason)


@test("/refused/a-csv-record-of-other-columns-is-told-with-its-line")
def _(bench):
    leaves_it_out(bench, bench.write("a.csv", "word,translation\none,1\ntwo\n"), "a.csv", "3", "columns")
    leaves_it_out(bench, bench.write("b.csv", 'word,translation\none,"never closed\n'), "b.csv")


@test("/refused/a-dictd-index-past-the-end-of-its-body-is-told-with-its-line")
def _(bench):
    bench.write("a.dict", "0123456789")
    leaves_it_out(bench, bench.write("a.index", "one\tA\tK\ntwo\tA\tL\n"), "a.index", "line 2", "ends after")
    bench.write("b.dict", "0123456789")
    leaves_it_out(bench, bench.write("b.index", "one\t//////////\t//////////\n"), "b.index", "line 1")
    bench.write("c.dict", "0123456789")
    leaves_it_out(bench, bench.write("c.index", "one\tA\n"), "c.index", "line 1", "three columns")
    bench.write("d.dict", "0123456789")
    leaves_it_out(bench, bench.write("d.index", "one\tA!\tB\n"), "d.index", "line 1", "base 64")


@test("/refused/a-stardict-index-past-the-end-of-its-body-is-told-with-its-record")
def _(bench):
    for number, place in enumerate(((1, 1), (0, 2), (0xffffffff, 0xffffffff))):
        path = stardict(bench, f"s{number}", index=b"hello\0" + struct.pack(">II", *place))
        leaves_it_out(bench, path, f"s{number}.idx", "record 1")


@test("/refused/a-damaged-dz-is-told")
def _(bench):
    index, body = dictd([(f"word{i}", f"the text of {i}, " * 20) for i in range(500)])
    packed = dictzip(body)
    flipped = bytearray(packed)
    flipped[len(packed) // 2] ^= 0xff
    for number, data in enumerate((packed[:-1], packed[:len(packed) // 2], packed[:10], b"", bytes(flipped),
                                   b"no gzip at all", packed[:-8] + b"\0\0\0\0" + packed[-4:])):
        path = bench.write(f"d{number}.index", index)
        bench.write(f"d{number}.dict.dz", data)
        leaves_it_out(bench, path, f"d{number}.dict.dz")


@test("/refused/an-entry-without-a-use-is-left-out-and-told")
def _(bench):
    path = bench.write("e.csv", ecdict([{"word": "", "translation": "x"}, {"word": "a", "translation": ""},
                                        {"word": "b", "translation": "kept"}, {"word": "x" * 300, "translation": "x"}]))
    server = bench.server("--dictionary", path)
    equal(bench.client(server).result("dictionaries")["dictionaries"][0]["entries"], 1, "entries")
    check(server.stderr().count("left out") >= 3, server.stderr())


@test("/refused/a-name-with-control-characters-does-not-reach-the-terminal")
def _(bench):
    path = bench.tsv("bell\a\x1b[31m.tsv", GOOD)
    errors = bench.refused("--dictionary", path)
    check("\a" not in errors and "\x1b" not in errors, f"{errors!r}")


@test("/refused/every-dictionary-damaged-serves-none")
def _(bench):
    server = bench.server("--dictionary", bench.write("a.tsv", "nonsense\n"))
    equal(bench.client(server).result("dictionaries")["dictionaries"], [], "dictionaries")
    equal(bench.dict_client(server).command("SHOW DB")[:3], "554", "SHOW DB")


@test("/refused/more-dictionaries-than-there-is-room-for")
def _(bench):
    for i in range(300):
        bench.tsv(f"data/dictionaries/d{i:03}.tsv", [("hello", f"{i}")])
    server = bench.server()
    client = bench.client(server)
    names = [d["name"] for d in client.result("dictionaries")["dictionaries"]]
    equal(names, [f"d{i:03}" for i in range(len(names))], "names")
    check(len(names) == 300 or "only the first" in server.stderr(), "the others are not told of")
    equal(len(client.result("define", {"word": "hello", "max_entries": 100})["entries"]), min(100, len(names)), "entries")


main()
