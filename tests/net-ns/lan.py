# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of the test's own: hosts, switches and cables out of network namespaces, veth and bridges.

Nothing here touches the machine's own interfaces: every interface is made inside of a namespace that
this process made, and goes with it. Namespaces are named after the process, so that runs side by side do
not meet, and those of runs that were killed are swept up by the next.

A test declares itself with @lan_test("name") and gets (bench, net): the bench of tests/system/harness.py
and a Net. Where namespaces cannot be made it is skipped, and says why.
"""

import atexit
import contextlib
import ctypes
import fcntl
import itertools
import json
import os
import random
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))

from harness import (DEADLINE_S, PARLANCE, SANITIZER, Failure, Skip, check, test)  # noqa: E402

PORT = 9502
SLOWNESS = 5 if SANITIZER else 1  # how much longer everything may take
PREFIX = "parlance-t"

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000


def run(*command, check_status=True, timeout_s=DEADLINE_S, **keywords):
    """Runs a command to its end; its output is text."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, stdin=subprocess.DEVNULL,
                          check=False, **keywords)
    if check_status and done.returncode != 0:
        raise Failure(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done


# --- namespaces -------------------------------------------------------------------------------------

_made = []


def _delete(name):
    run("ip", "netns", "delete", name, check_status=False)
    if name in _made:
        _made.remove(name)


def _delete_all(*_):
    for name in list(_made):
        _delete(name)


def _on_signal(number, _frame):
    _delete_all()
    os._exit(128 + number)


atexit.register(_delete_all)
for _number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(_number, _on_signal)


def _sweep():
    """Deletes what killed runs have left behind."""
    for line in run("ip", "netns", "list", check_status=False).stdout.splitlines():
        match = re.match(rf"({PREFIX}(\d+)-\d+)", line)
        if match and not os.path.exists(f"/proc/{match.group(2)}"):
            run("ip", "netns", "delete", match.group(1), check_status=False)


_reason = None


def _why_not():
    """Why there can be no namespaces here; "" where there can."""
    global _reason
    if _reason is None:
        _reason = ""
        if shutil.which("ip") is None:
            _reason = "ip (iproute2) is not installed"
        else:
            _sweep()
            done = run("ip", "netns", "add", f"{PREFIX}{os.getpid()}-0", check_status=False)
            if done.returncode != 0:
                _reason = f"no network namespaces here: {done.stderr.strip()}"
            else:
                run("ip", "netns", "delete", f"{PREFIX}{os.getpid()}-0")
    return _reason


class Namespace:
    _numbers = itertools.count(1)

    def __init__(self):
        self.name = f"{PREFIX}{os.getpid()}-{next(Namespace._numbers)}"
        _made.append(self.name)
        run("ip", "netns", "add", self.name)
        self.exec = ("ip", "netns", "exec", self.name)

    def ip(self, *arguments, **keywords):
        return run("ip", "-n", self.name, *arguments, **keywords)

    def batch(self, lines):
        """Several ip commands at once, which is much quicker."""
        done = subprocess.run(["ip", "-n", self.name, "-batch", "-"], input="\n".join(lines) + "\n", text=True,
                              capture_output=True, timeout=DEADLINE_S, check=False)
        if done.returncode != 0:
            raise Failure(f"{lines}: {done.stderr.strip()}")

    @contextlib.contextmanager
    def entered(self):
        """What this thread opens meanwhile is opened inside."""
        with open("/proc/self/ns/net" if threading.current_thread() is threading.main_thread()
                  else f"/proc/self/task/{threading.get_native_id()}/ns/net", "rb") as own, \
                open(f"/run/netns/{self.name}", "rb") as other:
            if _libc.setns(other.fileno(), _CLONE_NEWNET) != 0:
                raise Failure(f"setns: {os.strerror(ctypes.get_errno())}")
            try:
                yield
            finally:
                if _libc.setns(own.fileno(), _CLONE_NEWNET) != 0:
                    os._exit(99)  # nothing may go on in the wrong namespace

    def sysctl(self, **values):
        """net.*: with __ for dots."""
        with self.entered():
            for name, value in values.items():
                with open("/proc/sys/net/" + name.replace("__", "/"), "w", encoding="ascii") as file:
                    file.write(str(value))

    def counters(self, interface):
        """(bytes in, bytes out) of an interface."""
        done = json.loads(self.ip("-json", "-statistics", "link", "show", "dev", interface).stdout)
        stats = done[0]["stats64"]
        return stats["rx"]["bytes"], stats["tx"]["bytes"]


# --- the net ----------------------------------------------------------------------------------------

class Switch(Namespace):
    """An Ethernet switch: one LAN."""

    def __init__(self):
        super().__init__()
        self.n_ports = 0
        self.batch(["link add br0 type bridge mcast_snooping 0", "link set br0 up"])

    def port(self):
        self.n_ports += 1
        return f"p{self.n_ports}"

    def isolate(self, *ports):
        """As an access point keeps its clients apart."""
        for port in ports:
            run("bridge", "-n", self.name, "link", "set", "dev", port, "isolated", "on")


class Host(Namespace):
    def __init__(self, net, dad=False):
        super().__init__()
        self.net = net
        self.ports = {}
        if not dad:  # finding out whether an address is taken costs seconds
            self.sysctl(ipv6__conf__default__accept_dad=0, ipv6__conf__all__accept_dad=0,
                        ipv6__conf__default__dad_transmits=0)
        self.ip("link", "set", "lo", "up")

    def plug(self, switch, ipv4=None, interface="e0", ipv6=True, up=True):
        """A cable from a port of the switch to a new interface."""
        port = switch.port()
        if not ipv6:
            self.sysctl(ipv6__conf__default__disable_ipv6=1)
        switch.batch([f"link add {port} type veth peer name {interface} netns {self.name}",
                      f"link set {port} master br0 up"])
        self.ports[interface] = port
        self.sysctl(ipv6__conf__default__disable_ipv6=0)
        lines = [f"address add {ipv4} broadcast + dev {interface}"] if ipv4 else []
        lines += [f"link set {interface} up"] if up else []
        if lines:
            self.batch(lines)
        return self

    def link_local(self, interface="e0"):
        done = json.loads(self.ip("-json", "-6", "address", "show", "dev", interface, "scope", "link").stdout)
        return [a["local"] for d in done for a in d.get("addr_info", [])][0]

    def parlance(self, *arguments, status=None, environment=None, timeout_s=DEADLINE_S, stdin=""):
        """Runs the client here, with a state of its own; returns (status, stdout, stderr)."""
        done = subprocess.run([*self.exec, PARLANCE, *arguments], capture_output=True, text=True, input=stdin,
                              timeout=timeout_s, check=False, env=self.environment(environment))
        if status is not None:
            check(done.returncode == status, f"{arguments}: status {done.returncode} instead of {status}: "
                                             f"{done.stdout!r} {done.stderr!r}")
        return done.returncode, done.stdout, done.stderr

    def environment(self, more=None):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PARLANCE") or k == "PARLANCE_TLS"}
        return {**clean, "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": self.net.bench.path(f"state-{self.name}"),
                **(more or {})}

    def discover(self, *arguments, status=0, timeout_s=None):
        """The servers that are found, as a list of what --json says of each."""
        arguments = [*arguments, *(["--timeout", str(timeout_s)] if timeout_s else [])]
        _status, out, _err = self.parlance("discover", "--json", *arguments, status=status)
        return [json.loads(line) for line in out.splitlines()]

    def watch(self, *arguments):
        watch = Watch(self, arguments)
        self.net.processes.append(watch)
        return watch

    def serve(self, *options, name=None, listen=("0.0.0.0:9502", "[::]:9502"), discovery_port=str(PORT)):
        """A server without dictionaries, which starts in no time."""
        bench = self.net.bench
        number = len(bench.servers)
        off = bench.write("off.conf", "[dictionary parlance-en-zh]\nenabled=false\n")
        return bench.server("--config", off, "--name", name or f"server {number}", *options,
                            listen=listen, dict_listen=None, discovery_port=discovery_port,
                            data_dir=bench.path(f"data-{number}"), prefix=self.exec)

    def udp(self, family=socket.AF_INET):
        with self.entered():
            return socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)


class Net:
    """All of a test's hosts and switches."""

    def __init__(self, bench):
        self.bench = bench
        self.namespaces = []
        self.processes = []

    def _add(self, namespace):
        self.namespaces.append(namespace)
        return namespace

    def switch(self):
        return self._add(Switch())

    def host(self, **keywords):
        return self._add(Host(self, **keywords))

    def lan(self, n_hosts, subnet=1, **keywords):
        """A switch and hosts on it, 10.77.SUBNET.1 and up; returns (switch, hosts)."""
        switch = self.switch()
        hosts = [self.host().plug(switch, f"10.77.{subnet}.{i + 1}/24", **keywords) for i in range(n_hosts)]
        return switch, hosts

    def cable(self, switch, host, **keywords):
        """A cable of one's own making between a switch and a host, as e0 there."""
        cable = Cable(switch, host, **keywords)
        self.processes.append(cable)
        return cable

    def close(self):
        for process in self.processes:
            process.close()
        for namespace in self.namespaces:
            _delete(namespace.name)


# --- a cable that loses and filters -----------------------------------------------------------------

_TUNSETIFF = 0x400454CA
_IFF_TAP = 0x0002
_IFF_NO_PI = 0x1000


def _open_tap(namespace, name):
    with namespace.entered():
        tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.ioctl(tap, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TAP | _IFF_NO_PI))
    return tap


class Cable:
    """Carries frames between two TAP interfaces, on a thread; drops those that @drops says, and a part
    of the others, at random (the seed is in the complaint of a test that fails by it)."""

    def __init__(self, switch, host, ipv4=None, loss=0.0, drops=None, seed=None):
        if not os.path.exists("/dev/net/tun"):
            raise Skip("there is no /dev/net/tun")
        self.loss = loss
        self.drops = drops or (lambda frame: False)
        self.seed = random.randrange(1 << 30) if seed is None else seed
        self.random = random.Random(self.seed)
        port = switch.port()
        self.taps = [_open_tap(switch, port), _open_tap(host, "e0")]
        switch.batch([f"link set {port} master br0 up"])
        host.batch(([f"address add {ipv4} broadcast + dev e0"] if ipv4 else []) + ["link set e0 up"])
        host.ports["e0"] = port
        self.n_passed = self.n_lost = 0
        self.stopping = False
        self.thread = threading.Thread(target=self._carry, daemon=True)
        self.thread.start()

    def _carry(self):
        other = dict(zip(self.taps, reversed(self.taps)))
        while not self.stopping:
            for tap in select.select(self.taps, [], [], 0.05)[0]:
                with contextlib.suppress(OSError):
                    frame = os.read(tap, 65536)
                    if self.drops(frame) or self.random.random() < self.loss:
                        self.n_lost += 1
                    else:
                        os.write(other[tap], frame)
                        self.n_passed += 1

    def close(self):
        self.stopping = True
        self.thread.join(DEADLINE_S)
        for tap in self.taps:
            os.close(tap)


def ip_of(frame):
    """(protocol, source port, destination port) of a frame of IP; (None, 0, 0) of others."""
    kind = frame[12:14]
    if kind == b"\x08\x00" and len(frame) >= 34:
        start, protocol = 14 + 4 * (frame[14] & 15), frame[23]
    elif kind == b"\x86\xdd" and len(frame) >= 54:
        start, protocol = 54, frame[20]
    else:
        return None, 0, 0
    if protocol not in (6, 17) or len(frame) < start + 4:
        return protocol, 0, 0
    return (protocol, *struct.unpack_from(">HH", frame, start))


# --- watching ---------------------------------------------------------------------------------------

class Watch:
    """`parlance discover --watch --json`, and when it said what."""

    def __init__(self, host, arguments):
        self.events = []  # (time, what was said)
        self.condition = threading.Condition()
        self.ended = False
        self.started = time.time()
        self.process = subprocess.Popen([*host.exec, PARLANCE, "discover", "--watch", "--json", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                        env=host.environment())
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            now = time.time()
            with self.condition:
                self.events.append((now, json.loads(line)))
                self.condition.notify_all()
        with self.condition:
            self.ended = True
            self.condition.notify_all()

    def wait(self, condition, what, deadline_s=None):
        """Waits until condition(events) is true; returns what it was."""
        until = time.monotonic() + (deadline_s or DEADLINE_S)
        with self.condition:
            while True:
                value = condition(self.events)
                if value:
                    return value
                left = until - time.monotonic()
                if left <= 0 or self.ended:
                    raise Failure(f"{what} did not come in time; what came: {self.events!r:.3000}")
                self.condition.wait(left)

    def wait_event(self, what, after=0, deadline_s=None, **members):
        """Waits for an event with these members; returns (time, event)."""
        def find(events):
            for at, event in events:
                if at >= after and all(event.get(k) == v for k, v in members.items()):
                    return at, event
            return None
        return self.wait(find, what, deadline_s)

    def close(self):
        self.process.terminate()
        self.process.wait(DEADLINE_S)
        self.thread.join(DEADLINE_S)
        self.process.stdout.close()
        self.process.stderr.close()


# --- datagrams --------------------------------------------------------------------------------------

class Sniffer:
    """What passes an interface, with the kernel's times, from now on."""

    def __init__(self, host, interface="e0"):
        with host.entered():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            self.socket.setsockopt(socket.SOL_SOCKET, 35, 1)  # SO_TIMESTAMPNS
            self.socket.bind((interface, 0))
        self.socket.setblocking(False)

    def frames(self):
        """[(time, frame)] since the last call."""
        found = []
        with contextlib.suppress(BlockingIOError):
            while True:
                frame, ancillary, _flags, _address = self.socket.recvmsg(65536, 256)
                seconds, nanoseconds = struct.unpack("qq", ancillary[0][2][:16])
                found.append((seconds + nanoseconds / 1e9, frame))
        return found

    def queries(self):
        """Times of the queries since the last call."""
        return [at for at, frame in self.frames() if ip_of(frame)[0] == 17 and ip_of(frame)[2] == PORT]

    def close(self):
        self.socket.close()


def query(nonce="0123456789abcdef0123456789abcdef", size=512):
    head = json.dumps({"parlance": 1, "query": nonce})[:-1] + ', "pad": "'
    return (head + "." * (size - len(head) - 2) + '"}').encode("utf-8")


def receive(udp, wait_s):
    """[(datagram, address)] that come within a time."""
    until = time.monotonic() + wait_s
    found = []
    while (left := until - time.monotonic()) > 0 and select.select([udp], [], [], left)[0]:
        found.append(udp.recvfrom(65536))
    return found


# --- tests ------------------------------------------------------------------------------------------

def lan_test(name):
    def declare(function):
        def wrapped(bench):
            if _why_not():
                raise Skip(_why_not())
            net = Net(bench)
            try:
                function(bench, net)
            finally:
                complaints = bench.close()
                net.close()
            check(not complaints, f"{complaints}")
        test(name)(wrapped)
        return function
    return declare
