# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that never block, thousands of them in one thread, in plain text or by TLS."""

import errno
import os
import selectors
import socket
import ssl
import struct

CONNECTING, SHAKING, OPEN, CLOSED = range(4)
PIECE = 262144


class Wire:
    """A connection. Its owner's on_open(), on_line(line) and on_closed() are called from Wires.turn()."""

    def __init__(self, wires, owner, address, context=None):
        self.wires, self.owner = wires, owner
        self.state = CONNECTING
        self.wanted = 0
        self.incoming, self.outgoing = bytearray(), bytearray()
        self.is_deaf = False  # reads nothing any more
        self.tls = None
        self.socket = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.context = context
        result = self.socket.connect_ex(address)
        if result not in (0, errno.EINPROGRESS):
            self.socket.close()
            raise OSError(result, os.strerror(result))
        wires.n_opened += 1
        self._want(selectors.EVENT_WRITE)

    def _want(self, events):
        if events == self.wanted:
            return
        if self.wanted == 0:
            self.wires.selector.register(self.socket, events, self)
        elif events == 0:
            self.wires.selector.unregister(self.socket)
        else:
            self.wires.selector.modify(self.socket, events, self)
        self.wanted = events

    def _want_as_usual(self):
        self._want((0 if self.is_deaf else selectors.EVENT_READ) | (selectors.EVENT_WRITE if self.outgoing else 0))

    def send(self, data):
        self.outgoing += data
        if self.state == OPEN:
            self._write()

    def grow_deaf(self):
        """Reads no more, as a program that hangs."""
        self.is_deaf = True
        if self.state == OPEN:
            self._want_as_usual()

    def half_close(self):
        if self.state == OPEN and not self.tls:
            self._write()
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.close()

    def close(self, reset=False):
        """Closes it without on_closed()."""
        if self.state == CLOSED:
            return
        self._want(0)
        self.state = CLOSED
        if reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _lost(self):
        self.close()
        self.owner.on_closed(self)

    def on_event(self, events):
        try:
            if self.state == CONNECTING:
                self._connected()
            elif self.state == SHAKING:
                self._shake()
            else:
                if events & selectors.EVENT_WRITE:
                    self._write()
                if events & selectors.EVENT_READ and self.state == OPEN and not self.is_deaf:
                    self._read()
        except (OSError, ssl.SSLError):
            if self.state != CLOSED:
                self._lost()

    def _connected(self):
        result = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if result:
            raise OSError(result, os.strerror(result))
        if self.context:
            self._want(0)
            self.tls = self.socket = self.context.wrap_socket(self.socket, do_handshake_on_connect=False)
            self.state = SHAKING
            self._shake()
        else:
            self._opened()

    def _shake(self):
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            self._want(selectors.EVENT_READ)
        except ssl.SSLWantWriteError:
            self._want(selectors.EVENT_WRITE)
        else:
            self._opened()

    def _opened(self):
        self.state = OPEN
        self._want_as_usual()
        self.owner.on_open(self)
        if self.state == OPEN:
            self._write()

    def _write(self):
        try:
            while self.outgoing:
                sent = self.socket.send(self.outgoing)
                del self.outgoing[:sent]
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            pass
        except OSError:
            # What the server said before it closed is still to be read.
            self.outgoing.clear()
        self._want_as_usual()

    def _read(self):
        ended = False
        try:
            while True:
                piece = self.socket.recv(PIECE)
                if not piece:
                    ended = True
                    break
                self.incoming += piece
                if not self.tls and len(piece) < PIECE:
                    break
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        except OSError:
            ended = True
        lines = self.incoming.split(b"\n")
        self.incoming = lines.pop()
        for line in lines:
            if self.state != OPEN:
                return
            self.owner.on_line(self, line)
        if ended and self.state == OPEN:
            self._lost()


class Wires:
    """All connections of this program."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.n_opened = 0

    def turn(self, patience_s):
        for key, events in self.selector.select(patience_s):
            if key.data.state != CLOSED:
                key.data.on_event(events)
