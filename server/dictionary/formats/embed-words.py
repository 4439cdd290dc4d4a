#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a list of words into C tables to search in, so that a program has it without a path and
without building anything.

usage: embed-words.py WORDS.TXT NAME >NAME.c

The list is one word a line, the first one ranked 1; lines that begin with # are left out. The
tables hold the words sorted bytewise: NAME_text one behind the other, NAME_starts where each begins
in that and where the last one ends, NAME_ranks the place that each had in the list.
"""

import sys

ITEMS_A_LINE = 16


def print_table(c_type, name, items):
    print(f"extern const {c_type} {name}[];")
    print(f"const {c_type} {name}[] = {{")
    for begin in range(0, len(items), ITEMS_A_LINE):
        print("".join(f"{item}," for item in items[begin:begin + ITEMS_A_LINE]))
    print("};")


def main():
    path, name = sys.argv[1:]
    with open(path, "rb") as file:
        words = [line.strip() for line in file if line.strip() and not line.startswith(b"#")]
    ranks = {word: rank for rank, word in reversed(list(enumerate(words, 1)))}
    words = sorted(ranks)
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))

    print("/* Made by embed-words.py. */")
    print("#include <stdint.h>")
    print_table("uint8_t", f"{name}_text", b"".join(words))
    print_table("uint32_t", f"{name}_starts", starts)
    print_table("uint32_t", f"{name}_ranks", [ranks[word] for word in words])
    print(f"extern const uint32_t {name}_n;")
    print(f"const uint32_t {name}_n = {len(words)};")


main()
