# SPDX-License-Identifier: GPL-3.0-or-later
"""What servers take: memory for idle connections, and the time and memory to compile, to start and
to stand idle with a big dictionary."""

import json
import os
import statistics
import subprocess

import peers

N_PINGS = 2000
N_PING_ROUNDS = 5
N_STARTS = 7


def memory_kib(pid):
    """User memory of a process in KiB: its pages that no file backs (anonymous and private dirty),
    and its whole resident set, which counts pages of mapped files too."""
    fields = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
        for line in rollup:
            name, _, rest = line.partition(":")
            if rest.strip().endswith("kB"):
                fields[name] = int(rest.split()[0])
    return {"own": fields["Private_Dirty"] + fields["Shared_Dirty"] + fields["Swap"],
            "rss": fields["Rss"]}


class _Holder:
    """The program that holds idle connections."""

    def __init__(self, build, server, protocol, n_connections):
        self.process = subprocess.Popen(
            [os.path.join(build, "bench", "idle"), "--server", server.address, "--protocol",
             protocol, "--connections", str(n_connections)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        try:
            self._read()
        except BaseException:
            self.close()
            raise

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the idle connections were not opened")
        return json.loads(line)

    def ping_p99_us(self):
        """The median of some rounds' p99."""
        figures = []
        for _ in range(N_PING_ROUNDS):
            self.process.stdin.write(f"ping {N_PINGS}\n".encode())
            self.process.stdin.flush()
            figures.append(self._read()["p99_us"])
        return statistics.median(figures)

    def close(self):
        """Ends it; the server sees every connection close."""
        peers.stop_process(self.process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def measure_idle(build, server, protocol, n_connections):
    """Bytes of user memory for each connection, and the ping's p99 alone and among them."""
    pid = server.process.pid
    with _Holder(build, server, protocol, 1) as holder:
        alone_us = holder.ping_p99_us()
        before = memory_kib(pid)["own"]
        with _Holder(build, server, protocol, n_connections) as many:
            after = memory_kib(pid)["own"]
            among_us = many.ping_p99_us()
    return {"bytes": (after - before) * 1024 / n_connections,
            "p99_alone_us": alone_us, "p99_among_us": among_us}


def measure_compile(work, build, ecdict):
    """Seconds from the spawn of a server with an empty cache until it serves ECDICT, its peak memory
    in MiB (pages of mapped files counted), and what it then serves."""
    data_dir = os.path.join(work, "compile-data")
    server = peers.start_parlanced(work, build, data_dir, [ecdict])
    try:
        entries = count_entries(server, "ecdict")
    finally:
        usage = server.stop()
    return {"seconds": server.started_s, "peak_mib": usage.ru_maxrss / 1024, "entries": entries,
            "data_dir": data_dir}


def count_entries(server, name):
    """How many entries the server says that a dictionary has."""
    for dictionary in peers.ask(server, "dictionaries")["dictionaries"]:
        if dictionary["name"] == name:
            return dictionary["entries"]
    raise RuntimeError(f"the server does not serve {name}")


def measure_start(work, build, data_dir, dictionaries):
    """Milliseconds from spawn to READY with everything compiled and indexed (the median of some
    starts), and the idle server's memory beyond file pages in MiB."""
    with peers.start_parlanced(work, build, data_dir, dictionaries) as server:
        peers.await_indexed(server)
    starts_ms = []
    for _ in range(N_STARTS):
        with peers.start_parlanced(work, build, data_dir, dictionaries) as server:
            starts_ms.append(server.started_s * 1000)
            memory = memory_kib(server.process.pid)
    return {"start_ms": statistics.median(starts_ms), "own_mib": memory["own"] / 1024,
            "rss_mib": memory["rss"] / 1024}
