# SPDX-License-Identifier: GPL-3.0-or-later
"""Every system call that the server makes fails, once, with each errno that it may plausibly have, while
people talk and look words up; and memory runs out. What was acknowledged is there afterwards, nobody
waits without end, and the server goes on, or ends with a line that says why.

usage: test-faults.py PARLANCED SHIM. FAULTS=long in the environment has each call fail at each place.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
import harness  # noqa: E402
from faults import (OF_TLS, ONLY_AT_THE_START, PLAUSIBLE, Company, EncryptedClient, Faults, Gone,  # noqa: E402
                    name_of, until_gone)
from harness import SANITIZER, Failure, Skip, check, equal, main, test  # noqa: E402

SHIM = os.path.abspath(sys.argv[2])
LONG = os.environ.get("FAULTS") == "long"
N_ERRORS = 100 if LONG else 2     # of each call
N_PLACES = 60 if LONG else 2      # at which a call fails, spread over what is done
N_DURABLE_PLACES = 60 if LONG else 12
DURABLE = ("fdatasync", "pwrite64")  # what messages are stored with
N_ALLOCATIONS = 2000 if LONG else 16

# At a start these do not survive it: libseccomp makes a filter that is none, or crashes in making it, and
# libcrypto takes a lock that it has not got.
NEEDS_MEMORY = "libseccomp.so:libcrypto.so"

# What a program that GLib has no memory for says at its end.
NO_MEMORY = ("failed to allocate", "out of memory", "memory")


def spread(count, most):
    """Up to so many numbers from 1 to count, the first and the last among them."""
    if count <= most:
        return list(range(1, count + 1))
    if most == 1:
        return [1]
    return sorted({1 + i * (count - 1) // (most - 1) for i in range(most)})


def serve(bench, faults, client=harness.Client, **keywords):
    if SANITIZER:
        raise Skip("a sanitizer stands where the shim would")
    path = bench.write("words.tsv", "hello\t\ta greeting\nhalo\t\tnumber 0\n")
    # Outside of what is asked for, nothing compiles or asks the network.
    server = bench.server("--dictionary", path, "--workers", "2", "--send-rate", "0",
                          "--tls", "optional" if client is EncryptedClient else "off",
                          environment=faults.environment, **keywords)
    faults.learn()
    faults.disarm()
    return Company(bench, server, path, client)


def again(bench, faults, company):
    """The server has ended: another one on the same data, which has all that was acknowledged."""
    company.server.judged = True
    faults.disarm()
    company.server = bench.server(*company.server.command[company.server.command.index("--dictionary"):],
                                  environment=faults.environment)
    faults.disarm()


def suffer(bench, faults, company, call, error, nth):
    """One fault. Returns whether it came to it."""
    what = f"{name_of(call, error)} at place {nth}"
    before = faults.n_failed
    faults.arm(call, error, nth)
    try:
        company.everything()
        faults.disarm()
        company.settle()
    except Gone as gone:
        status = company.server.process.poll()
        said = company.server.stderr()
        check(call == "allocate" and any(word in said for word in NO_MEMORY),
              f"{what}: the server ended with status {status} while {gone}: {said[-400:]}")
        again(bench, faults, company)
        company.settle()
    except Exception as exception:
        raise Failure(f"after {what}: {exception!r}") from exception
    return faults.n_failed > before


def suffer_all(bench, faults, company, calls):
    """Each of the calls fails at its places. Returns how often each has."""
    counts = faults.count(company.everything)
    complaints = [f"{call} is made while serving too" for call in sorted(ONLY_AT_THE_START) if counts[call]]
    hits = dict.fromkeys(calls, 0)
    for call in calls:
        for error in PLAUSIBLE[call][:N_ERRORS]:
            for nth in spread(counts[call], N_DURABLE_PLACES if call in DURABLE else N_PLACES):
                try:
                    hits[call] += suffer(bench, faults, company, call, error, nth)
                except Failure as failure:
                    complaints.append(str(failure))
                    if company.server.process.poll() is not None:
                        again(bench, faults, company)
                    if len(complaints) > 20:
                        raise Failure("\n".join(complaints)) from None
    check(not complaints, "\n".join(complaints))
    return hits


@test("/fault/while-serving/every-call-fails-once-with-each-errno")
def _(bench):
    faults = Faults(bench, SHIM)
    company = serve(bench, faults)
    hits = suffer_all(bench, faults, company, PLAUSIBLE)
    # Made for the first search through messages only.
    for error in PLAUSIBLE["unlink"]:
        for nth in spread(4, N_PLACES):
            company.server.stop()
            company = serve(bench, faults, data_dir=bench.path(f"fresh-{error}-{nth}"))
            hits["unlink"] += suffer(bench, faults, company, "unlink", error, nth)
    equal({call for call, n in hits.items() if n == 0}, ONLY_AT_THE_START, "the calls that have not failed")


@test("/fault/while-serving/calls-fail-while-peers-speak-tls")
def _(bench):
    faults = Faults(bench, SHIM)
    hits = suffer_all(bench, faults, serve(bench, faults, EncryptedClient), OF_TLS)
    equal({call for call, n in hits.items() if n == 0}, set(), "the calls that have not failed")


def run_out_of_memory(bench, client):
    faults = Faults(bench, SHIM)
    company = serve(bench, faults, client)
    count = faults.count(company.everything)["allocate"]
    n_hit = 0
    for nth in spread(count, N_ALLOCATIONS):
        n_hit += suffer(bench, faults, company, "allocate", 12, nth)
    check(n_hit > N_ALLOCATIONS / 2, f"only {n_hit} allocations have failed")


@test("/fault/while-serving/memory-runs-out")
def _(bench):
    run_out_of_memory(bench, harness.Client)


@test("/fault/while-serving/memory-runs-out-under-tls")
def _(bench):
    run_out_of_memory(bench, EncryptedClient)


def start_with(bench, faults, number, call, error, nth):
    """A start during which a call fails."""
    what = f"{name_of(call, error)} at place {nth} of a start"
    faults.arm(call, error, nth)
    server = harness.Server(bench, ("--dictionary", bench.path("words.tsv"), "--workers", "2"),
                            data_dir=bench.path(f"start-{number}"), environment=faults.environment)
    bench.servers.append(server)
    server.spawn()
    try:
        text = server.read_stdout(until=b"\n")
    except Failure:
        server.kill()
        raise Failure(f"{what}: neither READY nor an end: {server.stderr()}") from None
    faults.disarm()
    if text.startswith("READY "):
        equal(server.stop(), 0, f"{what}: exit status")
        return
    status = until_gone(server)
    said = server.stderr()
    server.judged = True
    if call == "allocate":
        check(status is not None and status != 0 and said, f"{what}: status {status}: {said}")
        return
    equal(status, 1, f"{what}: exit status; it said: {said}")
    check(said.startswith("parlanced: error: ") or "\nparlanced: error: " in said,
          f"{what}: it does not say why: {said!r}")


@test("/fault/start/serves-or-says-why-not")
def _(bench):
    faults = Faults(bench, SHIM)
    faults.environment["FAULT_SPARES"] = NEEDS_MEMORY
    company = serve(bench, faults)
    company.server.stop()
    # A page that nobody has written to has call 0 armed, with a countdown that never comes to it.
    server = harness.Server(bench, ("--dictionary", bench.path("words.tsv"), "--workers", "2"),
                            data_dir=bench.path("start"), environment=faults.environment)
    bench.servers.append(server)
    counts = faults.count(server.start)
    server.stop()
    complaints = []
    number = 0
    for call, errors in {**PLAUSIBLE, "allocate": (12,)}.items():
        for error in errors[:100 if LONG else 1]:
            for nth in spread(counts[call], (400 if call == "allocate" else 40) if LONG else 2):
                number += 1
                try:
                    start_with(bench, faults, number, call, error, nth)
                except Failure as failure:
                    complaints.append(str(failure))
                finally:
                    bench.servers[-1].finish()  # there are more of them than descriptors
    check(not complaints, "\n".join(complaints))


main()
