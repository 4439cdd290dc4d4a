#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests: ids, notifications, and every error that can be had. Source: docs/protocol.md, sections 1 and 2."""

import json

from harness import WORDS, Failure, check, equal, fault, main, request, test


def raw(members):
    """A line of a request whose members are JSON text."""
    return ("{" + ",".join(f'"{name}":{value}' for name, value in members.items()) + "}\n").encode("utf-8")


def with_id(text):
    return raw({"jsonrpc": '"2.0"', "id": text, "method": '"ping"'})


def expect_invalid_request(client, line):
    client.send(line)
    reply = client.reply()
    try:
        equal(fault(reply), (-32600, {"reason": "invalid_request"}), "error")
    except Failure as failure:
        raise Failure(f"{line!r}: {failure}") from None
    return reply


GOOD_IDS = (
    '""', '"a"', '"' + "x" * 64 + '"', '"' + "é" * 32 + '"', '"' + "\\u00e9" * 32 + '"', '"null"', '"1"',
    '"quote \\" backslash \\\\ slash \\/ and / tab \\t"', '"\\ud83d\\ude00 😀"', '"\\u0000"', '" 你好 "',
    "0", "1", "-1", "-0", "9223372036854775807", "-9223372036854775808",
)

BAD_IDS = (
    '"' + "x" * 65 + '"', '"' + "é" * 32 + 'x"', "9223372036854775808", "-9223372036854775809", "1.0", "1.5",
    "1e3", "1E0", "null", "true", "false", "{}", "[]", "[1]", '{"a":1}', "1" * 200,
)


@test("/requests/ids-come-back-unchanged-and-of-the-same-type")
def _(bench):
    client = bench.client(bench.serve_words())
    for text in GOOD_IDS:
        wanted = json.loads(text)
        for line in (with_id(text), with_id(text).replace(b'"ping"', b'"none"')):
            client.send(line)
            reply = client.reply()
            equal((type(reply["id"]), reply["id"]), (type(wanted), wanted), f"id {text}")


@test("/requests/ids-come-back-unchanged-from-the-compute-pool")
def _(bench):
    client = bench.client(bench.serve_words())
    for text in GOOD_IDS:
        client.send(raw({"jsonrpc": '"2.0"', "id": text, "method": '"define"', "params": '{"word":"helo"}'}))
        equal(client.reply()["id"], json.loads(text), f"id {text}")


@test("/requests/ids-that-are-not-allowed-are-refused-without-being-repeated")
def _(bench):
    client = bench.client(bench.serve_words())
    for text in BAD_IDS:
        equal(expect_invalid_request(client, with_id(text))["id"], None, f"id {text}")
    client.ping()


@test("/requests/batches-and-other-values-are-refused")
def _(bench):
    client = bench.client(bench.serve_words())
    good = with_id("1").strip()
    for line in (b"[]", b"[" + good + b"]", b"[" + good + b"," + good + b"]", b"1", b'"x"', b"null", b"true"):
        equal(expect_invalid_request(client, line + b"\n")["id"], None, f"id of {line!r}")
    client.ping()


@test("/requests/the-version-must-be-the-string-2.0")
def _(bench):
    client = bench.client(bench.serve_words())
    for version in ('"1.0"', '"2"', "2.0", "2", "null", '"2.0 "', "{}"):
        equal(expect_invalid_request(client, raw({"jsonrpc": version, "id": "5", "method": '"ping"'}))["id"], 5)
    equal(expect_invalid_request(client, raw({"id": "5", "method": '"ping"'}))["id"], 5, "id")


@test("/requests/the-method-must-be-a-string")
def _(bench):
    client = bench.client(bench.serve_words())
    for method in ("1", "null", "{}", '["ping"]', "true"):
        line = raw({"jsonrpc": '"2.0"', "id": '"m"', "method": method})
        equal(expect_invalid_request(client, line)["id"], "m", "id")
    equal(expect_invalid_request(client, raw({"jsonrpc": '"2.0"', "id": '"m"'}))["id"], "m", "id")


@test("/requests/an-unknown-method-is-named")
def _(bench):
    client = bench.client(bench.serve_words())
    for method in ("none", "", "Define", "define ", "ping\0", "😀", 'a"b\\c', "x" * 60000):
        equal(client.fault(method), (-32601, {"reason": "method_not_found", "method": method}), "error")


@test("/requests/chat-methods-need-a-hello")
def _(bench):
    client = bench.client(bench.serve_words())
    for method in ("join", "leave", "rooms", "members", "topic", "send", "history",
                   "search_messages", "typing"):
        equal(client.fault(method, {"room": "lobby"}), (-32001, {"reason": "not_identified"}))


@test("/requests/the-order-of-members-does-not-matter")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(raw({"params": '{"word":"hello"}', "method": '"define"', "id": "4", "jsonrpc": '"2.0"'}))
    reply = client.reply()
    equal((reply["id"], reply["result"]["word"]), (4, "hello"), "reply")


@test("/requests/escapes-in-names-are-read")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(b'{"\\u006asonrpc":"2\\u002e0","\\u0069d":8,"m\\u0065thod":"d\\u0065fine",'
                b'"params":{"w\\u006frd":"h\\u0065llo"}}\n')
    reply = client.reply()
    equal((reply["id"], reply["result"]["entries"][0]["headword"]), (8, "hello"), "reply")


@test("/requests/unknown-members-are-passed-over")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(raw({"jsonrpc": '"2.0"', "id": "4", "method": '"define"', "later": '{"a":[1,{"b":null}]}',
                     "params": '{"word":"hello","colour":["red"],"strategy":7,"deep":{"word":"world"}}'}))
    equal(client.reply()["result"]["word"], "hello", "word")


@test("/requests/notifications-get-nothing")
def _(bench):
    client = bench.client(bench.serve_words())
    for method, params in (("ping", None), ("define", {"word": "hello"}), ("define", {"word": "helo"}),
                           ("define", {"word": 1}), ("define", None), ("none", None), ("stats", {}),
                           ("match", {"word": "h", "strategy": "none"}), ("hello", {"protocol": 2}),
                           ("define", {"word": "a", "dictionaries": ["none"]}), ("hello", [1])):
        members = {"jsonrpc": '"2.0"', "method": json.dumps(method)}
        if params is not None:
            members["params"] = json.dumps(params)
        client.send(raw(members))
        client.ping()


@test("/requests/a-notification-is-carried-out")
def _(bench):
    client = bench.client(bench.serve_words())
    before = client.result("stats")["lookups"]
    client.send(raw({"jsonrpc": '"2.0"', "method": '"define"', "params": '{"word":"hello"}'}))
    equal(client.result("stats")["lookups"], before + 1, "lookups")


@test("/requests/params-must-be-an-object")
def _(bench):
    client = bench.client(bench.serve_words())
    for params in ([], ["hello"], "hello", 1, True):
        equal(client.fault("define", params), (-32602, {"reason": "invalid_params", "field": "params"}), "error")


@test("/requests/a-member-that-is-missing-or-wrong-is-named")
def _(bench):
    client = bench.client(bench.serve_words())
    word = {"word": "hello"}
    cases = [("define", {}, "word"), ("define", None, "word"), ("match", {}, "word"), ("hello", {}, "protocol"),
             ("hello", None, "protocol")]
    for method in ("define", "match"):
        cases += [(method, {"word": value}, "word") for value in (1, None, True, [], {}, ["hello"], "")]
        cases += [(method, {**word, "dictionaries": value}, "dictionaries")
                  for value in ("words", 1, None, {}, True, [1], ["words", None], [["words"]])]
    for field, method, most in (("max_entries", "define", 100), ("limit", "match", 1000)):
        cases += [(method, {**word, field: value}, field)
                  for value in (0, -1, most + 1, 2 ** 63, 1.5, 1.0, "1", None, True, [], {})]
    cases += [("match", {**word, "strategy": value}, "strategy") for value in (1, None, True, [], {})]
    cases += [("hello", {"protocol": value}, "protocol") for value in (0, 2, -1, 1.0, "1", None, True, [1])]
    cases += [("hello", {"protocol": 1, field: value}, field)
              for field in ("client", "nick", "password", "resume") for value in (1, None, [], {}, True)]
    for method, params, field in cases:
        try:
            equal(client.fault(method, params), (-32602, {"reason": "invalid_params", "field": field}), "error")
        except Failure as failure:
            raise Failure(f"{method} {params!r}: {failure}") from None


@test("/requests/a-word-that-is-too-long-has-its-limit-told")
def _(bench):
    client = bench.client(bench.serve_words())
    wanted = (-32007, {"reason": "too_long", "limit": 256, "field": "word"})
    for method in ("define", "match"):
        equal(client.fault(method, {"word": "x" * 257}), wanted, "error")
        equal(client.fault(method, {"word": "é" * 128 + "x"}), wanted, "error")
        equal(client.fault(method, {"word": " " * 257}), wanted, "error")
        check("result" in client.call(method, {"word": "x" * 256}), "256 bytes are refused")
        check("result" in client.call(method, {"word": "é" * 128}), "256 bytes are refused")


@test("/requests/a-word-of-escapes-is-measured-decoded")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(raw({"jsonrpc": '"2.0"', "id": "1", "method": '"define"',
                     "params": '{"word":"' + "\\u0078" * 256 + '"}'}))
    equal(client.reply()["result"]["word"], "x" * 256, "word")


@test("/requests/a-word-of-white-space-is-refused")
def _(bench):
    client = bench.client(bench.serve_words())
    wanted = (-32602, {"reason": "invalid_params", "field": "word"})
    for word in (" ", "\t\n\r ", "\u00a0", "\u3000 \u2003", "\u0085", "\v\f", "\u2028"):
        for method in ("define", "match"):
            equal(client.fault(method, {"word": word}), wanted, f"{word!r}")


@test("/requests/an-unknown-dictionary-is-named")
def _(bench):
    client = bench.client(bench.serve_words())
    for name in ("none", "", "Words", "words ", "😀", 'a"b', "x" * 5000, "*"):
        wanted = (-32010, {"reason": "no_such_dictionary", "dictionary": name})
        for method in ("define", "match"):
            equal(client.fault(method, {"word": "hello", "dictionaries": ["words", name]}), wanted, "error")


@test("/requests/an-unknown-strategy-is-named")
def _(bench):
    client = bench.client(bench.serve_words())
    for name in ("none", "", "Prefix", "nearly", "guess", "pattern", ".", "prefix\0"):
        code, data = client.fault("match", {"word": "hello", "strategy": name})
        equal((code, data["reason"]), (-32011, "no_such_strategy"), f"{name!r}")
        check("\0" in name or data["strategy"] == name, f"{data}")


@test("/requests/a-long-strategy-name-is-cut-at-a-character")
def _(bench):
    client = bench.client(bench.serve_words())
    code, data = client.fault("match", {"word": "hello", "strategy": "é" * 5000})
    equal((code, data["reason"]), (-32011, "no_such_strategy"), "error")
    check("é" * 5000 == data["strategy"] or set(data["strategy"]) == {"é"}, f"{data}")


@test("/requests/what-was-sent-is-never-executed-as-json")
def _(bench):
    client = bench.client(bench.serve_words())
    for word in ('"', "\\", '","entries":[{"a":1}],"x":"', "\n", "\0", "\x1f", "\u2028", "😀", "\x7f"):
        result = client.result("define", {"word": "x" + word})
        equal(result["word"], "x" + word, "word")


@test("/requests/members-given-twice-are-one-of-both")
def _(bench):
    client = bench.client(bench.serve_words())
    client.send(b'{"jsonrpc":"2.0","id":1,"method":"define","params":{"word":"hello","word":"world"}}\n')
    reply = client.reply()
    check("error" in reply or reply["result"]["word"] in ("hello", "world"), f"{reply}")
    client.send(b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}\n')
    check(client.reply()["id"] in (1, 2, None), "id")


@test("/requests/a-line-of-maximal-length-full-of-brackets-is-harmless")
def _(bench):
    client = bench.client(bench.serve_words())
    for filler in (b"[" * 65000, b'{"a":' * 13000, b'"' + b"\\u0041" * 10900 + b'"', b"9" * 65000,
                   b"0." + b"3" * 65000, b"[" + b"1," * 32000 + b"1]", b'{' + b'"a":1,' * 10000 + b'"b":2}'):
        client.send(b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":' + filler + b"}}\n")
        client.reply()
    client.ping()


@test("/requests/a-thousand-mutated-requests-are-all-answered")
def _(bench):
    import random
    client = bench.client(bench.serve_words())
    chance = random.Random(2229)
    line = request("define", {"word": "naïve", "dictionaries": ["words"], "max_entries": 3}, id="x")
    for _ in range(1000):
        mutated = bytearray(line[:-1])
        for _ in range(chance.randint(1, 4)):
            where = chance.randrange(len(mutated))
            what = chance.randrange(3)
            if what == 0:
                mutated[where] = chance.randrange(256)
            elif what == 1:
                del mutated[where]
            else:
                mutated.insert(where, chance.choice(b'"{}[]:,\\01e-.\xff\xc3n '))
        client.send(bytes(mutated).replace(b"\n", b" ") + b"\n")
        # A mutation may leave a notification: then only the ping is answered.
        client.request("ping", id="after")
        reply = client.reply()
        while reply["id"] != "after" or "time" not in reply.get("result", {}):
            reply = client.reply()


@test("/requests/every-reply-is-one-object-of-json-rpc")
def _(bench):
    client = bench.client(bench.serve_words())
    for headword in WORDS:
        reply = client.call("define", {"word": headword[0]})
        equal(set(reply), {"jsonrpc", "id", "result"}, "members")
    equal(set(client.call("none")), {"jsonrpc", "id", "error"}, "members")
    equal(set(client.call("none")["error"]), {"code", "message", "data"}, "members of the error")


main()
