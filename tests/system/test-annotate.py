#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""annotate. Source: docs/protocol.md, section 3."""

import json

from harness import check, equal, main, request, test

CHINESE = [(word, "x") for word in ("研究", "研究生", "生命", "命", "的", "起源", "卡拉OK")]
ENGLISH = [(word, "x") for word in ("give", "give up", "up", "well-known", "don't", "stop", "the", "Polish", "polish")]


def serve(bench):
    return bench.client(bench.server("--dictionary", bench.tsv("en.tsv", ENGLISH),
                                     "--dictionary", bench.tsv("zh.tsv", CHINESE)))


def found(client, text, **params):
    spans = client.result("annotate", {"text": text, **params})["spans"]
    return [(text[s["start"]:s["end"]], s["headword"], s["via"]) for s in spans]


@test("/annotate/the-result-has-spans")
def _(bench):
    equal(serve(bench).result("annotate", {"text": "I gave\nup. 研究"}), {"spans": [
        {"start": 2, "end": 9, "headword": "give up", "via": "lemma"},
        {"start": 11, "end": 13, "headword": "研究", "via": "exact"}]}, "result")


@test("/annotate/a-text-is-cut-into-the-longest-headwords")
def _(bench):
    client = serve(bench)
    equal(found(client, "研究生命的起源"),
          [(w, w, "exact") for w in ("研究生", "命", "的", "起源")], "Chinese")
    equal(found(client, "Don’t STOPPED, Ｐｏｌｉｓｈ well-known 卡拉OK"), [
        ("Don’t", "don't", "exact"), ("STOPPED", "stop", "lemma"), ("Ｐｏｌｉｓｈ", "Polish", "exact"),
        ("well-known", "well-known", "exact"), ("卡拉OK", "卡拉OK", "exact")], "English")
    equal(found(client, ""), [], "nothing")


@test("/annotate/a-place-has-all-headwords-over-it")
def _(bench):
    client = serve(bench)
    equal([w for _, w, _ in found(client, "he gave up", at=4)], ["give up", "give"], "gave")
    equal(found(client, "he gave up", at=7), [], "white space")
    equal(found(client, "he gave up", at=10), [], "the end")
    equal([w for _, w, _ in found(client, "研究生命", at=2)], ["研究生", "生命"], "生")


@test("/annotate/dictionaries-are-chosen")
def _(bench):
    client = serve(bench)
    equal([w for _, w, _ in found(client, "up 研究", dictionaries=["zh"])], ["研究"], "zh")
    equal(client.fault("annotate", {"text": "up", "dictionaries": ["x"]}),
          (-32010, {"reason": "no_such_dictionary", "dictionary": "x"}), "x")


@test("/annotate/bad-parameters-name-their-field")
def _(bench):
    client = serve(bench)
    for params, field in (({}, "text"), ({"text": 1}, "text"), ({"text": "a", "at": -1}, "at"),
                          ({"text": "好", "at": 2}, "at"), ({"text": "a", "at": "0"}, "at"),
                          ({"text": "a", "dictionaries": "en"}, "dictionaries")):
        equal(client.fault("annotate", params), (-32602, {"reason": "invalid_params", "field": field}), f"{params}")
    equal(client.fault("annotate", {"text": "a" * 8193}),
          (-32007, {"reason": "too_long", "field": "text", "limit": 8192}), "8193 bytes")


@test("/annotate/hostile-texts-are-answered")
def _(bench):
    client = serve(bench)
    for piece in ("a", "́", "👨‍👩‍👧‍👦", "مرحبا ", " ", "\n", "\0", "ﷺ", "'", "研", "gave up "):
        text = piece * (8192 // len(piece.encode()))
        found(client, text)
        found(client, text, at=len(text) // 2)
    equal(len(found(client, "up " * 2730)), 2730, "as many words as fit")
    client.ping()


@test("/annotate/whole-texts-do-not-hold-up-the-rest")
def _(bench):
    client = serve(bench)
    text = "gave up 研究生命 " * 300
    client.send(b"".join(request("annotate", {"text": text}, id=n) for n in range(20)) + request("ping", id="ping"))
    order = [json.loads(client.line())["id"] for _ in range(21)]
    equal(sorted(map(str, order)), sorted([str(n) for n in range(20)] + ["ping"]), "answers")
    check(order.index("ping") < 20, f"{order}")
    stats = client.result("stats")
    equal(stats["lookups"], 20, "lookups")


main()
