# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of misspellings, and how many of them are understood.

usage: test-misspellings.py MEASURE-SUGGESTIONS DATA-FOLDER [ECDICT.CSV]

misspellings.tsv is what the suggestions are judged by, misspellings-tuning.tsv what their weights were
tried on: no misspelling is in both. The dictionary may also be named by PARLANCE_ECDICT; without
one nothing is measured.
"""

import os
import re
import subprocess
import sys
import tempfile

MIN_FIRST = 90.0  # [%] where the meant word is the first suggestion
MIN_THREE = 97.0  # [%] where it is among the first three
N_JUDGED = 200
SUMMARY = re.compile(r"^(\d+) words: first ([\d.]+) %, first three ([\d.]+) %", re.MULTILINE)


def pairs(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as lines:
        return [tuple(line.rstrip("\n").split("\t")) for line in lines]


def well_formed(rows):
    words = [row[0] for row in rows]
    return all(len(row) == 2 and all(row) and row[0] != row[1] for row in rows) and len(set(words)) == len(words)


def measured(program, folder, ecdict):
    with tempfile.TemporaryDirectory(prefix="parlance-") as cache:
        done = subprocess.run([program, cache, os.path.join(folder, "misspellings.tsv"), ecdict],
                              capture_output=True, text=True, check=True)
    print("".join(f"# {line}\n" for line in done.stdout.splitlines()), end="")
    n, first, three = SUMMARY.search(done.stdout).groups()
    return int(n) == N_JUDGED and float(first) >= MIN_FIRST and float(three) >= MIN_THREE


def main():
    program, folder = sys.argv[1:3]
    path = os.environ.get("PARLANCE_ECDICT", sys.argv[3])
    ecdict = path if os.path.exists(path) else None
    judged, tuning = pairs(folder, "misspellings.tsv"), pairs(folder, "misspellings-tuning.tsv")
    results = [
        ("the-judged-list-is-well-formed", well_formed(judged) and len(judged) == N_JUDGED),
        ("the-tuning-list-is-well-formed", well_formed(tuning)),
        ("the-lists-are-apart", not {row[0] for row in judged} & {row[0] for row in tuning}),
    ]
    if ecdict:
        results.append(("misspellings-are-understood", measured(program, folder, ecdict)))
    print(f"1..{len(results) + (not ecdict)}")
    for i, (name, passed) in enumerate(results, 1):
        print(f"{'ok' if passed else 'not ok'} {i} /dictionary/misspellings/{name}")
    if not ecdict:
        print(f"ok {len(results) + 1} /dictionary/misspellings/misspellings-are-understood # SKIP "
              f"ECDICT is not at {path}; ./quickstart fetches it")
    sys.exit(0 if all(passed for _, passed in results) else 1)


main()
