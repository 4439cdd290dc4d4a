#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of RFC 2229, section 3, and its sample sessions, byte by byte where the RFC leaves no
choice. The dictionaries have the names and headwords of the RFC's examples, and texts of our own."""

import os
import re
import shutil
import subprocess

from harness import DEADLINE_S, Skip, check, dictd, equal, main, test

PENGUIN_WN = "a black and white bird of cold seas\n  that swims with its wings\n"
SHORTCAKE_WEB = "a cake that breaks easily,\n.sweet or not, for tea\n"
SHORTCAKE_WN = "a soft biscuit, served with fruit\n"
OPENERS = ("foot", "foolish", "fool", "foo", "food")


def serve(bench):
    """Asked in this order: wn has penguin, both have shortcake, only the third has words in foo-."""
    options = []
    for name, title, entries in (
            ("wn", "Our own net of words", [("penguin", PENGUIN_WN), ("shortcake", SHORTCAKE_WN)]),
            ("web1913", "An old \"dictionary\"", [("shortcake", SHORTCAKE_WEB), ("shortcakes", "more than one\n")]),
            ("foldoc", "Words of machines", [(word, f"see {word}\n") for word in OPENERS])):
        # A program that makes dictd's files puts the title into an entry of this name.
        index, body = dictd([*entries, ("00-database-short", f"00-database-short\n{title}\n")])
        bench.write(f"{name}.dict", body)
        options += ["--dictionary", bench.write(f"{name}.index", index)]
    return bench.server(*options)


class Session:
    """One connection, and what the RFC's figures call C: and S: on it."""

    def __init__(self, bench):
        self.client = bench.dict_client(serve(bench))

    def says(self, command, *answer):
        """The command is answered by exactly these lines: a code stands for a line that begins with it,
        any other text for itself."""
        self.client.send(command + "\r\n")
        for wanted in answer:
            line = self.client.status()
            if re.fullmatch(r"\d{3}( \d+)?", wanted):
                check(line.startswith(wanted + " "), f"{command}: got {line!r}, wanted {wanted} and a text")
            else:
                equal(line, wanted, command)
        return self


def sent(text):
    """The lines of a text as they stand on the wire, with the dot that ends them."""
    return [("." if line.startswith(".") else "") + line for line in text.rstrip("\n").split("\n")] + ["."]


PENGUIN = ["150 1", '151 "penguin" wn "Our own net of words"', *sent(PENGUIN_WN), "250"]


@test("/rfc2229/3.1/the-banner-comes-first-and-has-a-message-id")
def _(bench):
    banner = bench.dict_client(serve(bench)).banner
    check(re.fullmatch(r"220 .* <\w+(\.\w+)*> <[^<>@\s]+@[^<>@\s]+>", banner), banner)


@test("/rfc2229/3.2/define-in-the-first-that-has-it")
def _(bench):
    session = Session(bench)
    session.says("DEFINE ! penguin", *PENGUIN)
    session.says("DEFINE ! shortcake", "150 1", '151 "shortcake" wn "Our own net of words"', *sent(SHORTCAKE_WN), "250")
    session.says("DEFINE wn penguin", *PENGUIN)


@test("/rfc2229/3.2/define-in-all-gives-each-its-own-151-and-one-250")
def _(bench):
    Session(bench).says("DEFINE * shortcake", "150 2", '151 "shortcake" wn "Our own net of words"', *sent(SHORTCAKE_WN),
                        '151 "shortcake" web1913 "An old \\"dictionary\\""', *sent(SHORTCAKE_WEB), "250")


@test("/rfc2229/3.2/what-is-not-found-is-552-and-nothing-more")
def _(bench):
    session = Session(bench)
    session.says("DEFINE * abcdefgh", "552").says("DEFINE ! abcdefgh", "552")
    session.says("DEFINE web1913 penguin", "552").says("STATUS", "210")


@test("/rfc2229/3.2/an-unknown-database-is-550")
def _(bench):
    session = Session(bench)
    session.says("DEFINE jargon penguin", "550").says("MATCH jargon exact penguin", "550")
    session.says("SHOW INFO jargon", "550").says("STATUS", "210")


@test("/rfc2229/3.3/match-exactly-in-all")
def _(bench):
    session = Session(bench)
    session.says("MATCH * exact shortcake", "152 2", 'wn "shortcake"', 'web1913 "shortcake"', ".", "250")
    session.says("MATCH * exact foo", "152 1", 'foldoc "foo"', ".", "250")
    session.says("MATCH * exact abcdefgh", "552")


@test("/rfc2229/3.3/match-by-prefix-in-the-first-that-has-any")
def _(bench):
    session = Session(bench)
    session.says("MATCH ! prefix foo", "152 5", *(f'foldoc "{word}"' for word in sorted(OPENERS)), ".", "250")
    session.says("MATCH ! prefix short", "152 1", 'wn "shortcake"', ".", "250")
    session.says("MATCH * prefix short", "152 3", 'wn "shortcake"', 'web1913 "shortcake"', 'web1913 "shortcakes"', ".", "250")
    session.says("MATCH web1913 suffix cakes", "152 1", 'web1913 "shortcakes"', ".", "250")


@test("/rfc2229/3.3/the-server-s-own-strategy-is-a-dot")
def _(bench):
    client = Session(bench).client
    for database in ("*", "!", "wn"):
        lines = client.listing(f"MATCH {database} . penguin", 152)
        equal(lines, ['wn "penguin"'], database)


@test("/rfc2229/3.3/an-unknown-strategy-is-551")
def _(bench):
    session = Session(bench)
    session.says("MATCH * nosuch penguin", "551").says("MATCH wn nosuch penguin", "551").says("STATUS", "210")


@test("/rfc2229/3.5/show-db-lists-the-databases-in-the-order-asked")
def _(bench):
    listed = ["110 3", 'wn "Our own net of words"', 'web1913 "An old \\"dictionary\\""', 'foldoc "Words of machines"',
              ".", "250"]
    Session(bench).says("SHOW DB", *listed).says("SHOW DATABASES", *listed)


@test("/rfc2229/3.5/show-strat-lists-exact-and-prefix")
def _(bench):
    client = Session(bench).client
    for command in ("SHOW STRAT", "SHOW STRATEGIES"):
        n_lines = int(client.expect(command, 111).split()[1])
        lines = client.text()
        equal(client.status()[:4], "250 ", "the end")
        equal(len(lines), n_lines, "the number in 111")
        names = {line.split(" ")[0] for line in lines}
        check({"exact", "prefix"} <= names, f"3.3 asks for exact and prefix; there are {names}")


@test("/rfc2229/3.5/show-info-and-show-server")
def _(bench):
    client = Session(bench).client
    client.listing("SHOW INFO wn", 112)
    client.listing("SHOW SERVER", 114)


@test("/rfc2229/3.6-3.9/client-status-help-and-quit")
def _(bench):
    session = Session(bench)
    session.says('CLIENT "a test of Parlance"', "250").says("STATUS", "210")
    session.client.listing("HELP", 113)
    session.says("QUIT", "221")
    session.client.expect_end()


@test("/rfc2229/3.10/option-mime-puts-a-header-and-an-empty-line-first")
def _(bench):
    session = Session(bench)
    session.says("OPTION MIME", "250")
    client = session.client
    client.expect("DEFINE ! penguin", 150)
    equal(client.status()[:4], "151 ", "151")
    lines = client.text()
    equal(client.status()[:4], "250 ", "the end")
    header = lines[:lines.index("")]
    for line in header:
        check(re.fullmatch(r"[A-Za-z-]+: .+", line), f"no header: {line!r}")
    equal(lines[len(header) + 1:], PENGUIN_WN.rstrip("\n").split("\n"), "text")


@test("/rfc2229/auth-that-is-not-offered-is-refused")
def _(bench):
    session = Session(bench)
    check("auth" not in session.client.banner.split("<")[1], session.client.banner)
    session.says("AUTH someone 0123456789abcdef", "502").says("STATUS", "210")


@test("/rfc2229/2.4.2/commands-that-are-none-are-500-and-wrong-parameters-501")
def _(bench):
    session = Session(bench)
    session.says("EXPLAIN penguin", "500").says("DEFINE penguin", "501").says("MATCH * exact", "501")
    session.says("SHOW COLOURS", "501").says("STATUS", "210")


# Sample sessions, each a whole connection.

def whole(bench, commands, *answer):
    """What the server says from the first byte to the end of the connection, banner aside."""
    session = Session(bench)
    for command in commands[:-1]:
        session.client.send(command + "\r\n")
    session.says(commands[-1], *answer)
    session.client.expect_end()


@test("/rfc2229/sample/a-definition")
def _(bench):
    whole(bench, ["CLIENT a test", "DEFINE ! penguin", "QUIT"], "250", *PENGUIN, "221")


@test("/rfc2229/sample/definitions-of-two-databases")
def _(bench):
    whole(bench, ["DEFINE * shortcake", "QUIT"], "150 2", '151 "shortcake" wn "Our own net of words"', *sent(SHORTCAKE_WN),
          '151 "shortcake" web1913 "An old \\"dictionary\\""', *sent(SHORTCAKE_WEB), "250", "221")


@test("/rfc2229/sample/a-word-that-is-not-found")
def _(bench):
    whole(bench, ["DEFINE * abcdefgh", "QUIT"], "552", "221")


@test("/rfc2229/sample/matches-then-a-definition")
def _(bench):
    whole(bench, ["MATCH * exact shortcake", "MATCH ! prefix peng", "DEFINE wn penguin", "QUIT"],
          "152 2", 'wn "shortcake"', 'web1913 "shortcake"', ".", "250", "152 1", 'wn "penguin"', ".", "250", *PENGUIN, "221")


@test("/rfc2229/sample/errors-do-not-end-a-session")
def _(bench):
    whole(bench, ["DEFINE jargon penguin", "MATCH * nosuch penguin", "AUTH a b", "DEFINE ! penguin", "QUIT"],
          "550", "551", "502", *PENGUIN, "221")


@test("/rfc2229/every-line-ends-with-cr-lf")
def _(bench):
    client = bench.dict_client(serve(bench), greet=False)
    client.send("SHOW DB\r\nDEFINE * shortcake\r\nMATCH * prefix foo\r\nHELP\r\nQUIT\r\n")
    said = client.rest()
    check(said.endswith(b"\r\n"), "the last line has no end")
    equal(said.count(b"\n"), said.count(b"\r\n"), "LF without CR")
    equal(said.count(b"\r"), said.count(b"\r\n"), "CR without LF")


@test("/rfc2229/the-real-client-shows-what-the-wire-has")
def _(bench):
    if shutil.which("dict") is None:
        raise Skip("there is no dict")
    server = serve(bench)
    shown = subprocess.run(["dict", "-h", "127.0.0.1", "-p", str(server.dict_port), "-P", "-", "penguin"], check=False,
                           capture_output=True, text=True, timeout=DEADLINE_S, env={**os.environ, "LC_ALL": "C.UTF-8"})
    equal(shown.returncode, 0, shown.stderr)
    for line in PENGUIN_WN.rstrip("\n").split("\n"):
        check(line in shown.stdout, shown.stdout)


main()
