#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What operators do: kicking, bans, muting, closing rooms, notices. Source: docs/protocol.md, section 11;
docs/security.md."""

import contextlib
import os
import resource
import signal
import sqlite3
import time

from account_harness import PASSWORD, another, connect, log_in, own_address, register, serve, write_config
from chat_harness import ChatClient, member, settle
from harness import Failure, check, equal, has, main, test, wait_until
from tls_harness import TlsClient


def operated(bench, *rooms, **keywords):
    """A server with an operator called Teacher. Returns both."""
    server = serve(bench, operators="teacher", **keywords)
    return server, register(bench, server, "Teacher", "lobby", *rooms)


def end_of(client):
    """The reason and the words with which a connection ended."""
    with contextlib.suppress(Exception):
        while True:
            client.take()
    check(client.orphans, "the connection ended without a word")
    return client.orphans[-1][1]["reason"]


def hello(client, nick, **more):
    return client.call("hello", {"protocol": 1, "nick": nick, **more})


def refused(client, reason, nick, **more):
    ChatClient.check_refusal(hello(client, nick, **more), reason)


@test("/operators/rights/are-for-those-whom-the-configuration-names-and-they-register-at-the-server")
def _(bench):
    address = own_address()
    server = serve(bench, operators="teacher;other", listen=("0.0.0.0:0",), more="tls=off")
    stranger = connect(bench, server)
    # Nobody takes the nick before, not even as it were a nick of everybody's.
    refused(stranger, "auth_required", "teacher")
    refused(connect(bench, server, host=address), "auth_required", "TEACHER")
    teacher = register(bench, server, "Teacher")
    equal(teacher.hello("teacher")["session"]["operator"], True, "operator")
    anna = register(bench, server, "anna")
    anna.refused("set_operator", {"nick": "anna", "operator": True}, "forbidden")
    teacher.refused("set_operator", {"nick": "nobody", "operator": True}, "no_such_nick")
    teacher.result("set_operator", {"nick": "anna", "operator": True})
    anna.result("bans")
    anna.refused("set_operator", {"nick": "teacher", "operator": False}, "forbidden")
    server.kill()
    again = another(bench, server)
    anna = log_in(bench, again, "anna")
    equal(anna.result("account")["operator"], True, "after a restart")
    teacher = log_in(bench, again, "teacher")
    teacher.result("set_operator", {"nick": "anna", "operator": False})
    anna.refused("bans", {}, "forbidden")


@test("/operators/rights/who-gets-or-loses-them-is-told-on-every-connection")
def _(bench):
    server, teacher = operated(bench)
    anna = register(bench, server, "Anna", "lobby")
    phone = log_in(bench, server, "anna")
    bert = member(bench, server, "bert", "lobby")
    for is_on in (True, False):
        teacher.result("set_operator", {"nick": "ANNA", "operator": is_on})
        teacher.result("set_operator", {"nick": "anna", "operator": is_on})  # changes nothing
        for client in (anna, phone):
            equal(client.event("rights"), {"operator": is_on, "by": "Teacher"}, "rights")
    teacher.refused("set_operator", {"nick": "teacher", "operator": False}, "forbidden")
    teacher.result("set_operator", {"nick": "teacher", "operator": True})
    assert_untold(teacher, anna, phone, bert)

    # The configuration gives rights and takes them; those that an operator has given stay.
    carl = register(bench, server, "carl")
    teacher.result("set_operator", {"nick": "carl", "operator": True})
    carl.event("rights")
    for operators, is_on in (("teacher;anna;carl", True), ("teacher", False)):
        write_config(bench, operators=operators)
        server.send_signal(signal.SIGHUP)
        for client in (anna, phone):
            equal(client.event("rights"), {"operator": is_on}, "rights")
        equal(anna.call("bans").get("result") is not None, is_on, "whether it lists bans")
    assert_untold(teacher, anna, phone, bert, carl)
    carl.result("bans")


def assert_untold(*clients):
    for client in clients:
        client.ping()
        equal([event for event in client.events if event[0] == "rights"], [], "rights")


class TlsChatClient(TlsClient, ChatClient):
    """A client of chat that speaks TLS."""


@test("/operators/rights/stats-over-the-network-are-for-who-is-an-operator-now")
def _(bench):
    address = own_address()
    server = serve(bench, operators="teacher", listen=("0.0.0.0:0",))
    teacher = register(bench, server, "teacher")
    register(bench, server, "anna")
    anna = TlsChatClient(server.port, host=address)
    bench.clients.append(anna)
    anna.refused("stats", {}, "auth_required")
    anna.hello("anna", password=PASSWORD)
    anna.refused("stats", {}, "auth_required")
    teacher.result("set_operator", {"nick": "anna", "operator": True})
    check(anna.result("stats")["sessions"] >= 2, "sessions")
    teacher.result("set_operator", {"nick": "anna", "operator": False})
    anna.refused("stats", {}, "auth_required")


@test("/operators/rights/others-can-do-nothing-of-it")
def _(bench):
    server, teacher = operated(bench)
    anna = register(bench, server, "anna", "lobby")
    bert = member(bench, server, "bert", "lobby")
    methods = {"kick": {"nick": "bert"}, "ban": {"nick": "bert"}, "unban": {"nick": "bert"}, "bans": {},
               "mute": {"nick": "bert"}, "unmute": {"nick": "bert"}, "close_room": {"room": "hall"},
               "open_room": {"room": "hall"}, "notice": {"text": "x"},
               "set_operator": {"nick": "anna", "operator": True},
               "account_delete": {"nick": "teacher", "password": PASSWORD},
               "password_change": {"nick": "teacher", "password": PASSWORD, "new_password": "another one"}}
    for method, params in methods.items():
        anna.refused(method, params, "forbidden")
        if method not in ("account_delete", "password_change"):
            bert.refused(method, params, "forbidden")
            connect(bench, server).refused(method, params, "not_identified")
    # Nor do operators to each other.
    teacher.result("set_operator", {"nick": "anna", "operator": True})
    for method, params in (("kick", {"nick": "teacher"}), ("ban", {"nick": "teacher"}),
                           ("ban", {"account": "teacher"}), ("ban", {"address_of": "teacher"}),
                           ("mute", {"nick": "teacher"}),
                           ("account_delete", {"nick": "teacher", "password": PASSWORD}),
                           ("password_change", {"nick": "teacher", "password": PASSWORD,
                                                "new_password": "another one"})):
        anna.refused(method, params, "forbidden")


@test("/operators/kick/ends-every-connection-with-words")
def _(bench):
    server, teacher = operated(bench)
    anna = register(bench, server, "anna", "lobby")
    phone = log_in(bench, server, "anna", "lobby")
    teacher.refused("kick", {"nick": "nobody"}, "no_such_nick")
    equal(teacher.result("kick", {"nick": "ANNA", "reason": "enough"})["sessions"], 2, "sessions")
    for client in (anna, phone):
        line = client.rest().decode("utf-8")
        has(line, '"reason":"kicked"', "the last words")
        has(line, "The reason: enough", "the last words")
    equal(teacher.event("left")["nick"], "anna", "left")
    connect(bench, server).hello("anna", resume=anna.token)


@test("/operators/ban/one-address-and-no-other")
def _(bench):
    server, teacher = operated(bench)
    bert = member(bench, server, "bert", "lobby", source="127.0.0.2")
    carl = member(bench, server, "carl", "lobby")
    equal(teacher.result("ban", {"address": "127.0.0.2"})["sessions"], 1, "sessions")
    equal(end_of(bert), "banned", "reason")
    refused(connect(bench, server, source="127.0.0.2"), "banned", "dora")
    carl.say("lobby", "still here")
    connect(bench, server, source="127.0.0.3").hello("dora")


@test("/operators/ban/a-nick-an-account-an-address-and-a-range")
def _(bench):
    server, teacher = operated(bench)
    anna = register(bench, server, "anna", "lobby")
    bert = member(bench, server, "bert", "lobby")
    equal(teacher.result("ban", {"account": "anna", "reason": "rude", "duration_s": 3600})["sessions"], 1, "sessions")
    equal(end_of(anna), "banned", "reason")
    reply = hello(connect(bench, server), "anna", password=PASSWORD)
    ChatClient.check_refusal(reply, "banned")
    has(reply["error"]["message"], "60 more minutes. The reason: rude", "words")
    refused(connect(bench, server), "banned", "anna", resume=anna.token)
    teacher.result("ban", {"nick": "BERT"})
    equal(end_of(bert), "banned", "reason")
    refused(connect(bench, server), "banned", "bert")
    connect(bench, server).refused("register", {"nick": "bert", "password": PASSWORD}, "banned")
    # An address: who is banned still looks words up, and the operator comes in from there.
    carl = member(bench, server, "carl", "lobby")
    equal(teacher.result("ban", {"address": "127.0.0.0/8"})["sessions"], 1, "sessions")
    equal(end_of(carl), "banned", "reason")
    client = connect(bench, server)
    refused(client, "banned", "dora")
    client.refused("register", {"nick": "dora", "password": PASSWORD}, "banned")
    client.hello()
    client.ping()
    log_in(bench, server, "teacher")
    bans = teacher.result("bans")["bans"]
    equal([{"account", "nick", "address"} & set(b) for b in bans], [{"account"}, {"nick"}, {"address"}], "bans")
    equal([b["by"] for b in bans], ["Teacher"] * 3, "by")
    # They outlive a kill.
    server.kill()
    again = another(bench, server)
    refused(connect(bench, again), "banned", "dora")
    teacher = log_in(bench, again, "teacher")
    teacher.result("unban", {"address": "127.0.0.1/8"})
    refused(connect(bench, again), "banned", "bert")
    teacher.result("unban", {"id": [b["id"] for b in bans if "nick" in b][0]})
    teacher.result("unban", {"account": "Anna"})
    teacher.refused("unban", {"nick": "bert"}, "no_such_nick")
    connect(bench, again).hello("bert")
    connect(bench, again).hello("anna", password=PASSWORD)
    equal(teacher.result("bans")["bans"], [], "bans")


@test("/operators/ban/address-of-and-what-is-no-address")
def _(bench):
    server, teacher = operated(bench)
    member(bench, server, "bert", "lobby")
    for address in ("300.1.1.1", "10.0.0.0/33", "10.0.0", "::1/129", "anna", "1.2.3.4/", "/8", "x" * 63):
        teacher.refused("ban", {"address": address}, "invalid_params", field="address")
    teacher.refused("ban", {"address": "x" * 64}, "too_long")
    teacher.refused("ban", {}, "invalid_params")
    teacher.refused("ban", {"nick": "a", "address": "::1"}, "invalid_params")
    teacher.refused("ban", {"account": "bert"}, "no_such_nick")
    teacher.refused("ban", {"address_of": "nobody"}, "no_such_nick")
    teacher.refused("ban", {"nick": "x", "duration_s": 0}, "invalid_params", field="duration_s")
    equal(teacher.result("ban", {"address": "2001:DB8:0:0::17/32"})["address"], "2001:db8::/32", "address")
    equal(teacher.result("ban", {"address_of": "bert"})["address"], "127.0.0.1", "address")


@test("/operators/ban/a-time-that-is-over-and-a-clock-that-jumps")
def _(bench):
    server, teacher = operated(bench)
    teacher.result("ban", {"nick": "bert", "duration_s": 1})
    refused(connect(bench, server), "banned", "bert")
    wait_until(lambda: "result" in hello(connect(bench, server), "bert"), "the end of the ban")
    teacher.result("ban", {"nick": "carl", "duration_s": 3600})
    teacher.result("ban", {"nick": "dora"})
    server.stop()
    # As if the clock had been set forward by a year: what ends, ends; what does not, stays.
    with contextlib.closing(sqlite3.connect(os.path.join(server.data_dir, "accounts.db"))) as database:
        database.execute("UPDATE bans SET expires = expires - 31536000000 WHERE expires > 0")
        database.commit()
    again = another(bench, server)
    connect(bench, again).hello("carl")
    refused(connect(bench, again), "banned", "dora")


@test("/operators/ban/a-list-that-is-full")
def _(bench):
    server, teacher = operated(bench)
    server.stop()
    with contextlib.closing(sqlite3.connect(os.path.join(server.data_dir, "accounts.db"))) as database:
        now_ms = int(time.time() * 1000)
        database.executemany("INSERT INTO bans(mute,target,name,reason,by,created,expires) VALUES(0,?,?,?,'x',?,0)",
                             [(2, f"10.{i // 256}.{i % 256}.0/24", "x" * 256, now_ms) for i in range(8191)] +
                             [(2, "no address", "", now_ms)])
        database.commit()
    again = another(bench, server)
    again.wait_stderr("a ban of “no address”")
    teacher = log_in(bench, again, "teacher")
    # It comes within the limit of a line, and the last place is the last.
    reply = teacher.result("bans")
    check(len(reply["bans"]) > 4000, f"{len(reply['bans'])} bans")
    teacher.result("ban", {"nick": "bert"})
    teacher.refused("ban", {"nick": "carl"}, "forbidden")
    refused(connect(bench, again), "banned", "bert")
    connect(bench, again).hello("carl")


@test("/operators/mute/reads-and-does-not-write")
def _(bench):
    server, teacher = operated(bench)
    bert = member(bench, server, "bert", "lobby")
    teacher.result("mute", {"nick": "bert", "reason": "spam", "duration_s": 3600})
    reply = bert.call("send", {"room": "lobby", "text": "x"})
    ChatClient.check_refusal(reply, "muted")
    has(reply["error"]["message"], "The reason: spam", "words")
    check(reply["error"]["data"]["retry_after_ms"] > 3500000, f"{reply}")
    bert.refused("topic", {"room": "lobby", "topic": "x"}, "muted")
    bert.refused("hello", {"protocol": 1, "nick": "bert2"}, "muted")
    bert.notify("typing", {"room": "lobby"})
    teacher.say("lobby", "you hear me")
    bert.message(text="you hear me")
    equal([m for m, _ in settle("lobby", teacher, bert)[0] if m == "typing"], [], "typing")
    teacher.result("unmute", {"nick": "bert"})
    bert.say("lobby", "thanks")


@test("/operators/rooms/are-closed-and-opened")
def _(bench):
    server, teacher = operated(bench, "hall")
    bert = member(bench, server, "bert", "hall", "lobby")
    bert.say("hall", "one")
    teacher.refused("close_room", {"room": "lobby"}, "invalid_params", field="room")
    teacher.refused("open_room", {"room": "hall"}, "no_such_room")
    teacher.result("close_room", {"room": "HALL", "reason": "the lesson is over"})
    equal(bert.event("closed"), {"room": "hall", "reason": "the lesson is over", "by": "Teacher"}, "closed")
    bert.refused("send", {"room": "hall", "text": "x"}, "not_in_room")
    reply = bert.call("join", {"room": "hall"})
    ChatClient.check_refusal(reply, "forbidden")
    has(reply["error"]["message"], "the lesson is over", "words")
    equal(bert.history("hall")["messages"][0]["text"], "one", "what was said")
    equal([r.get("closed") for r in bert.result("rooms")["rooms"] if r["room"] == "hall"], [True], "closed")
    teacher.join("hall")
    # One that is not there yet cannot be made.
    teacher.result("close_room", {"room": "attic"})
    bert.refused("join", {"room": "attic"}, "forbidden")
    server.kill()
    again = another(bench, server)
    bert = member(bench, again, "bert")
    bert.refused("join", {"room": "hall"}, "forbidden")
    log_in(bench, again, "teacher").result("open_room", {"room": "hall"})
    bert.join("hall")
    bert.say("hall", "two")


@test("/operators/notice/to-everybody-and-to-a-room")
def _(bench):
    server, teacher = operated(bench)
    bert = member(bench, server, "bert", "lobby")
    carl = member(bench, server, "carl")
    teacher.result("notice", {"text": "lunch"})
    for client in (bert, carl, teacher):
        equal(client.event("notice"), {"text": "lunch", "by": "Teacher"}, "notice")
    teacher.result("notice", {"text": "only here", "room": "lobby"})
    bert.event("notice", text="only here")
    carl.ping()
    check(not carl.events, f"{carl.events}")
    teacher.refused("notice", {"text": "x", "room": "nowhere"}, "no_such_room")
    teacher.refused("notice", {"text": "x" * 1025}, "too_long", field="text")
    teacher.refused("notice", {"text": ""}, "invalid_params", field="text")


@test("/operators/password/somebody-who-has-forgotten-theirs-gets-another")
def _(bench):
    server, teacher = operated(bench)
    anna = register(bench, server, "anna")
    teacher.refused("password_change", {"nick": "anna", "password": "wrong", "new_password": "another one"},
                    "auth_failed")
    teacher.refused("password_change", {"nick": "nobody", "password": PASSWORD, "new_password": "another one"},
                    "no_such_nick")
    teacher.result("password_change", {"nick": "anna", "password": PASSWORD, "new_password": "another one"})
    equal(end_of(anna), "kicked", "reason")
    refused(connect(bench, server), "auth_failed", "anna", password=PASSWORD)
    log_in(bench, server, "anna", password="another one")
    log_in(bench, server, "teacher")


@test("/operators/disk/what-is-not-stored-is-not-done")
def _(bench):
    server, teacher = operated(bench, "hall")
    anna = register(bench, server, "anna", "hall")
    teacher.result("ban", {"nick": "carl"})
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    for method, params in (("ban", {"nick": "anna"}), ("mute", {"nick": "anna"}), ("unban", {"nick": "carl"}),
                           ("close_room", {"room": "hall"}), ("set_operator", {"nick": "anna", "operator": True})):
        teacher.refused(method, params, "not_stored")
    anna.ping()
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)
    anna.refused("bans", {}, "forbidden")
    anna.say("hall", "still here")
    refused(connect(bench, server), "banned", "carl")
    teacher.result("unban", {"nick": "carl"})
    connect(bench, server).hello("carl")


main()
