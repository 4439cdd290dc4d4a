# SPDX-License-Identifier: GPL-3.0-or-later
"""Test points for meson's TAP reader, and the files of the tree."""

import os
import subprocess


class Points:
    """Prints one test point after another; the plan comes last."""

    def __init__(self):
        self.n_points = 0

    def point(self, name, complaints=()):
        complaints = list(complaints)
        self.n_points += 1
        print(f"{'not ok' if complaints else 'ok'} {self.n_points} {name}")
        for complaint in complaints:
            print(f"# {complaint}")

    def skip(self, name, reason):
        self.n_points += 1
        print(f"ok {self.n_points} {name} # SKIP {reason}")

    def done(self):
        print(f"1..{self.n_points}", flush=True)


def read_text(path):
    """The text of the file at @path, or None when it holds something else."""
    with open(path, "rb") as file:
        data = file.read()
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def tree_files(root):
    """Path from @root -> text, of all files git knows or would add (a release: of all files)."""
    command = ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z",
               "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        paths = listed.stdout.decode("utf-8").split("\0")
    except (OSError, subprocess.CalledProcessError):
        paths = [os.path.relpath(os.path.join(folder, name), root)
                 for folder, _folders, names in os.walk(root) for name in names
                 if not os.path.relpath(folder, root).startswith(("build", "_", ".git"))]
    return {path: read_text(os.path.join(root, path))
            for path in sorted(set(paths)) if os.path.isfile(os.path.join(root, path))}
