"""Drives GTK windows from outside, as a screen reader would: AT-SPI for looking and clicking, xdotool for keys.

Needs a display and a D-Bus session (tests/xvfb).  Waits for what it asks for instead of sleeping.  A control that is
greyed cannot be clicked here either: click() says so.
"""
import os
import re
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 pylint: disable=wrong-import-position

Atspi.init()
Atspi.set_timeout(5000, 15000)

# A list realises about two hundred rows: nobody looks into it for ordinary controls.  Pass base=the list instead.
CLOSED = ("tree table", "scroll bar")
MANY = 60
DOUBLE_CLICK = 2.0  # seconds, see tests/xvfb
ROWS = ("table row", "table cell", "list item", "tree item")


class Timeout(Exception):
    """What was waited for did not come."""


def wait(look, timeout=10.0, what="something"):
    """The first true answer of look()."""
    end, problem, pause = time.time() + timeout, None, 0.03
    context = GLib.MainContext.default()
    while time.time() < end:
        while context.pending():
            context.iteration(False)
        try:
            found = look()
            if found:
                return found
        except GLib.GError as error:  # the widget has gone: look again
            problem = error
        time.sleep(pause)
        pause = min(pause * 1.3, 0.2)  # who is looked at so often has no time to work
    raise Timeout(f"{what} did not come in {timeout:.0f} s" + (f" ({problem})" if problem else ""))


def has_state(node, state):
    return node.get_state_set().contains(getattr(Atspi.StateType, state.upper()))


def matches(node, role, name):
    if role is not None and node.get_role_name() not in ((role,) if isinstance(role, str) else role):
        return False
    return name is None or (name(node.get_name() or "") if callable(name) else node.get_name() == name)


def children(node):
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield child


class UI:
    """One program and its windows."""

    def __init__(self, command, log="ui.log", env=None, timeout=20):
        self.log, self.released = log, 0.0
        with open(log, "ab") as stream:
            self.p = subprocess.Popen(command, stdout=stream, stderr=stream, env=dict(os.environ, **(env or {})))
        self.root = wait(self._application, timeout, "the program on the accessibility bus")

    def _application(self):
        if self.p.poll() is not None:
            with open(self.log, encoding="utf-8", errors="replace") as stream:
                raise RuntimeError(f"the program ended with {self.p.returncode}: {stream.read()[-800:]}")
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        return next((node for node in children(desktop) if node.get_process_id() == self.p.pid), None)

    def windows(self):
        """Newest first, so that a dialog comes before its window."""
        self.root.clear_cache()
        return list(children(self.root))[::-1]

    # -- looking --

    def all(self, role=None, name=None, base=None, hidden=False, limit=6000):
        """Breadth first; name is exact or a predicate; only what is showing unless hidden."""
        for top in [base] if base else self.windows():
            queue, seen = [top], 0
            while queue and seen < limit:
                node = queue.pop(0)
                seen += 1
                try:
                    if matches(node, role, name):
                        yield node
                    if node is not top and role not in ROWS and (node.get_role_name() in CLOSED or node.get_child_count() > MANY):
                        continue
                    queue += [child for child in children(node) if hidden or has_state(child, "visible")]
                except GLib.GError:
                    pass

    def find(self, role=None, name=None, base=None):
        return next(self.all(role, name, base), None)

    def get(self, role, name=None, base=None, timeout=10):
        return wait(lambda: self.find(role, name, base), timeout, f"{role} {name!r}")

    def gone(self, role, name=None, base=None, timeout=10):
        wait(lambda: self.find(role, name, base) is None, timeout, f"the end of {role} {name!r}")

    def see(self, text, timeout=10, base=None):
        """A label (or anything with a name) that holds text."""
        return wait(lambda: self.find(None, lambda name: text in name, base), timeout, f"“{text}” on the screen")

    def sees(self, text, base=None):
        return self.find(None, lambda name: text in name, base) is not None

    def window(self, name, timeout=10):
        return wait(lambda: next((w for w in self.windows() if matches(w, None, name)), None), timeout, f"window {name!r}")

    def text(self, node):
        text = node.get_text_iface()
        return text.get_text(0, text.get_character_count())  # (0, -1) is empty for an entry of GTK 4.8

    def dump(self, base=None, stream=sys.stderr, limit=1500):
        """The tree as text, to find out what a control is called."""
        stack, seen = [(top, 0) for top in ([base] if base else self.windows())], 0
        while stack and seen < limit:
            node, depth = stack.pop(0)
            seen += 1
            try:
                actions = node.get_action_iface()
                names = [actions.get_action_name(i) for i in range(actions.get_n_actions())] if actions else []
                names = [name for name in names if "." not in name or name.startswith(("check", "dropdown"))]
                grey = "" if has_state(node, "sensitive") else " GREY"
                name = node.get_name() or ""
                if name not in ("", "GtkImage", "AdwGizmo", "GtkBox") or names:
                    print(f"{'  ' * depth}{node.get_role_name()} {name!r} {node.get_description() or ''!r} {names}{grey}",
                          file=stream)
                if node.get_role_name() not in CLOSED or depth < 2:
                    deeper = depth + 1 if name else depth
                    stack[:0] = [(child, deeper) for child in children(node) if has_state(child, "visible")]
            except GLib.GError:
                pass

    # -- doing --

    def act(self, node, action=None):
        interface = node.get_action_iface()
        for i in range(interface.get_n_actions() if interface else 0):
            if action is None or interface.get_action_name(i) == action:
                return interface.do_action(i)
        raise KeyError(f"{node.get_role_name()} {node.get_name()!r} has no action {action!r}")

    def click(self, name, role=("push button", "toggle button", "link"), base=None, timeout=10):
        """Waits until one of that name takes the click: what lies on a hidden page refuses it."""
        def take():
            for node in self.all(role, name, base):
                interface = node.get_action_iface()
                if not has_state(node, "sensitive") or interface is None or interface.get_n_actions() == 0:
                    continue  # a menu button has its action inside
                is_toggle = node.get_role_name() == "toggle button" and not self._clickable(node)
                if self.act(node, "toggle" if is_toggle else "click"):
                    return node
            return None
        return wait(take, timeout, f"a {role} {name!r} that can be clicked")

    @staticmethod
    def _clickable(node):
        interface = node.get_action_iface()
        return any(interface.get_action_name(i) == "click" for i in range(interface.get_n_actions()))

    def type(self, name, text, role=("text", "entry", "password text"), base=None):
        """Puts text into the field of that label."""
        node = self.get(role, name, base)
        editable = node.get_editable_text_iface()
        if editable is None:
            raise RuntimeError(f"{name!r} cannot be written into")
        editable.set_text_contents(text)
        return node

    def select(self, listing, *rows):
        selection = listing.get_selection_iface()
        selection.clear_selection()
        return all(selection.select_child(row) for row in rows)

    def toggle(self, name, base=None):
        """A check button or a switch."""
        node = self.get(("check box", "toggle button", "switch"), name, base)
        interface = node.get_action_iface()
        names = [interface.get_action_name(i) for i in range(interface.get_n_actions())] if interface else []
        known = [action for action in ("check.toggle", "toggle", "switch.toggle", "click", "activate") if action in names]
        if known:
            self.act(node, known[0])
        else:
            self.present()
            self.mouse(node)

    # -- real input, for what AT-SPI of GTK 4.8 cannot do --

    @staticmethod
    def xdo(*arguments):
        return subprocess.run(["xdotool", *map(str, arguments)], capture_output=True, text=True, check=False).stdout.strip()

    def present(self):
        """Brings the newest window of this program to the front and gives it the keyboard (with a window manager)."""
        def is_in_front():
            name = re.escape((self.windows() or [self.root])[0].get_name() or "")
            found = self.xdo("search", "--all", "--onlyvisible", "--pid", self.p.pid, "--name", f"^{name}$").split()
            if not found or self.xdo("getactivewindow") in found:
                return bool(found)
            self.xdo("windowactivate", found[-1])
            return not os.environ.get("YQ_WM")
        wait(is_in_front, 20, "its window in front")

    def key(self, *keys):
        for key in keys:
            self.xdo("key", "--clearmodifiers", key)

    def write(self, text):
        self.xdo("type", "--clearmodifiers", "--delay", 20, text)

    @staticmethod
    def stands_still(node):
        """Where a widget is, when it is no longer on its way: nobody hits what moves."""
        def look():
            found = node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
            return (found.x, found.y, found.width, found.height)

        def is_same():
            before = look()
            time.sleep(0.15)
            return look() == before
        wait(is_same, 10, f"the end of the moving of {node.get_name()!r}")
        return node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)

    def point(self, node):
        """Puts the pointer into the middle of a widget."""
        top = node
        while top.get_role_name() not in ("frame", "dialog", "window") and top.get_parent().get_role_name() != "application":
            top = top.get_parent()
        inside = self.stands_still(node)
        whole = top.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
        name = self.xdo("search", "--all", "--onlyvisible", "--pid", self.p.pid, "--name", top.get_name() or ".").split("\n")[-1]
        place = dict(line.split("=") for line in self.xdo("getwindowgeometry", "--shell", name).split("\n"))
        x = int(place["X"]) + (int(place["WIDTH"]) - whole.width) // 2 + inside.x + inside.width // 2
        y = int(place["Y"]) + (int(place["HEIGHT"]) - whole.height) // 2 + inside.y + inside.height // 2
        self.xdo("mousemove", x, y)
        self.has_seen()

    def has_seen(self):
        """The program has dealt with what it was given: it answers, and a moment later it answers still."""
        def answers():
            self.root.clear_cache()
            return self.root.get_child_count() >= 0
        for _ in range(2):
            wait(answers, 30, "its answer")
            time.sleep(0.05)

    def mouse(self, node, times=1):
        """Clicks in the middle of a widget, as a hand does: the button stays down until the program has seen it.

        After a layout GTK 4.8 asks the display where the pointer is and which buttons are down, and makes a motion of it.
        Where a button is up again by then whose release is still to be read, it gives the click up (GtkGestureSingle).
        """
        self.point(node)
        time.sleep(max(0, self.released + DOUBLE_CLICK - time.monotonic()))  # the next one is not its second
        for _ in range(times):
            self.xdo("mousedown", 1)
            try:
                self.has_seen()
            finally:
                self.xdo("mouseup", 1)
        self.released = time.monotonic()

    def scroll(self, node, notches):
        """Turns the wheel over a widget: down, or up with a negative number."""
        self.present()
        self.point(node)
        self.xdo("click", "--repeat", abs(notches), "--delay", 15, "5" if notches > 0 else "4")

    def close(self):
        if self.p.poll() is None:
            self.p.terminate()
            try:
                self.p.wait(10)
            except subprocess.TimeoutExpired:
                self.p.kill()
        self.p.wait()
