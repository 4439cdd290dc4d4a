# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop's notification service (org.freedesktop.Notifications), that a test reads and answers."""

import contextlib
import threading

from gi.repository import Gio, GLib

PATH = "/org/freedesktop/Notifications"
INTERFACE = """<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/>
 <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
 <arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/>
 <arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
 <arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>"""


class Notification:
    """What a person would see: `summary` and `body`, and the `actions` that can be chosen."""

    def __init__(self, id, summary, body, actions, hints):
        self.id, self.summary, self.body, self.hints = id, summary, body, hints
        self.actions = dict(zip(actions[::2], actions[1::2]))
        self.is_open = True

    def __repr__(self):
        return f"<notification {self.summary!r}: {self.body!r}{'' if self.is_open else ' (closed)'}>"


class Notifications:
    """Serves in a thread of its own. `all` holds every notification in the order they came."""

    def __init__(self, bus):
        self.all = []
        self.capabilities = ["actions", "body", "persistence"]
        self.lock = threading.Lock()
        self.context = GLib.MainContext()
        self.bus = bus
        ready = threading.Event()
        threading.Thread(target=self._serve, args=(ready,), daemon=True).start()
        ready.wait()

    def _serve(self, ready):
        self.context.push_thread_default()
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        self.bus.register_object(PATH, interface, self._on_call, None, None)
        self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                           "RequestName", GLib.Variant("(su)", ("org.freedesktop.Notifications", 4)),
                           None, Gio.DBusCallFlags.NONE, -1, None)
        ready.set()
        GLib.MainLoop.new(self.context, False).run()

    def _on_call(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        reply = None
        if method == "Notify":
            reply = GLib.Variant("(u)", (self._notify(*parameters.unpack()),))
        elif method == "CloseNotification":
            self._close(parameters.unpack()[0])
        elif method == "GetCapabilities":
            reply = GLib.Variant("(as)", (self.capabilities,))
        else:
            reply = GLib.Variant("(ssss)", ("test", "test", "1", "1.2"))
        invocation.return_value(reply)

    def _notify(self, _app, replaces, _icon, summary, body, actions, hints, _timeout):
        with self.lock:
            id = replaces or len(self.all) + 1
            if replaces:
                for notification in self.all:
                    notification.is_open &= notification.id != replaces
            self.all.append(Notification(id, summary, body, actions, hints))
            return id

    def _close(self, id):
        with self.lock:
            for notification in self.all:
                notification.is_open &= notification.id != id

    def open(self):
        """Those that stand on the screen."""
        with self.lock:
            return [notification for notification in self.all if notification.is_open]

    @contextlib.contextmanager
    def taking_markup(self):
        """Like a desktop that reads a body as markup."""
        self.capabilities.append("body-markup")
        try:
            yield
        finally:
            self.capabilities.remove("body-markup")

    def clear(self):
        with self.lock:
            for notification in self.all:
                notification.is_open = False

    def activate(self, notification, action="default"):
        """A person clicks on it, or on one of its buttons."""
        self.bus.emit_signal(None, PATH, "org.freedesktop.Notifications", "ActionInvoked",
                             GLib.Variant("(us)", (notification.id, action)))
        self.bus.emit_signal(None, PATH, "org.freedesktop.Notifications", "NotificationClosed",
                             GLib.Variant("(uu)", (notification.id, 2)))
        self._close(notification.id)
