#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's own client against our server, and our server against Debian's own. Source: RFC 2229."""

import os
import shutil
import socket
import subprocess

from harness import DEADLINE_S, DictClient, SANITIZER, Skip, check, equal, has, main, test, wait_until

WORDNET = "/usr/share/dictd/wn.index"
N_COMPARED = 500


def dict_(server, *arguments):
    """Runs the client; returns (status, stdout, stderr)."""
    if shutil.which("dict") is None:
        raise Skip("dict is not installed")
    done = subprocess.run(["dict", "-P", "-", "-h", "127.0.0.1", "-p", str(server.dict_port), *arguments],
                          capture_output=True, timeout=DEADLINE_S, stdin=subprocess.DEVNULL,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "PAGER": "cat"})
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def works(server, *arguments):
    status, output, errors = dict_(server, *arguments)
    equal(status, 0, f"status of {arguments} ({output!r} {errors!r})")
    return output


@test("/dict-client/defines-a-word")
def _(bench):
    server = bench.serve_words()
    output = works(server, "hello")
    has(output, "1 definition found", "dict hello")
    has(output, "From words [words]:", "dict hello")
    has(output, "used as a greeting\n", "dict hello")
    has(works(server, "-d", "words", "give up"), "to stop trying", "dict give up")
    has(works(server, "-d", "!", "你好"), "hello, in Chinese", "dict 你好")
    has(works(server, "don't"), "do not", "dict don't")
    has(works(server, ".dot"), "\n  .a line with a dot in front\n  ..and one with two\n  .\n  the end", "dict .dot")


@test("/dict-client/defines-several-words")
def _(bench):
    output = works(bench.serve_words(), "hello", "world")
    has(output, "used as a greeting", "hello")
    has(output, "all that there is", "world")


@test("/dict-client/matches")
def _(bench):
    server = bench.serve_words()
    equal(works(server, "-m", "-s", "prefix", "hel").split(), ["words:", "hell", "hello", "help"], "prefix")
    equal(works(server, "-m", "-s", "suffix", "ld").split(), ["words:", "world"], "suffix")
    equal(works(server, "-m", "-s", "lev", "wrold").split(), ["words:", "world"], "lev")
    equal(works(server, "-m", "-s", "re", "^hell?o").split(), ["words:", "hello"], "re")
    has(works(server, "-m", "-s", "prefix", "give"), "give up", "a headword of two words")


@test("/dict-client/lists-databases-strategies-and-information")
def _(bench):
    server = bench.serve_words("--name", "Lesezimmer")
    output = works(server, "-D")
    has(output, "Databases available:", "-D")
    has(output, " words", "-D")
    output = works(server, "-S")
    for strategy in ("exact", "prefix", "suffix", "soundex", "substring", "fuzzy", "regexp", "re", "lev"):
        has(output, f" {strategy}", "-S")
    has(works(server, "-I"), "Lesezimmer", "-I")
    has(works(server, "-i", "words"), "words", "-i")


@test("/dict-client/not-found-has-its-exit-status")
def _(bench):
    server = bench.serve_words()
    status, output, errors = dict_(server, "xyzzy")
    equal(status, 20, "exit status")
    has(output + errors, "No definitions found", "dict xyzzy")
    equal(dict_(server, "-m", "-s", "prefix", "xyzzy")[0], 20, "exit status of -m")
    # Near words were found instead, by the strategy that the server thinks best.
    status, output, errors = dict_(server, "hel")
    equal(status, 21, "exit status")
    has(output + errors, "hell", "dict hel")
    check(dict_(server, "-d", "none", "hello")[0] not in (0, 20), "an unknown database")
    check(dict_(server, "-m", "-s", "none", "hello")[0] not in (0, 21), "an unknown strategy")


@test("/dict-client/with-mime-headers")
def _(bench):
    has(works(bench.serve_words(), "-M", "hello"), "used as a greeting", "dict -M")


# --- our answers and dictd's ------------------------------------------------------------------------

class Dictd:
    """Debian's server with its WordNet on a port of its own."""

    def __init__(self, bench):
        if shutil.which("dictd", path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
            raise Skip("dictd is not here")
        if not os.path.exists(WORDNET):
            raise Skip("dict-wn is not installed")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        body = next(p for p in (WORDNET[:-6] + ".dict.dz", WORDNET[:-6] + ".dict") if os.path.exists(p))
        config = bench.write("dictd.conf", f'database wn {{ data "{body}" index "{WORDNET}" }}\n')
        program = shutil.which("dictd", path=os.environ.get("PATH", "") + ":/usr/sbin")
        self.log = open(bench.path("dictd.log"), "wb")
        # As root it would become another user, who cannot read the configuration.
        os.chmod(bench.dir, 0o755)
        self.process = subprocess.Popen(
            [program, "-c", config, "-p", str(self.port), "--listen-to", "127.0.0.1", "--locale", "C.UTF-8", "-d",
             "nodetach", "--pid-file", bench.path("dictd.pid")], stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log)
        self.client = None

    def connect(self):
        def attempt():
            if self.process.poll() is not None:
                raise Skip(f"dictd does not start: {open(self.log.name, encoding='utf-8').read()[-300:]!r}")
            try:
                return DictClient(self.port)
            except ConnectionRefusedError:
                return None
        self.client = wait_until(attempt, "dictd")
        return self.client

    def close(self):
        if self.client:
            self.client.close()
        self.process.terminate()
        self.process.wait(DEADLINE_S)
        self.log.close()


def sample():
    """Headwords of the index, evenly spread."""
    with open(WORDNET, encoding="utf-8", errors="surrogateescape") as file:
        headwords = [line.split("\t")[0] for line in file if not line.startswith("00")]
    chosen = headwords[::max(1, len(headwords) // N_COMPARED)][:N_COMPARED]
    return [h for h in chosen if '"' not in h and "\\" not in h]


def bodies(client, word):
    """The texts of a word's definitions, without white space at line ends, in any order."""
    client.send(f'DEFINE wn "{word}"\r\n')
    status = client.status()
    if status.startswith("552"):
        return []
    check(status.startswith("150"), status)
    found = []
    while client.status().startswith("151"):
        lines = [line.rstrip() for line in client.text()]
        while lines and not lines[-1]:
            lines.pop()
        found.append(lines)
    return sorted(found)


@test("/dict-client/wordnet-has-the-texts-that-dictd-has")
def _(bench):
    other = Dictd(bench)
    try:
        theirs = other.connect()
        server = bench.server("--dictionary", WORDNET)
        ours = bench.dict_client(server)
        words = sample()
        check(len(words) > N_COMPARED * 0.9, f"{len(words)} words")
        differing = []
        for word in words[:100 if SANITIZER else None]:
            wanted, got = bodies(theirs, word), bodies(ours, word)
            # dictd passes over characters that are neither letters nor blanks when it looks up: it may find more.
            if not got or any(body not in wanted for body in got) or (len(wanted) != len(got) and word.isalpha()):
                differing.append((word, wanted, got))
        equal(len(differing), 0, f"differing words, the first: {differing[:1]!r:.3000}")
        equal(theirs.listing("SHOW DB", 110), ours.listing("SHOW DB", 110), "SHOW DB")
    finally:
        other.close()


main()
