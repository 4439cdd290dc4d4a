#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program starts, shows where to begin, and ends when it is told to."""

import subprocess

from gui_harness import DEADLINE_S, PARLANCE_GTK, equal, has, main, test


@test("shows-a-window-and-quits")
def shows_a_window_and_quits(bench):
    app = bench.app()
    equal([window.name for window in app.snapshot().children], ["Parlance"], "windows")
    app.quit()


@test("starts-a-second-time")
def starts_a_second_time(bench):
    bench.app().quit()
    bench.app().quit()


@test("says-its-version")
def says_its_version(bench):
    app = bench.app("--version", start=False)
    done = subprocess.run([PARLANCE_GTK, "--version"], env=app.environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=DEADLINE_S, check=True, text=True)
    has(done.stdout, "parlance-gtk 0.1.0", "stdout")
    equal(done.stderr, "", "stderr")


@test("needs-a-display")
def needs_a_display(bench):
    app = bench.app(start=False)
    done = subprocess.run([PARLANCE_GTK], env=app.environment | {"DISPLAY": ""}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=DEADLINE_S, check=False, text=True)
    equal(done.returncode, 1, "status")
    has(done.stderr.lower(), "display", "stderr")


main()
