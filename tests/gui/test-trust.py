#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who the server is: connections are encrypted, and a server that is not the one it was, or does not
encrypt any more, is not spoken to until a person says so. Source: docs/security.md, section 3."""

import hashlib
import os
import re
import ssl

from gui_harness import *
from chat_harness import restarted, serve_chat

ENVIRONMENT = {"PARLANCE_NICK": "anna"}
CHANGED = "Is This Still the Same Server?"
PLAIN = "This Server Does Not Encrypt Any More"
# libadwaita names its buttons twice.
REFUSE = re.compile("Don’t Connect")
LOCKED = "Encrypted Connection"
OPEN = "Connection Is Not Encrypted"


def fingerprint(server):
    """As the app shows it: four digits a group, four groups a line."""
    pem = ssl.get_server_certificate(("127.0.0.1", server.port))
    digits = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    groups = [digits[i:i + 4] for i in range(0, 64, 4)]
    return "\n".join(" ".join(groups[i:i + 4]) for i in range(0, 16, 4))


def set_up_anew(bench, server, *options):
    """The same server at the same place, with another certificate."""
    os.remove(os.path.join(server.data_dir, "tls", "identity.pem"))
    return start_again(bench, server, *options)


def start_again(bench, server, *options):
    server.options = (*server.options, *options)
    again = restarted(bench, server)
    again.address = f"127.0.0.1:{again.port}"
    return again


def known(app):
    path = os.path.join(app.home, "state", "parlance", "known_servers")
    with open(path, encoding="utf-8") as file:
        return file.read()


def asked(app, heading, *shown):
    """Waits for the question, which shows these texts. The answer at hand is no."""
    app.wait_text(heading)
    for text in shown:
        app.wait_for(lambda tree: any(node.text == text for node in tree.all("label")), f"{text!r}")
    app.wait_focus("button", REFUSE)


def refused(app, heading):
    app.wait_gone(None, heading)
    app.wait_no_dialog()
    app.find("button", "Try Again")


def nobody_came(bench, server):
    bob = bench.member(server, "bob", "lobby")
    equal(bob.result("members", {"room": "lobby"})["members"], ["bob"], "members")
    equal(bob.whole_history("lobby"), [], "messages")
    return bob


def visit(bench, *options):
    """The app in the lobby of a server, with something written that has not been sent."""
    server = serve_chat(bench, "--name", "Study room", *options)
    app = bench.app(server.address, environment=ENVIRONMENT)
    app.find("text box", composer("lobby"))
    app.find("button", LOCKED)
    app.type("not sent yet")
    app.wait_for(lambda tree: tree.first("text box", composer("lobby")).text == "not sent yet", "what is written")
    return app, server


def writing(app):
    return app.find("text box", composer("lobby")).text


def says_what_was_written(app, bob):
    app.wait_focus("text box", composer("lobby"))
    app.key("Return")
    equal(bob.message()["text"], "not sent yet", "what arrives")


@test("the-connection-is-encrypted-and-says-so")
def encrypted(bench):
    app, server = visit(bench)
    app.click("button", LOCKED)
    app.wait_text("nobody on the network can read along")
    app.wait_text(server.address)
    app.wait_for(lambda tree: any(node.text == fingerprint(server) for node in tree.all("label")), "the fingerprint")
    app.key("Escape")
    app.wait_no_dialog()
    has(known(app), fingerprint(server).replace(" ", "").replace("\n", ""), "known_servers")


@test("another-certificate-is-refused-until-it-is-trusted")
def another_certificate(bench):
    app, server = visit(bench)
    first = fingerprint(server)
    before = known(app)
    server = set_up_anew(bench, server)
    second = fingerprint(server)
    check(first != second, "the server did not make another certificate")
    asked(app, CHANGED, first, second)
    app.key("Escape")
    refused(app, CHANGED)
    app.click("button", "Try Again")
    asked(app, CHANGED, first, second)
    app.key("Return")
    refused(app, CHANGED)
    bob = nobody_came(bench, server)
    equal(writing(app), "not sent yet", "what was written")
    equal(known(app), before, "what is remembered")

    app.click("button", "Try Again")
    app.click("button", re.compile("Trust the New Certificate"))
    bob.event("joined", nick="anna")
    app.find("button", LOCKED)
    app.wait_gone("button", "Try Again")
    says_what_was_written(app, bob)
    app.quit()
    app = bench.app(environment=ENVIRONMENT)
    bob.event("joined", nick="anna")
    app.find("button", LOCKED)


@test("a-server-that-stops-to-encrypt-is-refused-until-it-is-trusted")
def stops_to_encrypt(bench):
    app, server = visit(bench)
    first = fingerprint(server)
    server = start_again(bench, server, "--tls", "off")
    asked(app, PLAIN, first, "None: nothing is encrypted")
    app.key("Escape")
    refused(app, PLAIN)
    bob = nobody_came(bench, server)
    equal(writing(app), "not sent yet", "what was written")
    app.click("button", "Try Again")
    app.click("button", re.compile("Connect Without Encryption"))
    bob.event("joined", nick="anna")
    app.click("button", OPEN)
    app.wait_text("others on the network can read along")
    app.key("Escape")
    app.wait_no_dialog()
    says_what_was_written(app, bob)


@test("the-right-server-needs-no-question-when-it-is-back")
def the_right_server(bench):
    app, server = visit(bench)
    identity = os.path.join(server.data_dir, "tls", "identity.pem")
    with open(identity, "rb") as file:
        right = file.read()
    server = set_up_anew(bench, server)
    asked(app, CHANGED)
    app.key("Escape")
    refused(app, CHANGED)
    with open(identity, "wb") as file:
        file.write(right)
    start_again(bench, server)
    app.click("button", "Try Again")
    app.find("button", LOCKED)
    app.wait_no_dialog()
    equal(writing(app), "not sent yet", "what was written")


@test("who-comes-in-is-asked-as-well")
def who_comes_in(bench):
    app, server = visit(bench)
    first = fingerprint(server)
    app.key("F10")
    app.click("menu item", re.compile("Other Server"))
    server = set_up_anew(bench, server)
    app.click("button", "Connect to Address…")
    app.wait_window("Connect to Address")
    app.type(server.address)
    app.key("Return")
    asked(app, CHANGED, first, fingerprint(server))
    app.key("Escape")
    app.wait_gone(None, CHANGED)
    app.wait_text("shows another certificate than before")
    equal(app.find("text box", "Your nick").text, "anna", "nick")
    bob = nobody_came(bench, server)
    app.click("button", "Connect to Address…")
    app.wait_window("Connect to Address")
    equal(app.find("text box", "Address of the server").text, server.address, "what was written")
    app.key("Return")
    asked(app, CHANGED)
    app.click("button", re.compile("Trust the New Certificate"))
    bob.event("joined", nick="anna")
    app.find("text box", composer("lobby"))
    app.find("button", LOCKED)


@test("a-server-whose-certificate-does-not-name-it-is-known-at-the-next-start")
def own_certificate(bench):
    """It was typed, so all that the connection itself tells of it is its address, which is nobody's here."""
    own = bench.path("own.pem")
    makers = [serve_chat(bench, data_dir=bench.path(f"maker-{i}")) for i in range(2)]

    def put(maker):
        with open(os.path.join(maker.data_dir, "tls", "identity.pem"), "rb") as file:
            bench.write("own.pem", file.read())
        os.chmod(own, 0o600)

    put(makers[0])
    app, server = visit(bench, "--config", bench.write("own.conf", f"[server]\ntls_certificate={own}\n"))
    first = fingerprint(server)
    app.quit()
    put(makers[1])
    server = start_again(bench, server)
    app = bench.app(environment=ENVIRONMENT)
    asked(app, CHANGED, first, fingerprint(server))
    app.key("Escape")
    refused(app, CHANGED)
    nobody_came(bench, server)


main()
