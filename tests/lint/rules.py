# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the house that no compiler checks.

Every rule is a function of one file's path (from the top of the tree) and text, and yields findings
as (line number, sentence). Rules do not touch the disk, so that test-rules.py can show each of them
a bad snippet; what a rule needs to know of other files it asks a `Tree`.
"""

import functools
import posixpath
import re

MAX_LINES = 600
SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"

# Who may know whom (docs/architecture.md, section 1). For the folder at the left, the prefixes that
# a quoted include may have. The longest matching folder counts.
LAYERS = {
    "protocol/wire/": ("protocol/wire/",),
    "protocol/client/": ("protocol/client/", "protocol/wire/"),
    "client-cli/": ("client-cli/", "protocol/client/", "protocol/wire/"),
    "client-gui/": ("client-gui/", "protocol/client/", "protocol/wire/"),
    "server/": ("server/", "protocol/wire/"),
    "server/dictionary/": ("server/dictionary/",),
    "server/net/": ("server/net/", "server/log.h", "protocol/wire/"),
    "server/chat/": (
        "server/chat/", "server/net/mailbox.h", "server/net/shared-frame.h", "server/log.h",
        "protocol/wire/"),
    "server/front/": (
        "server/front/", "server/dictionary/", "server/chat/", "server/net/", "server/log.h",
        "protocol/wire/"),
}

# Headers with an owner: the pattern at the left may be included below the prefixes at the right only.
OWNED_HEADERS = (
    (r"gio/|glib-object\.h", ("protocol/client/", "client-cli/", "client-gui/", "tests/", "bench/")),
    (r"sqlite3\.h", ("server/chat/journal", "server/chat/account-store", "server/dictionary/fulltext", "tests/chat/")),
    (r"(openssl|gnutls|mbedtls|nss)/", ("server/net/transport-tls", "tests/net/", "bench/")),
    (r"seccomp\.h|linux/(landlock|seccomp)\.h", ("server/confine-",)),
    (r"sodium", ("server/chat/password", "tests/chat/")),
    (r"(gtk|adwaita|gdk)", ("client-gui/", "tests/gui/")),
)

# `wire` is pure: of the system it may know memory, text and numbers.
WIRE_HEADERS = re.compile(
    r"(glib\.h|json-c/.*|(assert|ctype|errno|float|inttypes|limits|math|stdalign|stdarg|stdatomic"
    r"|stdbool|stddef|stdint|stdlib|stdnoreturn|string|[a-z]mmintrin)\.h)$")

# What stays outside: registries are reached through their own tools, and the machine that the code
# was written on is nobody's business.
OUTSIDE = re.compile(
    r"https?://[^\s/]*(registry|mirror|npm|pypi|crates|proxy)|(?<![\w.])/(home|root|work)/\w")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]')
REMINDER = re.compile(r"\b(TODO|FIXME|XXX)(?!\(#\d+\))(?=[\s:(]|$)")
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
CITATION = re.compile(r"\b(docs/[\w./-]+\.md)(?:,\s+section\s+(\d+))?")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)

# A table of a page that says which test would fail if something were not so; and how a test may be
# named there: by its name, of which … may stand for the end; as `a-case` in `tests/folder/file`; or,
# for a fuzzer, by that of its target.
CLAIMS_HEAD = "| claim | test |"
NAMED = re.compile(r"`([^`]+)`")
TEST_NAME = re.compile(r"(?!/(?:dev|etc|proc|usr|var)/)(/[a-z0-9-]+)/[a-z0-9/-]*…?")
LITERAL = re.compile(r'"((?:/[a-z0-9-]+)+/?|[a-z0-9-]+(?:/[a-z0-9-]+)*)(?:%s)?"')


class Tree:
    """The files a rule may ask about: a mapping from path to text (None: not text)."""

    def __init__(self, files):
        self.files = files

    def exists(self, path):
        return path in self.files or any(p.startswith(path.rstrip("/") + "/") for p in self.files)

    def headings(self, path):
        return HEADING.findall(FENCE.sub("", self.files.get(path) or ""))

    @functools.cached_property
    def tests(self):
        """Texts that could name a test, of files that their folder's meson.build runs."""
        names = set()
        for path, text in self.files.items():
            file = re.fullmatch(r"(tests/.*)/(?:test|fuzz)-([a-z0-9-]+)\.(?:c|py)", path)
            build = file and self.files.get(file.group(1) + "/meson.build")
            if not build or text is None or not re.search(rf"'(?:test-)?{file.group(2)}(?:\.\w+)?'", build):
                continue
            found = {file.group(2), *LITERAL.findall(text)}
            names |= found
            # Where a file's names have their beginning in common it stands in one place.
            names |= {start + end for start in found if start.startswith("/") and start.endswith("/")
                      for end in found if not end.startswith("/")}
        return names

    def has_test(self, name):
        if name.endswith("…"):
            return any(test.startswith(name[:-1]) and test != name[:-1] for test in self.tests)
        return name in self.tests


def is_source(path):
    return path.endswith((".c", ".h"))


def is_script(path, text):
    return path.endswith((".py", ".sh", ".bash")) or text.startswith("#!")


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def numbered(pattern, text):
    for number, line in enumerate(text.splitlines(), 1):
        for match in pattern.finditer(line):
            yield number, match


def layers(path, text, _tree):
    """A folder includes only what the layers below it offer."""
    folder = max((f for f in LAYERS if path.startswith(f)), key=len, default=None)
    if not is_source(path) or folder is None:
        return
    for number, kind, name in includes(text):
        if kind == '"' and not name.startswith(LAYERS[folder]):
            yield number, f"{folder} must not know {name}"
        if kind == "<" and folder == "protocol/wire/" and not WIRE_HEADERS.match(name):
            yield number, f"protocol/wire/ is pure and must not know <{name}>"


def owned_headers(path, text, _tree):
    """Libraries with one owner are included by nobody else."""
    if not is_source(path):
        return
    for number, _kind, name in includes(text):
        for pattern, owners in OWNED_HEADERS:
            if re.match(pattern, name) and not path.startswith(owners):
                yield number, f"<{name}> belongs to {', '.join(owners)}"


def includes_from_top(path, text, tree):
    """A quoted include names a file of the tree from its top."""
    if not is_source(path):
        return
    for number, kind, name in includes(text):
        if kind == '"' and not tree.exists(name):
            yield number, f'"{name}" is no file from the top of the tree'


def spdx(path, text, _tree):
    """Sources and scripts open with their licence."""
    if is_source(path) and not text.startswith("/* " + SPDX):
        yield 1, f"the first line must begin with /* {SPDX}"
    elif is_script(path, text) and "# " + SPDX not in text.splitlines()[:2]:
        yield 1, f"the first line, or the one after #!, must be # {SPDX}"


def pragma_once(path, text, _tree):
    """A header has #pragma once and no guard of its own."""
    if path.endswith(".h") and "#pragma once" not in text.splitlines():
        yield 1, "a header must have the line #pragma once"


def length(path, text, _tree):
    """A file is short enough to be read."""
    n_lines = text.count("\n")
    if (is_source(path) or is_script(path, text)) and n_lines > MAX_LINES:
        yield n_lines, f"{n_lines} lines; split it, {MAX_LINES} is the most"


def reminders(path, text, _tree):
    """A reminder names the issue that will remove it: TODO(#12)."""
    if path.startswith("tests/lint/"):
        return
    for number, match in numbered(REMINDER, text):
        yield number, f"{match.group(1)} without an issue's number"


def white_space(path, text, _tree):
    """No trailing white space, no CR; the last line ends."""
    if path.endswith((".tsv", ".index", ".csv", ".dict")) or "/corpus/" in path:
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            yield number, "trailing white space"
    if text and not text.endswith("\n"):
        yield text.count("\n") + 1, "the last line has no end"


def outside(path, text, _tree):
    """No registry's host, no path of the machine it was written on."""
    if path.startswith("tests/lint/"):
        return
    for number, match in numbered(OUTSIDE, text):
        yield number, f"{match.group(0)} must not be mentioned"


def anchor(heading):
    """The fragment that GitHub and GitLab make of a heading."""
    plain = re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def links(path, text, tree):
    """Every relative link of a page leads somewhere, to the heading too."""
    if not path.endswith(".md"):
        return
    blank = FENCE.sub(lambda match: "\n" * match.group(0).count("\n"), text)
    for number, match in numbered(LINK, blank):
        target, _, fragment = match.group(1).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        where = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
        if not tree.exists(where):
            yield number, f"link to {target}, which is not there"
        elif fragment and fragment not in map(anchor, tree.headings(where)):
            yield number, f"link to {match.group(1)}, which has no such heading"


def citations(path, text, tree):
    """A page that code cites exists, and so does the section."""
    if path.startswith("tests/lint/"):
        return
    # A citation may run over the end of a comment's line.
    flat = re.sub(r"\n[ \t]*(?:\*|#|//)?[ \t]*", lambda m: " " * len(m.group(0)), text)
    for match in CITATION.finditer(flat):
        page, section = match.groups()
        number = text.count("\n", 0, match.start()) + 1
        if not tree.exists(page):
            yield number, f"{page} is cited and is not there"
        elif section and not any(h.startswith(section + ". ") for h in tree.headings(page)):
            yield number, f"{page} has no section {section}"


def claims(path, text, tree):
    """What a page claims is shown by tests that are there."""
    if not path.endswith(".md") or CLAIMS_HEAD not in text:
        return
    beginnings = {match.group(1) for match in map(TEST_NAME.match, tree.tests) if match}
    is_claim = False
    for number, line in enumerate(text.splitlines(), 1):
        shown_by = line.rpartition(" | ")[2] if is_claim and line.startswith("| ") else ""
        is_claim = line == CLAIMS_HEAD or is_claim and line.startswith("|")
        if shown_by and not NAMED.search(shown_by):
            yield number, "no test is named"
        for name in NAMED.findall(line):
            is_here = f"`{name}`" in shown_by
            match = TEST_NAME.fullmatch(name)
            is_name = match and (is_here or match.group(1) in beginnings)
            is_case = is_here and re.fullmatch(r"[a-z0-9-]+", name) and ("-" in name or "fuzzer" in shown_by)
            if (is_name or is_case) and not tree.has_test(name):
                yield number, f"there is no test {name}"
            if name.startswith("tests/") and not tree.exists(name):
                yield number, f"there is no {name}"


RULES = (layers, owned_headers, includes_from_top, spdx, pragma_once, length, reminders, white_space,
         outside, links, citations, claims)
