#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The DICT front door, spoken by hand. Source: RFC 2229; docs/protocol.md, section 9."""

import re

from harness import WORDS, check, dictd, equal, has, main, test

MIME = ["Content-type: text/plain; charset=utf-8", "Content-transfer-encoding: 8bit"]


def text_of(headword):
    return next(e[-1] for e in WORDS if e[0] == headword).split("\n")


@test("/dict/the-banner-has-capabilities-and-a-message-id-of-its-own")
def _(bench):
    server = bench.serve_words()
    banners = {bench.dict_client(server).banner for _ in range(20)}
    equal(len(banners), 20, "different banners")
    for banner in banners:
        check(re.fullmatch(r"220 \S.* <(\w+(\.\w+)*)?> <[^<>@\s]+@[^<>@\s]+>", banner), banner)
        has(banner, "mime", "capabilities")


@test("/dict/define-gives-150-151-text-and-250")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    client.send("DEFINE * hello\r\n")
    equal(client.status()[:6], "150 1 ", "150")
    equal(client.status(), '151 "hello" words "words"', "151")
    equal(client.text(), ["hello [hə'ləu]", *text_of("hello")], "text")
    equal(client.status()[:4], "250 ", "250")


@test("/dict/define-of-several")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    definitions = client.define("words", "polish")
    equal([d[0].split('"')[1] for d in definitions], ["polish", "Polish"], "headwords")
    equal([d[1][-1] for d in definitions], ["to make a surface smooth", "of Poland"], "texts")


@test("/dict/star-asks-all-and-bang-the-first-that-has-it")
def _(bench):
    options = []
    for name in "cab":
        entries = [("hello", f"of {name}"), (f"help{name}", "x"), (f"only{name}", f"only in {name}")]
        options += ["--dictionary", bench.tsv(f"{name}.tsv", entries)]
    client = bench.dict_client(bench.server(*options))

    def databases(database, word):
        return [d[0].split()[1] for d in client.define(database, word)]
    equal(databases("*", "hello"), ["c", "a", "b"], "*")
    equal(databases("!", "hello"), ["c"], "!")
    equal(databases("b", "hello"), ["b"], "b")
    equal(databases("!", "onlya"), ["a"], "! of the second")
    equal(databases("*", "onlyb"), ["b"], "* of the third")
    client.expect("DEFINE a onlyb", 552)
    equal(client.listing("MATCH ! prefix hel", 152), ['c "hello"', 'c "helpc"'], "MATCH !")
    equal(len(client.listing("MATCH * prefix hel", 152)), 6, "MATCH *")


@test("/dict/errors-have-the-codes-of-the-rfc")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    for command, code in (
            ("DEFINE none hello", 550), ("DEFINE Words hello", 550), ("MATCH none prefix h", 550), ("SHOW INFO none", 550),
            ("MATCH * none hello", 551), ("MATCH words nearly hello", 551),
            ("DEFINE * xyzzy", 552), ("DEFINE ! xyzzy", 552), ("DEFINE words xyzzy", 552), ("MATCH * prefix xyzzy", 552),
            ("MATCH * exact hel", 552),
            ("DEFINE", 501), ("DEFINE *", 501), ("DEFINE * hello world", 501), ("DEFINE hello", 501),
            ("MATCH", 501), ("MATCH * prefix", 501), ("MATCH * prefix a b", 501),
            ("SHOW", 501), ("SHOW NONE", 501), ("SHOW INFO", 501), ("SHOW DB x", 501), ("SHOW STRAT x", 501),
            ("OPTION", 501), ("OPTION NONE", 501), ("OPTION MIME x", 501),
            ("NONE", 500), ("HELLO world", 500), ("{\"jsonrpc\":\"2.0\"}", 500), ("GET / HTTP/1.1", 500), ("DEFINEX", 500),
            ("AUTH user 0123", 502), ("SASLAUTH PLAIN x", 502)):
        client.expect(command, code)
    client.expect("STATUS", 210)


@test("/dict/an-unknown-database-is-told-before-an-unknown-word")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    client.expect("DEFINE none xyzzy", 550)
    client.expect("MATCH none none xyzzy", 550)


@test("/dict/match-by-every-strategy")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    for strategy, word, headwords in (("exact", "HELLO", ["hello"]), ("prefix", "hel", ["hell", "hello", "help"]),
                                      ("suffix", "ld", ["world"]), ("soundex", "help", ["help"]),
                                      ("PREFIX", "wor", ["world"]), (".", "worl", ["world"]),
                                      ("substring", "orl", ["world"]), ("fuzzy", "wrlod", ["world"]),
                                      ("lev", "wrld", ["world"]), ("regexp", "^w.*d$", ["world"]),
                                      ("re", "'^hel{2}'", ["hell", "hello"])):
        equal(client.listing(f"MATCH words {strategy} {word}", 152), [f'words "{h}"' for h in headwords], strategy)


@test("/dict/a-bad-regexp-is-a-syntax-error")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    check("missing closing parenthesis" in client.expect("MATCH * re (a", 501), "message")
    client.expect("MATCH * re xyzzy", 552)


@test("/dict/answers-keep-the-order-of-the-commands")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    client.send("".join(f"{line}\r\n" for line in (
        "MATCH * regexp ^hello$", "DEFINE * xyzzy", "MATCH * lev wrld", "STATUS", "MATCH * . helo", "QUIT")))
    equal([line.split()[0] for line in client.rest().decode().splitlines() if line[:3].isdigit()],
          ["152", "250", "552", "152", "250", "210", "152", "250", "221"], "order")


@test("/dict/match-counts-what-it-lists")
def _(bench):
    entries = [(f"item {i:04}", "x") for i in range(1200)]
    client = bench.dict_client(bench.server("--dictionary", bench.tsv("d.tsv", entries)))
    status = client.expect("MATCH * prefix item", 152)
    lines = client.text()
    equal(int(status.split()[1]), len(lines), "the number in 152")
    check(client.status().startswith("250"), "no 250")
    equal(lines, sorted(lines), "order")
    check(len(lines) >= 1000, f"{len(lines)} matches")


@test("/dict/show-databases-strategies-info-and-server")
def _(bench):
    source = "# title: Words \"of\" our course\n# license: CC0-1.0\nhello\t\tx\n"
    server = bench.server("--dictionary", bench.write("course.tsv", source), "--name", "Lesezimmer")
    client = bench.dict_client(server)
    for command in ("SHOW DB", "SHOW DATABASES", "show db"):
        equal(client.listing(command, 110), ['course "Words \\"of\\" our course"'], command)
    for command in ("SHOW STRAT", "SHOW STRATEGIES"):
        lines = client.listing(command, 111)
        names = [line.split()[0] for line in lines]
        check({"exact", "prefix", "suffix", "soundex"} <= set(names), f"{names}")
        for line in lines:
            check(re.fullmatch(r'\S+ ".+"', line), line)
        for name in names:
            check(client.command(f"MATCH * {name} xyzzy").startswith("552"), f"{name} is shown and not known")
    info = client.listing("SHOW INFO course", 112)
    has("\n".join(info), "CC0-1.0", "SHOW INFO")
    has("\n".join(client.listing("SHOW SERVER", 114)), "Lesezimmer", "SHOW SERVER")


@test("/dict/the-number-of-databases-and-strategies-is-told")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    for command, code in (("SHOW DB", 110), ("SHOW STRAT", 111)):
        number = int(client.expect(command, code).split()[1])
        equal(len(client.text()), number, command)
        client.status()


@test("/dict/a-server-without-dictionaries")
def _(bench):
    client = bench.dict_client(bench.serve_nothing())
    client.expect("SHOW DB", 554)
    client.expect("DEFINE * hello", 552)
    client.expect("DEFINE ! hello", 552)
    client.expect("MATCH * prefix hello", 552)
    client.expect("DEFINE words hello", 550)


@test("/dict/client-status-help-and-quit")
def _(bench):
    server = bench.serve_words()
    client = bench.dict_client(server)
    client.expect('CLIENT "a program/1.0 of somebody\'s"', 250)
    client.expect("CLIENT a program of many words, more than any command has: 1 2 3 4 5 6 7 8 9", 250)
    client.expect("STATUS", 210)
    text = "\n".join(client.listing("HELP", 113))
    for command in ("DEFINE", "MATCH", "SHOW", "CLIENT", "STATUS", "QUIT", "OPTION"):
        has(text, command, "HELP")
    client.expect("QUIT", 221)
    client.expect_end()
    client = bench.dict_client(server)
    client.send("QUIT\r\nSTATUS\r\n")
    check(client.status().startswith("221 "), "no 221")
    client.expect_end()


@test("/dict/option-mime-puts-headers-before-every-text")
def _(bench):
    server = bench.serve_words()
    client = bench.dict_client(server)
    plain = client.define("*", "polish")
    client.expect("OPTION MIME", 250)
    for (head, text), (plain_head, plain_text) in zip(client.define("*", "polish"), plain):
        equal((head, text), (plain_head, MIME + [""] + plain_text), "definition")
    for command, code in (("MATCH * prefix hel", 152), ("SHOW DB", 110), ("SHOW STRAT", 111), ("SHOW INFO words", 112),
                          ("SHOW SERVER", 114), ("HELP", 113)):
        equal(client.listing(command, code)[:3], MIME + [""], command)
    client.expect("DEFINE * xyzzy", 552)
    equal(bench.dict_client(server).define("*", "polish"), plain, "what another connection gets")


@test("/dict/quotes-and-backslashes-in-commands")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    for word, headword in (('"give up"', "give up"), ("'give up'", "give up"), ("give\\ up", "give up"),
                           ('"give\\ up"', "give up"), ("don't", "don't"), ('"don\'t"', "don't"), ("don\\'t", "don't"),
                           ("'don\\'t'", "don't"), ('"quo\\"te"', 'quo"te'), ("'quo\"te'", 'quo"te'),
                           ('quo\\"te', 'quo"te'), ("back\\\\slash", "back\\slash"), ('"back\\\\slash"', "back\\slash"),
                           ('"hello"', "hello"), ("h\\ello", "hello"), ('" hello "', "hello")):
        for database in ("*", '"*"', "words", "'words'"):
            head = client.define(database, word)[0][0]
            escaped = headword.replace("\\", "\\\\").replace('"', '\\"')
            equal(head, f'"{escaped}" words "words"', f"{database} {word}")
    for command in ('DEFINE * "hello', "DEFINE * 'hello", 'DEFINE * "hello\\"', 'DEFINE "*" "', "'"):
        client.expect(command, 501)
    client.expect('DEFINE * ""', 552)
    client.expect("DEFINE * ' '", 552)
    client.expect('MATCH * prefix ""', 552)
    equal(client.listing("match words prefix 'quo\"'", 152), ['words "quo\\"te"'], "MATCH")


@test("/dict/a-dot-at-the-begin-of-a-line-is-doubled")
def _(bench):
    server = bench.serve_words()
    client = bench.dict_client(server)
    equal(client.define("*", ".dot")[0][1], [".dot", *text_of(".dot")], "text")
    client.send("DEFINE * .dot\r\n").half_close()
    raw = client.rest()
    has(raw, b"\r\n..a line with a dot in front\r\n...and one with two\r\n..\r\nthe end\r\n.\r\n250", "bytes")


@test("/dict/dots-of-a-dictd-dictionary-too")
def _(bench):
    index, body = dictd([("dot", ".dot\n.\n..\n a . in the middle.\n")])
    bench.write("d.dict", body)
    client = bench.dict_client(bench.server("--dictionary", bench.write("d.index", index)))
    equal(client.define("d", "dot")[0][1], [".dot", ".", "..", " a . in the middle."], "text")


@test("/dict/utf-8-in-and-out")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    equal(client.define("*", "你好")[0], ('"你好" words "words"', ["你好", "hello, in Chinese"]), "你好")
    for word in ("NAÏVE", "nai\u0308ve", '"naïve"'):
        equal(client.define("*", word)[0][0].split('"')[1], "naïve", word)
    equal(client.listing("MATCH * suffix 好", 152), ['words "你好"'], "MATCH")


@test("/dict/commands-in-any-case-with-tabs-and-blanks")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    for command in ("define * hello", "Define\t*\thello", "  DEFINE   *   hello  ", "DeFiNe words HELLO"):
        client.expect(command, 150)
        client.status()
        client.text()
        client.status()
    client.expect("show strategies", 111)
    client.text()
    client.status()
    client.expect("quit", 221)


@test("/dict/lf-alone-ends-a-line-and-empty-lines-are-passed-over")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    client.send("\r\n\n   \r\nSTATUS\n\nSTATUS\r\n")
    equal([client.status()[:4] for _ in range(2)], ["210 ", "210 "], "answers")


@test("/dict/pipelined-commands-are-answered-in-order")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    client.send("DEFINE * hello\r\nMATCH * prefix hel\r\nDEFINE * xyzzy\r\nNONE\r\nSTATUS\r\n" * 500)
    for _ in range(500):
        check(client.status().startswith("150"), "150")
        client.status()
        client.text()
        check(client.status().startswith("250"), "250")
        check(client.status().startswith("152"), "152")
        client.text()
        check(client.status().startswith("250"), "250")
        equal([client.status()[:3] for _ in range(3)], ["552", "500", "210"], "the rest")


@test("/dict/a-command-of-1024-bytes-is-read-and-one-more-is-not")
def _(bench):
    client = bench.dict_client(bench.serve_words())

    def command(n_bytes):
        head = "CLIENT "
        return head + "x" * (n_bytes - len(head) - 2) + "\r\n"
    client.send(command(1024))
    equal(client.status()[:4], "250 ", "1024 bytes")
    client.send(command(1025))
    equal(client.status()[:4], "500 ", "1025 bytes")
    client.expect("STATUS", 210)
    client.send("x" * 100000)
    equal(client.status()[:4], "500 ", "no end")
    client.send("x\r\n")
    client.expect("STATUS", 210)
    client.expect("DEFINE * " + "x" * 900, 552)
    client.expect("DEFINE * " + "\\x" * 500, 552)


@test("/dict/what-is-not-utf-8-is-501")
def _(bench):
    client = bench.dict_client(bench.serve_words())
    for bad in (b"DEFINE * \xff\r\n", b"\xc3\r\n", b"DEFINE * caf\xe9\r\n", b"CLIENT \0\r\n", b"DEFINE * a\0b\r\n"):
        client.send(bad)
        check(client.status()[:4] in ("501 ", "500 "), f"{bad!r}")
    client.expect("STATUS", 210)


@test("/dict/half-close-answers-everything")
def _(bench):
    server = bench.serve_words()
    for tail in ("\r\n", "\n", ""):
        client = bench.dict_client(server)
        client.send("DEFINE * hello\r\n" * 200 + "STATUS" + tail).half_close()
        lines = client.rest().decode("utf-8").split("\r\n")
        equal(sum(line.startswith("150 ") for line in lines), 200, "definitions")
        check(lines[-2].startswith("210 "), f"the last line is {lines[-2]!r}")


@test("/dict/one-answer-may-be-large")
def _(bench):
    text = "a line of text\n" * 60000
    client = bench.dict_client(bench.server("--dictionary", bench.tsv("d.tsv", [("big", text + f"{i}") for i in range(3)])))
    equal([d[1][-1] for d in client.define("*", "big")], ["0", "1", "2"], "last lines")


@test("/dict/more-than-can-be-sent-at-once-is-no-fault-of-the-client")
def _(bench):
    entries = [("big", f"{i} " + "x" * 1000000) for i in range(20)]
    client = bench.dict_client(bench.server("--dictionary", bench.tsv("d.tsv", entries)))
    definitions = client.define("*", "big")
    check(len(definitions) >= 3, f"{len(definitions)} definitions")
    client.expect("STATUS", 210)


@test("/dict/lemmas-help-a-word-that-has-no-entry")
def _(bench):
    from harness import ecdict
    rows = [{"word": "run", "translation": "跑", "exchange": "p:ran/i:running"}, {"word": "running", "translation": "跑步"}]
    client = bench.dict_client(bench.server("--dictionary", bench.write("e.csv", ecdict(rows))))
    equal([d[0].split('"')[1] for d in client.define("*", "ran")], ["run"], "ran")
    equal([d[0].split('"')[1] for d in client.define("*", "running")], ["running"], "running")


@test("/dict/a-name-of-two-words-is-one-word-of-an-answer")
def _(bench):
    server = bench.server("--dictionary", bench.tsv("two words.tsv", [("hello", "x")]))
    client = bench.dict_client(server)
    equal(client.listing("SHOW DB", 110)[0].split(" ")[0], "two_words", "SHOW DB")
    equal(len(client.define("two_words", "hello")), 1, "definitions")
    equal(client.listing("MATCH two_words exact hello", 152), ['two_words "hello"'], "MATCH")
    names = [d["name"] for d in bench.client(server).result("dictionaries")["dictionaries"]]
    equal(names, ["two_words"], "names by JSON-RPC")


@test("/dict/a-dictionary-with-the-name-of-all-does-not-hide-them")
def _(bench):
    server = bench.server("--dictionary", bench.tsv("*.tsv", [("hello", "x")]),
                          "--dictionary", bench.tsv("words.tsv", [("hello", "y")]))
    client = bench.dict_client(server)
    equal(len(client.define("*", "hello")), 2, "definitions in *")
    equal(len(client.define("_", "hello")), 1, "definitions in its own name")


@test("/dict/garbage-is-answered-line-by-line")
def _(bench):
    import random
    chance = random.Random(2628)
    client = bench.dict_client(bench.serve_words())
    pieces = ["DEFINE", "MATCH", "*", "!", "words", "prefix", "hello", '"', "'", "\\", " ", "\t", "SHOW", "DB", "é", "."]
    for _ in range(1000):
        line = "".join(chance.choice(pieces) + chance.choice(("", " ")) for _ in range(chance.randint(1, 8)))
        client.send(line + "\r\nCLIENT end\r\nNONE\r\n")
        # The end of the answer is where CLIENT and NONE are answered.
        before = ""
        while True:
            status = client.status()
            if status.startswith("500 ") and before.startswith("250 "):
                break
            before = status


main()
