# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real server in a private directory, and speaks to it over real sockets.

A test file declares its tests with @test("name") and ends with main(). Its arguments are the programs:
parlanced, and parlance. A test gets a Bench; what it starts there is stopped and judged when the test
is over: a server must end with status 0, and a sanitizer must not have spoken. Nothing waits without
a deadline, and nothing sleeps but to ask again whether the event has come.
"""

import atexit
import contextlib
import json
import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import zlib

PARLANCED = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""
PARLANCE = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else ""

SANITIZER_SPEAKS = re.compile(r"(ERROR|WARNING): \w+Sanitizer|runtime error:|LeakSanitizer")


def sanitizer_of(program):
    """Which sanitizer is built into a program: "address", "thread", or "" for none."""
    try:
        with open(program, "rb") as file:
            content = file.read()
    except OSError:
        return ""
    if b"__tsan_init" in content:
        return "thread"
    return "address" if b"__asan_init" in content else ""


SANITIZER = sanitizer_of(PARLANCED)
if SANITIZER == "thread":  # which sleeps for a second at the end of each program, unless it is told
    os.environ["TSAN_OPTIONS"] = os.environ.get("TSAN_OPTIONS", "") + ":atexit_sleep_ms=0"
    # GLib's slices, and GIO's thread that shakes hands, use memory in turns that it cannot see.
    os.environ.update(G_SLICE="always-malloc", PARLANCE_TLS="off")
if SANITIZER == "address":  # see ./check
    os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":intercept_tls_get_addr=0"
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="parlance-state-")  # of nobody else
atexit.register(shutil.rmtree, os.environ["XDG_STATE_HOME"], True)
DEADLINE_S = 60.0 if SANITIZER else 20.0  # for what takes no time at all on an idle machine


class Failure(Exception):
    """What a test expected did not come."""


class Skip(Exception):
    """A test cannot be run here; the text says why."""


class Closed(Exception):
    """The server closed the connection."""


def check(condition, text):
    if not condition:
        raise Failure(text)


def equal(got, wanted, what="value"):
    if got != wanted:
        raise Failure(f"{what}: got {got!r:.2000}, wanted {wanted!r:.2000}")


def has(text, part, what="text"):
    if part not in text:
        raise Failure(f"{what}: {part!r} is not in {text!r:.2000}")


def wait_until(condition, what, deadline_s=None):
    """Asks again and again until condition() is true. Returns what it was."""
    until = time.monotonic() + (deadline_s or DEADLINE_S)
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise Failure(f"{what} did not come in time")
        time.sleep(0.01)


# --- tests ------------------------------------------------------------------------------------------

_tests = []


def test(name):
    def declare(function):
        _tests.append((name, function))
        return function
    return declare


def _run(name, function, make_bench):
    """Returns (complaints, reason to skip)."""
    bench = make_bench()
    complaints = []
    reason = None
    try:
        function(bench)
    except Skip as skip:
        reason = str(skip)
    except Exception:
        complaints += traceback.format_exc().splitlines()
        complaints += bench.failed(name)
    complaints += bench.close()
    if complaints:
        for server in bench.servers:
            complaints.append(f"--- stderr of {' '.join(server.command)}")
            complaints += server.stderr().splitlines()[-200:]
    bench.remove()
    return complaints, reason


def main(make_bench=None):
    """Runs every test of the file and prints TAP. ONLY=substring in the environment selects."""
    chosen = [t for t in _tests if os.environ.get("ONLY", "") in t[0]]
    n_failed = 0
    print(f"1..{len(chosen)}", flush=True)
    for number, (name, function) in enumerate(chosen, 1):
        complaints, reason = _run(name, function, make_bench or Bench)
        n_failed += bool(complaints)
        skipped = f" # SKIP {reason}" if reason and not complaints else ""
        print(f"{'not ok' if complaints else 'ok'} {number} {name}{skipped}")
        for line in complaints:
            print(f"# {line}")
        sys.stdout.flush()
    sys.exit(1 if n_failed else 0)


class Bench:
    """What one test has started, and the directory that it works in."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="parlance-")
        self.servers = []
        self.clients = []

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def write(self, name, content):
        """Writes a file below the directory; returns its path."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    def tsv(self, name, entries, title=None):
        return self.write(name, tsv(entries, title))

    def server(self, *options, **keywords):
        server = Server(self, options, **keywords)
        self.servers.append(server)
        return server.start()

    def serve_words(self, *options, **keywords):
        """A server of the small dictionary WORDS, named "words"."""
        return self.server("--dictionary", self.tsv("words.tsv", WORDS), *options, **keywords)

    def serve_nothing(self, **keywords):
        """A server without any dictionary, the one that comes with it switched off."""
        off = self.write("off.conf", "[dictionary parlance-en-zh]\nenabled=false\n")
        return self.server("--config", off, **keywords)

    def refused(self, *options, status=1):
        """A start that must fail. Returns what it said on stderr."""
        server = Server(self, options)
        self.servers.append(server)
        server.spawn()
        equal(server.wait_exit(), status, "exit status")
        equal(server.read_stdout(), "", "stdout")
        return server.stderr()

    def client(self, server, **keywords):
        client = Client(server.port, **keywords)
        self.clients.append(client)
        return client

    def dict_client(self, server, **keywords):
        client = DictClient(server.dict_port, **keywords)
        self.clients.append(client)
        return client

    def failed(self, name):
        """A test has failed, and all is still as it was then. Returns what to add to its complaints."""
        return []

    def close(self):
        """Ends everything. Returns complaints."""
        complaints = []
        for client in self.clients:
            client.close()
        for server in self.servers:
            try:
                server.finish()
            except Failure as failure:
                complaints.append(f"{failure}")
        return complaints

    def remove(self):
        shutil.rmtree(self.dir, ignore_errors=True)


# --- the server -------------------------------------------------------------------------------------

class Server:
    """One parlanced, with free ports and a data directory of its own."""

    def __init__(self, bench, options, data_dir=None, listen=("127.0.0.1:0",), dict_listen="127.0.0.1:0",
                 discovery_port="0", prefix=(), environment=None, ready_s=DEADLINE_S):
        number = len(bench.servers)
        self.data_dir = data_dir or bench.path("data")
        self.command = [*prefix, PARLANCED, "--data-dir", self.data_dir]
        for address in listen:
            self.command += ["--listen", address]
        if dict_listen is not None:
            self.command += ["--dict-listen", dict_listen]
        if discovery_port is not None:
            self.command += ["--discovery-port", discovery_port]
        self.command += options
        self.environment = {**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})}
        self.stderr_path = bench.path(f"stderr-{number}")
        self.process = None
        self.ready = None
        self.ready_s = ready_s  # how long the start may take
        self.judged = False

    def spawn(self):
        with open(self.stderr_path, "wb") as stderr:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=stderr, env=self.environment)
        return self

    def start(self):
        self.spawn()
        return self.wait_ready()

    def wait_ready(self, deadline_s=None):
        text = self.read_stdout(until=b"\n", deadline_s=deadline_s or self.ready_s)
        check(text.startswith("READY "), f"instead of READY the server said {text!r}; "
              f"stderr: {self.stderr()}")
        self.ready = json.loads(text[len("READY "):])
        return self

    def read_stdout(self, until=None, deadline_s=None):
        """What stands on stdout, up to a byte or to the end."""
        end = time.monotonic() + (deadline_s or DEADLINE_S)
        text = b""
        descriptor = self.process.stdout.fileno()
        while until is None or until not in text:
            left = end - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise Failure(f"the server said nothing (more) on stdout: {text!r}")
            piece = os.read(descriptor, 65536)
            if not piece:
                break
            text += piece
        return text.decode("utf-8")

    @property
    def pid(self):
        return self.process.pid

    @property
    def port(self):
        return int(self.ready["listen"][0].rpartition(":")[2])

    @property
    def dict_port(self):
        return int(self.ready["dict_listen"][0].rpartition(":")[2])

    def stderr(self):
        with contextlib.suppress(OSError):
            with open(self.stderr_path, encoding="utf-8", errors="replace") as file:
                return file.read()
        return ""

    def wait_stderr(self, part, count=1):
        wait_until(lambda: self.stderr().count(part) >= count, f"{part!r} on stderr")

    def send_signal(self, number):
        os.kill(self.pid, number)

    def wait_exit(self, deadline_s=None):
        try:
            return self.process.wait(deadline_s or DEADLINE_S)
        except subprocess.TimeoutExpired:
            raise Failure("the server did not end in time") from None

    def stop(self, number=signal.SIGTERM):
        """Ends the server; returns its exit status."""
        if self.process.poll() is None:
            self.send_signal(number)
        return self.wait_exit()

    def kill(self):
        """Ends it the hard way, which the test wants."""
        self.judged = True
        self.process.kill()
        self.process.wait(DEADLINE_S)

    def finish(self):
        if self.process is None:
            return
        try:
            if self.process.poll() is None:
                equal(self.stop(), 0, "exit status")
            elif self.process.returncode < 0 and not self.judged:
                raise Failure(f"the server died of signal {-self.process.returncode}")
            found = SANITIZER_SPEAKS.search(self.stderr())
            check(found is None, f"a sanitizer spoke: {found and found.group(0)}")
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait(DEADLINE_S)
            self.process.stdout.close()

    def memory_kib(self):
        """Resident memory that belongs to the server alone."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(r"^RssAnon:\s+(\d+) kB", file.read(), re.M).group(1))

    def cpu_s(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def n_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def n_files_but_chat(self):
        """Those of the journal come and go when it likes."""
        count = 0
        for name in os.listdir(f"/proc/{self.pid}/fd"):
            with contextlib.suppress(OSError):
                count += "/chat" not in os.readlink(f"/proc/{self.pid}/fd/{name}")
        return count


# --- clients ----------------------------------------------------------------------------------------

class Client:
    """A raw connection; every wait has a deadline."""

    def __init__(self, port, host="127.0.0.1", receive_bytes=None, segment_bytes=None, source=None):
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        if segment_bytes:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment_bytes)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(DEADLINE_S)
        self.socket.connect((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.searched = 0

    def close(self):
        self.socket.close()

    def send(self, data):
        try:
            self.socket.sendall(data.encode("utf-8") if isinstance(data, str) else data)
        except socket.timeout:
            raise Failure("the server does not read") from None
        except (BrokenPipeError, ConnectionResetError):
            raise Closed("while sending") from None
        return self

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def _receive(self, deadline_s=None):
        self.socket.settimeout(deadline_s or DEADLINE_S)
        try:
            piece = self.socket.recv(262144)
        except socket.timeout:
            raise Failure(f"nothing came; before: {bytes(self.buffer[-200:])!r}") from None
        except ConnectionResetError:
            raise Closed("reset") from None
        if not piece:
            raise Closed("end")
        self.buffer += piece

    def line(self, deadline_s=None):
        """The next line, without its LF."""
        while True:
            end = self.buffer.find(b"\n", self.searched)
            if end >= 0:
                break
            self.searched = len(self.buffer)
            self._receive(deadline_s)
        line = bytes(self.buffer[:end])
        del self.buffer[:end + 1]
        self.searched = 0
        return line

    def reply(self, deadline_s=None):
        """The next line as JSON."""
        line = self.line(deadline_s)
        reply = json.loads(line.decode("utf-8"))
        equal(reply.get("jsonrpc"), "2.0", f"jsonrpc of {line[:200]!r}")
        return reply

    def rest(self, deadline_s=None):
        """Everything until the server closes."""
        with contextlib.suppress(Closed):
            while True:
                self._receive(deadline_s)
        rest, self.buffer, self.searched = bytes(self.buffer), bytearray(), 0
        return rest

    def expect_end(self, deadline_s=None):
        equal(self.rest(deadline_s), b"", "what came before the end")

    def request(self, method, params=None, id=1):
        return self.send(request(method, params, id))

    def call(self, method, params=None, id=1):
        """The whole reply to one request."""
        self.request(method, params, id)
        reply = self.reply()
        equal(reply.get("id"), id, "id")
        return reply

    def result(self, method, params=None):
        reply = self.call(method, params)
        check("result" in reply, f"{method} {params!r:.200} failed: {reply!r:.500}")
        return reply["result"]

    def fault(self, method, params=None):
        """The error of one request, as (code, data)."""
        return fault(self.call(method, params))

    def ping(self, id="ping"):
        """The next thing the server says is the answer to this ping."""
        reply = self.call("ping", id=id)
        check(isinstance(reply["result"]["time"], int), f"{reply}")


class DictClient(Client):
    """RFC 2229, by hand."""

    def __init__(self, port, greet=True, **keywords):
        super().__init__(port, **keywords)
        self.banner = self.status() if greet else ""

    def status(self):
        line = self.line()
        check(line.endswith(b"\r"), f"a line without CR: {line!r}")
        return line[:-1].decode("utf-8")

    def text(self):
        """Lines up to the dot, dots undoubled."""
        lines = []
        while True:
            line = self.status()
            if line == ".":
                return lines
            lines.append(line[1:] if line.startswith("..") else line)

    def command(self, line):
        """Sends a command, returns the first status line."""
        self.send(line + "\r\n")
        return self.status()

    def expect(self, line, code):
        status = self.command(line)
        check(status.startswith(f"{code} "), f"{line!r}: got {status!r}, wanted {code}")
        return status

    def listing(self, line, code):
        """A command that is answered by one text and 250."""
        self.expect(line, code)
        lines = self.text()
        status = self.status()
        check(status.startswith("250"), f"{line!r} ended with {status!r}")
        return lines

    def define(self, database, word):
        """[(headword and so on of 151, lines of text)]"""
        status = self.expect(f"DEFINE {database} {word}", 150)
        definitions = []
        while True:
            line = self.status()
            if line.startswith("250"):
                break
            check(line.startswith("151 "), f"{line!r} instead of 151")
            definitions.append((line[4:], self.text()))
        equal(int(status.split()[1]), len(definitions), "the number in 150")
        return definitions


def request(method, params=None, id=1):
    """One request as a line of bytes."""
    message = {"jsonrpc": "2.0", "id": id, "method": method}
    if params is not None:
        message["params"] = params
    return json.dumps(message, ensure_ascii=False).encode("utf-8") + b"\n"


def fault(reply):
    """(code, data) of a reply that is an error."""
    check("error" in reply and "result" not in reply, f"no error: {reply!r:.500}")
    error = reply["error"]
    check(isinstance(error["message"], str) and error["message"], f"no message: {error}")
    return error["code"], error["data"]


# --- dictionaries -----------------------------------------------------------------------------------

def tsv(entries, title=None):
    """The text of a TSV dictionary; entries are (headword, text) or (headword, phonetic, text)."""
    lines = [f"# title: {title}"] if title else []
    for entry in entries:
        headword, phonetic, text = entry if len(entry) == 3 else (entry[0], "", entry[1])
        text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
        lines.append(f"{headword}\t{phonetic}\t{text}")
    return "\n".join(lines) + "\n"


WORDS = (
    ("hello", "hə'ləu", "used as a greeting\nsaid to people one meets"),
    ("help", "what one gives to somebody in need"),
    ("hell", "a place that nobody likes"),
    ("polish", "to make a surface smooth"),
    ("Polish", "of Poland"),
    ("straße", "a road, in German"),
    ("world", "wə:ld", "all that there is"),
    ("don't", "do not"),
    ("give up", "to stop trying"),
    ("naïve", "without experience"),
    ("你好", "hello, in Chinese"),
    (".dot", ".a line with a dot in front\n..and one with two\n.\nthe end"),
    ('quo"te', "a headword with a quote"),
    ("back\\slash", "a headword with a \\"),
)

ECDICT_COLUMNS = ("word,phonetic,definition,translation,pos,collins,oxford,tag,bnc,frq,exchange,detail,"
                  "audio").split(",")


def ecdict(rows):
    """The text of an ECDICT file; rows are dictionaries by column."""
    lines = [",".join(ECDICT_COLUMNS)]
    for row in rows:
        fields = (str(row.get(column, "")) for column in ECDICT_COLUMNS)
        lines.append(",".join('"' + f.replace('"', '""') + '"' if re.search('[",\n]', f) else f
                              for f in fields))
    return "\n".join(lines) + "\n"


def base64_number(number):
    """A number of a dictd index."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    text = digits[number % 64]
    while number >= 64:
        number //= 64
        text = digits[number % 64] + text
    return text


def dictd(entries):
    """(index, body) of a dictd dictionary, as bytes; entries are (headword, text)."""
    body = b""
    lines = []
    for headword, text in entries:
        data = text.encode("utf-8")
        lines.append(f"{headword}\t{base64_number(len(body))}\t{base64_number(len(data))}\n")
        body += data
    return "".join(sorted(lines)).encode("utf-8"), body


def dictzip(data, chunk_bytes=4096):
    """gzip that can be read from the middle, as dictzip makes it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    chunks = [packer.compress(data[i:i + chunk_bytes]) + packer.flush(zlib.Z_FULL_FLUSH)
              for i in range(0, len(data), chunk_bytes)]
    table = struct.pack(f"<HHH{len(chunks)}H", 1, chunk_bytes, len(chunks), *map(len, chunks))
    extra = b"RA" + struct.pack("<H", len(table)) + table
    head = b"\x1f\x8b\x08\x04\0\0\0\0\x02\x03" + struct.pack("<H", len(extra)) + extra
    return head + b"".join(chunks) + packer.flush() + struct.pack("<II", zlib.crc32(data), len(data))
