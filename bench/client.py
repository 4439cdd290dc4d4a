# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of the JSON protocol for what takes so long that Python's share of it is small."""

import json
import socket
import time


class Client:
    """One connection that asks one thing at a time."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def ask(self, method, **params):
        """(milliseconds, reply)"""
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n"
        begin = time.perf_counter()
        self.socket.sendall(line)
        reply = self.file.readline()
        elapsed = time.perf_counter() - begin
        if not reply:
            raise RuntimeError(f"the server closed the connection at {line[:200]!r}")
        return elapsed * 1000, json.loads(reply)

    def close(self):
        """Ends the connection."""
        self.file.close()
        self.socket.close()
