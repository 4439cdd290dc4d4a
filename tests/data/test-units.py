# SPDX-License-Identifier: GPL-3.0-or-later
"""The units of systemd: what they start can be started so, systemd understands them, and leaves the
service little to do harm with.

usage: test-units.py PARLANCED PARLANCED.SERVICE DATA
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

LIMIT = 2.0  # of systemd-analyze security: 0 is locked up, 10 is free to do anything


def values(unit, key):
    with open(unit, encoding="utf-8") as file:
        return re.findall(rf"^{key}=(.*)$", file.read(), re.MULTILINE)


def run(*command):
    """(exit status, all that was said)"""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "SYSTEMD_PAGER": "", "SYSTEMD_COLORS": "0"})
    return done.returncode, done.stdout.decode("utf-8")


def faults_of_start(parlanced, service, data, scratch):
    """The command line of the unit, on the sample of the key file that is installed with it."""
    (command,) = values(service, "ExecStart")
    words = [word.replace("%S", scratch) for word in shlex.split(command)[1:]]
    config = words.index("--config") + 1
    if os.path.basename(words[config]) != "parlanced.conf":
        yield f"the key file is {words[config]}"
    words[config] = os.path.join(data, "parlanced.conf")
    status, said = run(parlanced, *words, "--check-config")
    if status != 0:
        yield f"status {status}: {said}"
    if f"%S/{values(service, 'StateDirectory')[0]}" not in command:
        yield "the data directory is not the one that the service gets"


def faults_of_walls(service):
    """What the walls would shut in or out by mistake."""
    (reload,) = values(service, "ExecReload")
    if values(service, "NoExecPaths") and not reload.startswith("+"):
        yield f"{reload} cannot be run within the walls"
    program = shlex.split(values(service, "ExecStart")[0])[0]
    for path in " ".join(values(service, "ExecPaths")).split():
        if not path.startswith("-") and path != program:
            yield f"where there is no {path}, it does not start"
    calls = " ".join(values(service, "SystemCallFilter")).split()
    for call in ("seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"):
        if call not in calls:
            yield f"the server cannot confine itself: it needs {call}"
    if "AF_NETLINK" not in values(service, "RestrictAddressFamilies")[0].split():
        yield "discovery cannot follow the network's interfaces"


def faults_of_syntax(units):
    """Of what systemd has to say, what is about these units; the program is not installed."""
    _status, said = run("systemd-analyze", "verify", "--man=no", *units)
    names = tuple(os.path.basename(unit) for unit in units)
    for line in said.splitlines():
        if any(name in line for name in names) and "is not executable" not in line:
            yield line


def faults_of_exposure(service):
    status, said = run("systemd-analyze", "security", "--no-pager", "--offline=yes",
                       f"--threshold={LIMIT * 10:.0f}", service)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
    if found is None:
        yield f"no exposure level, status {status}: {said}"
    elif float(found.group(1)) >= LIMIT:
        yield f"exposure {found.group(1)}"
        yield from said.splitlines()


def main():
    parlanced, service, data = (os.path.abspath(path) for path in sys.argv[1:])
    units = [service] + [os.path.join(data, "systemd", name) for name in ("parlanced.socket", "parlanced-dict.socket")]
    points = []
    with tempfile.TemporaryDirectory(prefix="parlance-") as scratch:
        points.append(("/data/units/the-service-starts-what-there-is",
                       list(faults_of_start(parlanced, service, data, scratch))))
        points.append(("/data/units/the-walls-leave-what-it-needs", list(faults_of_walls(service))))
        for name, faults in (("/data/units/systemd-understands-them", lambda: faults_of_syntax(units)),
                             ("/data/units/exposure-is-under-2", lambda: faults_of_exposure(service))):
            points.append((name, list(faults()) if shutil.which("systemd-analyze") else None))
    print(f"1..{len(points)}")
    for number, (name, faults) in enumerate(points, 1):
        reason = " # SKIP systemd-analyze is not installed" if faults is None else ""
        print(f"{'not ok' if faults else 'ok'} {number} {name}{reason}")
        for line in faults or ():
            print(f"# {line}")
    sys.exit(any(faults for _name, faults in points))


main()
