# SPDX-License-Identifier: GPL-3.0-or-later
"""The rounds of the comparison of chat servers: what is run for each of its parts, and the rows of
the table that come of it."""

import contextlib
import statistics

import chat_load
from table import AT_LEAST, AT_MOST, absolute

RATE, P50, P99, ACK_P99 = "deliveries_per_s", "p50_us", "p99_us", "ack_p99_us"
SERVER_US, READS = "server_us_per_delivery", "deliveries_per_read"
UNITS = {RATE: "/s", P50: " us", P99: " us", ACK_P99: " us", SERVER_US: " us"}

# (shape, who is asked). process, full and memory are ours, with that durability.
RUNS = [
    ("1 x 100", ["process", "redis", "inspircd", "ngircd", "bare-1"]),
    ("1 x 1000", ["process", "memory", "full", "redis", "inspircd", "bare-1"]),
    ("10 x 1000", ["process", "memory", "full", "redis", "inspircd", "bare-1", "bare-2"]),
    ("10 x 1000, keys", ["process"]),
    ("1 x 1000, window 100", ["process", "redis", "inspircd", "bare-1"]),
    ("ping-pong", ["process", "full", "inspircd", "redis", "ngircd", "bare-1"]),
]

# (figure, ours, (peer, the peer's shape or None for the same), comparison, target) for each shape.
ROWS = {
    "1 x 100": [
        (RATE, "process", ("redis", None), AT_LEAST, 1),
        (RATE, "process", ("inspircd", None), AT_LEAST, 1),
        (RATE, "process", ("ngircd", None), None, None),
        (RATE, "process", ("bare-1", None), None, None),
        (SERVER_US, "process", ("redis", None), None, None),
    ],
    "1 x 1000": [
        (RATE, "process", ("redis", None), AT_LEAST, 1),
        (RATE, "process", ("inspircd", None), AT_LEAST, 1),
        (RATE, "process", ("bare-1", None), None, None),
        (SERVER_US, "process", ("redis", None), None, None),
        (RATE, "full", ("memory", None), AT_LEAST, 0.8),
        (RATE, "process", ("memory", None), None, None),
    ],
    "10 x 1000": [
        (RATE, "process", ("redis", None), AT_LEAST, 1),
        (RATE, "process", ("inspircd", None), None, None),
        (RATE, "process", ("bare-1", None), None, None),
        (RATE, "process", ("bare-2", None), None, None),
        (SERVER_US, "process", ("redis", None), None, None),
        (RATE, "process", ("memory", None), AT_LEAST, 0.9),
        (RATE, "full", ("memory", None), None, None),
    ],
    "10 x 1000, keys": [(RATE, "process", ("process", "10 x 1000"), None, None)],
    "1 x 1000, window 100": [
        (RATE, "process", ("redis", None), AT_LEAST, 1.2),
        (RATE, "process", ("inspircd", None), None, None),
        (RATE, "process", ("bare-1", None), None, None),
        (SERVER_US, "process", ("redis", None), None, None),
    ],
    "ping-pong": [
        (P50, "process", ("inspircd", None), AT_MOST, 1.5),
        (P50, "process", ("redis", None), None, None),
        (P50, "process", ("ngircd", None), None, None),
        (P50, "process", ("bare-1", None), None, None),
    ],
}

WORDS = {RATE: "", P50: " p50", SERVER_US: ", server CPU a delivery"}
PING_PONG_BEYOND_SYNC_US = 60
ACK_PROCESS_US = 2000
SLOW_MIB = 64
# To 100 members so many messages go that the slow readers' queues reach their limit in seconds.
SLOW_SHAPES = ("10 x 1000", "10 x 1000, 100/s", "10 x 100")


def in_turn(names, number):
    """What is compared runs one after the other, and every other round goes backwards, so that a
    drift of the machine does not favour one side."""
    return names if number % 2 == 0 else list(reversed(names))


def ratio_row(what, unit, ours, theirs, comparison, target):
    """A row of what was measured in each round; None when it was not."""
    if not ours and not theirs:
        return None
    ours_median = statistics.median(ours) if ours else None
    peer_median = statistics.median(theirs) if theirs else None
    return {"what": what, "unit": unit, "ours": ours_median, "peer": peer_median,
            "ratio": ours_median / peer_median if ours and theirs and peer_median else None,
            "ratios": sorted(a / b for a, b in zip(ours, theirs) if b),
            "comparison": comparison, "target": target}


class Rounds:
    """Runs the rounds; keeps every report."""

    def __init__(self, build, seconds, n_rounds, say):
        self.build, self.seconds, self.n_rounds, self.say = build, seconds, n_rounds, say
        self.reports = {}

    def _keep(self, part, name, report):
        self.reports.setdefault((part, name), []).append(report)
        self.say(f"{part}: {name}: " + ", ".join(
            f"{key} {report[key]:g}" for key in (RATE, P50, P99, ACK_P99, SERVER_US, READS,
                                                 "server_switches_per_message", "peak_mib")
            if key in report))

    def figures(self, part, name, figure):
        """A figure of every round; empty when there was no such run."""
        return [report[figure] for report in self.reports.get((part, name), [])]

    def fan_out(self, servers):
        """Everybody's fan-out."""
        for number in range(self.n_rounds):
            for shape, names in RUNS:
                for name in in_turn([name for name in names if name in servers], number):
                    self._keep(shape, name, chat_load.fan_out(self.build, servers[name], shape,
                                                              self.seconds))

    def acknowledge(self, servers, directory):
        """How long a sender waits for its acknowledgement, and what the disk takes for a sync."""
        for number in range(self.n_rounds):
            for name in in_turn([name for name in ("full", "process", "memory") if name in servers],
                                number):
                before = [chat_load.sync_us(directory, interval) for interval in (0, 0.001)]
                report = chat_load.fan_out(self.build, servers[name], "1000/s",
                                           max(self.seconds, 1))
                after = [chat_load.sync_us(directory, interval) for interval in (0, 0.001)]
                at_once, each_ms = (sorted(one + two) for one, two in zip(before, after))
                report.update(sync_p50_us=chat_load.quantile(at_once, 0.5),
                              sync_p99_us=chat_load.quantile(each_ms, 0.99),
                              sync_p99_at_once_us=chat_load.quantile(at_once, 0.99))
                self._keep("1000/s", name, report)

    def slow_readers(self, start, seconds):
        """The same fan-out with and without readers that never read; each on a fresh server."""
        for shape in SLOW_SHAPES:
            for number in range(self.n_rounds):
                for slow in in_turn([False, True], number):
                    with start() as server:
                        at_start = chat_load.own_mib(server.process.pid)
                        with chat_load.MemoryWatch(server.process.pid) as memory:
                            report = chat_load.fan_out(self.build, server, shape, seconds,
                                                       chat_load.SLOW if slow else ())
                        report["peak_mib"] = memory.peak_mib - at_start
                    self._keep(shape + ", slow readers", "with" if slow else "without", report)

    def lookups(self, server, other, requests):
        """`define` on other connections, alone and while a fan-out runs; and while it runs on
        another server (@other may be None), which tells the machine's part in it."""
        cases = {"alone": (None, None), "paced": (server, "10 x 1000, 100/s"),
                 "elsewhere": (other, "10 x 1000, 100/s"), "saturated": (server, "10 x 1000")}
        for number in range(self.n_rounds):
            for case in in_turn(list(cases), number):
                loaded, shape = cases[case]
                if case == "elsewhere" and other is None:
                    continue
                beside = (chat_load.fanning_out(self.build, loaded, shape, self.seconds * 2 + 0.6)
                          if shape else contextlib.nullcontext())
                with beside:
                    report = chat_load.probe(self.build, server, requests, self.seconds * 2)
                self._keep("define", case, report)

    def fan_out_rows(self):
        """Throughput and ping-pong."""
        rows = []
        for shape, _ in RUNS:
            for figure, ours, (peer, peers_shape), comparison, target in ROWS[shape]:
                whose = "" if ours == "process" else f" ({ours})"
                against = f"{peer}, {peers_shape}" if peers_shape else peer
                rows.append(ratio_row(
                    f"{shape}{whose}{WORDS[figure]}, {against}", UNITS[figure],
                    self.figures(shape, ours, figure),
                    self.figures(peers_shape or shape, peer, figure), comparison, target))
        return [row for row in rows if row]

    def acknowledgement_rows(self):
        """Ping-pong with an fsync, and acknowledgements."""
        rows = []
        full_us = self.figures("1000/s", "full", ACK_P99)
        sync_p50 = self.figures("1000/s", "full", "sync_p50_us")
        if full_us:
            rows.append(ratio_row("1000/s (full): acknowledged, p99, fdatasync p99", " us", full_us,
                                  self.figures("1000/s", "full", "sync_p99_us"), AT_MOST, 3))
            rows.append(ratio_row("1000/s (full): acknowledged, p99, fdatasync p99 without a pause",
                                  " us", full_us,
                                  self.figures("1000/s", "full", "sync_p99_at_once_us"), None, None))
        for name in ("process", "memory"):
            times = self.figures("1000/s", name, ACK_P99)
            if times:
                rows.append(absolute(f"1000/s ({name}): acknowledged, p99",
                                     statistics.median(times), " us",
                                     ACK_PROCESS_US if name == "process" else None))
        ping_pong = self.figures("ping-pong", "full", P50)
        if ping_pong and sync_p50:
            rows.append(ratio_row(
                f"ping-pong (full) p50, {PING_PONG_BEYOND_SYNC_US} us + fdatasync p50", " us",
                ping_pong, [time + PING_PONG_BEYOND_SYNC_US for time in sync_p50], AT_MOST, 1))
        return rows

    def slow_rows(self):
        """Slow readers."""
        rows = []
        for shape in SLOW_SHAPES:
            part = shape + ", slow readers"
            rows.append(ratio_row(f"{shape}: p99 with 100 slow readers, without", " us",
                                  self.figures(part, "with", P99),
                                  self.figures(part, "without", P99), AT_MOST, 2))
            for name in ("with", "without"):
                peaks = self.figures(part, name, "peak_mib")
                if peaks:
                    rows.append(absolute(f"{shape}: memory above start, {name} slow readers",
                                         max(peaks), " MiB", SLOW_MIB if name == "with" else None))
        return [row for row in rows if row]

    def lookup_rows(self):
        """`define` beside a fan-out."""
        alone = self.figures("define", "alone", P99)
        names = {"paced": "while 10 x 1000 at 100/s, alone",
                 "elsewhere": "while bare does that, alone",
                 "saturated": "while 10 x 1000 at full rate, alone"}
        rows = [ratio_row(f"define p99 {text}", " us", self.figures("define", name, P99), alone,
                          AT_MOST if name == "paced" else None,
                          1.25 if name == "paced" else None) for name, text in names.items()
                if self.figures("define", name, P99)]
        return [row for row in rows if row]
