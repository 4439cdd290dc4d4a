# SPDX-License-Identifier: GPL-3.0-or-later
"""The rates and latencies of lookups: which runs there are, their rounds, and the rows of the table
that compare them."""

import json
import os
import statistics
import subprocess

from table import AT_LEAST, AT_MOST

# Of the load generator, for each way to ask. c50P16: 50 connections, 16 requests outstanding.
MODES = {
    "c50P1": ["--connections", "50", "--outstanding", "1"],
    "c50P16": ["--connections", "50", "--outstanding", "16"],
    "c1P1": ["--connections", "1", "--outstanding", "1"],
    "c1P1 plain": ["--connections", "1", "--outstanding", "1", "--plain"],
    "connect": ["--connections", "50", "--outstanding", "1", "--reconnect"],
}

# (protocol, way to ask, who is asked); the same generator with the same arguments for all. Whose
# targets are nearest stand next to each other.
# dict-match asks for whole headwords, dict-match-short for their first characters.
RUNS = [
    ("dict-define", "c50P1", ["dictd-dz", "dictd", "parlanced", "bare-dict", "redis"]),
    ("dict-define", "c50P16", ["dictd-dz", "dictd", "parlanced", "bare-dict", "redis"]),
    ("dict-define", "c1P1", ["dictd", "parlanced", "bare-dict", "redis"]),
    ("dict-define", "c1P1 plain", ["parlanced", "dictd"]),
    ("dict-define", "connect", ["dictd", "parlanced", "bare-dict"]),
    ("dict-match", "c50P16", ["parlanced", "dictd"]),
    ("dict-match-short", "c50P16", ["parlanced", "dictd"]),
    ("json-define", "c50P1", ["parlanced", "bare-json"]),
    ("json-define", "c50P16", ["parlanced", "bare-json"]),
    ("json-define", "c1P1", ["parlanced", "bare-json"]),
    ("json-define", "connect", ["parlanced", "bare-json"]),
]

RATE, P50, P99 = "replies_per_s", "p50_us", "p99_us"

# (what, protocol, way to ask, figure, peer and the protocol it was asked, comparison, target)
ROWS = [
    ("DICT DEFINE c50P1, dictd unpacked", "dict-define", "c50P1", RATE, "dictd", AT_LEAST, 4),
    ("DICT DEFINE c50P1, dictd .dz", "dict-define", "c50P1", RATE, "dictd-dz", AT_LEAST, 15),
    ("DICT DEFINE c50P1, bare", "dict-define", "c50P1", RATE, "bare-dict", AT_LEAST, 0.9),
    ("DICT DEFINE c50P1, redis", "dict-define", "c50P1", RATE, "redis", None, None),
    ("DICT DEFINE c50P16, dictd unpacked", "dict-define", "c50P16", RATE, "dictd", AT_LEAST, 25),
    ("DICT DEFINE c50P16, dictd .dz", "dict-define", "c50P16", RATE, "dictd-dz", None, None),
    ("DICT DEFINE c50P16, redis", "dict-define", "c50P16", RATE, "redis", AT_LEAST, 1),
    ("DICT DEFINE c50P16, bare", "dict-define", "c50P16", RATE, "bare-dict", None, None),
    ("DICT DEFINE c1P1 p50, bare", "dict-define", "c1P1", P50, "bare-dict", AT_MOST, 1.25),
    ("DICT DEFINE c1P1 p50, dictd unpacked", "dict-define", "c1P1", P50, "dictd", None, None),
    ("DICT DEFINE c1P1 p50, redis", "dict-define", "c1P1", P50, "redis", None, None),
    ("DICT DEFINE connect, bare", "dict-define", "connect", RATE, "bare-dict", AT_LEAST, 0.8),
    ("DICT DEFINE connect, dictd unpacked", "dict-define", "connect", RATE, "dictd", None, None),
    ("DICT MATCH prefix c50P16, dictd", "dict-match", "c50P16", RATE, "dictd", AT_LEAST, 2),
    ("DICT MATCH 6 letters c50P16, dictd", "dict-match-short", "c50P16", RATE, "dictd", AT_LEAST,
     2),
    ("JSON define c50P16, redis", "json-define", "c50P16", RATE, "redis", AT_LEAST, 0.7),
    ("JSON define c50P16, bare", "json-define", "c50P16", RATE, "bare-json", None, None),
    ("JSON define c50P1, bare", "json-define", "c50P1", RATE, "bare-json", AT_LEAST, 0.85),
    ("JSON define c1P1, bare", "json-define", "c1P1", RATE, "bare-json", AT_LEAST, 0.85),
    ("JSON define c1P1 p50, bare", "json-define", "c1P1", P50, "bare-json", AT_MOST, 1.25),
    ("JSON define connect, bare", "json-define", "connect", RATE, "bare-json", AT_LEAST, 0.8),
]

STALL_LIMIT_US = 20000  # half of the shortest delayed acknowledgement
UNITS = {RATE: "/s", P50: " us", P99: " us"}


class Load:
    """Runs the generator."""

    def __init__(self, build, corpus):
        self.program = os.path.join(build, "bench", "load")
        self.corpus = corpus

    def run(self, server, protocol, mode, seconds, check=False):
        """One run; raises RuntimeError when it failed."""
        if server.name == "redis":
            protocol = "redis-get"
        by_dict = protocol.startswith("dict-")
        words = (self.corpus.prefixes_path if protocol == "dict-match-short" else
                 self.corpus.words_path)
        spoken = protocol.removesuffix("-short")
        command = [self.program, "--server", server.dict_address if by_dict else server.address,
                   "--protocol", spoken, "--words", words, "--seconds", str(seconds),
                   "--warm-up", str(min(0.3, seconds / 4)), *MODES[mode]]
        if check:
            command.append("--check")
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60,
                              check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{server.name}, {protocol} {mode}: "
                               f"{done.stderr.strip() or done.stdout.strip()}")
        return json.loads(done.stdout)


def run_rounds(load, servers, n_rounds, seconds, say):
    """Runs everything in interleaved rounds: {(protocol, mode, server): [reports]}. What is compared
    runs one after the other, and every other round goes backwards, so that a drift of the machine
    does not favour one side."""
    reports = {}
    for number in range(n_rounds):
        for protocol, mode, names in RUNS:
            for name in names if number % 2 == 0 else reversed(names):
                if name in servers:
                    report = load.run(servers[name], protocol, mode, seconds)
                    reports.setdefault((protocol, mode, name), []).append(report)
                    say(f"round {number + 1}: {name} {protocol} {mode}: "
                        f"{report[RATE]:.0f}/s, p50 {report[P50]} us")
    return reports


def figures_of(reports, protocol, mode, name, figure):
    """A figure of every round; empty when there was no such run."""
    # redis is asked once for each way, whatever it is compared with.
    asked = "dict-define" if name == "redis" else protocol
    return [run[figure] for run in reports.get((asked, mode, name), [])]


def median_of(reports, protocol, mode, name, figure):
    """The median of a figure over the rounds, or None when there was no such run."""
    figures = figures_of(reports, protocol, mode, name, figure)
    return statistics.median(figures) if figures else None


def make_rows(reports):
    """The rows of the table, as dicts: what, ours, peer (medians), ratios (of each round, sorted),
    ratio (their median, in which a machine that is slow for a while counts least), comparison,
    target, unit."""
    rows = []
    for what, protocol, mode, figure, peer, comparison, target in ROWS:
        ours = median_of(reports, protocol, mode, "parlanced", figure)
        theirs = median_of(reports, protocol, mode, peer, figure)
        if ours is None and theirs is None:
            continue
        ratios = [a / b for a, b in zip(figures_of(reports, protocol, mode, "parlanced", figure),
                                        figures_of(reports, protocol, mode, peer, figure))]
        rows.append({"what": what, "ours": ours, "peer": theirs, "unit": UNITS[figure],
                     "ratios": sorted(ratios),
                     "ratio": statistics.median(ratios) if ratios else None,
                     "comparison": comparison, "target": target})
    plain = median_of(reports, "dict-define", "c1P1 plain", "parlanced", P99)
    dictd = median_of(reports, "dict-define", "c1P1 plain", "dictd", P99)
    if plain is not None or dictd is not None:
        rows.append({"what": "DICT DEFINE c1P1 p99, plain client, dictd", "ours": plain,
                     "peer": dictd, "unit": " us", "comparison": AT_MOST,
                     "absolute_target": STALL_LIMIT_US})
    return rows
