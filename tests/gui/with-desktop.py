#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program on a desktop of its own. Arguments: the program and its arguments."""

import os
import subprocess
import sys

from desktop import Desktop, end_with_parent, missing


def main():
    if missing():
        print(f"1..0 # SKIP there is no {', no '.join(missing())}")
        return 0
    desktop = Desktop()
    try:
        # G_DEBUG is not for test programs: g_test makes warnings fatal by itself.
        environment = {name: value for name, value in os.environ.items() if name.startswith(("G_", "GSETTINGS_"))}
        environment |= desktop.environment | {"GSETTINGS_BACKEND": "memory"}
        # libadwaita 1.2.2 does not free the animations of a flap or leaflet that is destroyed before it
        # was seen, as here; their stacks end in GLib, without a name for a suppression.
        environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        return subprocess.run(sys.argv[1:], env=environment, check=False,
                              preexec_fn=end_with_parent).returncode
    finally:
        desktop.close()


sys.exit(main())
