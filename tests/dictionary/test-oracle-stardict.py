# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reader of StarDict's dictionaries gives of WordNet, which Debian's stardict-tools make a
StarDict dictionary of, against two other programs' reading of the same files: sdcv, headword by
headword, and a few lines of Python over the bytes. Then the same dictionary in every other form that
StarDict knows, written and read back here.

usage: test-oracle-stardict.py DUMP-SOURCE
"""

import gzip
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from collections import Counter

DICTD_STEM = "/usr/share/dictd/wn"
TABFILE = "/usr/lib/stardict-tools/tabfile"
DIGITS = {c: i for i, c in enumerate(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")}
ESCAPE = re.compile(r"\\(.)")
UNESCAPED = {"n": "\n", "t": "\t", "\\": "\\"}
WORDS_A_CALL = 2000
# sdcv takes a word with one of these, or that begins so, for more than a word.
SDCV_SYNTAX = re.compile(r"[?*\\]|^[-/|]")


def missing_tool():
    if not os.path.exists(DICTD_STEM + ".index"):
        return "Debian's package dict-wn is not installed"
    if not os.path.exists(TABFILE):
        return "Debian's package stardict-tools is not installed"
    for name in ("dictzip", "sdcv"):
        if shutil.which(name) is None:
            return f"Debian's package {name} is not installed"
    return None


def number(digits):
    value = 0
    for digit in digits:
        value = value * 64 + DIGITS[digit]
    return value


def write_table(path):
    """WordNet as lines `headword TAB text`, of which tabfile makes a dictionary."""
    body = subprocess.run(["dictzip", "-dc", DICTD_STEM + ".dict.dz"], stdout=subprocess.PIPE,
                          check=True).stdout
    with open(DICTD_STEM + ".index", "rb") as index, open(path, "wb") as table:
        for line in index:
            headword, offset, length = line.rstrip(b"\n").split(b"\t")[:3]
            if headword.startswith((b"00-database-", b"00database")) or not headword.strip():
                continue
            text = body[number(offset):number(offset) + number(length)].rstrip()
            text = text.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\t", b"\\t")
            table.write(headword + b"\t" + text + b"\n")


def read_articles(stem):
    """Pairs of headword and text, in the order of the index: all of it bytes, as in the files."""
    with open(stem + ".idx", "rb") as file:
        index = file.read()
    body = subprocess.run(["dictzip", "-dc", stem + ".dict.dz"], stdout=subprocess.PIPE,
                          check=True).stdout
    at = 0
    while at < len(index):
        end = index.index(b"\0", at)
        offset, length = struct.unpack_from(">II", index, end + 1)
        yield index[at:end], body[offset:offset + length]
        at = end + 9


def expected_entry(headword, text, keys=()):
    text = text.decode().rstrip().lstrip("\n").replace("\r", "")
    return (headword.decode().strip(), text) + tuple(sorted(keys))


def unescape(text):
    return ESCAPE.sub(lambda match: UNESCAPED[match.group(1)], text)


def read_entries(dump_source, path):
    result = subprocess.run([dump_source, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            check=True)
    for line in result.stdout.decode().split("\n")[:-1]:
        headword, text, *keys = map(unescape, line.split("\t"))
        yield (headword, text) + tuple(sorted(keys))


def sdcv_texts(folder, words):
    """What sdcv says of each word, as one JSON array a word."""
    environment = dict(os.environ, LC_ALL="C.UTF-8", HOME=folder)
    decoder = json.JSONDecoder()
    for start in range(0, len(words), WORDS_A_CALL):
        some = words[start:start + WORDS_A_CALL]
        output = subprocess.run(
            ["sdcv", "-n", "-e", "-j", "-0", "-1", "-x", "--data-dir", folder, "--", *some],
            stdout=subprocess.PIPE, check=True, env=environment).stdout.decode()
        at = 0
        for word in some:
            answers, at = decoder.raw_decode(output, at)
            while at < len(output) and output[at].isspace():
                at += 1
            yield word, {answer["definition"].strip() for answer in answers
                         if answer["word"] == word}


class Form:
    """The dictionary written once more."""

    def __init__(self, articles, wide=False, packed=False, own_types=False, synonyms=False):
        self.articles, self.wide, self.packed = articles, wide, packed
        self.own_types, self.synonyms = own_types, synonyms

    def synonyms_of(self, number):
        return [f"synonym {number}", f"other {number // 2}"] if self.synonyms else []

    def expected(self):
        for n, (headword, text) in enumerate(self.articles):
            yield expected_entry(headword, text, self.synonyms_of(n))

    def write(self, stem):
        index, body, size = [], [], 0
        for headword, text in self.articles:
            article = b"m" + text + b"\0W\0\0\0\4RIFF" if self.own_types else text
            index.append(headword + b"\0" + struct.pack(">QI" if self.wide else ">II", size,
                                                        len(article)))
            body.append(article)
            size += len(article)
        index = b"".join(index)
        info = ["StarDict's dict ifo file", "version=3.0.0", f"wordcount={len(self.articles)}",
                f"idxfilesize={len(index)}", f"idxoffsetbits={64 if self.wide else 32}"]
        if not self.own_types:
            info.append("sametypesequence=m")
        if self.synonyms:
            records = [word.encode() + b"\0" + struct.pack(">I", n)
                       for n in range(len(self.articles)) for word in self.synonyms_of(n)]
            info.append(f"synwordcount={len(records)}")
            with open(stem + ".syn", "wb") as file:
                file.write(b"".join(records))
        with open(stem + ".ifo", "w", encoding="utf-8") as file:
            file.write("\n".join(info) + "\n")
        with (gzip.open(stem + ".idx.gz", "wb", 1) if self.packed else
              open(stem + ".idx", "wb")) as file:
            file.write(index)
        with open(stem + ".dict", "wb") as file:
            file.write(b"".join(body))
        if self.packed:
            subprocess.run(["dictzip", stem + ".dict"], check=True)


def report(n, name, expected, read):
    expected, read = Counter(expected), Counter(read)
    missing, extra = expected - read, read - expected
    right = not missing and not extra and sum(expected.values()) > 100000
    print(f"{'ok' if right else 'not ok'} {n} {name}: {sum(expected.values())} entries", flush=True)
    for label, some in (("missing", missing), ("extra", extra)):
        for entry in list(some)[:5]:
            print(f"# {label}: {entry!r}")


def main():
    dump_source = sys.argv[1]
    reason = missing_tool()
    if reason is not None:
        print(f"1..0 # SKIP {reason}")
        return
    print("1..5", flush=True)
    with tempfile.TemporaryDirectory(prefix="parlance-oracle-") as folder:
        stem = os.path.join(folder, "made", "wn")
        os.mkdir(os.path.dirname(stem))
        write_table(stem + ".txt")
        subprocess.run([TABFILE, stem + ".txt"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)
        articles = list(read_articles(stem))
        entries = list(read_entries(dump_source, stem + ".ifo"))
        report(1, "as tabfile makes it, by Python", (expected_entry(*a) for a in articles), entries)

        texts = {}
        for headword, text, *_ in entries:
            if not SDCV_SYNTAX.search(headword):
                texts.setdefault(headword, set()).add(text.strip())
        report(2, "as tabfile makes it, by sdcv",
               ((word, text) for word, answers in sdcv_texts(os.path.dirname(stem), list(texts))
                for text in answers),
               ((word, text) for word, some in texts.items() for text in some))

        forms = {
            "offsets of 64 bits": Form(articles, wide=True),
            "packed, with synonyms": Form(articles, packed=True, synonyms=True),
            "types in each article": Form(articles, wide=True, own_types=True),
        }
        for n, (name, form) in enumerate(forms.items(), 3):
            stem = os.path.join(folder, f"form-{n}")
            form.write(stem)
            report(n, name, form.expected(), read_entries(dump_source, stem))


main()
