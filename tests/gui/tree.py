# SPDX-License-Identifier: GPL-3.0-or-later
"""The accessibility tree of a program, read over its bus.

Asked by D-Bus alone: libatspi keeps a cache that GTK 4.8 does not tell of every change. One call brings
all the objects that somebody has asked for before, as they are at one moment; those that have come since
are asked for one level after the other. The role's name, which an object keeps for life, and its place
are asked for when they are wanted. Extents are in the coordinates of the toplevel window, which is all
that GTK 4.8 knows.

GTK 4.8 calls everything visible that was not hidden by itself: rows that wait to be used again, pages
of a stack that are not shown, what a revealer has not revealed. So Node.is_shown asks as well what the
window has at the middle of the node's place (GetAccessibleAtPoint), and believes what it gets.
"""

import contextlib
import functools
import re

from gi.repository import Gio, GLib

ACCESSIBLE = "org.a11y.atspi.Accessible"
ACTION = "org.a11y.atspi.Action"
CACHE = "org.a11y.atspi.Cache"
COMPONENT = "org.a11y.atspi.Component"
EDITABLE = "org.a11y.atspi.EditableText"
PROPERTIES = "org.freedesktop.DBus.Properties"
TEXT = "org.a11y.atspi.Text"
CACHE_PATH = "/org/a11y/atspi/cache"
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
    """One accessible object, as it was at the snapshot; place, text and actions are asked for when wanted."""

    def __init__(self, tree, path, name, description, states, interfaces):
        self.tree, self.path, self.name, self.description = tree, path, name, description
        self._states, self._interfaces = states, interfaces
        self.parent = None
        self.children = []
        self._extents = None

    def __repr__(self):
        return f"<{self.role} {self.name!r} {self.extents}>"

    @functools.cached_property
    def states(self):
        return decode_states(self._states.unpack())

    @functools.cached_property
    def interfaces(self):
        return self._interfaces.unpack()

    @property
    def role(self):
        """By the name that GTK has for it; nothing when it has gone before anybody asked."""
        roles = self.tree.roles
        if self.path not in roles:
            with contextlib.suppress(Gone):
                roles[self.path] = self.ask(ACCESSIBLE, "GetRoleName")[0]
        return roles.get(self.path, "")

    @property
    def extents(self):
        """(x, y, width, height) when it was first asked for, or last looked at; zeros of what has no place."""
        if self._extents is None:
            self.look_again()
        return self._extents

    def look_again(self):
        """Asks where it is now; returns that."""
        self._extents = (0, 0, 0, 0)
        if COMPONENT in self.interfaces:
            with contextlib.suppress(Gone):
                self._extents = self.ask(COMPONENT, "GetExtents", WINDOW_COORDINATES)[0]
        return self._extents

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
        return ((state is None or state in self.states) and self._is_named(name)
                and (role is None or self.role == role) and (not shown or self.is_shown))

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
        self.roles = {}  # by path
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
        result = self._reply(path, interface, method, parameters)
        return result.unpack() if result is not None else ()

    def _reply(self, path, interface, method, parameters=None):
        try:
            return self.bus.call_sync(self.name, path, interface, method, parameters, None,
                                      Gio.DBusCallFlags.NO_AUTO_START, self.timeout_ms, None)
        except GLib.Error as error:
            raise Gone(f"{method}: {error.message}") from None

    def _items(self):
        """All objects that somebody has asked for. Taken out of the reply by hand: to unpack all of it takes
        three times as long as the program needs to answer."""
        items = self._reply(CACHE_PATH, CACHE, "GetItems").get_child_value(0)
        for item in map(items.get_child_value, range(items.n_children())):
            field = item.get_child_value
            yield (field(0).get_child_value(1).get_string(), field(4).get_int32(), field(5),
                   field(6).get_string(), field(8).get_string(), field(9))

    def call_many(self, calls):
        """Replies in order; None for one that failed, as happens when an object goes meanwhile."""
        context = GLib.MainContext.default()
        replies = [None] * len(calls)
        n_left = len(calls)

        def on_reply(bus, result, index):
            nonlocal n_left
            n_left -= 1
            with contextlib.suppress(GLib.Error):
                replies[index] = bus.call_finish(result)

        for index, (path, interface, method, parameters) in enumerate(calls):
            self.bus.call(self.name, path, interface, method, parameters, None,
                          Gio.DBusCallFlags.NO_AUTO_START, self.timeout_ms, None, on_reply, index)
        while n_left:
            context.iteration(True)
        return replies

    def states_of(self, path):
        return decode_states(self.call(path, ACCESSIBLE, "GetState")[0])

    def snapshot(self):
        """The whole tree; its children are the windows."""
        nodes, children = {}, {}
        level = []
        for path, n_children, interfaces, name, description, states in self._items():
            nodes[path] = Node(self, path, name, description, states, interfaces)
            if n_children > 0 or path == self.root_path:  # which says that it has none
                level.append(path)
        if self.root_path not in nodes:
            raise Gone("the program does not answer")
        # Each says whose child it is as well, but what is in a stack passes over its page, and what is
        # hidden keeps its place beside what has come there.
        while level:
            level = self._look_below(level, nodes, children)
        self.nodes = {}
        self._put_together(self.root_path, nodes, children)
        return self.nodes[self.root_path]

    def _look_below(self, level, nodes, children):
        """Asks for the children of those on the level; returns which of them were not known."""
        below = []
        for path, reply in zip(level, self.call_many([(path, ACCESSIBLE, "GetChildren", None) for path in level])):
            if reply is not None:
                children[path] = [child for _, child in reply.unpack()[0]]
                below += [child for child in children[path] if child not in nodes]
        calls = []
        for path in below:
            calls += [(path, PROPERTIES, "Get", GLib.Variant("(ss)", (ACCESSIBLE, "Name"))),
                      (path, PROPERTIES, "Get", GLib.Variant("(ss)", (ACCESSIBLE, "Description"))),
                      (path, ACCESSIBLE, "GetState", None),
                      (path, ACCESSIBLE, "GetInterfaces", None)]
        replies = self.call_many(calls)
        for path, *answers in zip(below, replies[::4], replies[1::4], replies[2::4], replies[3::4]):
            if None not in answers:
                name, description, states, interfaces = (answer.get_child_value(0) for answer in answers)
                nodes[path] = Node(self, path, name.get_variant().get_string(), description.get_variant().get_string(),
                                   states, interfaces)
        return below

    def _put_together(self, path, nodes, children):
        node = self.nodes[path] = nodes[path]
        for child in children.get(path, ()):
            # One that is being moved may be in two places while the tree is read.
            if child in nodes and child not in self.nodes:
                nodes[child].parent = node
                node.children.append(nodes[child])
                self._put_together(child, nodes, children)


def decode_states(words):
    bits = words[0] | words[1] << 32
    return frozenset(name for bit, name in STATES.items() if bits >> bit & 1)
