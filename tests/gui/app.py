# SPDX-License-Identifier: GPL-3.0-or-later
"""parlance-gtk on a desktop of its own: started, seen through accessibility, driven by keys and pointer.

Where a word of a message is on the screen: GTK 4.8 gives no extents of characters. But it says where
a selectable label's caret is, and a pressed button that moves takes the caret with it. So point_of()
presses at the label's first character and halves the way to the one that is wanted, line by line: it
finds what a person would see whatever the font, the wrapping, the scale or the script.
"""

import contextlib
import os
import re
import subprocess
import time

from gi.repository import GLib

from desktop import call, end_with_parent
from harness import DEADLINE_S, Failure, check, equal, wait_until
from tree import TEXT, Gone, Tree

APPLICATION_ID = "io.github.parlance.Parlance"

# What the surroundings make GTK say, and no fault of the program.
ALLOWED = (
    re.compile(r"dconf-WARNING"),  # a machine without dconf's service
    re.compile(r"Failed to set fd limit"),  # dbus-daemon in a container
    re.compile(r"Unable to acquire session bus"),  # tests without a bus
    re.compile(r"gtk-warning.*Unknown key gtk-modules", re.I),
)
COMPLAINT = re.compile(r"-WARNING \*\*|-CRITICAL \*\*|\bWARNING \*\*:|\bCRITICAL \*\*:|-ERROR \*\*|"
                       r"(ERROR|WARNING): \w+Sanitizer|runtime error:|LeakSanitizer")
FRAME_S = 0.017
GTK_SETTINGS = "[Settings]\ngtk-enable-animations=false\ngtk-cursor-blink=false\n"


class App:
    """One run of the program. `home` holds its settings and state; give it again to start again."""

    def __init__(self, desktop, program, home, arguments=(), environment=None, stderr_path=None,
                 gtk_settings=""):
        self.desktop, self.program, self.home = desktop, program, home
        self.arguments = list(arguments)
        self.stderr_path = stderr_path or os.path.join(home, "stderr")
        directories = {"HOME": home, "XDG_CONFIG_HOME": os.path.join(home, "config"),
                       "XDG_STATE_HOME": os.path.join(home, "state"),
                       "XDG_DATA_HOME": os.path.join(home, "data")}
        settings = os.path.join(home, "config", "gtk-4.0")
        for path in (*directories.values(), settings):
            os.makedirs(path, exist_ok=True)
        with open(os.path.join(settings, "settings.ini"), "w", encoding="ascii") as file:
            file.write(GTK_SETTINGS + gtk_settings)
        self.environment = desktop.environment | directories | {
            "GSETTINGS_BACKEND": "keyfile", "G_DEBUG": "fatal-criticals", "G_SLICE": "always-malloc",
            "PARLANCE_DISCOVERY_PORT": "9", "LOGNAME": "anna", "USER": "anna",
        } | (environment or {})
        self.process = None
        self.tree = None
        self.ended_badly_as_wanted = False

    # --- its life

    def spawn(self):
        """Starts it and waits for nothing."""
        with open(self.stderr_path, "ab") as stderr:
            self.process = subprocess.Popen(
                [self.program, *self.arguments], env=self.environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=stderr, preexec_fn=end_with_parent)
        self.tree = Tree(self.desktop.a11y, self.process.pid)
        return self

    def start(self):
        """Starts it and waits until its window is there and has the focus."""
        self.spawn()
        wait_until(self._is_up, "the window")
        return self

    def _is_up(self):
        check(self.process.poll() is None,
              f"the program ended with {self.process.returncode}: {self.stderr()[-2000:]}")
        return self.tree.connect() and self.active_window() is not None

    def active_window(self):
        """The window that keys go to: a dialog if there is one."""
        try:
            windows = self.tree.snapshot().children
        except Gone:
            return None
        modal = [window for window in windows if "modal" in window.states]
        return next(iter(modal[-1:] or [window for window in windows if "active" in window.states]), None)

    def wait_window(self, name):
        """Waits until a window or dialog is open whose title matches the pattern; returns it."""
        return self.wait_for(lambda tree: next((window for window in tree.children
                                                if re.search(name, window.name)), None), f"window {name!r}")

    def wait_keys(self, name=""):
        """Waits until keys go to a window whose title matches the pattern: one that is there may not have
        them yet, and GTK does not say of every dialog whether it has."""
        wait_until(lambda: self._keys_go_to(name), f"keys for window {name!r}")

    def _keys_go_to(self, name):
        focus = self.desktop.ask("xdotool", "getwindowfocus", "getwindowpid", "getwindowname").split("\n")
        return focus[0] == str(self.process.pid) and re.search(name, focus[1])

    def wait_no_dialog(self):
        self.wait_for(lambda tree: len(tree.children) == 1 and "active" in tree.children[0].states,
                      "the main window alone")

    def stderr(self):
        with open(self.stderr_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_exit(self, deadline_s=DEADLINE_S):
        try:
            status = self.process.wait(deadline_s)
        except subprocess.TimeoutExpired:
            raise Failure("the program did not end in time") from None
        self._wait_forgotten()
        return status

    def _wait_forgotten(self):
        """Until the bus knows that it has ended: another one would only tell it to come to the front."""
        name = GLib.Variant("(s)", (APPLICATION_ID,))
        wait_until(lambda: not call(self.desktop.bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                    "NameHasOwner", name)[0], "the end of the program's name on the bus")

    def quit(self):
        """Ctrl+Q. It must end with status 0, and without having complained of anything."""
        self.wait_keys()
        self.key("ctrl+q")
        status = self.wait_exit()
        check(status == 0, f"the program ended with {status}")
        self.check_stderr()

    def kill(self):
        """As if the power went."""
        self.ended_badly_as_wanted = True
        self.process.kill()
        self.process.wait(DEADLINE_S)
        self._wait_forgotten()

    def check_stderr(self):
        for line in self.stderr().splitlines():
            if COMPLAINT.search(line) and not any(allowed.search(line) for allowed in ALLOWED):
                raise Failure(f"the program complained: {line}")

    def finish(self):
        """After a test: ends it by its action, whatever window is open, and judges it."""
        if self.process is None:
            return
        try:
            if self.process.poll() is None:
                with contextlib.suppress(GLib.Error):
                    call(self.desktop.bus, APPLICATION_ID, "/" + APPLICATION_ID.replace(".", "/"),
                         "org.gtk.Actions", "Activate", GLib.Variant("(sava{sv})", ("quit", [], {})), 10000)
                status = self.wait_exit()
                check(status == 0, f"the program ended with {status}")
            elif self.process.returncode != 0 and not self.ended_badly_as_wanted:
                raise Failure(f"the program ended with {self.process.returncode}")
            self.check_stderr()
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait(DEADLINE_S)

    # --- what is seen

    def snapshot(self):
        return self.tree.snapshot()

    def _look(self, question):
        """The question put to the tree as it is; nothing while the tree is changing under us."""
        check(self.process.poll() is None,
              f"the program ended with {self.process.returncode}: {self.stderr()[-2000:]}")
        try:
            return question(self.tree.snapshot())
        except Gone:
            return None

    def wait_for(self, question, what, deadline_s=None):
        """Waits until question(tree) is true; returns what it was."""
        return wait_until(lambda: self._look(question), what, deadline_s)

    def find(self, role=None, name=None, deadline_s=None, **keywords):
        """Waits for an object that is shown, by role ("button", "label", "entry", "list item", "text",
        "toggle button", ...) and name: a string is the whole name, a compiled pattern is searched for."""
        return self.wait_for(lambda tree: tree.first(role, name, **keywords),
                             f"{role or 'something'} {name!r}", deadline_s)

    def find_all(self, role=None, name=None, **keywords):
        """Those that are there at the moment."""
        return self._look(lambda tree: tree.all(role, name, **keywords)) or []

    def has(self, role=None, name=None, **keywords):
        return bool(self.find_all(role, name, **keywords))

    def wait_gone(self, role=None, name=None, deadline_s=None, **keywords):
        self.wait_for(lambda tree: tree.first(role, name, **keywords) is None,
                      f"that {role} {name!r} goes", deadline_s)

    def wait_text(self, part, deadline_s=None):
        """Waits for an object that is shown and whose name contains the text."""
        return self.find(None, re.compile(re.escape(part)), deadline_s)

    def focused(self):
        """What has the keyboard, or nothing."""
        return self._look(lambda tree: tree.first(state="focused", shown=False))

    def wait_focus(self, role=None, name=None, deadline_s=None):
        return self.wait_for(lambda tree: tree.first(role, name, state="focused"),
                             f"focus on {role} {name!r}", deadline_s)

    def dump(self):
        return "\n".join(self.tree.snapshot().dump())

    # --- what a person does

    def click(self, role=None, name=None, **keywords):
        """Finds a control and does what it is for, wherever it is (popovers as well)."""
        node = self.find(role, name, **keywords)
        node.click()
        return node

    def key(self, *keys):
        """Keys as xdotool names them: "ctrl+q", "Return", "alt+1", "Next" (Page Down), "F9"."""
        self.desktop.xdotool("key", "--clearmodifiers", "--delay", "1", *keys)

    def type(self, text):
        """Types where the focus is. For letters that no key has, Node.set_text() is surer."""
        self.desktop.xdotool("type", "--clearmodifiers", "--delay", "1", "--", text)

    def window_origin(self, title=None):
        """(x, y) on the screen of a toplevel window's corner, its shadow not counted."""
        windows = self.desktop.ask("xdotool", "search", "--all", "--onlyvisible", "--pid", str(self.process.pid),
                                   "--name", f"^{re.escape(title)}$" if title else ".*").split()
        for window in windows:
            frame = re.search(r"_GTK_FRAME_EXTENTS\(CARDINAL\) = (\d+), (\d+), (\d+), (\d+)",
                              self.desktop.ask("xprop", "-id", window, "_GTK_FRAME_EXTENTS"))
            if frame:
                place = dict(re.findall(r"(\w+)=(-?\d+)", self.desktop.ask(
                    "xdotool", "getwindowgeometry", "--shell", window)))
                return int(place["X"]) + int(frame[1]), int(place["Y"]) + int(frame[3])
        raise Failure(f"no window {title!r} on the screen")

    def _wait_at_rest(self, node):
        """Until a node has stayed where it is for three looks, each of them longer than a frame: a row
        that has just come may be moved by the next frame's layout."""
        seen = []

        def rests():
            time.sleep(FRAME_S)
            seen.append(node.look_again())
            return len(seen) > 2 and seen[-1] == seen[-2] == seen[-3] != (0, 0, 0, 0)
        wait_until(rests, f"{node.name!r} to stay in its place")

    def point(self, node, x=None, y=None):
        """The screen's coordinates of a place in a node, its middle when none is given. Not for what
        is in a popover: its extents are those of its window's, see GTK 4.8."""
        self._wait_at_rest(node)
        window = node.window
        left, top = self.window_origin(window.name if window is not None else None)
        middle_x, middle_y = node.center
        return (left + (middle_x if x is None else node.extents[0] + x),
                top + (middle_y if y is None else node.extents[1] + y))

    def move_to(self, node, x=None, y=None):
        self.desktop.xdotool("mousemove", *self.point(node, x, y))

    def click_at(self, node, x=None, y=None, button=1, n=1):
        """A real click with the pointer."""
        repeat = ("--repeat", n, "--delay", "20") if n > 1 else ()
        self.desktop.xdotool("mousemove", *self.point(node, x, y), "click", *repeat, button)

    def scroll(self, node, steps):
        """The wheel over a node: down, or up when steps is negative."""
        self.desktop.xdotool("mousemove", *self.point(node), "click", "--repeat", abs(steps),
                             "--delay", "5", 5 if steps > 0 else 4)

    def _move_caret(self, node, x, y, before, n_looks):
        """Moves the pressed pointer; returns where the caret is then, or None when it stays at `before`
        for so many looks. Only a change says for sure that the motion has been dealt with."""
        self.desktop.xdotool("mousemove", x, y)
        for _ in range(n_looks):
            caret = node.caret
            if caret != before:
                return caret
            time.sleep(0.012)  # a motion waits for the next frame
        return None

    def _caret_at(self, node, x, y, before):
        """Where the caret goes, from `before`, when the pressed pointer is at (x, y) on the screen. When it
        seems to stay, the pointer comes once from the text's end and once from its beginning: from one
        of them the caret has to move."""
        n_looks = 4
        caret = self._move_caret(node, x, y, before, n_looks)
        left, top = self.point(node, 0, 0)
        width, height = node.extents[2:]
        ends = ((left + width - 1, top + height - 1, len(node.text)), (left + 1, top + 1, 0))
        until = time.monotonic() + DEADLINE_S
        while caret is None:
            for end_x, end_y, end in ends:
                if caret is None:
                    self.desktop.xdotool("mousemove", end_x, end_y)
                    wait_until(lambda: node.caret == end, "the caret at an end of the text")
                    caret = self._move_caret(node, x, y, end, n_looks)
            n_looks *= 2
            check(time.monotonic() < until, "the caret does not move")
        return caret

    def _press(self, node):
        """Presses at a label's first character, so that the caret follows the pointer. A press that closes
        a popover goes no further, and a banner may come and move the label: then once more."""
        until = time.monotonic() + DEADLINE_S
        while True:
            left, top = self.point(node, 0, 0)
            width, height = node.extents[2:]
            # A press on what is selected would begin to drag the text away.
            node.ask(TEXT, "SetCaretOffset", GLib.Variant("(i)", (0,)))
            self.desktop.xdotool("mousemove", left + 1, top + 1, "mousedown", 1,
                                 "mousemove", left + width - 1, top + height - 1)
            follows_until = time.monotonic() + 1
            while time.monotonic() < follows_until:
                if node.caret == len(node.text):
                    return
                time.sleep(0.012)
            self.desktop.xdotool("mouseup", 1)
            check(time.monotonic() < until, "the caret does not follow the pointer")

    def point_of(self, node, offset):
        """Screen coordinates in the middle of the character at that offset of a selectable label."""
        self._press(node)
        left, top = self.point(node, 0, 0)
        width, height = node.extents[2:]
        try:
            low, high = top, top + height - 1
            caret = len(node.text)
            while low < high:  # the last line that begins at the offset, or before
                middle = (low + high + 1) // 2
                caret = self._caret_at(node, left, middle, caret)
                if caret <= offset:
                    low = middle
                else:
                    high = middle - 1
            y = max(top, low - 5)
            edges = []
            for wanted in (offset, offset + 1):
                low_x, high_x = left, left + width
                while low_x < high_x:
                    middle = (low_x + high_x) // 2
                    caret = self._caret_at(node, middle, y, caret)
                    if caret >= wanted:
                        high_x = middle
                    else:
                        low_x = middle + 1
                edges.append(low_x)
            # A word that is selected when the button goes up would be looked up.
            self._caret_at(node, left + 1, top + 1, caret)
        finally:
            self.desktop.xdotool("mouseup", 1)
        return (edges[0] + edges[1]) // 2, y

    def select(self, node, start, end):
        """Selects that part of a label, from one character to before another, with the pointer. None of
        them is the last."""
        (x, y), (end_x, end_y) = self.point_of(node, start), self.point_of(node, end)
        self.desktop.xdotool("mousemove", x, y, "mousedown", 1, "mousemove", end_x, end_y)
        wait_until(lambda: node.caret == end, f"{node.text[start:end]!r} to be selected")
        equal(node.selection, (start, end), "the selection")
        self.desktop.xdotool("mouseup", 1)

    def double_click_word(self, node, word, occurrence=0):
        """Double-clicks in the middle of a word that the label shows. No popover may be open: the first
        click would only close it."""
        offset = -1
        text = node.text
        for _ in range(occurrence + 1):
            offset = text.find(word, offset + 1)
            check(offset >= 0, f"{word!r} is not in {text!r}")
        x, y = self.point_of(node, offset + (len(word) - 1) // 2)
        self.desktop.xdotool("mousemove", x, y, "click", "--repeat", 2, "--delay", 20, 1)
        return x, y
