#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every header can be included first and alone. Arguments: the top of the tree, the compiler."""

import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import tap

PACKAGES = ("gio-2.0", "json-c", "zlib", "libadwaita-1", "sqlite3")


def package_flags():
    """The flags of those packages that are installed."""
    flags = []
    for package in PACKAGES:
        found = subprocess.run(["pkg-config", "--cflags", package], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, check=False)
        if found.returncode == 0:
            flags += shlex.split(found.stdout)
    return flags


def complaints(compiler, root, flags, text):
    """What @compiler says of the translation unit @text."""
    command = compiler + ["-fsyntax-only", "-std=c17", "-Wall", "-Wextra", "-Wno-unused-parameter",
                          "-Werror", "-D_GNU_SOURCE", '-DPARLANCE_VERSION="0"', f"-I{root}"]
    done = subprocess.run(command + flags + ["-x", "c", "-"], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        return done.stdout.splitlines() or [f"the compiler ended with {done.returncode}"]
    return []


def main():
    root, compiler = sys.argv[1], sys.argv[2:]
    flags = package_flags()
    points = tap.Points()
    bad = "void f (struct Unknown a, NotThere b);\n"
    points.point("/lint/headers/catches-missing-include",
                 [] if complaints(compiler, root, flags, bad) else ["a bad header was let pass"])
    headers = [path for path in tap.tree_files(root) if path.endswith(".h")]
    with ThreadPoolExecutor(os.cpu_count()) as compilers:
        # Twice: the second time must be empty.
        found = compilers.map(lambda path: complaints(compiler, root, flags, f'#include "{path}"\n' * 2), headers)
        for path, lines in zip(headers, found):
            points.point(f"/lint/headers/{path}", lines)
    points.done()


main()
