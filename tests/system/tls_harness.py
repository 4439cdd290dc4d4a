# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of TLS share: a raw client that speaks it, whose bytes a test can cut anywhere."""

import contextlib
import hashlib
import json
import os
import socket
import ssl

from harness import DEADLINE_S, Client, Closed, Failure


def context():
    """A client's, which takes whatever certificate it is shown."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


CONTEXT = context()


class TlsClient(Client):
    """A raw connection that speaks TLS: bytes go through memory, so that a test can cut them."""

    def __init__(self, port, handshake=True, **keywords):
        super().__init__(port, **keywords)
        self.incoming = ssl.MemoryBIO()
        self.outgoing = ssl.MemoryBIO()
        self.tls = CONTEXT.wrap_bio(self.incoming, self.outgoing)
        self.ended = False
        if handshake:
            self.handshake()

    def push(self):
        self.socket.sendall(self.outgoing.read())

    def pull(self, deadline_s=None):
        self.socket.settimeout(deadline_s or DEADLINE_S)
        try:
            piece = self.socket.recv(262144)
        except socket.timeout:
            raise Failure("nothing came") from None
        except ConnectionResetError:
            raise Closed("reset") from None
        if not piece:
            raise Closed("cut off")
        self.incoming.write(piece)

    def step(self, action):
        """Runs an action of TLS to its end."""
        while True:
            try:
                result = action()
            except ssl.SSLWantReadError:
                self.push()
                self.pull()
            else:
                self.push()
                return result

    def handshake(self):
        self.step(self.tls.do_handshake)

    def send(self, data):
        self.tls.write(data.encode("utf-8") if isinstance(data, str) else data)
        try:
            self.push()
        except socket.timeout:
            raise Failure("the server does not read") from None
        except (BrokenPipeError, ConnectionResetError):
            raise Closed("while sending") from None
        return self

    def half_close(self):
        """By TLS's own word; the socket stays open both ways."""
        with contextlib.suppress(ssl.SSLWantReadError):
            self.tls.unwrap()
        self.push()
        return self

    def _receive(self, deadline_s=None):
        while True:
            try:
                piece = self.tls.read(262144)
            except ssl.SSLWantReadError:
                self.pull(deadline_s)
                continue
            except ssl.SSLZeroReturnError:
                piece = b""
            if not piece:
                self.ended = True
                raise Closed("end")
            self.buffer += piece
            return

    @property
    def fingerprint(self):
        return "sha256:" + hashlib.sha256(self.tls.getpeercert(True)).hexdigest()


def tls_client(bench, server, **keywords):
    client = TlsClient(server.port, **keywords)
    bench.clients.append(client)
    return client


def announced(server):
    """The fingerprint that discovery tells of the server."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(DEADLINE_S)
        query = {"parlance": 1, "query": "0123456789abcdef", "pad": "x" * 512}
        asker.sendto(json.dumps(query).encode(), ("127.0.0.1", server.ready["discovery_port"]))
        return json.loads(asker.recv(65536))["server"]["fingerprint"]


def identity_path(server):
    return os.path.join(server.data_dir, "tls", "identity.pem")
