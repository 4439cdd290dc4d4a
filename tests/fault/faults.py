# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on order: the page that the shim (shim.c) shares with a test, what may fail with what, and what
those who use the server do meanwhile."""

import errno
import json
import mmap
import os
import signal
import socket
import ssl
import struct
import time

import harness
from harness import Closed, DictClient, Failure, check, equal, wait_until
from tls_harness import CONTEXT

HEAD = struct.Struct("<Ii i I I I".replace(" ", ""))
NAME_BYTES = 24
PAGE_BYTES = 8192

HALF = 0  # no errno: the call does half of what it was asked for

NO_DESCRIPTOR = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
DISK = (errno.EIO, errno.ENOSPC, errno.EDQUOT)

# What Linux's manual pages say of each that may come at any time, most likely first. Not here are
# errors that only a mistake of the program makes (EBADF, EFAULT, EINVAL), and eventfd_write(), which
# cannot fail: the counter is never near its end.
PLAUSIBLE = {
    "accept4": (errno.EMFILE, errno.ECONNABORTED, errno.EINTR, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM,
                errno.EPERM, errno.EPROTO, errno.EHOSTUNREACH),
    "close": (errno.EIO, errno.EINTR, errno.ENOSPC),
    "epoll_create1": NO_DESCRIPTOR,
    "epoll_ctl": (errno.ENOMEM, errno.ENOSPC),
    "epoll_wait": (errno.EINTR,),
    "eventfd": NO_DESCRIPTOR,
    "fcntl64": (errno.EACCES, errno.ENOLCK, errno.EINTR, errno.EIO),
    "fdatasync": DISK,
    "flock": (errno.ENOLCK, errno.EINTR),
    "fstat64": (errno.ENOMEM, errno.EIO),
    "fstatvfs64": (errno.EIO, errno.ENOSYS),
    "fsync": DISK,
    "ftruncate64": (errno.EIO, errno.EINTR, errno.EFBIG),
    "getifaddrs": (errno.ENOBUFS, errno.EMFILE, errno.ENOMEM),
    "getrandom": (errno.EINTR,),
    "getsockname": (errno.ENOBUFS,),
    "listen": (errno.EADDRINUSE,),
    "lstat64": (errno.EIO, errno.EACCES, errno.ENOMEM),
    "mkdir": (errno.ENOSPC, errno.EACCES, errno.EDQUOT),
    "mmap64": (errno.ENOMEM, errno.EAGAIN, errno.ENFILE),
    "mremap": (errno.ENOMEM,),
    "open64": (errno.EMFILE, errno.EACCES, errno.EIO, errno.ENFILE, errno.ENOSPC, errno.ENOMEM, errno.EINTR),
    "pread64": (errno.EIO, HALF, errno.EINTR),
    "pthread_create": (errno.EAGAIN,),
    "pwrite64": (errno.ENOSPC, HALF, errno.EIO, errno.EDQUOT, errno.EINTR),
    "read": (errno.EIO, HALF, errno.EINTR),
    "recv": (errno.ECONNRESET, HALF, errno.EINTR, errno.ETIMEDOUT, errno.ENOMEM, errno.EHOSTUNREACH),
    "recvmmsg": (errno.ECONNREFUSED, errno.EINTR, errno.ENOMEM, errno.ENOBUFS),
    "rename": (errno.ENOSPC, errno.EIO, errno.EACCES),
    "send": (errno.EPIPE, HALF, errno.ECONNRESET, errno.EAGAIN, errno.EINTR, errno.ENOBUFS, errno.ENOMEM),
    "sendmsg": (errno.EPIPE, HALF, errno.ECONNRESET, errno.EAGAIN, errno.EINTR, errno.ENOBUFS, errno.ENOMEM),
    "setsockopt": (errno.ENOMEM, errno.ENOBUFS),
    "signalfd": NO_DESCRIPTOR,
    "socket": (errno.EMFILE, errno.ENOBUFS, errno.ENFILE, errno.ENOMEM, errno.EACCES),
    "stat64": (errno.EIO, errno.EACCES, errno.ENOMEM),
    "timerfd_create": NO_DESCRIPTOR,
    "timerfd_settime": (errno.ECANCELED,),
    "unlink": (errno.EACCES, errno.EIO),
    "write": (errno.ENOSPC, HALF, errno.EIO, errno.EINTR),
}


# Of these, a server that serves makes none in what a Company does: it has opened what it needs.
ONLY_AT_THE_START = {"epoll_create1", "eventfd", "fstatvfs64", "getifaddrs", "getsockname", "listen", "mremap",
                     "signalfd", "socket", "timerfd_create", "timerfd_settime"}

# Those that are other ones, or made at other places, where peers speak TLS.
OF_TLS = ("accept4", "close", "epoll_ctl", "fstat64", "getrandom", "open64", "read", "recv", "send", "stat64")


class Faults:
    """The page."""

    def __init__(self, bench, shim):
        self.path = bench.write("page", b"\0" * PAGE_BYTES)
        with open(self.path, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), PAGE_BYTES)
        self.environment = {"LD_PRELOAD": shim, "FAULT_PAGE": self.path}
        self.names = []

    def learn(self):
        """After a program has started: which calls the shim knows."""
        n_calls = HEAD.unpack_from(self.page)[5]
        self.names = [self.page[HEAD.size + i * NAME_BYTES:HEAD.size + (i + 1) * NAME_BYTES].rstrip(b"\0").decode()
                      for i in range(n_calls)]
        equal(set(self.names) - {"allocate"}, set(PLAUSIBLE), "the calls that the shim knows")

    def arm(self, call, error, nth=1):
        struct.pack_into("<ii", self.page, 4, error, nth)
        struct.pack_into("<I", self.page, 0, self.names.index(call))

    def disarm(self):
        struct.pack_into("<I", self.page, 0, len(self.names))

    @property
    def n_failed(self):
        return struct.unpack_from("<I", self.page, 12)[0]

    def count(self, function):
        """How often each call was made meanwhile."""
        table = HEAD.size + len(self.names) * NAME_BYTES
        self.page[table:table + 4 * len(self.names)] = b"\0" * (4 * len(self.names))
        struct.pack_into("<I", self.page, 16, 1)
        function()
        struct.pack_into("<I", self.page, 16, 0)
        counts = struct.unpack_from(f"<{len(self.names)}I", self.page, table)
        return dict(zip(self.names, counts))


def name_of(call, error):
    return f"{call} {errno.errorcode[error] if error else 'half'}"


class Gone(Exception):
    """The server has ended."""


class EncryptedClient(harness.Client):
    """A client that speaks TLS, with whomever it is."""

    def __init__(self, port):
        super().__init__(port)
        try:
            self.socket = CONTEXT.wrap_socket(self.socket)
        except (ssl.SSLError, ConnectionError) as error:
            raise Closed(f"while shaking hands: {error}") from None

    def send(self, data):
        try:
            return super().send(data)
        except ssl.SSLError as error:
            raise Closed(str(error)) from None

    def _receive(self, deadline_s=None):
        try:
            super()._receive(deadline_s)
        except ssl.SSLError as error:
            raise Closed(str(error)) from None


class Company:
    """Who uses a server while it meets faults, and remembers what it was promised."""

    ATTEMPTS = 6

    def __init__(self, bench, server, dictionary, client=harness.Client):
        self.bench = bench
        self.client = client
        self.server = server
        self.dictionary = dictionary
        self.acknowledged = {}  # seq -> text
        self.n_nicks = 0
        self.n_reloads = 0
        self.bystander = None

    def attempt(self, what, function):
        """Tries again, on another connection, what a fault has ended."""
        for _ in range(self.ATTEMPTS):
            if self.server.process.poll() is not None:
                raise Gone(what)
            try:
                return function()
            except (Closed, ConnectionError):
                continue
        # It may be about to end: who is refused is so before its parent hears of it.
        if until_gone(self.server, 5) is not None:
            raise Gone(what)
        raise Failure(f"{what}: refused {self.ATTEMPTS} times")

    def join(self, client, nick):
        client.result("hello", {"protocol": 1, "client": "fault/1", "nick": nick})
        client.request("join", {"room": "lobby"}, id="join")
        self.reply_to(client, "join")

    def reply_to(self, client, id):
        """The reply to that request, whatever comes before it."""
        while True:
            reply = client.reply()
            if reply.get("id") == id and "method" not in reply:
                return reply
            if "error" in reply and reply.get("id") is None:
                raise Closed(reply["error"]["message"])

    def talk(self):
        self.n_nicks += 1
        client = self.client(self.server.port)
        try:
            self.join(client, f"nick{self.n_nicks}")
            text = f"message {self.n_nicks}"
            client.request("send", {"room": "lobby", "text": text, "key": text}, id="send")
            reply = self.reply_to(client, "send")
            if "result" not in reply:
                equal(reply["error"]["data"]["reason"], "not_stored", "why it was refused")
                raise Closed("not stored")
            self.acknowledged[reply["result"]["seq"]] = text
            for method, params in (("history", {"room": "lobby", "limit": 5}),
                                   ("search_messages", {"text": "message"})):
                client.request(method, params, id=method)
                self.reply_to(client, method)
        finally:
            client.close()

    def look_up(self):
        client = self.client(self.server.port)
        try:
            entries = client.result("define", {"word": "hello"})["entries"]
            check(entries, "the word is gone")
            for method, params in (("match", {"word": "^h.l+", "strategy": "regexp"}),
                                   ("match", {"word": "helo", "strategy": "fuzzy"}),
                                   ("search", {"text": "greeting"}), ("stats", {})):
                client.request(method, params, id=method)
                self.reply_to(client, method)
        finally:
            client.close()

    def ask_dict(self):
        client = DictClient(self.server.dict_port)
        try:
            check(client.define("*", "hello"), "no definition")
        finally:
            client.close()

    def discover(self):
        """A datagram may be lost: then it is sent again."""
        query = json.dumps({"parlance": 1, "query": "0123456789abcdef", "pad": "x" * 512}).encode()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(0.5)
            for _ in range(self.ATTEMPTS * 4):
                asker.sendto(query, ("127.0.0.1", self.server.ready["discovery_port"]))
                try:
                    return asker.recv(65536)
                except socket.timeout:
                    if self.server.process.poll() is not None:
                        raise Gone("discovery") from None
        raise Failure("discovery does not answer any more")

    def reload(self):
        """A dictionary has changed. The reload may come to nothing, and says so then."""
        self.n_reloads += 1
        with open(self.dictionary + ".new", "w", encoding="utf-8") as file:
            file.write(f"hello\t\ta greeting\nhalo\t\tnumber {self.n_reloads}\n")
        os.replace(self.dictionary + ".new", self.dictionary)

        def n_ends():
            if self.server.process.poll() is not None:
                raise Gone("reload")
            said = self.server.stderr()
            return said.count("reloaded;") + said.count("going on as before") + said.count(
                "going on with the dictionaries as they are")
        before = n_ends()
        self.server.send_signal(signal.SIGHUP)
        wait_until(lambda: n_ends() > before, "the end of the reload")

    def everything(self):
        self.attempt("talking", self.talk)
        self.attempt("looking up", self.look_up)
        self.attempt("DICT", self.ask_dict)
        self.discover()
        self.reload()

    def history(self):
        """What the server has, as {seq: text}; its numbers have no gap."""
        client = self.client(self.server.port)
        try:
            self.n_nicks += 1
            client.result("hello", {"protocol": 1, "client": "fault/1", "nick": f"nick{self.n_nicks}"})
            messages, after = [], 0
            while True:
                page = client.result("history", {"room": "lobby", "after": after, "limit": 500})
                messages += page["messages"]
                if not page["more"]:
                    break
                after = messages[-1]["seq"]
        finally:
            client.close()
        equal([m["seq"] for m in messages], list(range(1, len(messages) + 1)), "numbers")
        return {m["seq"]: m["text"] for m in messages}

    def settle(self):
        """Nothing fails any more: everything has to work, at once, and nothing may be lost. But the fault may
        have met a thread behind what was answered, and the server is about to end of it."""
        try:
            self.check_all()
        except (Closed, ConnectionError):
            if until_gone(self.server, 5) is not None:
                raise Gone("settling") from None
            raise

    def check_all(self):
        stored = self.history()
        for seq, text in self.acknowledged.items():
            equal(stored.get(seq), text, f"acknowledged message {seq}")
        self.look_up()
        self.ask_dict()


def until_gone(server, seconds=harness.DEADLINE_S):
    end = time.monotonic() + seconds
    while server.process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    return server.process.poll()
