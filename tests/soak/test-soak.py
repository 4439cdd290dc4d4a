#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many people for a long time: they join, talk, look words up and vanish, in plain text and by TLS. What
was acknowledged is stored once, everybody is told the same, nobody waits without end, and at the end the
server has the descriptors it began with and no more memory than it needs.

SOAK in the environment says for how many seconds, CLIENTS how many people (./check --soak SECONDS has 2 000),
SEED which of all possible soaks.
"""

import contextlib
import os
import random
import re
import resource
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
import tls_harness  # noqa: E402
from chat_harness import check_database, check_sequence, member  # noqa: E402
from harness import SANITIZER, check, equal, main, test, wait_until  # noqa: E402
from people import Company  # noqa: E402
from wire import Wires  # noqa: E402

SOAK_S = float(os.environ.get("SOAK", "6"))
N_CLIENTS = int(os.environ.get("CLIENTS", "100"))
SAMPLE_S = max(0.25, SOAK_S / 400)
# From here on memory has had time to show whether it grows: 2 000 people say 90 messages a second, and the
# latest 1 300 of each of 40 rooms, some of which are quiet, are kept.
LONG_S = 3000.0
GROWTH = 1.10       # of the last quarter over the second
GROWTH_KIB = 2048
NICK_KIB = 0.5      # of each that has come: its token is kept for 30 days

WORDS = [a + b for a in ("run", "gar", "hol", "mes", "read", "win", "sun", "star", "book", "tea", "rain", "tree")
         for b in ("ning", "den", "low", "sage", "ing", "ter", "day", "light", "shelf", "cup", "bow", "s")]


class Gauge:
    """The server's own memory and descriptors over time."""

    def __init__(self, company, server):
        self.company, self.server = company, server
        self.memory_kib, self.files = [], []
        self.sample()

    def sample(self):
        self.memory_kib.append(self.server.memory_kib())
        self.files.append(self.server.n_files())
        self.company.at(SAMPLE_S, self.sample)

    def quarter(self, number):
        size = max(1, len(self.memory_kib) // 4)
        return statistics.median(self.memory_kib[number * size:(number + 1) * size])


def words_of(bench):
    return bench.tsv("words.tsv", [(word, f"what {word} means\nand more of it") for word in WORDS])


def allow_many_files():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def check_rooms(bench, server, company):
    """Everything that was acknowledged stands where it was said to, once; and what was told, too."""
    ledger = company.ledger
    reader = member(bench, server, "reader")
    n_stored = 0
    texts = set()
    for room in company.rooms:
        reader.join(room)
        messages = reader.whole_history(room)
        check_sequence(messages, 1)
        n_stored += len(messages)
        for message in messages:
            check(message["text"] not in texts, f"twice: {message}")
            texts.add(message["text"])
            told = ledger.messages.get((room, message["seq"]))
            check(told in (None, (message["from"], message["text"])), f"told {told}, stored {message}")
            known = ledger.acknowledged.get(message["text"])
            equal(known, (room, message["seq"]), f"acknowledged: {message['text']!r}")
    lost = set(ledger.acknowledged) - texts
    check(not lost, f"{len(lost)} acknowledged messages are lost: {sorted(lost)[:5]}")
    equal(len(ledger.acknowledged), n_stored, "messages")
    reader.close()


@test("/soak/people-come-talk-and-vanish")
def _(bench):
    allow_many_files()
    seed = int(os.environ.get("SEED", "0")) or random.randrange(1, 10 ** 9)
    print(f"# SEED={seed} SOAK={SOAK_S:.0f} CLIENTS={N_CLIENTS}", flush=True)
    server = bench.server("--dictionary", words_of(bench), "--send-rate", "0", listen=("127.0.0.1:0", "[::1]:0"))
    member(bench, server, "first").close()
    wait_until(lambda: member_count(bench, server) == 1, "the first to be gone")
    at_start = n_lasting_files(server)
    addresses = [(host.strip("[]"), int(port)) for host, _, port in
                 (address.rpartition(":") for address in server.ready["listen"])]
    company = Company(Wires(), random.Random(seed), addresses, tls_harness.CONTEXT, WORDS, N_CLIENTS,
                      rate=N_CLIENTS / 10 if N_CLIENTS > 500 else 2 * N_CLIENTS)
    gauge = Gauge(company, server)
    try:
        end = time.monotonic() + SOAK_S
        company.run_until(lambda: time.monotonic() >= end)
        most_files = max(gauge.files)
        company.wind_down()
    finally:
        company.close()
    ledger = company.ledger
    print(f"# {company.wires.n_opened} connections, {ledger.n_encrypted} by TLS, {ledger.n_resumed} resumed, {ledger.n_caught_up} rooms caught "
          f"up with, {len(ledger.acknowledged)} messages acknowledged, {ledger.n_deliveries} deliveries checked, "
          f"{ledger.n_answers} answers; memory by quarters {[round(gauge.quarter(i)) for i in range(4)]} KiB, "
          f"{gauge.memory_kib[-1]} KiB when all had gone, at most {most_files} descriptors", flush=True)
    check(ledger.acknowledged and ledger.n_resumed and ledger.n_caught_up and ledger.n_encrypted, "nothing went on")
    check_rooms(bench, server, company)
    wait_until(lambda: member_count(bench, server) == 1, "all to be gone")
    wait_until(lambda: n_lasting_files(server) <= at_start, "descriptors to be closed")
    if SOAK_S >= LONG_S and not SANITIZER:
        n_nicks = (company.wires.n_opened - ledger.n_resumed) / 2  # from the second quarter to the last
        check(gauge.quarter(3) <= GROWTH * gauge.quarter(1) + GROWTH_KIB + NICK_KIB * n_nicks,
              f"memory grows: {gauge.memory_kib[::max(1, len(gauge.memory_kib) // 40)]}")
    equal(server.stop(), 0, "exit status")
    check_database(server)


def n_lasting_files(server):
    """But those of the journal, and of the words' index: each thread opens it when it first searches."""
    folder = f"/proc/{server.pid}/fd"
    count = 0
    for name in os.listdir(folder):
        with contextlib.suppress(OSError):
            count += not re.search(r"/chat|\.pindex$", os.readlink(os.path.join(folder, name)))
    return count


def member_count(bench, server):
    """Connections that the server has, this question's among them."""
    client = bench.client(server)
    count = client.result("stats")["connections"]
    client.close()
    bench.clients.remove(client)
    return count


main()
