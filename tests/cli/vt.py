# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal's screen, as far as parlance may use one; whatever else it is sent is kept as a fault."""

import re
import unicodedata

SEQUENCE = re.compile(r"\x1b\[(\?)?([0-9;]*)([A-Za-z])")


def width_of(character):
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Screen:
    """Rows that scroll away are kept: `rows` is all that was ever there, the cursor's the last or so."""

    def __init__(self, columns=80):
        self.columns = columns
        self.rows = [[]]
        self.row = 0
        self.column = 0
        self.faults = []
        self.n_bells = 0
        self.pastes = False
        self.questions = 0  # where the cursor is
        self.rest = ""

    def feed(self, text):
        text = self.rest + text
        self.rest = ""
        at = 0
        while at < len(text):
            if text[at] != "\x1b":
                self._put(text[at])
                at += 1
                continue
            match = SEQUENCE.match(text, at)
            if match:
                self._obey(match)
                at = match.end()
            elif len(text) - at < 12 and re.fullmatch(r"\x1b(\[[?0-9;]*)?", text[at:]):
                self.rest = text[at:]
                return
            else:
                self.faults.append(text[at:at + 12])
                at += 1

    def _put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row += 1
            if self.row == len(self.rows):
                self.rows.append([])
        elif character == "\a":
            self.n_bells += 1
        elif ord(character) < 0x20 or 0x7f <= ord(character) < 0xa0:
            self.faults.append(character)
        else:
            self._write(character)

    def _write(self, character):
        width = width_of(character)
        cells = self.rows[self.row]
        if width == 0:
            if self.column > 0 and self.column <= len(cells):
                cells[self.column - 1] += character
            return
        if self.column + width > self.columns:
            self._put("\r")
            self._put("\n")
            cells = self.rows[self.row]
        cells.extend(" " * (self.column + width - len(cells)))
        cells[self.column] = character
        if width == 2:
            cells[self.column + 1] = ""
        self.column += width

    def _obey(self, match):
        private, numbers, letter = match.groups()
        number = int(numbers.split(";")[0] or 1) if numbers else 1
        if private:
            if (numbers, letter) in (("2004", "h"), ("2004", "l")):
                self.pastes = letter == "h"
            else:
                self.faults.append(match.group())
        elif letter == "m":
            pass
        elif letter == "C":
            self.column = min(self.column + number, self.columns - 1)
        elif letter == "A":
            self.row = max(0, self.row - number)
        elif letter == "K" and numbers == "":
            del self.rows[self.row][self.column:]
        elif letter == "J" and numbers == "":
            del self.rows[self.row][self.column:]
            del self.rows[self.row + 1:]
        elif letter == "J" and numbers == "2":
            self.rows[self.row:] = [[]]
        elif letter == "H" and numbers == "":
            self.column = 0
        elif letter == "n" and numbers == "6":
            self.questions += 1
        else:
            self.faults.append(match.group())

    def lines(self):
        """The text of all rows, without blank ones at the end."""
        lines = ["".join(row).rstrip() for row in self.rows]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def line(self):
        """The row that the cursor is in."""
        return "".join(self.rows[self.row])
