#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""define and dictionaries. Source: docs/protocol.md, section 3."""

import json

from harness import WORDS, check, dictd, dictzip, ecdict, equal, fault, main, request, test, tsv

MAX_REPLY = 4 * 1024 * 1024


def headwords(result):
    return [(e["dictionary"], e["headword"], e["via"]) for e in result["entries"]]


RUN = (
    {"word": "run", "phonetic": "rʌn", "translation": "v. 跑\\nn. 奔跑", "definition": "v. move fast",
     "tag": "zk gk", "frq": 100, "bnc": 90, "exchange": "p:ran/d:run/i:running/3:runs/s:runs"},
    {"word": "running", "phonetic": "'rʌniŋ", "translation": "n. 跑步", "tag": "gk", "frq": 900,
     "exchange": "0:run/1:i"},
    {"word": "hello", "translation": 'int. 喂, "哈罗"'},
    {"word": "good", "definition": "a. of quality", "exchange": "r:better/t:best"},
    {"word": "better", "translation": "a. 较好的", "exchange": "0:good/1:r"},
)


@test("/define/an-entry-has-the-members-of-its-source")
def _(bench):
    client = bench.client(bench.serve_words())
    equal(client.result("define", {"word": "hello"}), {
        "word": "hello",
        "entries": [{"dictionary": "words", "headword": "hello", "via": "exact", "phonetic": "hə'ləu",
                     "text": "used as a greeting\nsaid to people one meets"}],
        "suggestions": [],
    }, "result")
    equal(client.result("define", {"word": "hell"})["entries"][0],
          {"dictionary": "words", "headword": "hell", "via": "exact", "text": "a place that nobody likes"})


@test("/define/every-headword-is-found-with-its-text")
def _(bench):
    client = bench.client(bench.serve_words())
    for entry in WORDS:
        result = client.result("define", {"word": entry[0]})
        equal((result["word"], result["entries"][0]["headword"]), (entry[0], entry[0]), "headword")
        equal(result["entries"][0]["text"], entry[-1], "text")


@test("/define/normalisation-is-applied-to-both-sides")
def _(bench):
    entries = (("hello", "h"), ("STRASSE", "s"), ("ﬁne", "f"), ("New  York", "n"), ("ÉCLAIR", "e"), ("Å", "a"),
               ("ΌΣΟΣ", "o"), ("①", "1"), ("ﾊﾝｶｸ", "k"))
    server = bench.server("--dictionary", bench.tsv("d.tsv", entries))
    client = bench.client(server)
    for word, headword in (
            ("HELLO", "hello"), (" hello ", "hello"), ("\thello\n", "hello"), ("ｈｅｌｌｏ", "hello"),
            ("ＨＥＬＬＯ", "hello"), ("\u00a0hello\u3000", "hello"), ("hel\u006co", "hello"), ("straße", "STRASSE"),
            ("Straße", "STRASSE"), ("STRAẞE", "STRASSE"), ("strasse", "STRASSE"), ("fine", "ﬁne"), ("ﬁne", "ﬁne"),
            ("new york", "New  York"), ("NEW \t\n YORK", "New  York"), ("new\u00a0york", "New  York"),
            ("éclair", "ÉCLAIR"), ("e\u0301clair", "ÉCLAIR"), ("å", "Å"), ("\u212b", "Å"), ("όσος", "ΌΣΟΣ"),
            ("όσοσ", "ΌΣΟΣ"), ("1", "①"), ("ハンカク", "ﾊﾝｶｸ")):
        result = client.result("define", {"word": word})
        equal((result["word"], headwords(result)), (word, [("d", headword, "exact")]), f"define {word!r}")
    for word in ("hel lo", "eclair", "newyork", "strase"):
        equal(client.result("define", {"word": word})["entries"], [], f"define {word!r}")


@test("/define/the-exact-spelling-comes-first")
def _(bench):
    server = bench.serve_words()
    client = bench.client(server)
    for word, order in (("polish", ["polish", "Polish"]), ("Polish", ["Polish", "polish"]),
                        (" Polish ", ["Polish", "polish"]), ("POLISH", ["polish", "Polish"])):
        result = client.result("define", {"word": word})
        equal([e["headword"] for e in result["entries"]], order, f"define {word!r}")
        equal({e["via"] for e in result["entries"]}, {"exact"}, "via")


@test("/define/several-entries-of-one-headword-keep-their-order")
def _(bench):
    entries = [("word", f"meaning {i}") for i in range(30)]
    client = bench.client(bench.server("--dictionary", bench.tsv("d.tsv", entries)))
    texts = [e["text"] for e in client.result("define", {"word": "word", "max_entries": 100})["entries"]]
    equal(texts, [f"meaning {i}" for i in range(30)], "texts")


@test("/define/max-entries-bounds-and-its-default-is-20")
def _(bench):
    entries = [("word", f"meaning {i}") for i in range(150)]
    client = bench.client(bench.server("--dictionary", bench.tsv("d.tsv", entries)))
    for most in (1, 2, 99, 100):
        equal(len(client.result("define", {"word": "word", "max_entries": most})["entries"]), most, "entries")
    equal(len(client.result("define", {"word": "word"})["entries"]), 20, "entries")


def three(bench):
    """Three dictionaries that all have "hello", asked in the order c, a, b."""
    options = []
    for name in "cab":
        options += ["--dictionary", bench.tsv(f"{name}.tsv", [("hello", f"of {name}"), (f"only{name}", "x")])]
    return bench.client(bench.server(*options))


@test("/define/dictionaries-answer-in-configured-order")
def _(bench):
    client = three(bench)
    wanted = [(name, "hello", "exact") for name in "cab"]
    for params in ({}, {"dictionaries": []}):
        equal(headwords(client.result("define", {"word": "hello", **params})), wanted, "entries")
    equal([d["name"] for d in client.result("dictionaries")["dictionaries"]], list("cab"), "dictionaries")


@test("/define/dictionaries-select")
def _(bench):
    client = three(bench)
    for names in (["a"], ["b", "c"], ["c", "a", "b"]):
        result = client.result("define", {"word": "hello", "dictionaries": names})
        equal({e["dictionary"] for e in result["entries"]}, set(names), "dictionaries")
        equal(len(result["entries"]), len(names), "entries")
    equal(client.result("define", {"word": "onlya", "dictionaries": ["b"]})["entries"], [], "entries")
    result = client.result("define", {"word": "hello", "dictionaries": ["a", "a", "a"]})
    equal(len(result["entries"]), 1, "a name given thrice")
    result = client.result("define", {"word": "hello", "dictionaries": ["a"] * 5000})
    equal(len(result["entries"]), 1, "a name given 5000 times")


@test("/define/max-entries-counts-over-all-dictionaries")
def _(bench):
    client = three(bench)
    result = client.result("define", {"word": "hello", "max_entries": 2})
    equal([e["dictionary"] for e in result["entries"]], ["c", "a"], "dictionaries")


@test("/define/not-found-is-no-error-and-echoes-the-word")
def _(bench):
    client = bench.client(bench.serve_words())
    for word in ("xyzzy", " Xyzzy ", "ｘｙｚｚｙ", "没有", "😀", "x\0y", 'a"b\\c\n'):
        equal(client.result("define", {"word": word}), {"word": word, "entries": [], "suggestions": []})


@test("/define/near-headwords-are-suggested")
def _(bench):
    client = bench.client(bench.serve_words())
    for word, wanted in (("helo", "hello"), ("hlep", "help"), ("wrold", "world"), ("polsh", "polish")):
        result = client.result("define", {"word": word})
        equal(result["entries"], [], "entries")
        check(wanted in result["suggestions"], f"{word}: {result['suggestions']}")
        check(word not in result["suggestions"], f"{word}: {result['suggestions']}")
    equal(client.result("define", {"word": "helo"})["suggestions"][0] in ("hello", "help", "hell"), True, "best")


@test("/define/at-most-eight-suggestions-each-once-nearest-first")
def _(bench):
    entries = [(f"letter{c}", "x") for c in "abcdefghijklmnop"] + [("letterxx", "x"), ("letter", "x")]
    paths = [bench.tsv("one.tsv", entries), bench.tsv("two.tsv", entries)]
    client = bench.client(bench.server("--dictionary", paths[0], "--dictionary", paths[1]))
    suggestions = client.result("define", {"word": "letterz"})["suggestions"]
    equal(len(suggestions), 8, "suggestions")
    equal(len(set(suggestions)), 8, f"different suggestions of {suggestions}")
    check("letterxx" not in suggestions, f"farther before nearer: {suggestions}")


@test("/define/suggestions-come-from-the-dictionaries-asked")
def _(bench):
    client = three(bench)
    equal(client.result("define", {"word": "onlyx", "dictionaries": ["b"]})["suggestions"], ["onlyb"], "b")
    equal(sorted(client.result("define", {"word": "onlyx"})["suggestions"]), ["onlya", "onlyb", "onlyc"], "all")


@test("/define/ecdict-gives-phonetics-tags-forms-and-text")
def _(bench):
    client = bench.client(bench.server("--dictionary", bench.write("ecdict.csv", ecdict(RUN))))
    entry = client.result("define", {"word": "run"})["entries"][0]
    equal(entry["phonetic"], "rʌn", "phonetic")
    equal(entry["text"], "v. 跑\nn. 奔跑", "text")
    equal(entry["tags"], ["zk", "gk"], "tags")
    forms = {"past": "ran", "past_participle": "run", "present_participle": "running", "third_person": "runs",
             "plural": "runs"}
    equal(entry["forms"], forms, "forms")
    entry = client.result("define", {"word": "hello"})["entries"][0]
    equal(set(entry), {"dictionary", "headword", "via", "text"}, "members")
    equal(entry["text"], 'int. 喂, "哈罗"', "text")
    equal(client.result("define", {"word": "good"})["entries"][0]["text"], "a. of quality", "text")


@test("/define/an-inflection-finds-its-lemma-after-itself")
def _(bench):
    client = bench.client(bench.server("--dictionary", bench.write("ecdict.csv", ecdict(RUN))))
    exact_run, lemma_run = ("ecdict", "run", "exact"), ("ecdict", "run", "lemma")
    running = ("ecdict", "running", "exact")
    for word, wanted in (("ran", [lemma_run]), ("RAN", [lemma_run]), ("runs", [lemma_run]), ("run", [exact_run]),
                         ("running", [running, lemma_run]), ("best", [("ecdict", "good", "lemma")])):
        result = client.result("define", {"word": word})
        equal(headwords(result), wanted, f"define {word}")
        equal(result["suggestions"], [], "suggestions")
    equal(headwords(client.result("define", {"word": "running", "max_entries": 1})), [running], "max_entries 1")


@test("/define/lemmas-of-one-dictionary-help-another-of-the-same-language")
def _(bench):
    csv = bench.write("ecdict.csv", ecdict(RUN))
    english = bench.write("english.tsv", "# source: en\nrun\t\tto go fast\n")
    german = bench.write("german.tsv", "# source: de\nrun\t\tso heißt hier nichts\n")
    options = [o for path in (english, german, csv) for o in ("--dictionary", path)]
    client = bench.client(bench.server(*options))
    equal(headwords(client.result("define", {"word": "ran"})),
          [("english", "run", "lemma"), ("ecdict", "run", "lemma")], "entries")
    equal(headwords(client.result("define", {"word": "ran", "dictionaries": ["english"]})),
          [("english", "run", "lemma")], "entries")


@test("/define/a-word-that-is-its-own-lemma-is-given-once")
def _(bench):
    rows = ({"word": "may", "translation": "可以", "exchange": "p:might"},
            {"word": "May", "translation": "五月", "exchange": "0:may/1:s"},
            {"word": "loop", "translation": "环", "exchange": "0:loop"},
            {"word": "ping", "translation": "甲", "exchange": "p:pong"},
            {"word": "pong", "translation": "乙", "exchange": "p:ping"})
    client = bench.client(bench.server("--dictionary", bench.write("e.csv", ecdict(rows))))
    for word, n in (("may", 2), ("May", 2), ("MAY", 2), ("loop", 1), ("ping", 2), ("pong", 2), ("might", 2)):
        entries = client.result("define", {"word": word})["entries"]
        equal(len(entries), n, f"entries of {word}: {entries}")


@test("/define/lemmas-from-the-list-beside-the-csv")
def _(bench):
    bench.write("lemma.en.txt", "; a comment\ngo/100 -> goes,went,gone,going\n")
    client = bench.client(bench.server("--dictionary", bench.write(
        "e.csv", ecdict([{"word": "go", "translation": "去"}]))))
    equal(headwords(client.result("define", {"word": "went"})), [("e", "go", "lemma")], "entries")


@test("/define/dictd-dictionaries-are-served-plain-and-packed")
def _(bench):
    index, body = dictd([("00-database-short", "     A Small Dictionary\n"), ("00-database-utf8", "\n"),
                         ("00-database-info", "What it is,\nat length\n"), ("Hello", "Hello\n  a greeting\n"),
                         ("world", "world\n\n  \"all\" there\tis\n")])
    options = []
    for name, packed in (("plain", False), ("packed", True)):
        options += ["--dictionary", bench.write(f"{name}.index", index)]
        bench.write(f"{name}.dict" + (".dz" if packed else ""), dictzip(body) if packed else body)
    client = bench.client(bench.server(*options))
    described = client.result("dictionaries")["dictionaries"]
    equal([(d["name"], d["title"], d["entries"], d["format"]) for d in described],
          [(n, "A Small Dictionary", 2, "dictd") for n in ("plain", "packed")], "dictionaries")
    for name in ("plain", "packed"):
        entry = client.result("define", {"word": "hello", "dictionaries": [name]})["entries"][0]
        equal((entry["headword"], entry["text"]), ("Hello", "Hello\n  a greeting"), "entry")
        entry = client.result("define", {"word": "WORLD", "dictionaries": [name]})["entries"][0]
        equal(entry["text"], "world\n\n  \"all\" there\tis", "text")
    equal(client.result("define", {"word": "00-database-short"})["entries"], [], "special entries")


@test("/define/what-a-dictionary-says-of-itself-fits-into-a-line")
def _(bench):
    said = {"title": '"' * 3000000, "license": "典" * 1000000, "source": "x" * 1000, "target": "zh"}
    lines = [f"# {name}: {value}\n" for name, value in said.items()] + ["hello\t\tx\n"]
    server = bench.server("--dictionary", bench.write("d.tsv", "".join(lines)))
    client = bench.client(server)
    client.request("dictionaries")
    line = client.line()
    check(len(line) <= MAX_REPLY, f"{len(line)} bytes")
    equal(json.loads(line)["result"]["dictionaries"],
          [{"name": "d", "title": '"' * 512, "entries": 1, "source": "x" * 35, "target": "zh", "format": "tsv",
            "license": "典" * 85}], "dictionaries")
    equal(server.stderr().count("is cut"), 3, "warnings")
    info = bench.dict_client(server).listing("SHOW INFO d", 112)
    equal(info, ['"' * 512, "License: " + "典" * 85], "SHOW INFO")


@test("/define/text-is-never-empty-and-its-lines-end-in-lf")
def _(bench):
    rows = ({"word": "a", "translation": "one\\r\\ntwo\\nthree"}, {"word": "b", "translation": "", "definition": ""},
            {"word": "c", "translation": "x\r\ny"}, {"word": "d", "translation": "bell\a and esc\x1b[31m"})
    index, body = dictd([("e", "e\r\n text\r\n\r\n")])
    bench.write("d.dict", body)
    client = bench.client(bench.server("--dictionary", bench.write("e.csv", ecdict(rows)),
                                       "--dictionary", bench.write("d.index", index)))
    equal(client.result("define", {"word": "a"})["entries"][0]["text"], "one\ntwo\nthree", "text")
    equal(client.result("define", {"word": "b"})["entries"], [], "entries")
    for word in "cde":
        text = client.result("define", {"word": word})["entries"][0]["text"]
        check(text.strip() and not any(ord(c) < 32 and c not in "\n\t" for c in text), f"{text!r}")


@test("/define/a-definition-of-a-megabyte")
def _(bench):
    # What has to be escaped makes the reply twice as long as the text.
    texts = {"large": "x" * (1024 * 1024), "lines": 'a"b\n' * (256 * 1024 - 1) + "abc", "chinese": "典" * 349000}
    client = bench.client(bench.server("--dictionary", bench.tsv("d.tsv", texts.items())))
    for word, text in texts.items():
        equal(client.result("define", {"word": word})["entries"][0]["text"] == text, True, f"the text of {word}")


@test("/define/a-reply-never-passes-4-mib")
def _(bench):
    entries = [("big", f"{i} " + "\"" * 500000) for i in range(30)]
    client = bench.client(bench.server("--dictionary", bench.tsv("d.tsv", entries)))
    client.request("define", {"word": "big", "max_entries": 100})
    line = client.line()
    check(len(line) <= MAX_REPLY, f"{len(line)} bytes")
    entries = json.loads(line)["result"]["entries"]
    check(len(entries) >= 3, f"{len(entries)} entries, though there is room for more")
    equal([int(e["text"].split()[0]) for e in entries], list(range(len(entries))), "the first ones")
    # Many of them one after the other are no reason to be thrown out.
    client.send(request("define", {"word": "big", "max_entries": 100}) * 10)
    for _ in range(10):
        equal(len(client.reply()["result"]["entries"]), len(entries), "entries")


@test("/define/entries-over-a-megabyte-are-left-out-and-reported")
def _(bench):
    server = bench.server("--dictionary", bench.tsv("d.tsv", [("huge", "x" * (1024 * 1024 + 1)), ("ok", "y")]))
    client = bench.client(server)
    equal(client.result("define", {"word": "huge"})["entries"], [], "entries")
    equal(len(client.result("define", {"word": "ok"})["entries"]), 1, "entries")
    check("1 MiB" in server.stderr(), "nothing on stderr")


@test("/define/headwords-of-the-longest-word")
def _(bench):
    words = ["x" * 256, "é" * 128, "典" * 85]
    client = bench.client(bench.server("--dictionary", bench.tsv("d.tsv", [(w, "found") for w in words])))
    for word in words:
        equal(client.result("define", {"word": word})["entries"][0]["headword"], word, "headword")


@test("/dictionaries/are-described")
def _(bench):
    tsv_text = ("# title: Words of our course\n# source: en\n# target: de\n# license: CC0-1.0\n"
                "house\t\tHaus\ntree\ttri:\tBaum\n")
    server = bench.server("--dictionary", bench.write("course.tsv", tsv_text),
                          "--dictionary", bench.write("ecdict.csv", ecdict(RUN)),
                          "--dictionary", bench.write("bare.tsv", tsv([("a", "b")])))
    client = bench.client(server)
    described = client.result("dictionaries")["dictionaries"]
    equal(described[0], {"name": "course", "title": "Words of our course", "entries": 2, "source": "en",
                         "target": "de", "format": "tsv", "license": "CC0-1.0"}, "course")
    equal((described[1]["name"], described[1]["entries"], described[1]["source"], described[1]["target"],
           described[1]["format"]), ("ecdict", 5, "en", "zh", "ecdict"), "ecdict")
    equal((described[2]["title"], described[2]["source"], described[2]["license"]), ("bare", "", ""), "bare")


@test("/dictionaries/takes-any-params")
def _(bench):
    client = bench.client(bench.serve_words())
    for params in (None, {}, {"later": 1}):
        equal(len(client.result("dictionaries", params)["dictionaries"]), 1, "dictionaries")
    equal(fault(client.call("dictionaries", []))[1]["field"], "params", "field")


@test("/dictionaries/a-server-without-any-answers")
def _(bench):
    server = bench.serve_nothing()
    client = bench.client(server)
    equal(client.result("dictionaries")["dictionaries"], [], "dictionaries")
    equal(client.result("define", {"word": "hello"}), {"word": "hello", "entries": [], "suggestions": []})
    equal(client.result("match", {"word": "hello"})["matches"], [], "matches")
    check("no dictionary" in server.stderr(), "nothing on stderr")


@test("/dictionaries/without-any-of-its-own-it-serves-the-one-that-comes-with-it")
def _(bench):
    client = bench.client(bench.server())
    (bundled,) = client.result("dictionaries")["dictionaries"]
    equal((bundled["name"], bundled["source"], bundled["target"]), ("parlance-en-zh", "en", "zh"), "the dictionary")
    check(bundled["entries"] >= 3000, f"{bundled['entries']} entries")
    for word, meaning in (("hello", "你好"), ("world", "世界"), ("love", "爱")):
        (entry,) = client.result("define", {"word": word})["entries"]
        check(meaning in entry["text"] and entry["phonetic"], f"{entry}")


main()
