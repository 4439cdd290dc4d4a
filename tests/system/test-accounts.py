#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may come in, and as whom: modes of access, passwords, tokens, devices. Source: docs/protocol.md,
sections 5 and 10; docs/security.md."""

import contextlib
import os
import resource
import signal
import sqlite3
import subprocess

from account_harness import (PASSWORD, SERVER_PASSWORD, another, connect, hash_of, log_in, own_address, register,
                             serve, write_config)
from chat_harness import ChatClient, member, settle, together
from harness import DEADLINE_S, PARLANCED, Closed, Failure, check, equal, fault, has, main, test, wait_until


def hello(client, nick, **more):
    return client.call("hello", {"protocol": 1, "client": "test/1", "nick": nick, **more})


def refused(client, reason, nick, **more):
    ChatClient.check_refusal(hello(client, nick, **more), reason)


# --- modes ------------------------------------------------------------------------------------------

@test("/accounts/open/a-registered-nick-needs-its-password-and-others-do-not")
def _(bench):
    server = serve(bench)
    anna = register(bench, server, "Anna", "lobby")
    equal(hello(anna, "Anna")["result"]["session"].get("account"), True, "account")
    stranger = connect(bench, server)
    for nick in ("Anna", "anna", "ＡＮＮＡ"):
        refused(stranger, "auth_required", nick)
        refused(stranger, "auth_failed", nick, password="wrong")
    equal("account" in stranger.hello("bert")["session"], False, "an account of bert's")
    equal(stranger.hello("bert")["server"]["access"], "open", "access")
    session = connect(bench, server).hello("anna", password=PASSWORD)["session"]
    equal((session["nick"], session["account"]), ("Anna", True), "session")


@test("/accounts/password/one-password-lets-everybody-in-and-none-is-needed-for-words")
def _(bench):
    server = serve(bench, "password", SERVER_PASSWORD, options=("--dictionary", bench.tsv("w.tsv", [("hello", "hi")])))
    client = connect(bench, server)
    equal(client.hello()["server"]["access"], "password", "access")
    equal(len(client.result("define", {"word": "hello"})["entries"]), 1, "entries")
    refused(client, "auth_required", "anna")
    refused(client, "auth_failed", "anna", password="wrong")
    client.refused("join", {"room": "lobby"}, "not_identified")
    token = client.hello("anna", password=SERVER_PASSWORD)["session"]["token"]
    client.join("lobby")
    # A change of nick on a connection that is let in needs no password again; a token alone is none.
    client.hello("annette")
    refused(connect(bench, server), "auth_required", "anna", resume=token)
    again = connect(bench, server)
    equal(again.hello("annette", password=SERVER_PASSWORD, resume=client.token)["session"]["nick"], "annette", "nick")
    # Who has registered the nick needs that password, and not the server's.
    register(bench, server, "bert", server_password=SERVER_PASSWORD).close()
    refused(connect(bench, server), "auth_failed", "bert", password=SERVER_PASSWORD)
    bert = connect(bench, server)
    bert.hello("bert", password=PASSWORD)
    # The password of an account lets nobody in without one, and the server's does so once.
    refused(bert, "auth_required", "stranger")
    bert.hello("stranger", password=SERVER_PASSWORD)
    bert.hello("bert", password=PASSWORD)
    bert.hello("stranger")
    carl = register(bench, server, "carl", server_password=SERVER_PASSWORD)
    carl.hello("another")


@test("/accounts/accounts/only-who-has-one-may-chat")
def _(bench):
    server = serve(bench, "accounts")
    client = connect(bench, server)
    refused(client, "auth_required", "anna")
    # Who does not exist is told the same as who gives a wrong password.
    equal(hello(client, "anna", password="wrong")["error"], hello(client, "zoe", password="wrong")["error"], "error")
    client.refused("join", {"room": "lobby"}, "not_identified")
    anna = register(bench, server, "anna", "lobby")
    anna.say("lobby", "hello")
    refused(anna, "auth_required", "zoe")


@test("/accounts/accounts/registering-needs-the-servers-password-where-it-has-one")
def _(bench):
    server = serve(bench, "accounts", SERVER_PASSWORD)
    client = connect(bench, server)
    params = {"nick": "anna", "password": PASSWORD}
    client.refused("register", params, "auth_required")
    client.refused("register", {**params, "server_password": PASSWORD}, "auth_failed")
    client.result("register", {**params, "server_password": SERVER_PASSWORD})
    client.join("lobby")


@test("/accounts/open/registering-needs-no-password-of-the-server")
def _(bench):
    # What stays in the file when access= is changed is asked of nobody.
    register(bench, serve(bench, "open", SERVER_PASSWORD), "anna", "lobby")


@test("/accounts/reload-changes-the-mode-for-those-who-come")
def _(bench):
    server = serve(bench)
    anna = member(bench, server, "anna", "lobby")
    write_config(bench, "accounts")
    server.send_signal(signal.SIGHUP)
    wait_until(lambda: connect(bench, server).hello()["server"]["access"] == "accounts", "the new mode")
    anna.say("lobby", "still here")
    refused(connect(bench, server), "auth_required", "bert")


@test("/accounts/config/mistakes-are-named-with-file-line-and-key")
def _(bench):
    for text, part in (("access=closed", ":2: [server] access: “closed” is none of"),
                       ("access=password", ":2: [server] access: access=password needs a password_hash"),
                       ("password_hash=secret", ":2: [server] password_hash: that is no hash"),
                       ("password_hash=$argon2id$v=19$m=1048576,t=9,p=1$YWFhYWFhYWFhYWFhYWFhYQ$" + "b" * 43,
                        ":2: [server] password_hash: that is no hash"),
                       ("operators=anna;b b", ":2: [server] operators: “b b” cannot be a nick")):
        path = bench.write("bad.conf", f"[server]\n{text}\n")
        done = subprocess.run([PARLANCED, "--check-config", "--config", path], capture_output=True, text=True,
                              timeout=DEADLINE_S, check=False)
        equal(done.returncode, 1, text)
        has(done.stderr, path + part, text)


@test("/accounts/config/access-on-the-command-line-stands-instead-of-the-file's")
def _(bench):
    path = bench.write("p.conf", "[server]\naccess=password\n")
    server = bench.server("--config", path, "--access", "open")
    equal(connect(bench, server).hello()["server"]["access"], "open", "access")
    has(bench.refused("--config", path), ":2: [server] access: access=password needs", "stderr")
    has(bench.refused("--access", "password"), "access=password needs a password_hash", "stderr")


@test("/accounts/config/hash-password-reads-and-refuses")
def _(bench):
    has(hash_of(PASSWORD), "password_hash=$argon2id$v=19$m=65536,t=2,p=1$", "--hash-password")
    for password in ("short", "", "x" * 257, "tab\there and more"):
        done = subprocess.run([PARLANCED, "--hash-password"], input=password + "\n", capture_output=True, text=True,
                              timeout=DEADLINE_S, check=False)
        equal((done.returncode, done.stdout), (1, ""), repr(password))


# --- registering ------------------------------------------------------------------------------------

@test("/accounts/register/what-is-acknowledged-outlives-a-kill")
def _(bench):
    server = serve(bench, "accounts")
    acknowledged = []

    def flood(n):
        client = ChatClient(server.port)
        with contextlib.suppress(Closed, Failure):
            for i in range(1000):
                nick = f"pupil{n}-{i}"
                reply = client.call("register", {"nick": nick, "password": PASSWORD})
                if "result" in reply:
                    acknowledged.append((nick, reply["result"]["session"]["token"]))
                client.close()
                client = ChatClient(server.port)

    def kill():
        wait_until(lambda: len(acknowledged) >= 8, "accounts")
        server.kill()
    together(kill, *(lambda n=n: flood(n) for n in range(4)))
    again = another(bench, server)
    for nick, token in acknowledged:
        equal(connect(bench, again).hello(nick, resume=token)["session"]["nick"], nick, "nick")
    nick = acknowledged[-1][0]
    connect(bench, again).hello(nick, password=PASSWORD)


@test("/accounts/register/of-two-at-once-one-gets-the-nick")
def _(bench):
    server = serve(bench, "accounts")
    clients = [connect(bench, server) for _ in range(4)]
    ids = [client.begin("register", {"nick": "anna", "password": f"password {i}"})
           for i, client in enumerate(clients)]
    replies = [client.answer(id) for client, id in zip(clients, ids)]
    winners = [i for i, reply in enumerate(replies) if "result" in reply]
    equal(len(winners), 1, "winners")
    for i, reply in enumerate(replies):
        if i not in winners:
            ChatClient.check_refusal(reply, "nick_in_use")
    connect(bench, server).hello("anna", password=f"password {winners[0]}")


@test("/accounts/register/a-nick-that-somebody-uses-is-not-taken-and-ones-own-becomes-an-account")
def _(bench):
    server = serve(bench)
    anna = member(bench, server, "anna", "lobby")
    old_token = anna.token
    bert = member(bench, server, "bert", "lobby")
    bert.refused("register", {"nick": "anna", "password": PASSWORD}, "nick_in_use")
    anna.result("register", {"nick": "anna", "password": PASSWORD})
    anna.refused("register", {"nick": "other", "password": PASSWORD}, "forbidden")
    # A token that somebody had of the nick before is worth nothing any more.
    refused(connect(bench, server), "auth_required", "anna", resume=old_token)
    connect(bench, server).refused("hello", {"protocol": 1, "resume": old_token}, "auth_failed")
    # Under another nick it is a change of nick, which others hear of.
    bert.result("register", {"nick": "Berta", "password": PASSWORD})
    anna.event("renamed", **{"from": "bert", "to": "Berta"})


@test("/accounts/register/bad-passwords-and-nicks-are-refused")
def _(bench):
    server = serve(bench)
    client = connect(bench, server)
    for password, reason in (("short", "invalid_params"), ("", "invalid_params"), (None, "invalid_params"),
                             (12345678, "invalid_params"), ("nul\0inside it", "invalid_params"),
                             ("bell\a inside", "invalid_params"), ("x" * 10000, "too_long")):
        client.refused("register", {"nick": "anna", "password": password}, reason, field="password")
    client.refused("register", {"nick": "a b", "password": PASSWORD}, "invalid_name", field="nick")
    client.refused("register", {"password": PASSWORD}, "invalid_params", field="nick")
    refused(client, "too_long", "anna", password="x" * 10000)
    refused(client, "invalid_params", "anna", password="a\0b")
    client.send(b'{"jsonrpc":"2.0","id":1,"method":"register","params":{"nick":"anna","password":"\xff\xfe12345678"}}\n')
    client.take()
    equal(client.orphans[-1][1]["reason"], "parse_error", "not UTF-8")
    for password in ("пароль 密码 🔑", "x" * 256):
        other = connect(bench, server)
        nick = f"n{len(password)}"
        other.result("register", {"nick": nick, "password": password})
        connect(bench, server).hello(nick, password=password)


@test("/accounts/register/a-full-disk-is-told-and-registers-nobody")
def _(bench):
    server = serve(bench, "accounts")
    anna = register(bench, server, "anna", "lobby")
    log_in(bench, server, "anna").close()
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    client = connect(bench, server)
    client.refused("register", {"nick": "bert", "password": PASSWORD}, "not_stored")
    anna.refused("password_change", {"password": PASSWORD, "new_password": "another one"}, "not_stored")
    anna.refused("logout", {"others": True}, "not_stored")
    # Who has an account comes in all the same.
    log_in(bench, server, "anna")
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)
    refused(client, "auth_failed", "bert", password=PASSWORD)
    client.result("register", {"nick": "bert", "password": PASSWORD})
    server.kill()
    again = another(bench, server)
    log_in(bench, again, "anna")
    log_in(bench, again, "bert")


@test("/accounts/start/a-damaged-database-is-said-and-nothing-else")
def _(bench):
    path = bench.write("data/accounts.db", "this is no database, and long enough to look like one " * 100)
    os.chmod(path, 0o600)
    has(bench.refused(), "accounts.db: it is damaged", "stderr")


# --- passwords --------------------------------------------------------------------------------------

@test("/accounts/guessing/is-slowed-down-by-nick-and-by-address-and-tokens-go-on")
def _(bench):
    server = serve(bench)
    anna = register(bench, server, "anna")
    client = connect(bench, server)
    reasons = []
    while not reasons or reasons[-1] != "rate_limited":
        check(len(reasons) < 100, "guessing goes on without end")
        code, data = fault(hello(client, "anna", password=f"guess {len(reasons)}"))
        reasons.append(data["reason"])
    equal(set(reasons[:-1]), {"auth_failed"}, "what guesses are told")
    check(len(reasons) >= 8, f"only {len(reasons)} guesses before somebody who mistypes is slowed down")
    check(data["retry_after_ms"] > 0, "no time to wait")
    # The right one does not help now; the device that is logged in is not concerned.
    refused(client, "rate_limited", "anna", password=PASSWORD)
    connect(bench, server).hello("anna", resume=anna.token)
    anna.result("password_change", {"password": PASSWORD, "new_password": "another one"})
    # What is refused is counted for the address: whoever asks on and on is refused at other nicks as well.
    register(bench, server, "bert").close()
    for _ in range(70):
        refused(client, "rate_limited", "anna", password="a guess")
    refused(client, "rate_limited", "bert", password="a guess")


@test("/accounts/guessing/a-flood-of-hellos-leaves-others-served")
def _(bench):
    server = serve(bench, "accounts")
    anna = register(bench, server, "anna", "lobby")
    clients = [connect(bench, server) for _ in range(100)]
    ids = [client.begin("hello", {"protocol": 1, "nick": f"n{i}", "password": "wrong"})
           for i, client in enumerate(clients)]
    # What needs no hashing is answered in the midst of it.
    anna.say("lobby", "hello")
    anna.ping()
    reasons = {fault(client.answer(id))[1]["reason"] for client, id in zip(clients, ids)}
    check(reasons <= {"auth_failed", "rate_limited", "busy"}, f"{reasons}")
    check("auth_failed" in reasons and len(reasons) > 1, f"{reasons}")


@test("/accounts/guessing/what-follows-a-hello-waits-for-it")
def _(bench):
    server = serve(bench)
    register(bench, server, "anna").close()
    client = connect(bench, server)
    ids = client.begin_all([("hello", {"protocol": 1, "nick": "anna", "password": PASSWORD}),
                            ("join", {"room": "lobby"}), ("send", {"room": "lobby", "text": "one"}),
                            ("hello", {"protocol": 1, "nick": "anna", "password": "wrong"}),
                            ("send", {"room": "lobby", "text": "two"})])
    replies = [client.answer(id) for id in ids]
    for reply in replies:
        check("result" in reply, f"{reply}")
    client = connect(bench, server)
    ids = client.begin_all([("hello", {"protocol": 1, "nick": "anna", "password": "wrong"}),
                            ("join", {"room": "lobby"})])
    ChatClient.check_refusal(client.answer(ids[0]), "auth_failed")
    ChatClient.check_refusal(client.answer(ids[1]), "not_identified")
    # One that goes in the midst of it leaves nothing behind.
    for _ in range(6):
        other = connect(bench, server)
        other.begin("hello", {"protocol": 1, "nick": "anna", "password": PASSWORD})
        other.close()
    log = register(bench, server, "bert", "lobby")
    wait_until(lambda: log.result("members", {"room": "lobby"})["members"].count("anna") == 1, "anna")


@test("/accounts/password-change/ends-what-others-are-logged-in-with")
def _(bench):
    server = serve(bench)
    anna = register(bench, server, "anna", "lobby")
    other = log_in(bench, server, "anna", "lobby")
    anna.refused("password_change", {"password": "wrong", "new_password": "another one"}, "auth_failed")
    anna.refused("password_change", {"password": PASSWORD, "new_password": "short"}, "invalid_params",
                 field="new_password")
    anna.result("password_change", {"password": PASSWORD, "new_password": "another one"})
    told = other.rest().decode("utf-8")
    has(told, '"reason":"kicked"', "what the other device was told")
    has(told, "log in again", "in words")
    anna.say("lobby", "still here")
    refused(connect(bench, server), "auth_required", "anna", resume=other.token)
    refused(connect(bench, server), "auth_failed", "anna", password=PASSWORD)
    connect(bench, server).hello("anna", resume=anna.token)
    connect(bench, server).hello("anna", password="another one")
    server.kill()
    again = another(bench, server)
    refused(connect(bench, again), "auth_required", "anna", resume=other.token)
    connect(bench, again).hello("anna", password="another one")


@test("/accounts/plain-text/a-token-is-refused")
def _(bench):
    address = own_address()
    server = serve(bench, listen=("0.0.0.0:0",))
    client = register(bench, server, "anna", "lobby")
    token = client.hello("anna")["session"]["token"]
    refused(connect(bench, server, host=address), "tls_required", "anna", resume=token)
    equal(connect(bench, server).hello("anna", resume=token)["session"]["nick"], "anna", "on this machine")


@test("/accounts/plain-text/a-password-is-refused-before-anything-else")
def _(bench):
    address = own_address()
    server = serve(bench, listen=("0.0.0.0:0",))
    register(bench, server, "anna", "lobby").close()
    client = connect(bench, server, host=address)
    for password in (PASSWORD, "wrong"):
        refused(client, "tls_required", "anna", password=password)
        client.refused("register", {"nick": "bert", "password": password + " long"}, "tls_required")
    client.refused("password_change", {"password": PASSWORD, "new_password": "another one"}, "tls_required")
    client.refused("account_delete", {"password": PASSWORD}, "tls_required")
    # Whatever else is the matter with it.
    for more in ({"nick": "a b"}, {"protocol": 2}, {"password": "x" * 300}, {"password": 7}):
        client.refused("hello", {"protocol": 1, "nick": "anna", "password": PASSWORD, **more}, "tls_required")
    # The nick is protected there as well, and others come in as before.
    refused(client, "auth_required", "anna")
    client.hello("carl")


# --- devices ----------------------------------------------------------------------------------------

@test("/accounts/devices/several-are-one-person")
def _(bench):
    server = serve(bench)
    bert = member(bench, server, "bert", "lobby")
    phone = register(bench, server, "anna", "lobby")
    bert.event("joined", nick="anna")
    laptop = log_in(bench, server, "anna", "lobby")
    equal(sorted(bert.result("members", {"room": "lobby"})["members"]), ["anna", "bert"], "members")
    equal(bert.result("rooms")["rooms"][0]["members"], 2, "how many")
    phone.say("lobby", "from the phone", key="k")
    equal("key" in phone.message(text="from the phone"), True, "the sender sees its key")
    equal("key" in laptop.message(text="from the phone"), False, "the other device does not")
    bert.message(text="from the phone", **{"from": "anna"})
    laptop.say("lobby", "from the laptop")
    phone.message(text="from the laptop", **{"from": "anna"})
    # Only when the last one leaves has anna left.
    phone.result("leave", {"room": "lobby"})
    equal([method for method, _ in settle("lobby", laptop, bert)[1] if method != "message"], [], "events")
    phone.join("lobby")
    laptop.close()
    equal([method for method, _ in settle("lobby", phone, bert)[1] if method != "message"], [], "events")
    phone.close()
    bert.event("left", nick="anna")
    equal(bert.result("members", {"room": "lobby"})["members"], ["bert"], "members")


@test("/accounts/devices/are-listed-and-logged-out")
def _(bench):
    server = serve(bench)
    phone = register(bench, server, "anna")
    laptop = log_in(bench, server, "anna")
    account = phone.result("account")
    equal((account["nick"], account["operator"], len(account["devices"])), ("anna", False, 2), "account")
    equal([d["current"] for d in account["devices"]], [True, False], "current")
    equal([d["online"] for d in account["devices"]], [True, True], "online")
    equal({d["client"] for d in account["devices"]}, {"test/1"}, "client")
    phone.refused("logout", {"device": 4711}, "invalid_params", field="device")
    phone.result("logout", {"device": account["devices"][1]["device"]})
    has(laptop.rest().decode("utf-8"), '"reason":"kicked"', "what the laptop was told")
    refused(connect(bench, server), "auth_required", "anna", resume=laptop.token)
    tablet = log_in(bench, server, "anna")
    tablet.result("logout", {"others": True})
    phone.rest()
    equal(len(tablet.result("account")["devices"]), 1, "devices")
    tablet.result("logout")
    equal(tablet.rest(), b"", "what the tablet was told behind the reply")
    refused(connect(bench, server), "auth_required", "anna", resume=tablet.token)
    connect(bench, server).refused("account", {}, "not_identified")
    member(bench, server, "bert").refused("account", {}, "auth_required")


@test("/accounts/devices/there-are-not-more-than-16")
def _(bench):
    server = serve(bench)
    clients = [register(bench, server, "anna")]
    for _ in range(15):
        clients.append(connect(bench, server))
        clients[-1].hello("anna", resume=clients[0].token)
    refused(connect(bench, server), "nick_in_use", "anna", password=PASSWORD)
    # The same device again takes the place of one of its own.
    connect(bench, server).hello("anna", resume=clients[0].token)
    for client in clients:
        client.close()
    for _ in range(20):
        client = connect(bench, server)
        wait_until(lambda c=client: "result" in hello(c, "anna", password=PASSWORD), "a place")
        n = len(client.result("account")["devices"])
        check(n <= 16, f"{n} devices")
        client.close()


@test("/accounts/devices/the-one-used-longest-ago-goes-and-the-one-that-comes-is-told")
def _(bench):
    server = serve(bench)

    def come(name, **more):
        """Its session, and the client, when everybody else has gone."""
        client = connect(bench, server)
        session = client.result("hello", {"protocol": 1, "client": name, "nick": "anna", **more})["session"]
        wait_until(lambda: sum(d["online"] for d in client.result("account")["devices"]) == 1, "the others' end")
        return session, client

    tablet = register(bench, server, "anna")
    token = tablet.token
    tablet.close()
    sessions = []
    for number in range(15):
        session, client = come(f"phone/{number}", password=PASSWORD)
        equal("dropped" in session, False, "there was room")
        sessions.append(session)
        client.close()
    # The first of all is used once more.
    session, tablet = come("tablet", resume=token)
    equal("dropped" in session, False, "one that was there")
    devices = {d["client"]: d for d in tablet.result("account")["devices"]}
    tablet.close()
    session, client = come("laptop", password=PASSWORD)
    equal(session["dropped"], {name: devices["phone/0"][name] for name in ("device", "client", "used")}, "what went")
    client.close()
    refused(connect(bench, server), "auth_required", "anna", resume=sessions[0]["token"])
    come("tablet", resume=token)


@test("/accounts/devices/a-clock-that-jumps-costs-a-login-and-nothing-else")
def _(bench):
    server = serve(bench)
    anna = register(bench, server, "anna")
    server.stop()
    path = os.path.join(server.data_dir, "accounts.db")
    day_ms = 86400000
    for days, reason in ((400, None), (-89, None), (-91, "auth_required")):
        # As if the clock had been that far ahead, or behind, when the device was used.
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("UPDATE devices SET used = strftime('%s', 'now') * 1000 + ?", (days * day_ms,))
            database.commit()
        again = another(bench, server)
        reply = hello(connect(bench, again), "anna", resume=anna.token)
        if reason:
            ChatClient.check_refusal(reply, reason)
        else:
            check("result" in reply, f"{reply}")
        log_in(bench, again, "anna")
        again.stop()


@test("/accounts/nick/an-account-is-changed-only-where-nobody-is-confused")
def _(bench):
    server = serve(bench)
    anna = register(bench, server, "anna", "lobby")
    bert = member(bench, server, "bert", "lobby")
    # On the only connection: as any change of nick.
    anna.hello("annette")
    bert.event("renamed", **{"from": "anna", "to": "annette"})
    anna.hello("anna", password=PASSWORD)
    bert.event("renamed", **{"from": "annette", "to": "anna"})
    log_in(bench, server, "anna")
    refused(anna, "nick_in_use", "annette")
    refused(bert, "nick_in_use", "anna", password=PASSWORD)
    anna.result("leave", {"room": "lobby"})
    anna.hello("annette")


main()
