# SPDX-License-Identifier: GPL-3.0-or-later
"""The program at a terminal of its own, with somebody who types and looks at the screen."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

from harness import LIMIT_S, PROGRAM, environment
from vt import Screen


class Terminal:
    """Runs the program on a new terminal, which the test is the user of."""

    def __init__(self, server, *arguments, columns=80, answers_position=False, **variables):
        self.screen = Screen(columns)
        self.answers_position = answers_position
        self.raw = b""
        self.ours, self.theirs = pty.openpty()
        self._set_size(columns)
        self.before = termios.tcgetattr(self.theirs)
        variables = {"TZ": "UTC", "TERM": "xterm-256color", "NO_COLOR": "1", **variables}
        self.process = subprocess.Popen(
            [PROGRAM, *arguments], stdin=self.theirs, stdout=self.theirs, stderr=self.theirs,
            env=environment(server, variables), start_new_session=True,
            preexec_fn=self._prepare)

    @staticmethod
    def _prepare():
        """In the child: a terminal of its own, and no signal that who started the tests ignores."""
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
            signal.signal(number, signal.SIG_DFL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(LIMIT_S)
        os.close(self.ours)
        os.close(self.theirs)

    def _set_size(self, columns):
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def resize(self, columns, reflow=None):
        """Makes it another width; `reflow` is what the terminal does to its rows then."""
        if reflow is not None:
            reflow(self.screen)
        self.screen.columns = columns
        self._set_size(columns)

    def type(self, text):
        os.write(self.ours, text.encode() if isinstance(text, str) else text)

    def look(self, for_s=0.02):
        """Takes what the program has written."""
        while select.select([self.ours], [], [], for_s)[0]:
            try:
                piece = os.read(self.ours, 65536)
            except OSError:
                return
            self.raw += piece
            questions = self.screen.questions
            self.screen.feed(piece.decode(errors="surrogateescape"))
            if self.answers_position and self.screen.questions > questions:
                self.type(f"\x1b[{self.screen.row + 1};{self.screen.column + 1}R")

    def wait_for(self, condition, what):
        until = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < until, \
                f"{what} did not come:\n" + "\n".join(self.screen.lines()) + f"\n{self.raw[-600:]!r}"
            self.look()

    def wait_line(self, line):
        """Until that line stands somewhere above the one being typed."""
        self.wait_for(lambda: line in self.screen.lines()[:-1], repr(line))

    def wait_typed(self, line, column=None):
        """Until the line at the bottom is that one, spaces at its end left out."""
        self.wait_for(lambda: self.screen.line().rstrip() == line and
                      column in (None, self.screen.column), f"{line!r} at the cursor")

    def wait_end(self):
        """The exit status; negative: the signal."""
        until = time.monotonic() + LIMIT_S
        while self.process.poll() is None:
            assert time.monotonic() < until, "the program did not end"
            self.look()
        self.look()
        return self.process.returncode

    def wait_stopped(self):
        """Until the program is stopped, which needs a parent that is told of it."""
        until = time.monotonic() + LIMIT_S
        while True:
            _, status = os.waitpid(self.process.pid, os.WUNTRACED | os.WNOHANG)
            if status and os.WIFSTOPPED(status):
                return
            assert time.monotonic() < until, "the program did not stop"
            self.look()

    def go_on(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def settings(self):
        return termios.tcgetattr(self.theirs)
