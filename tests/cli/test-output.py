#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people and programs get to see of answers."""

import json
import tempfile

from fake_server import FakeServer, Refusal, entry, found, not_found
from harness import contains, equal, main, run, run_on_terminal

RUNNING = found(
    "running",
    entry("running", "n. 跑步\na. x", "ecdict", phonetic="'rʌniŋ", tags=["zk", "gk"]),
    entry("run", "to move fast", via="lemma", forms={"past": "ran"}))

DICTIONARIES = {"dictionaries": [
    {"name": "ecdict", "title": "English 英汉", "entries": 3402564, "source": "en", "target": "zh",
     "format": "ecdict", "license": "MIT"},
    {"name": "wn", "title": "WordNet", "entries": 147311, "source": "en", "target": "en",
     "format": "dictd", "license": ""}]}

HOSTILE = "a\x1b[31mb\x07\u202ec\u2066\u200f\u061c\ufeff\u2028\x9bd\x7f"
HARMLESS = "a␛[31mb␇⟨202E⟩c⟨2066⟩⟨200F⟩⟨061C⟩⟨FEFF⟩⟨2028⟩⟨009B⟩d␡"


def defining(result):
    return FakeServer({"define": lambda params: result})


def entries_are_laid_out():
    with defining(RUNNING) as server:
        done = run(server, "define", "running")
    equal(done.status, 0, done)
    equal(done.out, "running  'rʌniŋ  ecdict\n  n. 跑步\n  a. x\n  zk gk\n\n"
                    "running → run  wn\n  to move fast\n  past: ran\n")
    equal(done.err, "")


def headword_is_bold_and_dictionary_dim_on_a_terminal():
    with defining(RUNNING) as server:
        done = run_on_terminal(server, "define", "running")
    contains(done.out, "\x1b[1mrunning\x1b[0m  'rʌniŋ  \x1b[2mecdict\x1b[0m\n")
    contains(done.out, "running → \x1b[1mrun\x1b[0m")


def emphasis_ends_on_its_line():
    tagged = found("w", entry("w", tags=["tag%d" % number for number in range(20)]))
    with defining(tagged) as server:
        lines = run_on_terminal(server, "define", "w", columns=30).out.splitlines()
    equal(len(lines) > 4, True, lines)
    for line in lines[2:]:
        equal((line[:4], line[-4:], line.count("\x1b")), ("\x1b[2m", "\x1b[0m", 2), lines)


def no_color_is_honoured():
    with defining(RUNNING) as server:
        equal("\x1b" in run_on_terminal(server, "define", "x", NO_COLOR="1").out, False)
        equal("\x1b" in run_on_terminal(server, "define", "x", NO_COLOR="").out, True)
        equal("\x1b" in run_on_terminal(server, "define", "x", TERM="dumb").out, False)
        equal("\x1b" in run_on_terminal(server, "define", "x", "--color=never").out, False)
        equal("\x1b" in run(server, "define", "x", "--color=always", NO_COLOR="1").out, True)
        equal("\x1b" in run(server, "define", "x").out, False)


def text_is_wrapped_to_the_terminal():
    text = "one two three four five six seven eight nine\n    deep enough to be wrapped too"
    with defining(found("w", entry("w", text))) as server:
        done = run_on_terminal(server, "define", "w", "--color=never", columns=24)
    equal(done.out, "w  wn\n  one two three four\n  five six seven eight\n  nine\n"
                    "      deep enough to be\n      wrapped too\n")


def wide_characters_count_twice():
    with defining(found("w", entry("w", "跑步" * 10 + "。"))) as server:
        done = run_on_terminal(server, "define", "w", "--color=never", columns=22)
    equal(done.out, "w  wn\n  " + "跑步" * 5 + "\n  " + "跑步" * 4 + "跑\n  步。\n")


def columns_beats_the_terminal():
    with defining(found("w", entry("w", "word " * 20))) as server:
        done = run_on_terminal(server, "define", "w", "--color=never", columns=80, COLUMNS="30")
    equal(max(map(len, done.out.splitlines())), 26, done)


def pipe_is_not_wrapped():
    with defining(found("w", entry("w", "word " * 100 + "end"))) as server:
        done = run(server, "define", "w", COLUMNS="30")
    equal(done.out, "w  wn\n  " + "word " * 100 + "end\n")


def entries_up_to_the_limit_are_said_on_a_terminal():
    def answer(params):
        return found("w", *[entry("w")] * params.get("max_entries", 20))

    with FakeServer({"define": answer}) as server:
        for line, part in ([], "20 entries of “w” shown"), (["-n1"], "1 entry of “w” shown"):
            contains(run_on_terminal(server, "define", "w", *line).out,
                     part + ", there may be more: -n N shows up to 100.\n")
        equal("may be more" in run_on_terminal(server, "define", "w", "-n", "100").out, False)
        equal(run(server, "define", "w").err, "")
    with defining(RUNNING) as server:
        equal("may be more" in run_on_terminal(server, "define", "w").out, False)


def not_found_suggests():
    with defining(not_found("helo", "hello", "help")) as server:
        done = run(server, "define", "helo")
    equal((done.status, done.out), (1, ""))
    equal(done.err, "No entry for “helo”. Did you mean: hello, help?\n")


def not_found_without_suggestions():
    with defining(not_found("zz")) as server:
        equal(run(server, "define", "zz").err, "No entry for “zz”.\n")


def strangers_text_is_harmless_everywhere():
    hostile = found(HOSTILE, entry(HOSTILE, HOSTILE, HOSTILE, phonetic=HOSTILE, tags=[HOSTILE],
                                   forms={HOSTILE: HOSTILE}))
    with defining(hostile) as server:
        done = run(server, "define", "w")
    equal(done.out, f"{HARMLESS}  {HARMLESS}  {HARMLESS}\n  {HARMLESS}\n"
                    f"  {HARMLESS}: {HARMLESS}; {HARMLESS}\n")
    with defining(not_found(HOSTILE, HOSTILE)) as server:
        equal(run(server, "define", "w").err,
              f"No entry for “{HARMLESS}”. Did you mean: {HARMLESS}?\n")


def strangers_names_and_errors_are_harmless():
    def refuse(_params):
        raise Refusal(-32603, "internal", HOSTILE)

    info = {"name": HOSTILE, "title": HOSTILE, "entries": 1}
    answers = {
        "define": refuse,
        "match": lambda _: {"word": HOSTILE, "strategy": HOSTILE, "more": True, "matches": [
            {"dictionary": HOSTILE, "headword": HOSTILE}, {"dictionary": "b", "headword": "c"}]},
        "dictionaries": lambda _: {"dictionaries": [info]},
        "ping": lambda _: {"time": 1},
        "hello": lambda _: {"protocol": 1, "server": {"id": HOSTILE, "name": HOSTILE,
                                                      "version": HOSTILE}},
        "stats": lambda _: {HOSTILE: 1},
    }
    with FakeServer(answers) as server:
        for command in (["define", "w"], ["match", "w"], ["dictionaries"], ["status"]):
            for done in run(server, *command), run(server, *command, "--json"):
                contains(done.out + done.err, "\\u202E" if done.out.startswith("{") else HARMLESS)
                for character in HOSTILE:
                    if not character.isalnum() and character not in "[":
                        assert character not in done.out + done.err, (character, done)


def line_feed_in_a_headword_is_a_picture():
    with defining(found("w", entry("a\nb\tc", "x\ty\nz"))) as server:
        equal(run(server, "define", "w").out, "a␊b␉c  wn\n  x\ty\n  z\n")


def joiners_pass():
    with defining(found("w", entry("می\u200cخواهم", "👩\u200d💻"))) as server:
        equal(run(server, "define", "w").out, "می\u200cخواهم  wn\n  👩\u200d💻\n")


def json_is_what_the_server_gave():
    raw = '{"word" : "w", "later":[1.50,{}], "entries":[], "suggestions":["日本"]}'
    with defining(raw.encode()) as server:
        done = run(server, "define", "w", "--json")
    equal((done.status, done.out, done.err), (1, raw + "\n", ""))


def json_escapes_what_steers_a_terminal():
    word = "\x9b\u202e\U000e0041\x7f"
    with defining(('{"word":"%s",\t"entries":[]}' % word).encode()) as server:
        done = run(server, "define", "w", "--json")
    equal(done.out, '{"word":"\\u009B\\u202E\\uDB40\\uDC41\\u007F", "entries":[]}\n')
    equal(json.loads(done.out)["word"], word)


def json_errors_are_objects_in_order():
    def answer(params):
        if params["word"] == "bad":
            raise Refusal(-32602, "invalid_params", "no word \u202e", field="word")
        return found(params["word"])

    with FakeServer({"define": answer}) as server:
        done = run(server, "--json", "define", "a", "bad", "b")
    lines = [json.loads(line) for line in done.out.splitlines()]
    equal([line["word"] for line in lines], ["a", "bad", "b"])
    equal(lines[1]["error"], {"code": -32602, "message": "no word \u202e",
                              "data": {"reason": "invalid_params"}})
    equal((done.status, done.err), (2, ""))


def refused_word_is_said_and_the_others_go_on():
    def answer(params):
        if params["word"] == "bad":
            raise Refusal(-32602, "invalid_params", "no word", field="word")
        return found(params["word"])

    with FakeServer({"define": answer}) as server:
        done = run(server, "define", "a", "bad", "b")
    equal(done.status, 2)
    equal(done.out, "a  wn\n  a text\n\nb  wn\n  a text\n")
    equal(done.err, "parlance: “bad” was not looked up: no word\n")


def matches_show_one_dictionary_silently():
    result = {"word": "ru", "strategy": "prefix", "more": False,
              "matches": [{"dictionary": "wn", "headword": w} for w in ("ruin", "run")]}
    with FakeServer({"match": lambda params: result}) as server:
        done = run(server, "match", "ru")
        equal(json.loads(run(server, "match", "ru", "--json").out), result)
    equal((done.status, done.out, done.err), (0, "ruin\nrun\n", ""))


def matches_show_several_dictionaries_in_a_column():
    result = {"word": "r", "strategy": "prefix", "more": True, "matches": [
        {"dictionary": "wn", "headword": "run"}, {"dictionary": "zh", "headword": "跑步"}]}
    with FakeServer({"match": lambda params: result}) as server:
        done = run(server, "match", "r")
    equal(done.out, "run   wn\n跑步  zh\n")
    contains(done.err, "more than these 2")


SPANS = {"gave up": [(0, 7, "give up", "lemma")], "he 他": [(0, 2, "he", "exact"), (3, 4, "他", "exact")]}


def annotating(params):
    """The spans of the lines above, wherever in the text they stand."""
    text, spans = params["text"], []
    for line, words in SPANS.items():
        at = text.find(line)
        while at >= 0:
            spans += [{"start": at + start, "end": at + end, "headword": headword, "via": via}
                      for start, end, headword, via in words]
            at = text.find(line, at + 1)
    return {"spans": sorted(spans, key=lambda span: span["start"])}


def senses(params):
    texts = {"give up": "give up\n  1: to stop\n  2: to yield", "he": "他\n它"}
    text = texts.get(params["word"])
    return found(params["word"], entry(params["word"], text, phonetic="hi:")) if text else not_found(params["word"])


def text_is_shown_with_glosses_once():
    with FakeServer({"annotate": annotating, "define": senses}) as server:
        done = run(server, "annotate", stdin="he 他\n\n I gave up\nhe 他".encode())
        equal((done.status, done.err), (0, ""))
        equal(done.out, "he 他\n    he  hi:  他\n    他\n\n I gave up\n    give up  hi:  1: to stop\nhe 他\n")
        equal([r["method"] for r in server.requests], ["annotate"] + ["define"] * 3)
        equal(run(server, "annotate", "--skip-common", "he", "他").out, "he 他\n")


def glosses_keep_to_the_terminal():
    long = {"define": lambda params: found(params["word"], entry(params["word"], "一" * 40))}
    with FakeServer({"annotate": annotating, **long}) as server:
        done = run_on_terminal(server, "annotate", "gave up", columns=30, NO_COLOR="1")
    equal(done.out, "gave up\n    give up  " + "一" * 8 + "…\n")


def annotate_json_is_a_span_a_line_across_pieces():
    line = "x" * 70 + "\n"
    text = line * 200 + "he 他\n" + line * 200 + "gave up"
    with FakeServer({"annotate": annotating}) as server:
        done = run(server, "annotate", "--json", stdin=text.encode())
    spans = [json.loads(one) for one in done.out.splitlines()]
    equal([(text[s["start"]:s["end"]], s["headword"], s["via"]) for s in spans],
          [("he", "he", "exact"), ("他", "他", "exact"), ("gave up", "give up", "lemma")])
    pieces = [r["params"]["text"] for r in server.requests]
    equal("".join(pieces), text)
    for piece in pieces:
        assert len(piece.encode()) <= 8192 and (piece.endswith("\n") or piece == pieces[-1])


def annotate_at_asks_for_one_place():
    with FakeServer({"annotate": annotating, "define": senses}) as server:
        done = run(server, "annotate", "--at", "3", "gave", "up")
        equal((done.status, done.out), (0, "    give up  hi:  1: to stop\n"))
        equal(server.requests[0]["params"], {"text": "gave up", "at": 3})
        far = run(server, "annotate", "--at", "8192", stdin=b"x" * 8190 + b"  y")
        equal((far.status, far.err), (1, "No headword stands there.\n"))
        equal(server.requests[-1]["params"], {"text": "y", "at": 0})
        outside = run(server, "annotate", "--at", "7", "gave up")
        equal(outside.status, 2)
        contains(outside.err, "has 7 characters")


def annotate_reads_a_file():
    with tempfile.TemporaryDirectory() as folder, FakeServer({"annotate": annotating, "define": senses}) as server:
        path = folder + "/text"
        with open(path, "w", encoding="utf-8") as file:
            file.write("gave up\n")
        equal(run(server, "annotate", path).out, "gave up\n    give up  hi:  1: to stop\n")
        equal(run(server, "annotate", folder).status, 2)


def annotate_without_headwords_is_not_found():
    with FakeServer({"annotate": annotating}) as server:
        done = run(server, "annotate", "zzz")
        equal((done.status, done.out, done.err), (1, "zzz\n", "No headword stands in the text.\n"))
        equal(run(server, "annotate", stdin=b"").status, 1)
        bad = run(server, "annotate", stdin=b"ab\xff")
        equal((bad.status, bad.err), (2, "parlance: standard input is not UTF-8 text at byte 3\n"))


def lists_of_several_words_stand_apart():
    def answer(params):
        words = [params["word"] + ending for ending in "ab"] if params["word"] != "q" else []
        return {"word": params["word"], "strategy": "prefix", "more": False,
                "matches": [{"dictionary": "wn", "headword": word} for word in words]}

    with FakeServer({"match": answer}) as server:
        equal(run(server, "match", "q", "x", "q", "y").out, "xa\nxb\n\nya\nyb\n")


def matches_keep_to_a_narrow_terminal():
    result = {"word": "r", "strategy": "prefix", "more": False, "matches": [
        {"dictionary": "wn", "headword": "run"}, {"dictionary": "zh", "headword": "r" * 18},
        {"dictionary": "gcide", "headword": "rout"}, {"dictionary": "wn", "headword": "r" * 15}]}
    with FakeServer({"match": lambda params: result}) as server:
        done = run_on_terminal(server, "match", "r", "--color=never", columns=20)
    equal(done.out, "run               wn\n" + "r" * 18 + "\n  zh\n"
                    "rout           gcide\n" + "r" * 15 + "   wn\n")


def remarks_are_wrapped_on_a_terminal():
    with defining(not_found("helo", "hello", "help", "hero")) as server:
        equal(run_on_terminal(server, "define", "helo", columns=30).out,
              "No entry for “helo”. Did you\nmean: hello, help, hero?\n")


def dictionaries_are_blocks_on_a_narrow_terminal():
    with FakeServer({"dictionaries": lambda params: DICTIONARIES}) as server:
        done = run_on_terminal(server, "dictionaries", columns=28)
        wide = run_on_terminal(server, "dictionaries", columns=80)
    equal(done.out.replace("\x1b[2m", "").replace("\x1b[1m", "").replace("\x1b[0m", ""),
          "NAME       ecdict\nENTRIES    3,402,564\nLANGUAGES  en → zh\nFORMAT     ecdict\n"
          "TITLE      English 英汉\nLICENSE    MIT\n\n"
          "NAME       wn\nENTRIES    147,311\nLANGUAGES  en → en\nFORMAT     dictd\n"
          "TITLE      WordNet\n")
    equal(len(wide.out.splitlines()), 3, wide)


def what_cannot_be_had_is_not_advised():
    result = {"word": "r", "strategy": "prefix", "more": True,
              "matches": [{"dictionary": "wn", "headword": "run"}] * 1000}
    with FakeServer({"match": lambda params: result}) as server:
        equal(run(server, "match", "r", "-n", "1000").err,
              "There are more than these 1000 for “r”.\n")


HITS = {"text": "Heavy rain", "more": False, "hits": [
    {"dictionary": "wn", "headword": "storm", "snippet": "wind with heavy rain; no train"},
    {"dictionary": "c\u202e", "headword": "大\x1b[2J", "snippet": "heavy \x07rain"}]}


def hits_have_a_heading_each():
    with FakeServer({"search": lambda params: HITS}) as server:
        done = run(server, "search", "Heavy rain", "-d", "wn", "-n", "7")
        equal(server.requests[-1]["params"],
              {"text": "Heavy rain", "dictionaries": ["wn"], "limit": 7})
        equal(json.loads(run(server, "search", "Heavy rain", "--json").out), HITS)
    equal((done.status, done.err), (0, ""))
    equal(done.out, "storm  wn\n  wind with heavy rain; no train\n"
                    "大␛[2J  c⟨202E⟩\n  heavy ␇rain\n")


def hits_mark_the_words_in_colour():
    with FakeServer({"search": lambda params: HITS}) as server:
        done = run(server, "search", "x", "--color=always")
    contains(done.out, "wind with \033[1mheavy\033[0m \033[1mrain\033[0m; no train\n")


def no_hit_is_not_found():
    with FakeServer({"search": lambda params: {"text": "q", "hits": [], "more": False}}) as server:
        done = run(server, "search", "q")
    equal((done.status, done.out, done.err), (1, "", "No entry holds “q”.\n"))


def no_match_is_not_found():
    result = {"word": "q", "strategy": "suffix", "more": False, "matches": []}
    with FakeServer({"match": lambda params: result}) as server:
        done = run(server, "match", "q")
    equal((done.status, done.out, done.err), (1, "", "No headword matches “q” (suffix).\n"))


def dictionaries_are_a_table():
    with FakeServer({"dictionaries": lambda params: DICTIONARIES}) as server:
        done = run(server, "dictionaries")
        lines = run(server, "dictionaries", "--json").out.splitlines()
    equal(done.out, "NAME      ENTRIES  LANGUAGES  FORMAT  TITLE         LICENSE\n"
                    "ecdict  3,402,564  en → zh    ecdict  English 英汉  MIT\n"
                    "wn        147,311  en → en    dictd   WordNet\n")
    equal([json.loads(line) for line in lines], DICTIONARIES["dictionaries"])


def status_answers(stats):
    return {
        "ping": lambda _: {"time": 1},
        "hello": lambda _: {"protocol": 1, "capabilities": ["define"], "server": {
            "id": "u", "name": "Study room", "version": "0.1.0", "time": 1}},
        "dictionaries": lambda _: DICTIONARIES,
        "stats": stats,
    }


def status_tells_of_the_server():
    with FakeServer(status_answers(lambda _: {"uptime_ms": 12345, "methods": {}})) as server:
        done = run(server, "status")
        told = json.loads(run(server, "status", "--json").out)
        equal("nick" in server.requests[1]["params"], False)
    equal(done.status, 0)
    for part in (server.address, "Study room", "0.1.0", " ms\n", "2 (3,549,875 entries)",
                 "uptime_ms     12,345\n"):
        contains(done.out, part)
    equal((told["address"], told["stats"]["uptime_ms"]), (server.address, 12345))
    equal((told["hello"]["server"]["name"], len(told["dictionaries"])), ("Study room", 2))
    assert 0 < told["round_trip_us"] < 10_000_000


def status_tells_what_is_being_compiled():
    loading = {"dictionary": "big\x1b", "done": 43, "total": 100}
    with FakeServer(status_answers(lambda _: {"loading": loading, "lookups": 1})) as server:
        contains(run(server, "status").out, "loading       big␛, 43 %\n")
    for nothing in (None, 7, {}, {"dictionary": "x", "done": 1, "total": 0}):
        with FakeServer(status_answers(lambda _, nothing=nothing: {"loading": nothing})) as server:
            done = run(server, "status")
        equal((done.status, done.err, "43 %" in done.out), (0, "", False))


def status_does_without_counters():
    def refuse(_params):
        raise Refusal(-32008, "auth_required", "for operators")

    with FakeServer(status_answers(refuse)) as server:
        done = run(server, "status")
        told = json.loads(run(server, "status", "--json").out)
    equal((done.status, done.err, told["stats"]), (0, "", None))


main("/cli/output", [
    entries_are_laid_out,
    headword_is_bold_and_dictionary_dim_on_a_terminal,
    emphasis_ends_on_its_line,
    no_color_is_honoured,
    text_is_wrapped_to_the_terminal,
    wide_characters_count_twice,
    columns_beats_the_terminal,
    pipe_is_not_wrapped,
    entries_up_to_the_limit_are_said_on_a_terminal,
    not_found_suggests,
    not_found_without_suggestions,
    strangers_text_is_harmless_everywhere,
    strangers_names_and_errors_are_harmless,
    line_feed_in_a_headword_is_a_picture,
    joiners_pass,
    json_is_what_the_server_gave,
    json_escapes_what_steers_a_terminal,
    json_errors_are_objects_in_order,
    refused_word_is_said_and_the_others_go_on,
    matches_show_one_dictionary_silently,
    matches_show_several_dictionaries_in_a_column,
    text_is_shown_with_glosses_once,
    glosses_keep_to_the_terminal,
    annotate_json_is_a_span_a_line_across_pieces,
    annotate_at_asks_for_one_place,
    annotate_reads_a_file,
    annotate_without_headwords_is_not_found,
    lists_of_several_words_stand_apart,
    matches_keep_to_a_narrow_terminal,
    remarks_are_wrapped_on_a_terminal,
    dictionaries_are_blocks_on_a_narrow_terminal,
    what_cannot_be_had_is_not_advised,
    hits_have_a_heading_each,
    hits_mark_the_words_in_colour,
    no_hit_is_not_found,
    no_match_is_not_found,
    dictionaries_are_a_table,
    status_tells_of_the_server,
    status_tells_what_is_being_compiled,
    status_does_without_counters,
])
