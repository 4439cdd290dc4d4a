# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that the comparisons print. A row is a dict: what, ours, peer, unit; comparison and
target (of the ratio) or absolute_target (of ours); ratio and ratios (of each round, sorted)."""

import sys

AT_LEAST, AT_MOST = ">=", "<="


def say(text):
    """Progress goes to stderr: the table is the output."""
    print(text, file=sys.stderr, flush=True)


def absolute(what, ours, unit, target, peer=None):
    """A row whose target is a figure and not a ratio."""
    return {"what": what, "ours": ours, "peer": peer, "unit": unit, "comparison": AT_MOST,
            "absolute_target": target}


def show_number(value, unit=""):
    """Three significant digits, or whole numbers in groups of three."""
    if value is None:
        return "-"
    text = f"{value:,.0f}".replace(",", " ") if abs(value) >= 100 else f"{value:.3g}"
    return text + unit


def show_spread(ratios):
    """The lowest and the highest round's ratio: how far the machine can be trusted."""
    return f"{show_number(ratios[0])} to {show_number(ratios[-1])}" if ratios else "-"


def verdict(row):
    """Whether the row's target was met."""
    limit = row.get("target") or row.get("absolute_target")
    value = row.get("ratio") if row.get("target") else row["ours"]
    if limit is None or value is None:
        return "-"
    met = value >= limit if row["comparison"] == AT_LEAST else value <= limit
    return "ok" if met else "MISSED"


def show_target(row):
    """The target as text: a ratio ends in x."""
    if row.get("target"):
        return f"{row['comparison']} {row['target']}x"
    if row.get("absolute_target"):
        return f"{row['comparison']} {row['absolute_target']}{row['unit']}"
    return "-"


def print_table(rows):
    """The table, in a form that reads as text and as Markdown."""
    cells = [["what", "ours", "peer", "ratio", "rounds", "target", ""]]
    for row in rows:
        cells.append([row["what"], show_number(row["ours"], row["unit"]),
                      show_number(row["peer"], row["unit"]), show_number(row.get("ratio")),
                      show_spread(row.get("ratios")), show_target(row), verdict(row)])
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    cells.insert(1, ["-" * width for width in widths])
    for line in cells:
        padded = [text.ljust(width) if i in (0, 6) else text.rjust(width)
                  for i, (text, width) in enumerate(zip(line, widths))]
        print("| " + " | ".join(padded) + " |")
