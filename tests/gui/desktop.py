# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop of its own: display, window manager, session bus, accessibility bus, notifications.

One for each test file. Nothing of the caller's session is seen or touched: the buses know only what
is started here, directories are private, and everything that was started is ended by its pid.
"""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

from gi.repository import Gio, GLib

from notifications import Notifications

HERE = os.path.dirname(os.path.abspath(__file__))

SESSION_CONF = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={run}</listen>
  <auth>EXTERNAL</auth>
  <limit name="max_replies_per_connection">50000</limit>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
"""

# What the program may inherit: the way to programs and libraries, and what sanitizers are told.
KEPT = ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS",
        "PYTHONDONTWRITEBYTECODE", "MALLOC_PERTURB_")


REGISTRY = "/usr/libexec/at-spi2-registryd"

PROGRAMS = ("Xvfb", "dbus-daemon", "xfwm4", "xdotool", "xprop", "import", REGISTRY)


def missing():
    """The programs of a desktop that are not installed."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def end_with_parent():
    """For a child, before it becomes another program: it must not outlive a test that is killed."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Desktop:
    """Everything a program with windows needs, and nobody sees."""

    def __init__(self, width=1280, height=900):
        self.dir = tempfile.mkdtemp(prefix="parlance-gui-")
        self.width, self.height = width, height
        self.processes = []
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        run = os.path.join(self.dir, "run")
        os.mkdir(run, 0o700)
        self.environment |= {
            "HOME": self.dir, "XDG_RUNTIME_DIR": run, "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "GDK_BACKEND": "x11", "GDK_DEBUG": "gl-disable", "GSK_RENDERER": "cairo",
            "FONTCONFIG_FILE": os.path.join(HERE, "fonts.conf"), "XDG_SESSION_TYPE": "x11",
            # Shared by all tests of all files: reading every font takes a second.
            "XDG_CACHE_HOME": os.path.join(tempfile.gettempdir(), f"parlance-gui-cache-{os.getuid()}"),
        }
        try:
            self._start_display()
            self.environment["DBUS_SESSION_BUS_ADDRESS"], self.bus = self._start_bus("session")
            self.environment["AT_SPI_BUS_ADDRESS"], self.a11y = self._start_bus("accessibility")
            self.spawn([REGISTRY], stdout=subprocess.DEVNULL)
            wait_for_owner(self.a11y, "org.a11y.atspi.Registry")
            self.notifications = Notifications(self.bus)
            self._start_window_manager()
        except BaseException:
            self.close()
            raise

    def spawn(self, command, environment=None, **keywords):
        """Starts one of the desktop's own programs; it ends with the desktop."""
        with open(os.path.join(self.dir, "desktop.log"), "ab") as log:
            process = subprocess.Popen(command, env=self.environment | (environment or {}),
                                       stdin=subprocess.DEVNULL, stderr=log, preexec_fn=end_with_parent,
                                       **keywords)
        self.processes.append(process)
        return process

    def _start_display(self):
        read_end, write_end = os.pipe()
        self.spawn(["Xvfb", "-displayfd", str(write_end), "-screen", "0",
                    f"{self.width}x{self.height}x24", "-nolisten", "tcp", "-noreset", "-fp", "built-ins"],
                   stdout=subprocess.DEVNULL, pass_fds=[write_end])
        os.close(write_end)
        self.environment["DISPLAY"] = ":" + read_line(read_end, "the display's number")
        os.close(read_end)

    def _start_bus(self, name):
        """Returns its address, and a connection to it."""
        path = os.path.join(self.dir, name + ".conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(SESSION_CONF.format(run=self.environment["XDG_RUNTIME_DIR"]))
        process = self.spawn(["dbus-daemon", "--config-file", path, "--nofork", "--print-address=1"],
                             stdout=subprocess.PIPE)
        address = read_line(process.stdout.fileno(), f"the address of the {name} bus")
        process.stdout.close()
        flags = Gio.DBusConnectionFlags
        connection = Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)
        connection.set_exit_on_close(False)
        return address, connection

    def _start_window_manager(self):
        # It is no part of the accessibility tree.
        self.spawn(["xfwm4", "--compositor=on"], {"NO_AT_BRIDGE": "1"}, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while "window id # 0x" not in self.ask("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"):
            if time.monotonic() > until:
                raise RuntimeError("the window manager did not start; see desktop.log")
            time.sleep(0.01)

    def ask(self, *command):
        """What a small program says of this display; "" when it fails."""
        done = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""

    def xdotool(self, *arguments):
        """Synthetic input; everything that the arguments do is done when this returns."""
        subprocess.run(["xdotool", *map(str, arguments)], env=self.environment, check=True, timeout=60,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def screenshot(self, path):
        subprocess.run(["import", "-window", "root", path], env=self.environment, check=False, timeout=60)

    def close(self):
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


def read_line(descriptor, what, deadline_s=30):
    """One line from a pipe, however it comes."""
    text = b""
    until = time.monotonic() + deadline_s
    while not text.endswith(b"\n"):
        left = until - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise RuntimeError(f"{what} did not come")
        piece = os.read(descriptor, 4096)
        if not piece:
            raise RuntimeError(f"{what} did not come: the program ended")
        text += piece
    return text.decode("ascii").strip()


def wait_for_owner(bus, name, deadline_s=30):
    until = time.monotonic() + deadline_s
    while not call(bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner",
                   GLib.Variant("(s)", (name,)))[0]:
        if time.monotonic() > until:
            raise RuntimeError(f"nobody came to own {name}")
        time.sleep(0.01)


def call(bus, name, path, interface, method, parameters=None, timeout_ms=-1):
    """A call over a bus; its result as Python values."""
    result = bus.call_sync(name, path, interface, method, parameters, None, Gio.DBusCallFlags.NONE,
                           timeout_ms, None)
    return result.unpack() if result is not None else ()


def get_property(bus, name, path, interface, property_name, timeout_ms=-1):
    return call(bus, name, path, "org.freedesktop.DBus.Properties", "Get",
                GLib.Variant("(ss)", (interface, property_name)), timeout_ms)[0]
