# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test of the desktop app starts from.

    from gui_harness import *

    @test("a-person-sees-hello")
    def hello(bench):
        server = bench.serve_words()              # all of tests/system/harness.py is there
        bob = bench.member(server, "bob", "lobby")  # a second person, over a raw socket
        app = bench.app(server.address)
        bob.say("lobby", "hello")
        app.wait_text("hello")
        app.quit()

    main()

Arguments of a test file: parlanced, parlance, parlance-gtk. ONLY=substring chooses tests. When a test
fails, failures/NAME.png and NAME.txt (the accessibility tree) are left in the build folder.
"""

import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.join(os.path.dirname(HERE), "system"))
sys.path.insert(2, os.path.join(os.path.dirname(HERE), "cli"))

import harness  # noqa: E402
from app import App  # noqa: E402
from chat_harness import ChatClient, member  # noqa: E402, F401
from desktop import Desktop, missing  # noqa: E402
from harness import (DEADLINE_S, PARLANCE, PARLANCED, SANITIZER, Failure, Server, Skip,  # noqa: E402, F401
                     check, equal, has, test, tsv, wait_until)
from tree import Gone, Node  # noqa: E402, F401

PARLANCE_GTK = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else ""
FAILURES = os.environ.get("PARLANCE_GUI_FAILURES", os.path.join(tempfile.gettempdir(), "parlance-gui-failures"))

_desktop = None


def desktop():
    """One for all tests of the file."""
    global _desktop
    if _desktop is None:
        _desktop = Desktop()
    return _desktop


def composer(room):
    """The name of where a message to that room is written, for find("text box", ...)."""
    return re.compile(f"^Message to \u2068?{re.escape(room)}\u2069?$")


class GuiBench(harness.Bench):
    """A bench that can start the app."""

    def __init__(self):
        super().__init__()
        self.apps = []

    def app(self, *arguments, home="home", environment=None, start=True, gtk_settings=""):
        """Starts parlance-gtk. The same `home` again sees what the last run has kept."""
        path = self.path(home)
        os.makedirs(path, exist_ok=True)
        app = App(desktop(), PARLANCE_GTK, path, arguments, environment,
                  self.path(f"stderr-app-{len(self.apps)}"), gtk_settings)
        self.apps.append(app)
        return app.start() if start else app

    def server(self, *options, **keywords):
        server = super().server(*options, **keywords)
        server.address = f"127.0.0.1:{server.port}"
        return server

    def member(self, server, nick, *rooms):
        """Another person on the server: say(), event(), message() of chat_harness.py."""
        return member(self, server, nick, *rooms)

    @property
    def notifications(self):
        return desktop().notifications

    def failed(self, name):
        """Leaves what a person needs to see why."""
        os.makedirs(FAILURES, exist_ok=True)
        stem = os.path.join(FAILURES, f"{os.path.basename(sys.argv[0])[:-3]}-{name}".replace("/", "-"))
        desktop().screenshot(stem + ".png")
        with open(stem + ".txt", "w", encoding="utf-8") as file:
            for app in self.apps:
                try:
                    if app.process is not None and app.process.poll() is None:
                        file.write(app.dump() + "\n")
                except Exception as failure:  # whatever it is, the test has failed already
                    file.write(f"{failure!r}\n")
        return [f"screenshot and tree: {stem}.png, .txt"]

    def close(self):
        complaints = []
        for app in self.apps:
            try:
                app.finish()
            except Failure as failure:
                complaints.append(f"{failure}")
                complaints += app.stderr().splitlines()[-100:]
        if _desktop is not None:
            _desktop.notifications.clear()
        return complaints + super().close()


def main():
    if missing():
        print(f"1..0 # SKIP there is no {', no '.join(missing())}")
        return
    try:
        harness.main(GuiBench)
    finally:
        if _desktop is not None:
            _desktop.close()
