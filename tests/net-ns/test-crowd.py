#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many servers, lost datagrams, how quickly they are found, and answerers that mean no good."""

import json
import statistics
import threading
import time

from lan import PORT, SLOWNESS, Sniffer, check, lan_test, socket
from harness import SANITIZER, equal, main

N_SERVERS = 50
N_LOOKS = 15


def wait_all(watch, n_servers, deadline_s):
    """Waits until so many are found; returns the times, in order."""
    def found(events):
        times = [at for at, event in events if event["event"] == "found"]
        return times if len(times) >= n_servers else None
    return sorted(watch.wait(found, f"{n_servers} servers", deadline_s))


def look(client, n_servers):
    """How long after the first query each server was shown [s], in order."""
    sniffer = Sniffer(client)
    watch = client.watch()
    times = wait_all(watch, n_servers, 5 * SLOWNESS)
    asked = min(sniffer.queries())
    watch.close()
    client.net.processes.remove(watch)
    sniffer.close()
    return [at - asked for at in times]


@lan_test("/crowd/the-first-is-shown-within-50-ms-and-all-within-1.5-s")
def _(_bench, net):
    _switch, hosts = net.lan(6)
    client = hosts.pop()
    for host in hosts:
        host.serve()
    looks = []
    for _ in range(N_LOOKS):
        looks.append(look(client, len(hosts)))
        time.sleep(0.5)  # one address gets ten answers a second from each
    first = statistics.median(times[0] for times in looks)
    last = max(times[-1] for times in looks)
    print(f"# first shown after {first * 1000:.1f} ms (median of {N_LOOKS}), the last of {len(hosts)} after at most "
          f"{last * 1000:.1f} ms")
    check(first <= 0.05 * SLOWNESS, f"the first after {first * 1000:.1f} ms")
    check(last <= 1.5 * SLOWNESS, f"the last after {last * 1000:.1f} ms")


@lan_test("/crowd/fifty-servers-are-all-found-within-2-s")
def _(_bench, net):
    switch = net.switch()
    client = net.host().plug(switch, "10.77.2.1/16")
    servers = []
    for i in range(N_SERVERS):
        host = net.host().plug(switch, f"10.77.1.{i + 1}/16")
        servers.append(host.serve(name=f"room {i}"))
    times = look(client, N_SERVERS)
    print(f"# {N_SERVERS} servers shown within {times[-1] * 1000:.0f} ms of the query")
    check(times[-1] <= 2 * SLOWNESS, f"the last after {times[-1]:.2f} s")
    found = client.discover("--timeout", str(2 * SLOWNESS))
    equal(sorted(s["name"] for s in found), sorted(f"room {i}" for i in range(N_SERVERS)), "names")


@lan_test("/crowd/found-within-5-s-though-a-tenth-is-lost")
def _(_bench, net):
    switch = net.switch()
    hosts = [net.host().plug(switch, f"10.77.1.{i + 1}/24") for i in range(8)]
    for host in hosts:
        host.serve()
    client = net.host()
    cable = net.cable(switch, client, ipv4="10.77.1.100/24", loss=0.1)
    slowest = 0
    for _ in range(5):
        watch = client.watch()
        times = wait_all(watch, len(hosts), 5 * SLOWNESS)
        slowest = max(slowest, times[-1] - watch.started)
        watch.close()
        net.processes.remove(watch)
    print(f"# all of {len(hosts)} servers within {slowest:.2f} s, in each of 5 times; of "
          f"{cable.n_passed + cable.n_lost} frames {cable.n_lost} were lost (seed {cable.seed})")
    check(slowest <= 5 * SLOWNESS, f"after {slowest:.2f} s (seed {cable.seed})")
    check(cable.n_lost > 0, "nothing was lost")


# --- answerers that mean no good --------------------------------------------------------------------

class Answerer:
    """Answers each query on a host with what @answers(nonce) yields, from a thread."""

    def __init__(self, host, answers):
        self.socket = host.udp()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(("", PORT))
        self.socket.settimeout(0.1)
        self.answers = answers
        self.stopping = False
        self.n_sent = 0
        self.thread = threading.Thread(target=self._answer, daemon=True)
        self.thread.start()

    def _answer(self):
        while not self.stopping:
            try:
                data, address = self.socket.recvfrom(65536)
            except socket.timeout:
                continue
            for answer in self.answers(json.loads(data)["query"]):
                if self.stopping:
                    break
                try:
                    self.socket.sendto(answer, address)
                    self.n_sent += 1
                except OSError:  # nobody listens there any more
                    pass

    def close(self):
        self.stopping = True
        self.thread.join()
        self.socket.close()


def answer(nonce, number=0, **members):
    server = {"id": f"ffffffff-0000-4000-8000-{number:012x}", "name": "evil", "port": 9502, "tls": "off",
              "fingerprint": "", "version": "0.1.0", "users": 0, "dictionaries": 0, **members}
    return json.dumps({"parlance": 1, "nonce": nonce, "server": server}, ensure_ascii=False).encode("utf-8")


def attacked(net, answers):
    """A client, a server and somebody who answers every query with @answers."""
    _switch, (home, client, evil) = net.lan(3)
    home.serve(name="honest")
    answerer = Answerer(evil, answers)
    net.processes.append(answerer)
    return client, answerer


@lan_test("/hostile/a-wrong-nonce-and-64-kb-and-nonsense-are-not-heard")
def _(_bench, net):
    def answers(nonce):
        good = answer(nonce)
        yield answer("0123456789abcdef0123456789abcdef")
        yield answer(nonce[:16])
        yield answer(nonce.swapcase() + "0")
        yield good + b" " * (65000 - len(good))
        yield good + b" " * (513 - len(good))
        yield good[:-1]
        yield good.replace(b"evil", b"\xff\xfe")
        yield good.replace(b"evil", b"a\\u0000b")
        yield answer(nonce, id="../../etc/passwd")
        yield answer(nonce, port=0)
        yield answer(nonce, users=-1)
        yield answer(nonce, tls="maybe")
        yield b""
        yield b"[" * 512
        yield json.dumps({"parlance": 1, "query": nonce}).encode("utf-8")
    client, answerer = attacked(net, answers)
    equal([s["name"] for s in client.discover()], ["honest"], "servers")
    check(answerer.n_sent > 0, "nobody was attacked")


@lan_test("/hostile/names-steer-no-terminal")
def _(_bench, net):
    evil = "\u202e\u2066gpj.exe\x1b[2J\x07\x9b31m\n\r\tmany lines"
    client, _answerer = attacked(net, lambda nonce: [answer(nonce, 1, name=evil, version=evil, port=1)])
    _status, out, err = client.parlance("discover", status=0)
    check("honest" in out and "gpj.exe" in out, f"{out!r}")
    check(not any(c in out + err for c in "\u202e\u2066\x1b\x07\x9b\r\t"), f"{out!r} {err!r}")
    equal(len(out.splitlines()), 3, f"lines of {out!r}")
    found = client.discover()
    equal(sorted(s["name"] for s in found), sorted(["honest", evil]), "names, whole")
    _status, out, _err = client.parlance("discover", "--json", status=0)
    check(not any(c in out for c in "\u202e\u2066\x1b\x07\x9b\r\t"), f"{out!r}")
    # Two are there, and no terminal to ask: they are listed, harmlessly.
    _status, out, err = client.parlance("define", "hello", status=3)
    check("honest" in err and "gpj.exe" in err and out == "", f"{out!r} {err!r}")
    check(not any(c in err for c in "\u202e\u2066\x1b\x07\x9b\r\t"), f"{err!r}")


@lan_test("/hostile/ten-thousand-forged-servers-are-bounded")
def _(_bench, net):
    sent = []

    def answers(nonce):
        sent.append(nonce)
        yield from (answer(nonce, number) for number in range(10000))
    client, answerer = attacked(net, answers)
    watch = client.watch("--timeout", str(3 * SLOWNESS))
    watch.wait(lambda _events: watch.ended, "the end", 20 * SLOWNESS)
    found = {event["id"]: event["name"] for _at, event in watch.events if event["event"] == "found"}
    print(f"# {answerer.n_sent} forged answers, {len(found)} rows")
    check(answerer.n_sent >= 10000, f"only {answerer.n_sent} answers")
    check("honest" in found.values(), "the honest server is not among them")
    check(len(found) <= 65, f"{len(found)} rows, of which one address may have 64")


@lan_test("/hostile/a-flood-of-answers-costs-neither-memory-nor-the-honest-server")
def _(_bench, net):
    """As before, and for as long as the client looks; the answers never end."""
    def answers(nonce):
        number = 0
        while True:
            yield answer(nonce, number, name="x" * 200)
            number += 1
    client, answerer = attacked(net, answers)
    watch = client.watch()
    watch.wait_event("the honest server", name="honest", deadline_s=5 * SLOWNESS)
    time.sleep(2)
    with open(f"/proc/{watch.process.pid}/status", encoding="ascii") as file:
        anonymous = next(int(line.split()[1]) for line in file if line.startswith("RssAnon"))
    print(f"# {answerer.n_sent} forged answers; the client has {anonymous} kB of its own")
    check(SANITIZER or anonymous < 20000, f"{anonymous} kB")


@lan_test("/hostile/who-answers-with-the-id-of-another-takes-nothing-from-it")
def _(_bench, net):
    _switch, (home, client, evil) = net.lan(3)
    home.serve(name="honest")
    (found,) = client.discover()
    answerer = Answerer(evil, lambda nonce: [answer(nonce, id=found["id"], name="evil", port=1)] * 3)
    net.processes.append(answerer)
    watch = client.watch()
    watch.wait(lambda events: events and "10.77.1.3:1" in events[-1][1]["addresses"], "the forged address",
               5 * SLOWNESS)
    (row,) = {event["id"] for _at, event in watch.events}
    equal(row, found["id"], "id")
    # Lookups go where somebody is: the forged address does not stand in the way.
    client.parlance("define", "hello", status=1)


main()
