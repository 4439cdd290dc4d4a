#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""parlance doctor finds out why a server cannot be found, on networks that have just that wrong."""

import concurrent.futures
import json

from lan import PORT, check, ip_of, lan_test
from harness import SANITIZER, equal, has, main


def doctor(host, *arguments):
    """(what it says as JSON, the causes)."""
    status, out, _err = host.parlance("doctor", "--json", "--timeout", str(1.3 if not SANITIZER else 2), *arguments)
    said = json.loads(out)
    causes = [finding["cause"] for finding in said["findings"]]
    equal(status, 0 if causes == ["well"] else 3, f"status with {causes}")
    for finding in said["findings"]:
        check(finding["text"] and (finding["advice"] or finding["cause"] == "well"), f"{finding}")
    return said, causes


def way(said, interface, name):
    (found,) = [i for i in said["interfaces"] if i["name"] == interface]
    return found[name]


@lan_test("/doctor/all-is-well")
def _(_bench, net):
    _switch, (home, client) = net.lan(2)
    home.serve(name="Study room")
    said, causes = doctor(client)
    equal(causes, ["well"], "causes")
    for name in ("broadcast", "multicast", "ipv6"):
        found = way(said, "e0", name)
        check(found["sent"] >= 3 and found["heard"] >= 3 and found["error"] is None, f"{name}: {found}")
    equal(way(said, "lo", "broadcast")["heard"], 0, "heard on loopback")
    equal({s["address"] for s in said["servers"]}, {"10.77.1.1:9502", f"[{home.link_local()}%e0]:9502"}, "addresses")
    check(all(s["tcp"] == "connects" and s["udp"] and s["tcp_us"] > 0 for s in said["servers"]), f"{said['servers']}")
    _status, out, _err = client.parlance("doctor", status=0)
    for part in ("INTERFACE", "e0", "10.77.1.2", "asked 3, heard 3", "Study room", "connects in", "All is well"):
        has(out, part, "the report")


@lan_test("/doctor/no-server-runs")
def _(_bench, net):
    _switch, (client,) = net.lan(1)
    said, causes = doctor(client)
    equal(causes, ["no_server"], "causes")
    check(way(said, "e0", "broadcast")["sent"] >= 3, f"{said}")
    _status, out, _err = client.parlance("doctor", status=3)
    for part in ("firewall", "Wi-Fi", "router", "parlanced running", "9502/udp"):
        has(out, part, "the report")


@lan_test("/doctor/no-network")
def _(_bench, net):
    _said, causes = doctor(net.host())
    equal(causes, ["no_network"], "causes")


@lan_test("/doctor/a-firewall-drops-udp")
def _(_bench, net):
    switch, (client,) = net.lan(1)
    home = net.host()
    net.cable(switch, home, ipv4="10.77.1.9/24", drops=lambda frame: ip_of(frame)[0] == 17)
    home.serve()
    said, causes = doctor(client, "--server", "10.77.1.9")
    equal(causes, ["firewall"], "causes")
    has(said["findings"][0]["advice"][0], "UDP port 9502", "advice")
    equal([(s["udp"], s["tcp"]) for s in said["servers"]], [(False, "connects")], "servers")


@lan_test("/doctor/a-firewall-drops-tcp")
def _(_bench, net):
    switch, (client,) = net.lan(1)
    home = net.host()
    net.cable(switch, home, ipv4="10.77.1.9/24", drops=lambda frame: ip_of(frame)[0] == 6)
    home.serve(name="walled in", listen=("0.0.0.0:9600",))
    said, causes = doctor(client)
    equal(causes, ["firewall"], "causes")
    has(said["findings"][0]["text"], "walled in", "text")
    has(said["findings"][0]["advice"][0], "TCP port 9600", "advice")
    equal([(s["udp"], s["tcp"]) for s in said["servers"]], [(True, "silent")], "servers")


@lan_test("/doctor/an-access-point-keeps-clients-apart")
def _(_bench, net):
    switch, (home, client, _gateway) = net.lan(3)
    switch.isolate(home.ports["e0"], client.ports["e0"])
    home.serve()
    said, causes = doctor(client, "--server", "10.77.1.1")
    equal(causes, ["client_isolation"], "causes")
    check(any("isolation" in advice for advice in said["findings"][0]["advice"]), f"{said['findings']}")


@lan_test("/doctor/broadcasts-are-kept-back")
def _(_bench, net):
    switch, (client,) = net.lan(1)
    home = net.host()
    net.cable(switch, home, ipv4="10.77.1.9/24",
              drops=lambda frame: frame[0] & 1 and ip_of(frame)[2] == PORT)
    home.serve(listen=("0.0.0.0:9502",))
    _said, causes = doctor(client, "--server", "10.77.1.9")
    equal(causes, ["broadcast_filtered"], "causes")


@lan_test("/doctor/another-subnet")
def _(_bench, net):
    _one, (home, router) = net.lan(2, subnet=1)
    other, (client,) = net.lan(1, subnet=2)
    router.plug(other, "10.77.2.254/24", interface="e1")
    router.sysctl(ipv4__ip_forward=1)
    home.ip("route", "add", "default", "via", "10.77.1.2")
    client.ip("route", "add", "default", "via", "10.77.2.254")
    home.serve()
    said, causes = doctor(client, "--server", "10.77.1.1")
    equal(causes, ["other_subnet"], "causes")
    has(said["findings"][0]["advice"][0], "--server", "advice")


@lan_test("/doctor/the-port-is-taken")
def _(_bench, net):
    _switch, (client,) = net.lan(1)
    with client.udp() as taken:
        taken.bind(("", PORT))
        said, causes = doctor(client)
    equal(causes, ["port_taken"], "causes")
    has(said["findings"][0]["text"], "9502", "text")


@lan_test("/doctor/no-server-at-that-address-and-no-such-address")
def _(_bench, net):
    _switch, (home, client) = net.lan(2)
    wanted = {"10.77.1.1": "no_server",  # a machine without one
              "10.77.1.77": "client_isolation",  # an address that nobody has
              "198.51.100.1": "no_route",
              "nobody.invalid": "unknown_host"}
    if SANITIZER == "thread":  # which cannot see into the threads of GLib's resolver
        del wanted["nobody.invalid"]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        found = pool.map(lambda address: doctor(client, "--server", address)[1], wanted)
    equal(dict(zip(wanted, found)), {address: [cause] for address, cause in wanted.items()}, "causes")
    home.serve(listen=("0.0.0.0:9502",), discovery_port="off")
    equal(doctor(home)[1], ["discovery_off"], "a server whose discovery is off, on its own machine")


@lan_test("/doctor/an-interface-that-fails-does-not-stop-the-others")
def _(_bench, net):
    _switch, (home, client) = net.lan(2)
    other = net.switch()
    client.plug(other, "198.51.100.1/24", interface="e1")
    client.ip("-6", "route", "flush", "table", "local", "dev", "e1", "type", "multicast")
    home.serve()
    said, causes = doctor(client)
    equal(causes, ["well"], "causes")
    failed = way(said, "e1", "ipv6")
    check(failed["sent"] == 0 and failed["error"], f"IPv6 on e1: {failed}")
    check(way(said, "e1", "broadcast")["sent"] >= 3, f"broadcast on e1: {said}")
    for name in ("broadcast", "multicast", "ipv6"):
        check(way(said, "e0", name)["heard"] >= 3, f"{name} on e0: {said}")
    # It is told once, to those who want to know, and not with every round.
    _status, out, err = client.parlance("discover", status=0, environment={"G_MESSAGES_DEBUG": "all"})
    equal((out + err).count("IPv6 on e1 failed"), 1, f"how often it was told: {err!r}")
    _status, _out, err = client.parlance("discover", status=0)
    equal(err, "", "what others are told")


main()
