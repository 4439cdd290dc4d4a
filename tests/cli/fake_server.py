# SPDX-License-Identifier: GPL-3.0-or-later
"""A Parlance server in a thread, with what each test makes of a request."""

import json
import socket
import threading


def entry(headword, text="a text", dictionary="wn", via="exact", **more):
    return {"dictionary": dictionary, "headword": headword, "via": via, "text": text, **more}


def found(word, *entries):
    return {"word": word, "entries": list(entries) or [entry(word)], "suggestions": []}


def not_found(word, *suggestions):
    return {"word": word, "entries": [], "suggestions": list(suggestions)}


class Refusal(Exception):
    """Answer with this error."""

    def __init__(self, code, reason, message, **data):
        super().__init__(message)
        self.error = {"code": code, "message": message, "data": {"reason": reason, **data}}


def hung_up_on_tls(connection, received):
    """What a server without TLS does at the first byte of a handshake."""
    if not received.startswith(b"\x16"):
        return False
    connection.close()
    return True


def read_requests(connection):
    """The requests of a connection as they come, until its end."""
    rest = b""
    try:
        while received := connection.recv(1 << 18):
            if hung_up_on_tls(connection, received):
                return
            *lines, rest = (rest + received).split(b"\n")
            for line in lines:
                yield json.loads(line)
    except OSError:
        pass


class FakeServer:
    """Answers each connection's requests with `answers[method](params)`, in order, gathered.

    `raw(connection, lines)`, when given, takes over a connection's requests as they come. Every
    request is kept in `requests`.
    """

    def __init__(self, answers=None, raw=None):
        self.answers = {"define": lambda params: found(params["word"]), **(answers or {})}
        self.raw = raw
        self.requests = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.connections = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        for connection in self.connections:
            connection.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        rest = b""
        try:
            while received := connection.recv(1 << 18):
                if hung_up_on_tls(connection, received):
                    return
                *lines, rest = (rest + received).split(b"\n")
                requests = [json.loads(line) for line in lines]
                self.requests += requests
                if self.raw:
                    self.raw(connection, requests)
                elif requests:
                    connection.sendall(b"".join(map(self._answer, requests)))
        except OSError:
            pass

    def _answer(self, request):
        try:
            result = self.answers[request["method"]](request.get("params", {}))
        except Refusal as refusal:
            return encode({"jsonrpc": "2.0", "id": request["id"], "error": refusal.error})
        if isinstance(result, bytes):
            return b'{"jsonrpc":"2.0","id":%d,"result":%s}\n' % (request["id"], result)
        return encode({"jsonrpc": "2.0", "id": request["id"], "result": result})


def encode(message):
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def answer_to(request, result):
    return encode({"jsonrpc": "2.0", "id": request["id"], "result": result})
