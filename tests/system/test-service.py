# SPDX-License-Identifier: GPL-3.0-or-later
"""The server under a service manager, which the test plays: it is told what the server does, by
datagrams (sd_notify(3)), and hands sockets over (sd_listen_fds(3))."""

import ctypes
import json
import os
import select
import signal
import socket
import subprocess

import harness
from harness import (DEADLINE_S, Failure, Server, check, equal, has, main, test, wait_until)


class Manager:
    """The socket of a service manager."""

    def __init__(self, bench, abstract=False):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path = f"\0parlance-test-{os.getpid()}" if abstract else bench.path("notify")
        self.socket.bind(path)
        self.environment = {"NOTIFY_SOCKET": path.replace("\0", "@")}
        self.socket.settimeout(DEADLINE_S)
        bench.clients.append(self)

    def close(self):
        self.socket.close()

    def next(self):
        """The next message, as a dictionary."""
        try:
            text = self.socket.recv(65536).decode("utf-8")
        except socket.timeout:
            raise Failure("the server does not notify the service manager") from None
        return dict(line.split("=", 1) for line in text.split("\n"))

    def wait_for(self, key, value="1"):
        """Skips messages until one says key=value. Returns it."""
        while True:
            message = self.next()
            if message.get(key) == value:
                return message

    def pending(self):
        """All that has arrived and was not read yet."""
        messages = []
        while select.select([self.socket], [], [], 0)[0]:
            messages.append(self.next())
        return messages


class HandedServer(Server):
    """A server that gets sockets as descriptors 3, 4, …, like from a service manager."""

    def __init__(self, bench, sockets, names=None, options=(), count=None, pid="$$", **keywords):
        super().__init__(bench, options, listen=(), dict_listen=None, discovery_port=None, **keywords)
        self.sockets = sockets
        names = names and ":".join(names)
        # A shell becomes the server: it has its process id already.
        self.command = ["/bin/sh", "-c", "".join((
            f"export LISTEN_PID={pid} LISTEN_FDS={len(sockets) if count is None else count};",
            f"export LISTEN_FDNAMES='{names}';" if names else "",
            'exec "$@"')), "sh", *self.command]

    def spawn(self):
        # Whichever numbers they have here, the server's begin with 3.
        moved = [os.dup(s if isinstance(s, int) else s.fileno()) for s in self.sockets]
        high = [os.dup2(fd, 100 + i) for i, fd in enumerate(moved)]

        def hand_over():
            for i, fd in enumerate(high):
                os.dup2(fd, 3 + i)
        with open(self.stderr_path, "wb") as stderr:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr,
                env=self.environment, preexec_fn=hand_over, pass_fds=range(3, 3 + len(high)))
        for fd in moved + high:
            os.close(fd)
        return self


def listener(family=socket.AF_INET, address="127.0.0.1", only_ipv6=True):
    made = socket.socket(family, socket.SOCK_STREAM)
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only_ipv6)
    made.bind((address, 0))
    made.listen()
    return made


def datagrams(family=socket.AF_INET, address="0.0.0.0", port=0, only_ipv6=True):
    made = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only_ipv6)
    made.bind((address, port))
    return made


def port_of(made):
    return made.getsockname()[1]


def hand(bench, sockets, names=None, **keywords):
    server = HandedServer(bench, sockets, names, **keywords)
    bench.servers.append(server)
    return server


def refuse(bench, sockets, names=None, **keywords):
    """A start that must fail; what it says."""
    server = hand(bench, sockets, names, **keywords)
    server.spawn()
    equal(server.wait_exit(), 1, "exit status")
    equal(server.read_stdout(), "", "stdout")
    equal(len(server.stderr().splitlines()), 1, f"lines on stderr: {server.stderr()}")
    return server.stderr()


def discover(port, address="127.0.0.1"):
    """What discovery answers there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asker:
        asker.settimeout(DEADLINE_S)
        query = {"parlance": 1, "query": "0123456789abcdef", "pad": "x" * 512}
        asker.sendto(json.dumps(query).encode(), (address, port))
        return json.loads(asker.recv(65536))["server"]


# --- notification -----------------------------------------------------------------------------------

@test("/service/ready-and-stopping-are-told")
def _(bench):
    manager = Manager(bench)
    server = bench.serve_words(environment=manager.environment)
    message = manager.wait_for("READY")
    has(message["STATUS"], "Serving; dictionaries: 1", "status")
    bench.client(server).ping()
    server.stop()
    equal(manager.next()["STOPPING"], "1", "the last word")
    equal(manager.pending(), [], "what came behind it")


@test("/service/an-abstract-socket-will-do")
def _(bench):
    manager = Manager(bench, abstract=True)
    bench.serve_words(environment=manager.environment)
    manager.wait_for("READY")


@test("/service/compiling-asks-for-more-time-to-start")
def _(bench):
    manager = Manager(bench)
    path = bench.tsv("many.tsv", [(f"word {i}", "a text " * 8) for i in range(20000)])
    bench.server("--dictionary", path, environment=manager.environment)
    message = manager.wait_for("EXTEND_TIMEOUT_USEC", "60000000")
    has(message["STATUS"], "Compiling the dictionary “many”: ", "status")
    manager.wait_for("READY")


@test("/service/a-reload-is-told-from-its-beginning-to-its-end")
def _(bench):
    manager = Manager(bench)
    server = bench.serve_words(environment=manager.environment)
    manager.wait_for("READY")
    bench.tsv("data/dictionaries/more.tsv", [("hello", "x")])
    server.send_signal(signal.SIGHUP)
    message = manager.wait_for("RELOADING")
    check(int(message["MONOTONIC_USEC"]) > 0, f"{message}")
    has(manager.wait_for("READY")["STATUS"], "Serving; dictionaries: 2", "status")


@test("/service/a-reload-that-comes-to-nothing-ends-too")
def _(bench):
    manager = Manager(bench)
    config = bench.write("p.conf", "")
    path = bench.tsv("d.tsv", [("hello", "x")])
    server = bench.server("--config", config, "--dictionary", path, environment=manager.environment)
    manager.wait_for("READY")
    bench.write("p.conf", "[server]\nnonsense\n")
    server.send_signal(signal.SIGHUP)
    manager.wait_for("RELOADING")
    has(manager.wait_for("READY")["STATUS"], f"{config}:2:", "status")
    bench.write("p.conf", "")
    os.remove(path)
    server.send_signal(signal.SIGHUP)
    manager.wait_for("RELOADING")
    has(manager.wait_for("READY")["STATUS"], "going on with the dictionaries as they are", "status")
    bench.client(server).ping()


@test("/service/a-status-that-is-cut-ends-with-a-whole-character")
def _(bench):
    manager = Manager(bench)
    # One of these is cut before a character, two are within one.
    for pad in range(3):
        folder = "/".join(["x" * pad + "文" * 70, "文" * 80, "文" * 80])
        config = bench.write(f"{folder}/p.conf", "")
        server = bench.server("--config", config, environment=manager.environment)
        manager.wait_for("READY")
        bench.write(f"{folder}/p.conf", "nonsense\n")
        server.send_signal(signal.SIGHUP)
        manager.wait_for("RELOADING")
        status = manager.wait_for("READY")["STATUS"]
        check(509 <= len(status.encode("utf-8")) <= 511, f"{len(status.encode('utf-8'))} bytes: {status}")
        check(status.endswith("文"), f"its end: {status[-9:]!r}")
        server.stop()
        manager.pending()


@test("/service/a-manager-that-is-not-there-is-a-warning")
def _(bench):
    for name, told in (("relative", "no address"), ("/" + "x" * 200, "no address"),
                       (bench.path("nobody"), "cannot notify")):
        server = bench.serve_words(environment={"NOTIFY_SOCKET": name}, data_dir=bench.path("data" + name[-3:]))
        server.wait_stderr(told)
        bench.client(server).ping()


# --- watchdog ---------------------------------------------------------------------------------------

class Held:
    """Stops one thread of a process, and lets the others run."""

    SEIZE, INTERRUPT, DETACH, ALL = 0x4206, 0x4207, 17, 0x40000000

    def __init__(self, thread):
        self.thread = thread
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.trace(self.SEIZE)
        self.trace(self.INTERRUPT)
        os.waitpid(thread, self.ALL)

    def trace(self, request):
        if self.libc.ptrace(request, self.thread, None, None) != 0:
            raise harness.Skip(f"ptrace: {os.strerror(ctypes.get_errno())}")

    def release(self):
        self.trace(self.DETACH)


def threads(server):
    return sorted(int(name) for name in os.listdir(f"/proc/{server.pid}/task"))


def watched_server(bench, manager, *options, interval_s=2):
    """Four times in the interval its threads have to answer, which they cannot while others have the cores."""
    return bench.serve_words("--workers", "2", *options, environment={
        **manager.environment, "WATCHDOG_USEC": str(int(interval_s * 1e6))})


def starves(server, manager):
    """Whether the watchdog goes unfed for four beats, and does not get two. What was answered before a thread
    was held has fed it once at the most: what it had got by then has been read."""
    def n_complaints():
        return server.stderr().count("does not answer")
    n_fed = 0
    before = n_complaints()
    while n_fed < 2 and n_complaints() < before + 4:
        if select.select([manager.socket], [], [], 0.02)[0]:
            equal(manager.next(), {"WATCHDOG": "1"}, "message")
            n_fed += 1
            before = n_complaints()
    return n_fed < 2


@test("/service/the-watchdog-is-fed-by-an-idle-server")
def _(bench):
    manager = Manager(bench)
    server = watched_server(bench, manager)
    manager.wait_for("READY")
    for _ in range(3):
        equal(manager.next(), {"WATCHDOG": "1"}, "message")


@test("/service/a-thread-that-hangs-starves-the-watchdog")
def _(bench):
    manager = Manager(bench)
    server = watched_server(bench, manager)
    manager.wait_for("READY")
    seen = set()
    for thread in threads(server):
        if thread == server.pid:
            continue
        held = Held(thread)
        try:
            manager.pending()
            starved = starves(server, manager)
            if starved:
                seen.add(server.stderr().splitlines()[-1].partition("warning: ")[2].partition(" does")[0])
        finally:
            held.release()
        if starved:
            manager.wait_for("WATCHDOG")
    equal(seen, {"worker 1", "worker 2", "the authority of chat"}, "who is watched")


@test("/service/the-watchdog-of-another-process-is-not-ours")
def _(bench):
    manager = Manager(bench)
    server = bench.serve_words(environment={**manager.environment, "WATCHDOG_USEC": "4000", "WATCHDOG_PID": "1"})
    manager.wait_for("READY")
    server.stop()
    equal([set(m) for m in [manager.next(), *manager.pending()]], [{"STOPPING", "STATUS"}], "messages")


@test("/service/a-watchdog-without-a-sensible-interval-is-a-warning")
def _(bench):
    manager = Manager(bench)
    server = bench.serve_words(environment={**manager.environment, "WATCHDOG_USEC": "soon"})
    has(server.stderr(), "WATCHDOG_USEC=“soon” is no interval", "stderr")


# --- sockets that are handed over -------------------------------------------------------------------

@test("/service/a-socket-that-is-handed-over-is-served")
def _(bench):
    made = listener()
    server = hand(bench, [made], options=("--listen", "127.0.0.1:1", "--discovery-port", "off"))
    # Who has connected before there was a server is answered.
    early = harness.Client(port_of(made))
    bench.clients.append(early)
    early.request("ping")
    server.start()
    equal(server.ready["listen"], [f"127.0.0.1:{port_of(made)}"], "listen")
    equal(server.ready["dict_listen"], [], "dict_listen")
    check("result" in early.reply(), "no answer")
    bench.client(server).ping()


@test("/service/names-say-which-door-a-socket-is-for")
def _(bench):
    json_door, dict_door, udp = listener(), listener(), datagrams()
    server = hand(bench, [dict_door, udp, json_door], ["dict", "discovery", "parlanced.socket"]).start()
    equal(server.port, port_of(json_door), "JSON-RPC")
    equal(server.dict_port, port_of(dict_door), "DICT")
    equal(server.ready["discovery_port"], port_of(udp), "discovery")
    check(bench.dict_client(server).banner.startswith("220 "), "no DICT")
    bench.client(server).ping()
    equal(discover(port_of(udp))["port"], port_of(json_door), "port of TCP")


@test("/service/one-socket-for-both-families-is-found-and-used-by-both")
def _(bench):
    both = listener(socket.AF_INET6, "::", only_ipv6=False)
    ipv4 = datagrams()
    ipv6 = datagrams(socket.AF_INET6, "::", port_of(ipv4))
    server = hand(bench, [both, ipv4, ipv6], ["any", "discovery", "discovery"]).start()
    equal(server.ready["listen"], [f"[::]:{port_of(both)}"], "listen")
    for host in ("127.0.0.1", "::1"):
        equal(discover(port_of(ipv4), host)["port"], port_of(both), f"what {host} is told")
        client = bench.client(server, host=host)
        # Both are this machine, which alone is told.
        check("uptime_ms" in client.result("stats"), f"stats for {host}")


@test("/service/what-is-not-handed-over-is-opened")
def _(bench):
    udp = datagrams()
    server = hand(bench, [udp], ["discovery"], options=("--listen", "127.0.0.1:0")).start()
    bench.client(server).ping()
    equal(discover(port_of(udp))["port"], server.port, "port of TCP")


@test("/service/sockets-of-another-process-are-not-touched")
def _(bench):
    made = listener()
    server = hand(bench, [made], pid="1", options=("--listen", "127.0.0.1:0", "--discovery-port", "off")).start()
    check(server.port != port_of(made), "the socket was taken")


@test("/service/sockets-of-the-wrong-kind-are-refused-by-name")
def _(bench):
    read_end, write_end = os.pipe()
    unix = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.bind(("127.0.0.1", 0))
    ipv4, ipv6 = datagrams(), datagrams(socket.AF_INET6, "::")
    while port_of(ipv6) == port_of(ipv4):
        ipv6 = datagrams(socket.AF_INET6, "::")
    for sockets, names, told in (
            ([read_end], ["web"], "descriptor 3 (“web”): it is no socket"),
            ([unix], ["web"], "neither of IPv4 nor of IPv6"),
            ([listener(), ipv4], ["web", "dict"], "descriptor 4 (“dict”): it is not of TCP"),
            ([bound], ["web"], "it does not listen"),
            ([listener()], ["discovery"], "it is not of UDP"),
            ([datagrams(socket.AF_INET6, "::", only_ipv6=False)], ["discovery"], "BindIPv6Only=ipv6-only"),
            ([ipv4, datagrams()], ["discovery", "discovery"], "of the same family already"),
            ([socket.socket(socket.AF_INET, socket.SOCK_DGRAM)], ["discovery"], "it is bound to no port"),
            ([ipv4, ipv6], ["discovery", "discovery"],
             f"descriptor 4 (“discovery”): it has UDP port {port_of(ipv6)}, and the one of the other family, "
             f"descriptor 3, has port {port_of(ipv4)}")):
        has(refuse(bench, sockets, names), told, "stderr")
    os.close(read_end)
    os.close(write_end)


@test("/service/numbers-that-do-not-fit-are-refused")
def _(bench):
    made = listener()
    has(refuse(bench, [made], ["a", "b"]), "has 2 names", "stderr")
    has(refuse(bench, [made], count="many"), "LISTEN_FDS=“many”", "stderr")
    has(refuse(bench, [made], count=65), "LISTEN_FDS=“65”", "stderr")
    has(refuse(bench, [made], count=2), "descriptor 4 (“unknown”): Bad file descriptor", "stderr")


main()
