# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the generators for chat: the fan-out, and the probe that asks beside it; and tells what the
disk takes to sync and what a process has in memory meanwhile."""

import contextlib
import json
import os
import subprocess
import threading
import time

import footprint

IDLE_DEADLINE_S = 30
MEMORY_INTERVAL_S = 0.05
N_SYNCS = 400
SYNC_BYTES = 4096

# Of the fan-out: what is measured. The window is of each sender.
SHAPES = {
    "1 x 100": ["--members", "100"],
    "1 x 1000": ["--members", "1000"],
    "10 x 1000": ["--members", "1000", "--senders", "10"],
    "1 x 1000, window 100": ["--members", "1000", "--window", "100"],
    "ping-pong": ["--ping-pong"],
    "1000/s": ["--members", "10", "--senders", "10", "--rate", "1000"],
    "10 x 1000, keys": ["--members", "1000", "--senders", "10", "--keys"],
    "10 x 100": ["--members", "100", "--senders", "10"],
    "10 x 1000, 100/s": ["--members", "1000", "--senders", "10", "--rate", "100"],
}
SLOW = ["--slow", "100"]

PROTOCOLS = {"redis": "redis", "inspircd": "irc", "ngircd": "irc", "bare-1": "bare",
             "bare-2": "bare"}


def _command(build, server, shape, seconds, more):
    return [os.path.join(build, "bench", "fanout"), "--server", server.address, "--protocol",
            PROTOCOLS.get(server.name, "parlance"), "--server-pid", str(server.process.pid),
            "--seconds", str(seconds), "--warm-up", str(min(0.3, seconds / 4)), *SHAPES[shape],
            *more]


def _report(process, what, patience_s):
    """What a generator printed when it had ended well."""
    try:
        out, errors = process.communicate(timeout=patience_s)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode != 0:
        raise RuntimeError(f"{what}: {errors.strip() or out.strip()}")
    return json.loads(out)


def _start(command):
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            stdin=subprocess.DEVNULL)


def fan_out(build, server, shape, seconds, more=()):
    """One run of the generator; raises RuntimeError when it failed or a message was lost. Waits
    afterwards until the server is done with those who have gone."""
    report = _report(_start(_command(build, server, shape, seconds, more)),
                     f"{server.name}, {shape}", seconds + 60)
    await_idle(server)
    return report


@contextlib.contextmanager
def fanning_out(build, server, shape, seconds):
    """Runs the generator beside the body, which begins when everybody is in the room. The result is a
    list that holds the report at the end."""
    reports = []
    process = _start(_command(build, server, shape, seconds, ["--announce"]))
    try:
        process.stdout.readline()
        yield reports
        reports.append(_report(process, f"{server.name}, {shape}", seconds + 60))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    await_idle(server)


def probe(build, server, requests, seconds):
    """Asks the server 1000 times a second and returns the latencies."""
    return _report(_start([os.path.join(build, "bench", "probe"), "--server", server.address,
                           "--requests", requests, "--seconds", str(seconds)]),
                   f"{server.name}, probe", seconds + 30)


def _cpu_ns(pid):
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as schedstat:
            total += int(schedstat.read().split()[0])
    return total


def await_idle(server):
    """Waits until a server uses less than a fiftieth of a core."""
    deadline = time.monotonic() + IDLE_DEADLINE_S
    before = _cpu_ns(server.process.pid)
    while time.monotonic() < deadline:
        time.sleep(0.05)
        now = _cpu_ns(server.process.pid)
        if now - before < 1e6:
            return
        before = now


class MemoryWatch:
    """Reads the memory of a process again and again until it is closed: the most that it had, in
    MiB, without pages of files."""

    def __init__(self, pid):
        self.pid = pid
        self.peak_mib = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        while not self._ended.wait(MEMORY_INTERVAL_S):
            self.peak_mib = max(self.peak_mib, own_mib(self.pid))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()


def own_mib(pid):
    """The memory of a process in MiB, without pages of files."""
    return footprint.memory_kib(pid)["own"] / 1024


def sync_us(directory, interval_s=0.0):
    """Microseconds that fdatasync took after each of some appends of 4 KiB, sorted; one each
    @interval_s, or without a pause. A machine that has rested in between takes longer."""
    path = os.path.join(directory, "sync-probe")
    times = []
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        start = time.perf_counter()
        for number in range(N_SYNCS):
            time.sleep(max(0.0, start + number * interval_s - time.perf_counter()))
            os.write(fd, bytes(SYNC_BYTES))
            begin = time.perf_counter()
            os.fdatasync(fd)
            times.append((time.perf_counter() - begin) * 1e6)
    finally:
        os.close(fd)
        os.unlink(path)
    return sorted(times)


def quantile(values, share):
    """Of sorted values."""
    return values[min(len(values) - 1, int(len(values) * share))]
