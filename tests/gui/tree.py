# SPDX-License-Identifier: GPL-3.0-or-later
"""The accessibility tree of a program, read over its bus.

Asked by D-Bus alone: libatspi keeps a cache that GTK 4.8 does not tell of every change. A snapshot
asks for a whole level of the tree at once and takes some ten milliseconds. Extents are in the
coordinates of the toplevel window, which is all that GTK 4.8 knows.

GTK 4.8 calls everything visible that was not hidden by itself: rows that wait to be used again, pages
of a stack that are not shown, what a revealer has not revealed. So Node.is_shown asks as well what the
window has at the middle of the node's place (GetAccessibleAtPoint), and believes what it gets.
"""

import re

from gi.repository import Gio, GLib

ACCESSIBLE = "org.a11y.atspi.Accessible"
ACTION = "org.a11y.atspi.Action"
COMPONENT = "org.a11y.atspi.Component"
EDITABLE = "org.a11y.atspi.EditableText"
PROPERTIES = "org.freedesktop.DBus.Properties"
TEXT = "org.a11y.atspi.Text"
WINDOW_COORDINATES = GLib.Variant("(u)", (1,))

# Names of AtspiStateType by bit, those that GTK sets.
STATES = {1: "active", 4: "checked", 5: "collapsed", 7: "editable", 8: "enabled", 9: "expandable",
          10: "expanded", 11: "focusable", 12: "focused", 16: "modal", 17: "multi-line", 20: "pressed",
          22: "selectable", 23: "selected", 24: "sensitive", 25: "showing", 30: "visible",
          32: "indeterminate", 33: "required", 36: "invalid-entry", 38: "selectable-text",
          41: "checkable", 42: "has-popup", 43: "read-only"}

TYPE_NAME = re.compile(r"(Gtk|Adw|Parlance)[A-Z]\w+")


class Gone(Exception):
    """The program does not answer, or has no such object any more."""


class Node:
    """One accessible object, as it was at the snapshot; text and actions are asked for when wanted."""

    def __init__(self, tree, path, parent):
        self.tree, self.path, self.parent = tree, path, parent
        self.children = []
        self.role = self.name = self.description = ""
        self.states = frozenset()
        self.interfaces = ()
        self.extents = (0, 0, 0, 0)

    def __repr__(self):
        return f"<{self.role} {self.name!r} {self.extents}>"

    @property
    def ancestors(self):
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    @property
    def is_window(self):
        """GTK 4.8 gives dialogs of libadwaita the role "widget"."""
        return self.parent is not None and self.parent.role == "application"

    @property
    def window(self):
        """The toplevel window that this is in, or is."""
        return next((node for node in (self, *self.ancestors) if node.is_window), None)

    @property
    def is_popover(self):
        return any(child.name == "GtkPopoverContent" for child in self.children)

    @property
    def place(self):
        """The part of the extents that is inside of everything around it; None when nothing is."""
        left, top, width, height = self.extents
        right, bottom = left + width, top + height
        for node in (self, *self.ancestors):
            if node.role == "application":
                break
            x, y, width, height = node.extents
            if width <= 0 or height <= 0 or "visible" not in node.states:
                return None
            left, top, right, bottom = max(left, x), max(top, y), min(right, x + width), min(bottom, y + height)
            if node.is_popover:  # reaches out of the window, and of what it hangs on
                break
        return (left, top, right, bottom) if left < right and top < bottom else None

    @property
    def is_shown(self):
        """Whether a person can see it, or at least its middle."""
        place = self.place
        if place is None:
            return False
        surface = next((node for node in (self, *self.ancestors)
                        if node.is_popover or node.is_window), None)
        if surface is None:
            return True
        middle = (place[0] + place[2]) // 2, (place[1] + place[3]) // 2
        path = surface.ask(COMPONENT, "GetAccessibleAtPoint", GLib.Variant("(iiu)", (*middle, 1)))[0][1]
        picked = self.tree.nodes.get(path)
        if picked is None or picked.name == "AdwGizmo":
            return True
        if self.path in (path, *(node.path for node in picked.ancestors)):
            return True
        # What is insensitive lets through to what it lies in.
        return "sensitive" not in self.states and path in (node.path for node in self.ancestors)

    @property
    def center(self):
        x, y, width, height = self.extents
        return x + width // 2, y + height // 2

    def ask(self, interface, method, parameters=None):
        return self.tree.call(self.path, interface, method, parameters)

    def ask_property(self, interface, name):
        return self.ask(PROPERTIES, "Get", GLib.Variant("(ss)", (interface, name)))[0]

    @property
    def text(self):
        """What an entry, a text view or a label holds; else its name."""
        if TEXT not in self.interfaces:
            return self.name
        count = self.ask_property(TEXT, "CharacterCount")
        return self.ask(TEXT, "GetText", GLib.Variant("(ii)", (0, count)))[0]

    @property
    def caret(self):
        """[characters]"""
        return self.ask_property(TEXT, "CaretOffset")

    @property
    def selection(self):
        """(start, end) of the selected text; equal when nothing is selected."""
        return self.ask(TEXT, "GetSelection", GLib.Variant("(i)", (0,)))[:2]

    @property
    def is_focused(self):
        return "focused" in self.tree.states_of(self.path)

    def click(self):
        """Does what the control is for, wherever it is; a pointer is not moved."""
        if not self.ask(ACTION, "DoAction", GLib.Variant("(i)", (0,)))[0]:
            raise Gone(f"{self} cannot be clicked")

    def set_text(self, text):
        """Replaces what stands in an entry, as if it were pasted."""
        self.ask(EDITABLE, "SetTextContents", GLib.Variant("(s)", (text,)))

    def walk(self):
        """This one and all below, in the order of the tree."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, role=None, name=None, shown=True, state=None):
        """Those below with that role and name: a string is the whole name, a pattern is searched for."""
        return [node for node in self.walk() if node.matches(role, name, shown, state)]

    def first(self, *arguments, **keywords):
        return next(iter(self.all(*arguments, **keywords)), None)

    def up(self, role):
        """The nearest one above with that role."""
        node = self.parent
        while node is not None and node.role != role:
            node = node.parent
        return node

    def matches(self, role, name, shown, state):
        return ((role is None or self.role == role) and (state is None or state in self.states)
                and self._is_named(name) and (not shown or self.is_shown))

    @property
    def has_name(self):
        """Whether the name says something: what has none is called by its type."""
        return bool(self.name.strip()) and not TYPE_NAME.fullmatch(self.name)

    def _is_named(self, name):
        if name is None:
            return True
        if isinstance(name, re.Pattern):
            return name.search(self.name) is not None
        return self.name == name

    def texts(self):
        """The texts of the labels below, as they are seen, top down."""
        return [node.name for node in self.walk() if node.role == "label" and node.is_shown]

    def dump(self, depth=0):
        """Lines for a person who wonders."""
        states = " ".join(sorted(self.states - {"enabled", "sensitive", "visible", "showing"}))
        about = f"{self.description!r} " if self.description else ""
        yield f"{'  ' * depth}{self.role} {self.name!r} {about}{self.extents} {states}"
        for child in self.children:
            yield from child.dump(depth + 1)


class Tree:
    """The tree of one program, which is known by the process that it is."""

    def __init__(self, bus, pid):
        self.bus, self.pid = bus, pid
        self.name = self.root_path = None
        self.nodes = {}  # of the last snapshot, by path
        self.timeout_ms = 20000

    def connect(self):
        """Whether the program has registered."""
        registered = self.bus.call_sync("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root",
                                        ACCESSIBLE, "GetChildren", None, None, Gio.DBusCallFlags.NONE,
                                        self.timeout_ms, None).unpack()[0]
        for name, path in registered:
            try:
                pid = self.bus.call_sync(
                    "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetConnectionUnixProcessID",
                    GLib.Variant("(s)", (name,)), None, Gio.DBusCallFlags.NONE, -1, None).unpack()[0]
            except GLib.Error:
                continue
            if pid == self.pid:
                self.name, self.root_path = name, path
                return True
        return False

    def call(self, path, interface, method, parameters=None):
        try:
            result = self.bus.call_sync(self.name, path, interface, method, parameters, None,
                                        Gio.DBusCallFlags.NO_AUTO_START, self.timeout_ms, None)
        except GLib.Error as error:
            raise Gone(f"{method}: {error.message}") from None
        return result.unpack() if result is not None else ()

    def call_many(self, calls):
        """Results in order; None for one that failed, as happens when an object goes meanwhile."""
        context = GLib.MainContext.default()
        results = [None] * len(calls)
        n_left = len(calls)

        def on_reply(bus, result, index):
            nonlocal n_left
            n_left -= 1
            try:
                results[index] = bus.call_finish(result).unpack()
            except GLib.Error:
                pass

        for index, (path, interface, method, parameters) in enumerate(calls):
            self.bus.call(self.name, path, interface, method, parameters, None,
                          Gio.DBusCallFlags.NO_AUTO_START, self.timeout_ms, None, on_reply, index)
        while n_left:
            context.iteration(True)
        return results

    def states_of(self, path):
        return decode_states(self.call(path, ACCESSIBLE, "GetState")[0])

    def snapshot(self):
        """The whole tree; its children are the windows."""
        root = Node(self, self.root_path, None)
        level = [root]
        nodes = {}
        name = GLib.Variant("(ss)", (ACCESSIBLE, "Name"))
        description = GLib.Variant("(ss)", (ACCESSIBLE, "Description"))
        while level:
            calls = []
            for node in level:
                nodes[node.path] = node
                calls += [(node.path, ACCESSIBLE, "GetRoleName", None),
                          (node.path, PROPERTIES, "Get", name),
                          (node.path, PROPERTIES, "Get", description),
                          (node.path, ACCESSIBLE, "GetState", None),
                          (node.path, ACCESSIBLE, "GetInterfaces", None),
                          (node.path, COMPONENT, "GetExtents", WINDOW_COORDINATES),
                          (node.path, ACCESSIBLE, "GetChildren", None)]
            results = self.call_many(calls)
            below = []
            for index, node in enumerate(level):
                below += fill(node, results[7 * index:7 * index + 7])
            level = below
        if not root.children and not root.role:
            raise Gone("the program does not answer")
        self.nodes = nodes
        return root


def fill(node, results):
    """Puts what was answered into a node; returns its children."""
    role, name, description, states, interfaces, extents, children = results
    node.role = role[0] if role else ""
    node.name = name[0] if name else ""
    node.description = description[0] if description else ""
    node.states = decode_states(states[0]) if states else frozenset()
    node.interfaces = tuple(interfaces[0]) if interfaces else ()
    node.extents = extents[0] if extents else (0, 0, 0, 0)
    node.children = [Node(node.tree, path, node) for _, path in (children[0] if children else ())]
    return node.children


def decode_states(words):
    bits = words[0] | words[1] << 32
    return frozenset(name for bit, name in STATES.items() if bits >> bit & 1)
