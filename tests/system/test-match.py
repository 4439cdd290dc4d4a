#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""match. Source: docs/protocol.md, section 3."""

from harness import WORDS, check, ecdict, equal, main, test

NUMBERS = [(f"item {i:04}", f"number {i}") for i in range(1200)]


def found(client, word, **params):
    result = client.result("match", {"word": word, **params})
    return [m["headword"] for m in result["matches"]]


def refused(client, word, strategy):
    return client.call("match", {"word": word, "strategy": strategy})["error"]


def serve(bench, entries):
    return bench.client(bench.server("--dictionary", bench.tsv("d.tsv", entries)))


@test("/match/the-result-has-word-strategy-matches-and-more")
def _(bench):
    client = bench.client(bench.serve_words())
    equal(client.result("match", {"word": "HEL"}), {
        "word": "HEL", "strategy": "prefix", "more": False,
        "matches": [{"dictionary": "words", "headword": w} for w in ("hell", "hello", "help")],
    }, "result")


@test("/match/exact-is-by-the-normalised-word")
def _(bench):
    client = bench.client(bench.serve_words())
    equal(sorted(found(client, "POLISH", strategy="exact")), ["Polish", "polish"], "polish")
    equal(found(client, "ｈｅｌｌｏ", strategy="exact"), ["hello"], "hello")
    equal(found(client, "STRASSE", strategy="exact"), ["straße"], "straße")
    equal(found(client, "hel", strategy="exact"), [], "hel")


@test("/match/prefix-and-suffix")
def _(bench):
    client = bench.client(bench.serve_words())
    equal(found(client, "hell", strategy="prefix"), ["hell", "hello"], "hell")
    equal(found(client, "你", strategy="prefix"), ["你好"], "你")
    equal(found(client, "GIVE ", strategy="prefix"), ["give up"], "give")
    equal(found(client, "LD", strategy="suffix"), ["world"], "ld")
    equal(found(client, "好", strategy="suffix"), ["你好"], "好")
    equal(found(client, " up", strategy="suffix"), ["give up"], "up")
    equal(found(client, "sse", strategy="suffix"), ["straße"], "sse")
    equal(found(client, "xyzzy", strategy="prefix"), [], "xyzzy")
    equal(found(client, "xyzzy", strategy="suffix"), [], "xyzzy")


@test("/match/soundex-finds-what-sounds-alike")
def _(bench):
    client = serve(bench, [(w, "x") for w in ("Robert", "Rupert", "Rubin", "Ashcraft", "Ashcroft", "Tymczak",
                                              "Pfister", "Honeyman", "你好")])
    equal(found(client, "robert", strategy="soundex"), ["Robert", "Rupert"], "R163")
    equal(found(client, "rubin", strategy="soundex"), ["Rubin"], "R150")
    equal(found(client, "ashcroft", strategy="soundex"), ["Ashcraft", "Ashcroft"], "A261")
    equal(found(client, "Tymczac", strategy="soundex"), ["Tymczak"], "T522")
    equal(found(client, "你好", strategy="soundex"), [], "no code")


@test("/match/lemma-lists-what-a-word-is-an-inflection-of")
def _(bench):
    rows = ({"word": "run", "translation": "跑", "exchange": "p:ran"}, {"word": "ran", "translation": "x"})
    client = bench.client(bench.server("--dictionary", bench.write("e.csv", ecdict(rows))))
    equal(found(client, "ran", strategy="lemma"), ["run"], "ran")
    equal(found(client, "run", strategy="lemma"), [], "run")


@test("/match/substring")
def _(bench):
    client = bench.client(bench.serve_words())
    equal(found(client, "ELL", strategy="substring"), ["hell", "hello"], "ell")
    equal(found(client, "e u", strategy="substring"), ["give up"], "a space")
    equal(found(client, "好", strategy="substring"), ["你好"], "好")
    equal(found(client, "xyzzy", strategy="substring"), [], "xyzzy")


@test("/match/fuzzy-is-nearest-first-then-most-frequent")
def _(bench):
    rows = [{"word": w, "translation": "x", "frq": rank} for w, rank in
            (("cat", "90"), ("cot", "900"), ("coat", "20"), ("cut", "30"), ("dog", "1"), ("cuts", "10"), ("中文", "1"))]
    client = bench.client(bench.server("--dictionary", bench.write("e.csv", ecdict(rows))))
    equal(found(client, "cut", strategy="fuzzy"), ["cut", "cuts", "cat", "cot", "coat"], "cut")
    equal(found(client, "ct", strategy="fuzzy"), ["cut", "cat", "cot", "cuts", "coat"], "ct")
    equal(found(client, "中", strategy="fuzzy"), [], "Chinese")
    result = client.result("match", {"word": "cut", "strategy": "fuzzy", "limit": 2})
    equal(([m["headword"] for m in result["matches"]], result["more"]), (["cut", "cuts"], True), "limit")


@test("/match/regexp")
def _(bench):
    client = bench.client(bench.serve_words())
    equal(found(client, "^HEL+O?$", strategy="regexp"), ["hell", "hello"], "case")
    equal(found(client, r"^\S+\s\S+$", strategy="regexp"), ["give up"], "classes are not folded")
    equal(found(client, "^..$", strategy="regexp"), ["你好"], "characters")
    equal(client.result("match", {"word": "^Hell", "strategy": "regexp", "limit": 1}), {
        "word": "^Hell", "strategy": "regexp", "more": True,
        "matches": [{"dictionary": "words", "headword": "hell"}]}, "result")


@test("/match/a-bad-regexp-says-what-is-wrong")
def _(bench):
    client = bench.client(bench.serve_words())
    for word, part in (("(a", "missing closing parenthesis"), ("a**b(", "at byte"), ("[", "terminating ]"),
                       ("\\C", "\\C is disabled")):
        error = refused(client, word, "regexp")
        equal(error["data"], {"reason": "invalid_params", "field": "word"}, word)
        check(part in error["message"], f"{word}: {error}")


@test("/match/an-exploding-regexp-ends")
def _(bench):
    client = serve(bench, [("a" * 200 + str(i) + "!", "x") for i in range(50)])
    error = refused(client, "^(a+)+(a|aa)+\\d?$", "regexp")
    equal(error["data"], {"reason": "invalid_params", "field": "word"}, "data")
    equal(found(client, "^a+1!$", strategy="regexp"), ["a" * 200 + "1!"], "the next one")


@test("/match/odd-words-by-every-strategy")
def _(bench):
    words = ["x", "w" * 256, "é", "😀", "👩‍👩‍👧", "שלום", "مرحبا", "नमस्ते"]
    client = serve(bench, [(w, "x") for w in words])
    for strategy in ("exact", "prefix", "suffix", "substring", "fuzzy", "regexp"):
        for word in words:
            check(word in found(client, word, strategy=strategy), f"{strategy} {word}")
    for strategy in ("substring", "fuzzy"):
        for word in ("", " "):
            equal(refused(client, word, strategy)["data"]["reason"], "invalid_params", strategy)
        equal(refused(client, "w" * 257, strategy)["data"]["limit"], 256, strategy)


@test("/match/sorted-by-headword")
def _(bench):
    words = ["zebra", "apple", "Apfel", "apply", "appleton", "ape", "April"]
    client = serve(bench, [(w, "x") for w in words])
    equal(found(client, "ap"), sorted((w for w in words if w.lower().startswith("ap")), key=str.lower), "ap")
    equal(found(client, "e", strategy="suffix"), ["ape", "apple"], "e")
    equal(found(client, "appl"), ["apple", "appleton", "apply"], "appl")


@test("/match/a-headword-stands-once-per-dictionary")
def _(bench):
    entries = [("hello", f"meaning {i}") for i in range(5)] + [("Hello", "x")]
    client = bench.client(bench.server("--dictionary", bench.tsv("one.tsv", entries),
                                       "--dictionary", bench.tsv("two.tsv", entries[:2])))
    for strategy in ("exact", "prefix", "suffix", "soundex", "substring", "fuzzy", "regexp"):
        matches = client.result("match", {"word": "hello", "strategy": strategy})["matches"]
        pairs = [(m["dictionary"], m["headword"]) for m in matches]
        equal(sorted(pairs), [("one", "Hello"), ("one", "hello"), ("two", "hello")], strategy)


@test("/match/limit-and-more")
def _(bench):
    client = serve(bench, NUMBERS)
    for limit, word, more in ((1, "item", True), (999, "item", True), (1000, "item", True),
                              (1000, "item 0", False), (999, "item 0", True), (10, "item 000", False),
                              (9, "item 000", True), (100, "item 00", False)):
        result = client.result("match", {"word": word, "limit": limit})
        equal((len(result["matches"]), result["more"]), (min(limit, len(result["matches"])), more), f"{word} {limit}")
        equal([m["headword"] for m in result["matches"]],
              [h for h, _ in NUMBERS if h.startswith(word)][:limit], f"{word} {limit}")


@test("/match/the-default-limit-is-50")
def _(bench):
    client = serve(bench, NUMBERS)
    for strategy, word in (("prefix", "item"), ("suffix", "1"), ("soundex", "item")):
        result = client.result("match", {"word": word, "strategy": strategy})
        equal((len(result["matches"]), result["more"]), (50, True), strategy)
        headwords = [m["headword"] for m in result["matches"]]
        equal(headwords, sorted(headwords), f"order of {strategy}")


@test("/match/suffix-has-the-first-ones-of-all")
def _(bench):
    client = serve(bench, NUMBERS)
    for limit in (1, 7, 119, 120, 121):
        result = client.result("match", {"word": "7", "strategy": "suffix", "limit": limit})
        wanted = [h for h, _ in NUMBERS if h.endswith("7")]
        equal([m["headword"] for m in result["matches"]], wanted[:limit], f"limit {limit}")
        equal(result["more"], limit < len(wanted), f"more, limit {limit}")


@test("/match/dictionaries-select")
def _(bench):
    options = []
    for name in "cab":
        options += ["--dictionary", bench.tsv(f"{name}.tsv", [("hello", "x"), (f"help{name}", "x")])]
    client = bench.client(bench.server(*options))
    matches = client.result("match", {"word": "hel", "dictionaries": ["b", "a"]})["matches"]
    equal({m["dictionary"] for m in matches}, {"a", "b"}, "dictionaries")
    headwords = [m["headword"] for m in client.result("match", {"word": "hel"})["matches"]]
    equal(headwords, ["hello"] * 3 + ["helpa", "helpb", "helpc"], "headwords of all")


@test("/match/special-characters-are-plain-text")
def _(bench):
    client = bench.client(bench.serve_words())
    for word in ("*", "?", "h.llo", "^hello$", "hel*", "%", "\\", "[a-z]"):
        wanted = []
        for strategy in ("exact", "prefix", "suffix"):
            equal(found(client, word, strategy=strategy), wanted, f"{strategy} {word}")
    equal(found(client, "."), [".dot"], "a dot")
    equal(found(client, 'quo"'), ['quo"te'], "a quote")
    equal(found(client, "back\\"), ["back\\slash"], "a backslash")


@test("/match/every-headword-is-found-by-its-first-and-last-letter")
def _(bench):
    client = bench.client(bench.serve_words())
    for headword in (entry[0] for entry in WORDS):
        check(headword in found(client, headword[0], limit=1000), f"{headword} by prefix")
        check(headword in found(client, headword[-1], strategy="suffix", limit=1000), f"{headword} by suffix")


main()
