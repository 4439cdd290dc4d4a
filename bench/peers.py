# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts and stops the servers that are compared. Each is a child of this process in a process
group of its own, listens on loopback only, and is ended by its process id."""

import contextlib
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import time

START_DEADLINE_S = 30
COMPILE_DEADLINE_S = 300
INDEX_DEADLINE_S = 300
STOP_DEADLINE_S = 10


class Server:
    """A running server: its name, its process and where it listens."""

    def __init__(self, name, process, address, dict_address=None, started_s=0.0):
        self.name = name
        self.process = process
        self.address = address
        self.dict_address = dict_address
        self.started_s = started_s  # from the spawn to the moment it served

    def stop(self):
        """Ends it and returns what it used in all (a struct rusage), or None."""
        return stop_process(self.process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def stop_process(process):
    """Asks a process of ours to end, and makes it end when it does not."""
    if process.poll() is not None:
        return None
    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_DEADLINE_S
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        if time.monotonic() > deadline:
            process.kill()
            _, status, usage = os.wait4(process.pid, 0)
            break
        time.sleep(0.005)
    process.returncode = os.waitstatus_to_exitcode(status)
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()
    return usage


def free_port():
    """A port of 127.0.0.1 that was free just now, for servers that cannot choose one."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def program(name):
    """Where an installed program is, or None; daemons may stand outside a user's PATH."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def first_version(*command):
    """What a program says that its version is, the first number of its first lines."""
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+(\.\d+)+", text)
    return found.group(0) if found else "?"


def _spawn(command, work, name, **options):
    with open(os.path.join(work, name + ".log"), "ab") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log,
                                start_new_session=True, **{"stdout": log, **options})


def _log_tail(work, name):
    with open(os.path.join(work, name + ".log"), encoding="utf-8", errors="replace") as log:
        return " | ".join(log.read().strip().splitlines()[-3:])


@contextlib.contextmanager
def _ended_on_failure(process):
    """While nobody else owns a process yet: whatever interrupts us ends it."""
    try:
        yield
    except BaseException:
        stop_process(process)
        raise


def _await_port(process, work, name, port):
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"{name} did not start: {_log_tail(work, name)}")


def _await_ready(process, work, name, deadline_s):
    """Reads the READY line that our own programs print."""
    readable, _, _ = select.select([process.stdout], [], [], deadline_s)
    line = process.stdout.readline() if readable else b""
    if not line.startswith(b"READY "):
        raise RuntimeError(f"{name} did not start: {_log_tail(work, name)}")
    return json.loads(line[len("READY "):])


def start_dictd(work, name, index, data):
    """dictd without a log and without its limits on queries, matches and time."""
    port = free_port()
    config = os.path.join(work, name + ".conf")
    with open(config, "w", encoding="utf-8") as out:
        out.write(f"global {{ port {port} listen_to 127.0.0.1 limit 1000 depth 1000\n"
                  "  limit_queries 0 limit_time 0 limit_matches 0 limit_definitions 0 }\n"
                  f'database wn {{ data "{data}" index "{index}" }}\n')
    process = _spawn([program("dictd"), "--config", config, "-d", "nodetach", "--log", "none",
                      "--locale", "C.UTF-8", "--pid-file", os.path.join(work, name + ".pid")],
                     work, name)
    with _ended_on_failure(process):
        _await_port(process, work, name, port)
    return Server(name, process, None, f"127.0.0.1:{port}")


def start_redis(work, max_connections=10000):
    """redis that stores nothing on disk."""
    port = free_port()
    process = _spawn([program("redis-server"), "--port", str(port), "--bind", "127.0.0.1",
                      "--save", "", "--appendonly", "no", "--dir", work,
                      "--maxclients", str(max_connections)], work, "redis")
    with _ended_on_failure(process):
        _await_port(process, work, "redis", port)
    return Server("redis", process, f"127.0.0.1:{port}")


def start_memcached(work, max_connections):
    """memcached with two threads. As root it wants to be told a user to become."""
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = _spawn([program("memcached"), "-l", "127.0.0.1", "-p", str(port), "-U", "0", "-t",
                      "2", "-c", str(max_connections), *user], work, "memcached")
    with _ended_on_failure(process):
        _await_port(process, work, "memcached", port)
    return Server("memcached", process, f"127.0.0.1:{port}")


def start_s_server(work, identity):
    """openssl's own server, with a file of a key and its certificate. It gives out no tickets."""
    port = free_port()
    process = _spawn([program("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", "-cert", identity,
                      "-key", identity, "-num_tickets", "0", "-quiet"], work, "s_server")
    with _ended_on_failure(process):
        _await_port(process, work, "s_server", port)
    return Server("s_server", process, f"127.0.0.1:{port}")


def start_bare(work, build, shape, n_bytes):
    """The bare server; its replies have the given shape (dict, json) and size in bytes."""
    name = "bare-" + shape
    process = _spawn([os.path.join(build, "bench", "bare"), "--shape", shape, "--bytes",
                      str(round(n_bytes))], work, name, stdout=subprocess.PIPE)
    with _ended_on_failure(process):
        address = _await_ready(process, work, name, START_DEADLINE_S)["listen"][0]
    return Server(name, process, address, address)


def start_bare_chat(work, build, n_threads):
    """The bare chat server."""
    name = f"bare-{n_threads}"
    process = _spawn([os.path.join(build, "bench", "bare-chat"), "--threads", str(n_threads)], work,
                     name, stdout=subprocess.PIPE)
    with _ended_on_failure(process):
        address = _await_ready(process, work, name, START_DEADLINE_S)["listen"][0]
    return Server(name, process, address)


def start_inspircd(work):
    """InspIRCd without its limits on floods, connections and queues, and without DNS and ident."""
    port = free_port()
    config = os.path.join(work, "inspircd.conf")
    with open(config, "w", encoding="utf-8") as out:
        out.write('<server name="irc.bench" description="bench" network="Bench">\n'
                  '<admin name="bench" nick="bench" email="bench@localhost">\n'
                  f'<bind address="127.0.0.1" port="{port}" type="clients">\n'
                  '<connect allow="*" timeout="60" threshold="100000" commandrate="1000000000"\n'
                  '  fakelag="no" pingfreq="300" hardsendq="100000000" softsendq="50000000"\n'
                  '  recvq="1000000" localmax="20000" globalmax="20000" limit="20000"\n'
                  '  useident="no" resolvehostnames="no" maxchans="20">\n'
                  '<dns server="127.0.0.1" timeout="1">\n'
                  f'<pid file="{work}/inspircd.pid">\n'
                  '<performance quietbursts="yes" softlimit="20000" somaxconn="4096"\n'
                  '  netbuffersize="10240">\n'
                  '<log method="file" type="* -USERINPUT -USEROUTPUT -CONNECT -QUIT" level="default"\n'
                  f'  target="{work}/inspircd.log">\n')
    as_root = ["--runasroot"] if os.geteuid() == 0 else []
    process = _spawn([program("inspircd"), *as_root, "--nofork", "--config", config], work,
                     "inspircd")
    with _ended_on_failure(process):
        _await_port(process, work, "inspircd", port)
    return Server("inspircd", process, f"127.0.0.1:{port}")


def start_ngircd(work):
    """ngircd without its limits on floods and connections, and without DNS, ident and PAM."""
    port = free_port()
    config = os.path.join(work, "ngircd.conf")
    with open(config, "w", encoding="utf-8") as out:
        out.write("[Global]\nName = irc.bench.example\nInfo = bench\nListen = 127.0.0.1\n"
                  f"Ports = {port}\nAdminInfo1 = bench\nAdminEMail = bench@localhost\n"
                  "[Limits]\nMaxConnections = 0\nMaxConnectionsIP = 0\nMaxJoins = 0\n"
                  "MaxNickLength = 30\nMaxPenaltyTime = 0\nPingTimeout = 300\n"
                  "[Options]\nDNS = no\nIdent = no\nPAM = no\n")
    process = _spawn([program("ngircd"), "--nodaemon", "--config", config], work, "ngircd")
    with _ended_on_failure(process):
        _await_port(process, work, "ngircd", port)
    return Server("ngircd", process, f"127.0.0.1:{port}")


def start_parlanced(work, build, data_dir, dictionaries, max_connections=1000, name="parlanced",
                    options=()):
    """Our server, with nothing but the given dictionaries."""
    command = [os.path.join(build, "server", "parlanced"), "--listen", "127.0.0.1:0",
               "--dict-listen", "127.0.0.1:0", "--discovery-port", "off", "--workers", "2",
               "--data-dir", data_dir, "--max-connections", str(max_connections), *options]
    for path in dictionaries:
        command += ["--dictionary", path]
    spawned = time.monotonic()
    process = _spawn(command, work, name, stdout=subprocess.PIPE)
    with _ended_on_failure(process):
        ready = _await_ready(process, work, name, COMPILE_DEADLINE_S)
    return Server(name, process, ready["listen"][0], ready["dict_listen"][0],
                  time.monotonic() - spawned)


def ask(server, method):
    """The result of a request without parameters to our own server."""
    host, port = server.address.rsplit(":", 1)
    request = {"jsonrpc": "2.0", "id": 1, "method": method}
    with socket.create_connection((host, int(port)), 30) as connection:
        connection.sendall(json.dumps(request).encode() + b"\n")
        with connection.makefile("rb") as replies:
            return json.loads(replies.readline())["result"]


def await_indexed(server):
    """Until our server has every full-text index: they are built beside what it answers, for
    seconds, and a processor that is busy with that is one less for what is measured."""
    deadline = time.monotonic() + INDEX_DEADLINE_S
    while ask(server, "stats")["indexing"]:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{server.name} is still indexing after {INDEX_DEADLINE_S} s")
        time.sleep(0.1)
