#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the test points of one `meson test` run.

Arguments: the build directory, and the names of the tests that were to run, one a line on stdin.
A TAP test counts by its points, any other as one. A test that is not in the log, crashed, or ran out
of time counts as one failure more than its points show. Prints "PASSED FAILED SKIPPED" on stdout, and
on stderr what failed, each with the end of what it said itself.
"""

import json
import os
import re
import sys

SAID_LINES = 8  # of each failed point
POINT = re.compile(r"^(not )?ok\b[ \t]*\d*[ \t]*(.*?)(?:[ \t]#[ \t]*(SKIP|TODO)\b.*)?$", re.IGNORECASE)


def tap_points(text):
    """[what became of it, name, the lines of comment after it] for each test point of a TAP text."""
    points = []
    for line in text.splitlines():
        match = POINT.match(line)
        if match is not None:
            negative, name, directive = match.groups()
            what = "skipped" if directive else "failed" if negative else "passed"
            points.append([what, name, []])
        elif points and line.startswith("# --- "):  # what follows is what a program said
            points[-1][2].append(None)
        elif points and line.startswith("#") and None not in points[-1][2]:
            points[-1][2].append(line[1:].strip())
    return points


def test_points(result, protocol):
    """The points of one entry of meson's log."""
    outcome = result["result"]
    points = tap_points(result.get("stdout") or "") if protocol == "tap" else []
    is_bad = outcome not in ("OK", "EXPECTEDFAIL", "SKIP")
    if is_bad and not any(what == "failed" for what, _name, _said in points):
        points.append(["failed", outcome.lower(), (result.get("stderr") or "").splitlines()])
    elif not points:
        points.append(["skipped" if outcome == "SKIP" or protocol == "tap" else "passed", "", []])
    return points


def main():
    build = sys.argv[1]
    wanted = sys.stdin.read().split("\n")[:-1]
    with open(os.path.join(build, "meson-info", "intro-tests.json"), encoding="utf-8") as file:
        protocols = {test["name"]: test["protocol"] for test in json.load(file)}
    try:
        with open(os.path.join(build, "meson-logs", "testlog.json"), encoding="utf-8") as file:
            results = {r["name"].rsplit(" / ", 1)[-1]: r for r in map(json.loads, file)}
    except FileNotFoundError:
        results = {}
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name in wanted:
        if name in results:
            points = test_points(results[name], protocols.get(name))
        else:
            points = [["failed", "did not run", []]]
        for what, point, said in points:
            counts[what] += 1
            if what == "failed":
                print(f"FAILED {name}: {point}", file=sys.stderr)
                for line in [line for line in said if line][-SAID_LINES:]:
                    print(f"  {line[:300]}", file=sys.stderr)
    print(counts["passed"], counts["failed"], counts["skipped"])


main()
