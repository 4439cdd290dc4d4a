#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where passwords and tokens are not found: on the disk, in the log, in memory. Source: docs/security.md."""

import hashlib
import os
import re
import resource
import stat

from account_harness import PASSWORD, SERVER_PASSWORD, connect, log_in, serve
from chat_harness import ChatClient
from harness import SANITIZER, Skip, check, equal, main, request, test
from tls_harness import TlsClient


def files_with(server, what):
    """Names of the files in the data directory that hold it, a text or bytes."""
    what = what.encode("utf-8") if isinstance(what, str) else what
    found = []
    for folder, _, names in os.walk(server.data_dir):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                if what in file.read():
                    found.append(name)
    return found


def places_in_memory(server, text):
    """Names of the mappings that the process may write to and that hold it."""
    found = []
    try:
        with open(f"/proc/{server.pid}/maps", encoding="utf-8") as maps, \
             open(f"/proc/{server.pid}/mem", "rb", buffering=0) as memory:
            for line in maps:
                addresses, rights, _, _, _, *name = line.split(maxsplit=5)
                if rights[:2] != "rw":
                    continue
                begin, end = (int(address, 16) for address in addresses.split("-"))
                memory.seek(begin)
                piece = memory.read(end - begin)
                if text.encode("utf-8") in piece:
                    at = piece.index(text.encode("utf-8"))
                    found.append(f"{name[0].strip() if name else 'anonymous'}: {piece[max(at - 40, 0):at + 60]!r}")
    except PermissionError:
        raise Skip("the memory of other processes must not be read here") from None
    return found


@test("/accounts/secrets/neither-passwords-nor-tokens-are-kept-or-logged")
def _(bench):
    server = serve(bench, "accounts", SERVER_PASSWORD)
    client = connect(bench, server)
    client.result("register", {"nick": "anna", "password": PASSWORD, "server_password": SERVER_PASSWORD})
    token = client.hello("anna")["session"]["token"]
    another = log_in(bench, server, "anna").token
    check(another != token, "two devices have one token")
    connect(bench, server).refused("hello", {"protocol": 1, "nick": "anna", "password": "a wrong one"}, "auth_failed")
    path = os.path.join(server.data_dir, "accounts.db")
    equal(stat.S_IMODE(os.stat(path).st_mode), 0o600, "mode")
    server.stop()
    for secret in (PASSWORD, SERVER_PASSWORD, "a wrong one"):
        equal(files_with(server, secret), [], f"files with {secret!r}")
        check(secret not in server.stderr(), f"{secret!r} is in the log")
    for secret in (token, another):
        only_hashed(server, secret, "accounts.db")


def only_hashed(server, token, name):
    """A token is 256 bits, and of it nothing is kept but its hash, in this file."""
    check(re.fullmatch("[0-9a-f]{64}", token), f"a token: {token!r}")
    for part in (token[:16], token[-16:], bytes.fromhex(token)[:8], bytes.fromhex(token)[-8:]):
        equal(files_with(server, part), [], f"files with {part!r} of {token!r}")
    check(name in files_with(server, hashlib.sha256(token.encode("ascii")).digest()), f"no hash is in {name}")
    check(token not in server.stderr(), "a token is in the log")


@test("/accounts/secrets/nor-are-tokens-of-nicks-without-an-account")
def _(bench):
    server = serve(bench)
    token = connect(bench, server).hello("anna")["session"]["token"]
    server.stop()
    only_hashed(server, token, "chat.db")


@test("/accounts/secrets/passwords-do-not-stay-in-memory")
def _(bench):
    if SANITIZER:
        raise Skip("a sanitizer's memory is not to be gone through")
    server = serve(bench, options=("--workers", "1"))
    client = connect(bench, server)

    def gone(word, client=client):
        client.result("ping")  # the worker is through with what came before
        equal(places_in_memory(server, word), [], "what is left of a password")

    word = "only seen in plain text"
    connect(bench, server).result("register", {"nick": "anna", "password": word})
    gone(word)
    # Cut, so that the beginning is kept.
    tried = "only seen in two pieces"
    line = request("hello", {"protocol": 1, "nick": "anna", "password": tried}, id=7)
    client.send(line[:-9])
    # The next connection that is dealt to the one worker, and what it says, comes behind that.
    connect(bench, server).result("ping")
    client.send(line[-9:])
    ChatClient.check_refusal(client.reply(), "auth_failed")
    gone(tried)
    # Kept back, behind more lines than a turn takes.
    tried = "only seen behind many lines"
    line = request("hello", {"protocol": 1, "nick": "anna", "password": tried}, id=8)
    client.send(request("ping", id=1) * 1000 + line)
    for _ in range(1000):
        client.reply()
    ChatClient.check_refusal(client.reply(), "auth_failed")
    gone(tried)
    tried = "only seen with an end within"
    client.refused("hello", {"protocol": 1, "nick": "anna", "password": "\0" + tried}, "invalid_params")
    gone(tried)
    secure = TlsClient(server.port)
    bench.clients.append(secure)
    secure.result("hello", {"protocol": 1, "nick": "anna", "password": word})
    fresh = "only seen in a record"
    secure.result("password_change", {"password": word, "new_password": fresh})
    gone(word, secure)
    gone(fresh, secure)


@test("/accounts/secrets/no-core-is-dumped")
def _(bench):
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    if most == 0:
        raise Skip("none is dumped here anyway")
    server = serve(bench, prefix=("prlimit", f"--core={most if most > 0 else 'unlimited'}"))
    with open(f"/proc/{server.pid}/limits", encoding="ascii") as file:
        line, = (line.split() for line in file if line.startswith("Max core file size"))
    equal(line[4], "1", "the limit, with which nothing is piped to a program either")


main()
