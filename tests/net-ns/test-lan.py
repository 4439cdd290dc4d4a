#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers are found on the networks people have. Source: docs/protocol.md, section 8."""

import json
import os
import re
import signal
import socket
import struct
import time

from lan import (PORT, SLOWNESS, Sniffer, check, ip_of, lan_test, query, receive)
from harness import DEADLINE_S, equal, has, main, request, wait_until

GONE_S = 16  # docs/protocol.md: an entry not heard of for so long is gone


def one(servers):
    """The only server that was found."""
    equal(len(servers), 1, f"servers: {servers}")
    return servers[0]


def works(client, status=1):
    """A lookup finds its server by itself: it answers that it has no such word."""
    _status, out, _err = client.parlance("define", "hello", "--json", status=status)
    equal(json.loads(out)["word"], "hello", "the answer")


@lan_test("/lan/two-hosts-on-one-subnet")
def _(_bench, net):
    _switch, (home, away) = net.lan(2)
    server = home.serve(name="Study room")
    equal(server.ready["discovery_port"], PORT, "READY")
    found = one(away.discover())
    equal({k: found[k] for k in ("name", "port", "tls", "users", "dictionaries", "local")},
          {"name": "Study room", "port": 9502, "tls": "optional", "users": 0, "dictionaries": 0, "local": False},
          "what it says of itself")
    check(re.fullmatch("sha256:[0-9a-f]{64}", found["fingerprint"]), found["fingerprint"])
    equal(set(found["addresses"]), {"10.77.1.1:9502", f"[{home.link_local()}%e0]:9502"}, "addresses")
    works(away)
    _status, out, _err = away.parlance("status", status=0)
    has(out, "Study room", "status")


@lan_test("/lan/ipv6-only-without-any-address-but-link-local")
def _(_bench, net):
    switch = net.switch()
    home, away = net.host().plug(switch), net.host().plug(switch)
    home.serve(listen=("[::]:9502",))
    equal(one(away.discover())["addresses"], [f"[{home.link_local()}%e0]:9502"], "addresses")
    works(away)


@lan_test("/lan/ipv4-only")
def _(_bench, net):
    _switch, (home, away) = net.lan(2, ipv6=False)
    home.serve()
    equal(one(away.discover())["addresses"], ["10.77.1.1:9502"], "addresses")
    works(away)


@lan_test("/lan/a-server-on-two-lans-is-shown-once-and-works-from-both")
def _(_bench, net):
    one_lan, (home, near) = net.lan(2, subnet=1)
    other_lan, (far,) = net.lan(1, subnet=2)
    home.plug(other_lan, "10.77.2.9/24", interface="e1")
    both = net.host().plug(one_lan, "10.77.1.7/24").plug(other_lan, "10.77.2.7/24", interface="e1")
    home.serve()
    equal(one(near.discover())["addresses"][0].split(":")[0] in ("10.77.1.1", "[fe80"), True, "from the first LAN")
    check("10.77.2.9:9502" in one(far.discover())["addresses"], "from the second LAN")
    equal(set(one(both.discover())["addresses"]),
          {"10.77.1.1:9502", "10.77.2.9:9502", f"[{home.link_local()}%e0]:9502",
           f"[{home.link_local('e1')}%e1]:9502"}, "from both")
    for client in (near, far, both):
        works(client)


@lan_test("/lan/two-servers-on-one-host-are-both-found")
def _(_bench, net):
    _switch, (home, away) = net.lan(2)
    home.serve(name="one")
    home.serve(name="two", listen=("0.0.0.0:9600", "[::]:9600"))
    home.serve(name="for this machine", listen=("127.0.0.1:9700",))
    equal(sorted((s["name"], s["port"]) for s in away.discover()), [("one", 9502), ("two", 9600)], "from another host")
    here = home.discover()
    equal(sorted((s["name"], s["port"]) for s in here),
          [("for this machine", 9700), ("one", 9502), ("two", 9600)], "on their own host")
    check(all(s["local"] for s in here), f"{here}")


@lan_test("/lan/an-interface-that-joins-no-group-does-not-stop-the-others")
def _(_bench, net):
    """The kernel lets the server into one IPv4 group only: by broadcast it is found on the other LAN, too."""
    one_lan, (home, near) = net.lan(2, subnet=1)
    other_lan, (far,) = net.lan(1, subnet=2)
    home.plug(other_lan, "10.77.2.9/24", interface="e1")
    home.sysctl(ipv4__igmp_max_memberships=1)
    server = home.serve()
    server.wait_stderr("cannot join the group 239.255.95.2 on e")
    for client, address in ((near, "10.77.1.1:9502"), (far, "10.77.2.9:9502")):
        check(address in one(client.discover())["addresses"], f"not found at {address}")
        works(client)
    # Where the interfaces are gone through again nothing more is said, and what comes is joined.
    home.plug(one_lan, interface="e2")
    wait_until(lambda: "ff12::9502" in home.ip("maddress", "show", "dev", "e2").stdout, "the group on e2")
    equal(server.stderr().count("cannot join"), 1, "warnings")


def table(host, *arguments):
    """What `parlance discover` shows to people: its titles, and its rows, as columns."""
    _status, out, _err = host.parlance("discover", "--color", "never", *arguments, status=0)
    titles, *rows = out.splitlines()
    starts = [match.start() for match in re.finditer(r"\S+", titles)]
    columns = list(zip(starts, [*starts[1:], None]))
    return titles.split(), [[row[start:end].strip() for start, end in columns] for row in rows]


@lan_test("/lan/people-get-a-table-of-servers")
def _(bench, net):
    _switch, (home, away) = net.lan(2, ipv6=False)
    home.serve("--dictionary", bench.tsv("words.tsv", [("hello", "a greeting")]), name="Study room")
    version = one(away.discover())["version"]
    row = ["10.77.1.1:9502", "0", "1", version, "yes", "Study room"]
    titles, rows = table(away)
    equal(titles, ["ADDRESS", "USERS", "DICTIONARIES", "VERSION", "TLS", "NAME"], "titles")
    equal(rows, [row], "rows")
    has(table(home)[1][0][-1], "Study room (this machine)", "the name on its own machine")
    _status, out, _err = away.parlance("discover", "--watch", "--timeout", "3", status=0)
    shown, found = out.splitlines()
    equal((shown.split(), found.split(maxsplit=6)), (titles, ["found", *row]), "what --watch shows")
    equal(shown.index("ADDRESS"), found.index(row[0]), "where the addresses begin")


@lan_test("/lan/a-server-that-moved-keeps-its-row")
def _(bench, net):
    _switch, (home, away) = net.lan(2)
    server = home.serve(name="mover")
    watch = away.watch()
    _at, found = watch.wait_event("the server", event="found")
    check(found["addresses"][0] in ("10.77.1.1:9502", f"[{home.link_local()}%e0]:9502"), f"{found}")
    server.stop()
    home.batch(["address flush dev e0 scope global", "address add 10.77.1.99/24 broadcast + dev e0"])
    moved = bench.server(*server.command[server.command.index("--config"):], listen=("10.77.1.99:9600",),
                         dict_listen=None, discovery_port=None, data_dir=server.data_dir, prefix=home.exec)
    equal(moved.ready["listen"], ["10.77.1.99:9600"], "listen")
    watch.wait(lambda events: events[-1][1]["addresses"][0] == "10.77.1.99:9600", "the new address", GONE_S)
    equal({(e["event"], e["id"]) for _at, e in watch.events}, {("found", found["id"]), ("changed", found["id"])},
          "events")
    works(away)


@lan_test("/lan/an-interface-that-comes-up-while-browsing-is-asked")
def _(_bench, net):
    switch = net.switch()
    home = net.host().plug(switch, "10.77.1.1/24")
    away = net.host(dad=True).plug(switch, up=False)
    home.serve()
    watch = away.watch()
    time.sleep(3.3)  # of the usual series the next query is that after 8 s
    equal(watch.events, [], "events without a network")
    came = time.time()
    away.batch(["address add 10.77.1.2/24 broadcast + dev e0", "link set e0 up"])
    at, _event = watch.wait_event("the server", event="found", deadline_s=4 * SLOWNESS)
    check(at - came < 1.5 * SLOWNESS, f"found {at - came:.2f} s after the interface came")
    # IPv6 has to find out first that nobody has the address.
    watch.wait(lambda events: len(events[-1][1]["addresses"]) == 2, "its other address", 8 * SLOWNESS)


@lan_test("/lan/a-server-hears-on-interfaces-that-come-later")
def _(_bench, net):
    switch = net.switch()
    home, away = net.host(dad=True), net.host().plug(switch, "10.77.1.2/24")
    home.serve()
    groups = lambda: home.ip("maddress", "show").stdout  # noqa: E731
    check("239.255.95.2" not in groups(), "a group without an interface")
    for interface in ("e0", "e1"):
        home.plug(switch, interface=interface)
        home.ip("address", "add", "10.77.1.1/24", "broadcast", "+", "dev", interface)
        wait_until(lambda: "239.255.95.2" in groups() and "ff12::9502" in groups(), f"the groups on {interface}",
                   4 * SLOWNESS)
        found = wait_until(away.discover, "the server", 10 * SLOWNESS)
        check(any(a.startswith("10.77.1.1:") for a in one(found)["addresses"]), f"{found}")
        home.ip("link", "delete", interface)
    check("239.255.95.2" not in groups(), "a group without an interface")


@lan_test("/lan/a-server-that-goes-away-is-gone-within-16-s")
def _(_bench, net):
    _switch, (home, away) = net.lan(2)
    server = home.serve()
    watch = away.watch()
    _at, found = watch.wait_event("the server", event="found")
    server.kill()
    killed = time.time()
    at, _event = watch.wait_event("its end", event="gone", id=found["id"], deadline_s=GONE_S + 4)
    check(at - killed < GONE_S + 0.2 * SLOWNESS, f"gone {at - killed:.1f} s after it was killed")
    check(at - watch.events[0][0] > 5, "gone without having been waited for")


@lan_test("/lan/users-are-the-people-who-are-there")
def _(bench, net):
    _switch, (home, away) = net.lan(2)
    home.serve("--dictionary", bench.tsv("words.tsv", [("hello", "a greeting")]))
    connections = []
    with away.entered():
        for nick in ("alice", "bob", None):
            connection = socket.create_connection(("10.77.1.1", 9502), DEADLINE_S)
            hello = {"protocol": 1, "client": "test/1", **({"nick": nick} if nick else {})}
            connection.sendall(request("hello", hello))
            check(b'"result"' in connection.recv(4096), f"{nick} is not greeted")
            connections.append(connection)
    found = one(away.discover())
    equal((found["users"], found["dictionaries"]), (2, 1), "users and dictionaries")
    for connection in connections:
        connection.close()
    wait_until(lambda: one(away.discover())["users"] == 0, "their leaving")


# --- what a server answers --------------------------------------------------------------------------

def ask(host, to, family=socket.AF_INET, data=None, wait_s=0.3):
    """The answers to one query: [(what they say, address)]."""
    udp = host.udp(family)
    if family == socket.AF_INET:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    with udp:
        udp.sendto(query() if data is None else data, to)
        return [(json.loads(answer), address) for answer, address in receive(udp, wait_s * SLOWNESS)]


def group_of(host, interface, address):
    """A socket that sends to the multicast group from an interface."""
    udp = host.udp()
    with host.entered():
        index = socket.if_nametoindex(interface)
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                   struct.pack("4s4si", bytes(4), socket.inet_aton(address), index))
    return udp


@lan_test("/lan/answers-leave-from-the-address-asked-and-stay-on-the-link")
def _(_bench, net):
    _switch, (home, away) = net.lan(2)
    home.ip("address", "add", "10.77.1.200/24", "dev", "e0")
    home.serve()
    sniffer = Sniffer(away)
    for to, sources in (("10.77.1.1", {"10.77.1.1"}), ("10.77.1.200", {"10.77.1.200"}),
                        ("10.77.1.255", {"10.77.1.1"})):
        answers = ask(away, (to, PORT))
        equal({address for _answer, address in answers}, {(source, PORT) for source in sources}, f"asked at {to}")
    with group_of(away, "e0", "10.77.1.2") as udp:
        udp.sendto(query(), ("239.255.95.2", PORT))
        equal([address for _answer, address in receive(udp, 0.3 * SLOWNESS)], [("10.77.1.1", PORT)], "by multicast")
    with away.entered():
        index = socket.if_nametoindex("e0")
    answers = ask(away, ("ff12::9502", PORT, 0, index), socket.AF_INET6)
    equal([address[0].split("%")[0] for _answer, address in answers], [home.link_local()], "by IPv6")
    answers = [frame for _at, frame in sniffer.frames() if ip_of(frame)[1] == PORT]
    equal(len(answers), 5, "answers on the wire")
    for frame in answers:
        equal(frame[22] if frame[12:14] == b"\x08\x00" else frame[21], 1, "TTL or hop limit")
    sniffer.close()


@lan_test("/lan/silent-where-nobody-could-connect")
def _(_bench, net):
    _switch, (home, away) = net.lan(2)
    home.ip("address", "add", "10.77.1.200/24", "dev", "e0")
    home.serve(listen=("127.0.0.1:9502",), name="loopback only")
    equal(away.discover(status=3), [], "a server that listens on loopback only, from outside")
    equal(ask(away, ("10.77.1.1", PORT)), [], "asked alone")
    check("239.255.95.2" not in home.ip("maddress", "show").stdout, "it has joined the group")
    equal(one(home.discover())["name"], "loopback only", "on its own host")

    home.serve(listen=("10.77.1.200:9600",), name="one address")
    equal([(s["name"], s["addresses"]) for s in away.discover()], [("one address", ["10.77.1.200:9600"])],
          "a server that listens at one address")
    equal([a[0] for _answer, a in ask(away, ("10.77.1.255", PORT))], ["10.77.1.200"], "where the answer leaves from")
    works(away)


@lan_test("/lan/what-is-no-query-is-dropped-in-silence")
def _(_bench, net):
    _switch, (home, away) = net.lan(2)
    home.serve()
    good = query()
    for data in (query(size=511), good[:511], good.replace(b'"parlance": 1', b'"parlance": 2'), good.replace(b"query", b"nonce"),
                 good[:-1] + b" ", query("0123456789abcde"), query("0" * 33), query("g" * 16), b"\0" * 600,
                 b"[" * 1000, good.replace(b"...", b"\xff\xff\xff", 1), b""):
        equal(ask(away, ("10.77.1.1", PORT), data=data, wait_s=0.05), [], f"answers to {data[:60]!r}")
    (answer, _address), = ask(away, ("10.77.1.1", PORT), data=query(size=1400))
    equal(answer["nonce"], "0123456789abcdef0123456789abcdef", "nonce")


@lan_test("/lan/one-address-gets-ten-answers-a-second")
def _(_bench, net):
    _switch, (home, away) = net.lan(2)
    home.serve()
    started = time.monotonic()
    with away.udp() as udp:
        for _ in range(300):
            udp.sendto(query(), ("10.77.1.1", PORT))
        answers = receive(udp, 0.7)
    took = time.monotonic() - started
    check(10 <= len(answers) <= 10 * (1 + int(took)), f"{len(answers)} answers in {took:.2f} s")


@lan_test("/lan/a-query-of-another-subnet-gets-no-further-than-the-router")
def _(_bench, net):
    """Who asks from behind a router does not hear the answer: it has a TTL of 1."""
    _one, (home, router) = net.lan(2, subnet=1)
    other, (away,) = net.lan(1, subnet=2)
    router.plug(other, "10.77.2.254/24", interface="e1")
    router.sysctl(ipv4__ip_forward=1)
    home.ip("route", "add", "default", "via", "10.77.1.2")
    away.ip("route", "add", "default", "via", "10.77.2.254")
    home.serve()
    equal(ask(away, ("10.77.1.1", PORT)), [], "answers over a router")
    works_with = away.parlance("define", "hello", "--server", "10.77.1.1", "--json", status=1)
    has(works_with[1], '"hello"', "a lookup over the router")


@lan_test("/lan/a-server-that-stops-answers-no-more")
def _(_bench, net):
    _switch, (home, away) = net.lan(2)
    server = home.serve()
    equal(len(ask(away, ("10.77.1.1", PORT))), 1, "answers")
    server.send_signal(signal.SIGHUP)
    equal(len(ask(away, ("10.77.1.1", PORT))), 1, "answers after a reload")
    server.stop()
    equal(ask(away, ("10.77.1.1", PORT)), [], "answers after its end")
    check(os.path.exists(server.data_dir), "its data directory")
    wait_until(lambda: server.process.poll() is not None, "its end", DEADLINE_S)


main()
