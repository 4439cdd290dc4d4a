#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The start: options, key file, READY, and starts that cannot work. Source: docs/operations.md."""

import fcntl
import glob
import os
import re
import socket
import subprocess

from harness import (DEADLINE_S, PARLANCED, Server, Skip, check, equal, has, main, test, wait_until)


def one_line(text, *parts):
    """What was refused is told in one line that names it."""
    lines = [line for line in text.splitlines() if line]
    equal(len(lines), 1, f"lines on stderr: {text!r}")
    for part in parts:
        has(lines[0], part, "stderr")


def run(*arguments):
    """Runs parlanced to its end; returns (status, stdout, stderr)."""
    done = subprocess.run([PARLANCED, *arguments], capture_output=True, text=True, timeout=DEADLINE_S,
                          stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C.UTF-8"})
    return done.returncode, done.stdout, done.stderr


@test("/start/ready-is-one-line-that-tells-where")
def _(bench):
    server = bench.serve_words()
    check({"listen", "dict_listen", "discovery_port", "pid"} <= set(server.ready), f"{server.ready}")
    equal(server.ready["pid"], server.pid, "pid")
    for name in ("listen", "dict_listen"):
        equal(len(server.ready[name]), 1, name)
        check(re.fullmatch(r"127\.0\.0\.1:[1-9]\d*", server.ready[name][0]), f"{server.ready}")
    equal(server.stop(), 0, "exit status")
    equal(server.read_stdout(), "", "more on stdout")


@test("/start/listens-on-every-address-that-was-given")
def _(bench):
    addresses = ("127.0.0.1:0", "127.0.0.2:0", "[::1]:0")
    server = bench.serve_words(listen=addresses)
    equal([a.rpartition(":")[0] for a in server.ready["listen"]], ["127.0.0.1", "127.0.0.2", "[::1]"], "listen")
    for address in server.ready["listen"]:
        host, _, port = address.rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port)), DEADLINE_S) as connection:
            connection.sendall(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
            check(b'"result"' in connection.recv(1000), f"no answer on {address}")


@test("/start/dict-listens-on-ipv6-too")
def _(bench):
    server = bench.serve_words(dict_listen="[::1]:0")
    client = bench.dict_client(server, host="::1")
    check(client.banner.startswith("220 "), client.banner)


@test("/start/dict-can-be-off")
def _(bench):
    server = bench.serve_words(dict_listen="off")
    equal(server.ready["dict_listen"], [], "dict_listen")


@test("/start/a-port-in-use-ends-it")
def _(bench):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        one_line(bench.refused("--listen", address), "cannot listen", address, "in use")
        one_line(bench.refused("--dict-listen", address), "cannot listen", address, "in use")


@test("/start/discovery-tells-its-port-or-null")
def _(bench):
    port = bench.serve_words().ready["discovery_port"]
    check(isinstance(port, int) and 0 < port < 65536, f"{port!r} for port 0")
    server = bench.serve_words(discovery_port=str(port), data_dir=bench.path("same"))
    equal(server.ready["discovery_port"], port, "a port that two servers share")
    server = bench.serve_words(discovery_port="off", data_dir=bench.path("off"))
    equal(server.ready["discovery_port"], None, "off")


@test("/start/a-discovery-port-in-use-ends-it")
def _(bench):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        one_line(bench.refused("--discovery-port", str(port)), f"discovery on UDP port {port}", "in use",
                 "--discovery-port")


@test("/start/an-address-that-is-not-here-ends-it")
def _(bench):
    one_line(bench.refused("--listen", "192.0.2.1:0"), "cannot listen on 192.0.2.1")


@test("/start/a-bad-address-ends-it")
def _(bench):
    for address in ("127.0.0.1:65536", "127.0.0.1:x", "127.0.0.1:-1", "300.1.1.1:1", "[::1", "localhost:1", "",
                    "127.0.0.1:", "[::1]1", ":9502", "127.0.0.1:1:2"):
        for option in ("--listen", "--dict-listen"):
            status, output, errors = run(option, address, "--data-dir", bench.path("data"))
            equal((status != 0, output), (True, ""), f"{option} {address!r}")
            one_line(errors, option, address)


@test("/start/a-bad-option-ends-it")
def _(bench):
    for arguments in (["--none"], ["--workers"], ["--listen"], ["stray"], ["--workers=0"], ["--workers=x"],
                      ["--workers=257"], ["--max-connections=0"], ["--max-connections=-1"],
                      ["--discovery-port=65536"], ["--discovery-port=on"], ["--durability=none"],
                      ["--send-rate=-1"], ["--name="], ["--name=" + "x" * 129], ["--data-dir="],
                      ["--dictionary="], ["--name=bell\a"]):
        status, output, errors = run("--data-dir", bench.path("data"), "--listen", "127.0.0.1:0", *arguments)
        equal((status in (1, 2), output), (True, ""), f"{arguments}")
        one_line(errors, arguments[0].split("=")[0].strip("-"))


@test("/start/version-and-help-need-nothing")
def _(bench):
    status, output, errors = run("--version")
    equal((status, errors), (0, ""), "--version")
    check(re.fullmatch(r"parlanced \d+\.\d+\.\d+\n", output), output)
    status, output, errors = run("--help")
    equal((status, errors), (0, ""), "--help")
    for option in ("config", "listen", "dict-listen", "discovery-port", "data-dir", "dictionary", "workers", "name",
                   "send-rate", "durability", "max-connections", "check-config", "list-dictionaries", "version"):
        has(output, f"--{option}", "--help")


@test("/start/a-missing-dictionary-ends-it-before-any-is-compiled")
def _(bench):
    words = bench.tsv("words.tsv", [("hello", "x")])
    one_line(bench.refused("--dictionary", words, "--dictionary", bench.path("gone.tsv")), "gone.tsv")
    equal(os.listdir(bench.path("data", "cache")), [], "what was compiled")


@test("/start/a-damaged-dictionary-is-left-out-though-it-was-named")
def _(bench):
    words = bench.tsv("words.tsv", [("hello", "x")])
    damaged = bench.write("bad.ifo", "StarDict's dict ifo file\nversion=2.4.2\n")
    server = bench.server("--dictionary", damaged, "--dictionary", words)
    has(server.stderr(), "bad.ifo", "stderr")
    equal([d["name"] for d in bench.client(server).result("dictionaries")["dictionaries"]], ["words"], "names")


@test("/start/one-that-waits-for-another-to-compile-can-be-ended")
def _(bench):
    words = bench.tsv("words.tsv", [("hello", "x")])
    equal(bench.server("--dictionary", words).stop(), 0, "exit status")
    compiled, = glob.glob(bench.path("data", "cache", "*.pdict"))
    os.remove(compiled)
    # As another server does that compiles the same dictionary.
    with open(compiled + ".part", "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        server = Server(bench, ("--dictionary", words))
        bench.servers.append(server)
        server.spawn()
        server.wait_stderr("compiling the dictionary “words”")
        equal(server.stop(), 0, "exit status")
        equal(server.read_stdout(), "", "stdout")


@test("/start/a-data-directory-is-made")
def _(bench):
    server = bench.serve_words(data_dir=bench.path("deep", "down", "data"))
    check(os.path.isdir(server.data_dir), "not there")
    equal(os.stat(server.data_dir).st_mode & 0o077, 0, "what others may do in it")


@test("/start/a-data-directory-of-another-server-ends-it")
def _(bench):
    first = bench.serve_words()
    one_line(bench.refused("--listen", "127.0.0.1:0"), "locked by another server", first.data_dir)
    bench.client(first).ping()
    equal(first.stop(), 0, "exit status")
    bench.serve_words()


@test("/start/a-data-directory-that-cannot-be-used-ends-it")
def _(bench):
    file = bench.write("file", "x")
    for path in (file, os.path.join(file, "below"), "/proc/none/data"):
        server = Server(bench, (), data_dir=path)
        bench.servers.append(server)
        server.spawn()
        equal(server.wait_exit(), 1, f"exit status with {path}")
        one_line(server.stderr(), "data directory", path)


@test("/start/a-data-directory-that-may-not-be-written-ends-it")
def _(bench):
    prefix = as_nobody(bench)
    parent = bench.path("closed")
    os.mkdir(parent, 0o555)
    server = Server(bench, (), data_dir=os.path.join(parent, "data"), prefix=prefix)
    bench.servers.append(server)
    server.spawn()
    equal(server.wait_exit(), 1, "exit status")
    one_line(server.stderr(), "data directory", server.data_dir, "denied")


def as_nobody(bench):
    """The command that drops root's rights, which make everything readable."""
    if os.geteuid() != 0:
        return ()
    # The program has to be reachable for nobody, too.
    probe = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", PARLANCED, "--version"],
                           capture_output=True)
    if probe.returncode != 0:
        raise Skip("nobody cannot run the program here, and root may write everywhere")
    os.chmod(bench.dir, 0o777)
    return ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@test("/start/a-damaged-server-id-is-told")
def _(bench):
    bench.write("data/server-id", "this is none\n")
    one_line(bench.refused(), "server-id", "UUID")


# --- the key file -----------------------------------------------------------------------------------

MISTAKES = (
    ("[server]\nport=1\n", 2, "port"),
    ("[server]\n\n# text\nworkers=many\n", 4, "workers"),
    ("[server]\nworkers=0\n", 2, "workers"),
    ("[server]\nlisten=127.0.0.1:0;nowhere:1\n", 2, "listen"),
    ("[server]\nname=x\ndict_listen=127.0.0.1:99999\n", 3, "dict_listen"),
    ("[server]\ndiscovery_port=70000\n", 2, "discovery_port"),
    ("[server]\ndata_dir=\n", 2, "data_dir"),
    ("[server]\nmax_connections=0\n", 2, "max_connections"),
    ("[server]\nsend_rate=fast\n", 2, "send_rate"),
    ("[server]\ndurability=none\n", 2, "durability"),
    ("[server]\nname=\n", 2, "name"),
    ("[server]\ndictionaries=;\n", 2, "dictionaries"),
    ("[sever]\nname=x\n", 1, "sever"),
    ("name=x\n", 1, ""),
    ("[server]\nname=x\nname=y\n", 3, "name"),
    ("[server]\nname\n", 2, ""),
    ("[server]\n=x\n", 2, ""),
    ("[server]\nname=x\n[server]\n", 3, "server"),
    (b"[server]\n# \xff\n", 2, ""),
    ("[dictionary wn]\ntitle=x\n", 2, "title"),
    ("[dictionary wn]\nname=two words\n", 2, "name"),
    ("[dictionary wn]\nname=\n", 2, "name"),
    ("[dictionary wn]\nname=*\n", 2, "name"),
    ("[server\nname=x\n", 1, ""),
)


@test("/start/check-config-names-file-line-and-key")
def _(bench):
    for number, (text, line, key) in enumerate(MISTAKES):
        path = bench.write(f"{number}.conf", text)
        status, output, errors = run("--config", path, "--check-config")
        equal((status, output), (1, ""), f"status and output of {text!r}: {errors}")
        one_line(errors, f"{path}:{line}:", key)
        equal(bench.refused("--config", path), errors, "what the start itself says")


@test("/start/check-config-is-content-with-a-good-file")
def _(bench):
    path = bench.write("good.conf", "# all of it\n[server]\nname=Lesezimmer\nlisten=127.0.0.1:0;[::1]:0\n"
                       "dict_listen=off\ndiscovery_port=off\nworkers=2\nmax_connections=10\nsend_rate=0\n"
                       "durability=process\n\n[dictionary words]\nname=woerter\n")
    status, output, errors = run("--config", path, "--check-config")
    equal((status, errors), (0, ""), "status and stderr")
    check(output.count("\n") == 1, output)


@test("/start/check-config-starts-nothing")
def _(bench):
    status, _output, _errors = run("--check-config", "--data-dir", bench.path("data"))
    equal(status, 0, "status")
    check(not os.path.exists(bench.path("data")), "it made the data directory")


def listed(*arguments):
    """--list-dictionaries: its status, the fields of each row by the name of the column, and stderr."""
    status, output, errors = run("--list-dictionaries", *arguments)
    title, *rows = output.splitlines()
    columns = title.split()
    return status, [dict(zip(columns, re.split("  +", row.strip(), len(columns) - 1))) for row in rows], errors


@test("/start/list-dictionaries-tells-what-would-be-served-and-changes-nothing")
def _(bench):
    new, data = bench.tsv("new.tsv", [("hello", "x")]), bench.path("data")
    again = bench.tsv("data/dictionaries/new.tsv", [("hello", "y")])
    bad = bench.tsv("data/dictionaries/bad.index", [])
    bench.tsv("data/dictionaries/off.tsv", [("hello", "z")])
    config = bench.write("p.conf", f"[server]\ndata_dir={data}\ndictionaries={new}\n[dictionary off]\nenabled=false\n")
    status, rows, errors = listed("--config", config)
    equal([(row["NAME"], row["STATE"]) for row in rows], [("new", "new"), ("-", "unreadable"), ("new", "name taken")],
          "rows")
    equal((rows[0]["SOURCE"], rows[2]["SOURCE"]), (new, again), "paths")
    check(bad in rows[1]["SOURCE"], "the message does not name the file")
    equal(status, 1, "status")
    one_line(errors, "cannot be read: 1")
    check(not os.path.exists(os.path.join(data, "cache")), "it compiled")


@test("/start/list-dictionaries-shows-no-control-characters")
def _(bench):
    bench.tsv("data/dictionaries/a\x1b[31m\nb/w.tsv", [("hello", "x")])
    bench.tsv("data/dictionaries/a\x1b[31m\nb/bad.index", [])
    status, rows, _errors = listed("--data-dir", bench.path("data"))
    equal(status, 1, "status")
    equal([row["STATE"] for row in rows], ["unreadable", "new"], "rows")
    check("\x1b" not in rows[0]["SOURCE"], f"the message: {rows[0]!r}")
    has(rows[1]["SOURCE"], "/a?[31m?b/w.tsv", "the path")


@test("/start/list-dictionaries-beside-a-running-server")
def _(bench):
    server = bench.serve_words()
    status, rows, errors = listed("--data-dir", server.data_dir, "--dictionary", bench.path("words.tsv"))
    equal((status, errors), (0, ""), "status and stderr")
    equal([(row["NAME"], row["FORMAT"], row["STATE"]) for row in rows], [("words", "tsv", "compiled")], "rows")
    check(int(rows[0]["ENTRIES"]) > 0, "entries")


@test("/start/the-sample-key-file-is-good")
def _(bench):
    sample = os.path.join(os.path.dirname(__file__), "..", "..", "data", "parlanced.conf")
    if not os.path.exists(sample):
        raise Skip("there is no sample")
    equal(run("--config", sample, "--check-config")[0], 0, "status")


@test("/start/a-key-file-that-cannot-be-read-ends-it")
def _(bench):
    for path in (bench.path("none.conf"), bench.dir, "/dev/null/none"):
        status, _output, errors = run("--config", path, "--check-config")
        equal(status, 1, f"status with {path}")
        one_line(errors, path)
    fifo = bench.path("fifo.conf")
    os.mkfifo(fifo)
    equal(run("--config", fifo, "--check-config")[0], 1, "status with a FIFO")


@test("/start/the-file-is-obeyed-and-an-option-beats-it")
def _(bench):
    words = bench.tsv("filed.tsv", [("hello", "x")])
    other = bench.tsv("typed.tsv", [("hello", "x")])
    config = bench.write("parlanced.conf", f"[server]\nname=From the file\nlisten=127.0.0.1:0;127.0.0.2:0\n"
                         f"dict_listen=127.0.0.1:0\ndictionaries={words};{other}\nmax_connections=3\n"
                         f"data_dir={bench.path('data')}\n")
    server = bench.server("--config", config, listen=(), dict_listen=None)
    equal([len(server.ready["listen"]), len(server.ready["dict_listen"])], [2, 1], "addresses")
    client = bench.client(server)
    equal(client.result("hello", {"protocol": 1})["server"]["name"], "From the file", "name")
    equal([d["name"] for d in client.result("dictionaries")["dictionaries"]], ["filed", "typed"], "dictionaries")
    equal(server.stop(), 0, "exit status")

    server = bench.server("--config", config, "--name", "Typed", "--dictionary", other)
    client = bench.client(server)
    equal(len(server.ready["listen"]), 1, "addresses")
    equal(client.result("hello", {"protocol": 1})["server"]["name"], "Typed", "name")
    equal([d["name"] for d in client.result("dictionaries")["dictionaries"]], ["typed"], "dictionaries")


@test("/start/a-dictionary-is-renamed-by-the-file")
def _(bench):
    config = bench.write("parlanced.conf", "[dictionary words]\nname=wörter\n")
    server = bench.serve_words("--config", config)
    client = bench.client(server)
    equal([d["name"] for d in client.result("dictionaries")["dictionaries"]], ["wörter"], "names")
    result = client.result("define", {"word": "hello", "dictionaries": ["wörter"]})
    equal(result["entries"][0]["dictionary"], "wörter", "dictionary")
    equal(bench.dict_client(server).define("wörter", "hello")[0][0].split()[1], "wörter", "name in 151")
    equal(client.fault("define", {"word": "hello", "dictionaries": ["words"]})[1]["dictionary"], "words")


@test("/start/two-dictionaries-of-one-name-are-told")
def _(bench):
    first = bench.tsv("one/words.tsv", [("hello", "first")])
    second = bench.tsv("two/words.tsv", [("hello", "second")])
    server = bench.server("--dictionary", first, "--dictionary", second)
    entries = bench.client(server).result("define", {"word": "hello"})["entries"]
    equal([e["text"] for e in entries], ["first"], "texts")
    has(server.stderr(), second, "stderr")


@test("/start/dictionaries-of-the-data-directory-are-served-after-those-named")
def _(bench):
    for name in ("b.tsv", "a.tsv", ".hidden.tsv", "README.txt"):
        bench.tsv(f"data/dictionaries/{name}", [("hello", "x")])
    server = bench.serve_words()
    names = [d["name"] for d in bench.client(server).result("dictionaries")["dictionaries"]]
    equal(names, ["words", "a", "b"], "names")


@test("/start/a-dictionary-may-be-named-without-its-ending")
def _(bench):
    bench.tsv("plain.tsv", [("hello", "x")])
    server = bench.server("--dictionary", bench.path("plain"))
    equal([d["name"] for d in bench.client(server).result("dictionaries")["dictionaries"]], ["plain"], "names")


@test("/start/as-many-threads-as-workers-were-asked-for")
def _(bench):
    def n_threads(n_workers):
        server = bench.serve_words("--workers", str(n_workers))
        clients = [bench.client(server) for _ in range(n_workers * 2)]
        for client in clients:
            client.ping()
        n = len(os.listdir(f"/proc/{server.pid}/task"))
        equal(server.stop(), 0, "exit status")
        return n
    check(n_threads(4) > n_threads(1) >= 2, "threads")


@test("/start/clients-that-come-before-ready-are-served")
def _(bench):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    entries = [(f"word{i}", "x" * 50) for i in range(200000)]
    server = Server(bench, ("--dictionary", bench.tsv("big.tsv", entries)), listen=(f"127.0.0.1:{port}",))
    bench.servers.append(server)
    server.spawn()

    def connect():
        try:
            return socket.create_connection(("127.0.0.1", port), DEADLINE_S)
        except ConnectionRefusedError:
            return None
    with wait_until(connect, "the listening socket") as connection:
        connection.sendall(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
        server.wait_ready()
        connection.settimeout(DEADLINE_S)
        check(b'"result"' in connection.recv(1000), "no answer")


main()
