# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real program, with pipes or on a terminal, and reports test points as TAP."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import traceback

PROGRAM = sys.argv[1]
LIMIT_S = 60


class Run:
    """What came of one run."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    def __repr__(self):
        return f"status {self.status}\nout: {self.out!r}\nerr: {self.err!r}"


def environment(server, variables):
    # The servers of these tests have never heard of TLS.
    clean = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm", "PARLANCE_TLS": "off"}
    for name, value in os.environ.items():
        if name.endswith("SAN_OPTIONS"):
            clean[name] = value
    if server is not None:
        clean["PARLANCE_SERVER"] = server.address
    return {**clean, **variables}


def run(server, *arguments, stdin=b"", **variables):
    """With pipes; the output as text."""
    done = subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, check=False,
                          timeout=LIMIT_S, env=environment(server, variables))
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


def run_on_terminal(server, *arguments, columns=80, **variables):
    """With standard output and error on a terminal of that width; both are in `out`."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=theirs,
                          stderr=theirs, env=environment(server, variables)) as process:
        os.close(theirs)
        out = b""
        try:
            while piece := os.read(ours, 65536):
                out += piece
        except OSError:  # how Linux says that the other end is closed
            pass
        status = process.wait(LIMIT_S)
    os.close(ours)
    return Run(status, out.decode().replace("\r\n", "\n"), "")


def equal(actual, expected, context=""):
    assert actual == expected, f"{actual!r} is not {expected!r}\n{context}"


def contains(text, part, context=""):
    assert part in text, f"{part!r} is not in {text!r}\n{context}"


def main(prefix, tests):
    """Each function is a test; its name says what holds."""
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        name = f"{prefix}/{test.__name__.replace('_', '-')}"
        try:
            test()
            print(f"ok {number} {name}")
        except Exception:  # pylint: disable=broad-except
            print(f"not ok {number} {name}")
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
        sys.stdout.flush()
