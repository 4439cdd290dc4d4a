#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads can be translated, and is.

Arguments: the top of the source tree, and the catalogue of zh_CN as it was built.
"""

import gettext
import os
import re
import subprocess
import sys
import tempfile

import tap

TOP, BUILT = sys.argv[1:]
CALL = re.compile(r"(?<![A-Za-z_])(?:_|N_|C_|NC_|ngettext) ?\(")
# What xgettext looks for, as meson's preset "glib" has it.
KEYWORDS = ["_", "N_", "C_:1c,2", "NC_:1c,2", "ngettext:1,2", "g_dngettext:2,3"]


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def words(path):
    return [line.strip() for line in read(path).splitlines()
            if line.strip() and not line.startswith("#")]


def sources():
    """The files that have translatable strings."""
    for folder, _folders, names in os.walk(os.path.join(TOP, "client-gui")):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), TOP)
            if name.endswith(".c") and CALL.search(read(path)):
                yield path
            elif name.endswith(".ui") and 'translatable="yes"' in read(path):
                yield path
    for name in os.listdir(os.path.join(TOP, "data")):
        if name.endswith((".desktop.in", ".metainfo.xml.in")):
            yield "data/" + name


def run(*command):
    return subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False,
                          env=dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE=""))


def untranslated(folder, language):
    """The messages of the template of today that the catalogue does not have, or has as fuzzy."""
    template = os.path.join(folder, "parlance.pot")
    merged = os.path.join(folder, language + ".po")
    extracted = run("xgettext", "--files-from=po/POTFILES.in", "--from-code=UTF-8",
                    "--output=" + template, *("--keyword=" + keyword for keyword in KEYWORDS))
    if extracted.returncode != 0:
        return extracted.stderr
    run("msgmerge", "--quiet", "--no-fuzzy-matching", "--output-file=" + merged,
        f"po/{language}.po", template)
    rest = run("msgattrib", "--untranslated", "--no-wrap", merged)
    fuzzy = run("msgattrib", "--only-fuzzy", "--no-wrap", merged)
    return rest.stdout + fuzzy.stdout + rest.stderr


def difference(got, wanted):
    """What complaints there are when @got is not @wanted."""
    if got != wanted:
        yield from f"got {got!r}".splitlines()
        yield f"want {wanted!r}"


def main():
    points = tap.Points()
    points.point("POTFILES.in names every file with strings, in order",
                 difference(words("po/POTFILES.in"), sorted(sources())))
    catalogues = sorted(name[:-3] for name in os.listdir(os.path.join(TOP, "po"))
                        if name.endswith(".po"))
    points.point("there is a catalogue for each language",
                 difference(sorted(words("po/LINGUAS")), catalogues))
    with tempfile.TemporaryDirectory() as folder:
        for language in words("po/LINGUAS"):
            points.point(f"{language} has every string",
                         untranslated(folder, language).splitlines())
            checked = run("msgfmt", "--check", "--output-file=" + os.devnull, f"po/{language}.po")
            points.point(f"{language} is well formed, its placeholders those of the source",
                         checked.stderr.splitlines())
    with open(BUILT, "rb") as file:
        catalogue = gettext.GNUTranslations(file)
    points.point("what was built speaks Chinese",
                 difference(catalogue.gettext("Word Book"), "生词本"))
    points.done()


main()
