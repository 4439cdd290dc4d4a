# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of accounts share: servers with modes of access, and clients that log in."""

import socket
import subprocess

from chat_harness import ChatClient, Server
from harness import DEADLINE_S, PARLANCED, Skip, equal

PASSWORD = "correct horse"
SERVER_PASSWORD = "battery staple"


def hash_of(password):
    """The line of the key file that says this password."""
    done = subprocess.run([PARLANCED, "--hash-password"], input=password + "\n", capture_output=True, text=True,
                          timeout=DEADLINE_S, check=False)
    equal((done.returncode, done.stderr), (0, ""), "--hash-password")
    return done.stdout


def write_config(bench, access="open", password=None, operators="", more=""):
    return bench.write("server.conf",
                       f"[server]\naccess={access}\n{hash_of(password) if password else ''}operators={operators}\n"
                       f"send_rate=0\n{more}\n[dictionary parlance-en-zh]\nenabled=false\n")


def serve(bench, access="open", password=None, operators="", more="", options=(), **keywords):
    """A server without dictionaries."""
    options = ("--config", write_config(bench, access, password, operators, more), *options)
    server = bench.server(*options, **keywords)
    server.options = options
    return server


def another(bench, server):
    """A server on what an earlier one, which has ended, has kept."""
    again = Server(bench, server.options, data_dir=server.data_dir)
    again.options = server.options
    bench.servers.append(again)
    return again.start()


def connect(bench, server, **keywords):
    client = ChatClient(server.port, **keywords)
    bench.clients.append(client)
    return client


def register(bench, server, nick, *rooms, password=PASSWORD, **more):
    """A client that has registered, and joined."""
    client = connect(bench, server)
    result = client.result("register", {"nick": nick, "password": password, "client": "test/1", **more})
    client.token = result["session"]["token"]
    for room in rooms:
        client.join(room)
    return client


def log_in(bench, server, nick, *rooms, password=PASSWORD):
    client = connect(bench, server)
    client.hello(nick, password=password)
    for room in rooms:
        client.join(room)
    return client


def own_address():
    """An address of this machine that is no loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: says which address would
        except OSError:
            raise Skip("this machine has no address but loopback") from None
        address = probe.getsockname()[0]
    if address.startswith("127."):
        raise Skip("this machine has no address but loopback")
    return address
