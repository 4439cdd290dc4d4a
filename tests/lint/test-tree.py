#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the whole tree against every rule of rules.py. Argument: the top of the tree."""

import sys

import rules
import tap


def main():
    files = tap.tree_files(sys.argv[1])
    tree = rules.Tree(files)
    points = tap.Points()
    points.point("/lint/tree/has-sources",
                 [] if any(map(rules.is_source, files)) else ["no source was found"])
    for rule in rules.RULES:
        findings = (f"{path}:{number}: {sentence}"
                    for path, text in files.items() if text is not None
                    for number, sentence in rule(path, text, tree))
        points.point(f"/lint/tree/{rule.__name__.replace('_', '-')}", findings)
    points.done()


main()
