"""Runs on the workstation, as the reader: keys pressed at the screen, and pictures of it.

    python3 -m pc.keyboard TITLE STROKE…

waits until a window with TITLE in its name is in front, then types; `<Control_L s>` presses keys
together, `<@20,40>` clicks twice at a place, `<clipboard>` prints what was copied.
"""

import base64
import ctypes
import importlib
import os
import re
import subprocess
import sys
import time
from typing import Any

COMES_TO_FRONT_WITHIN = 120  # seconds; an office suite on a busy old PC
BETWEEN_KEYS = 0.05  # nobody types faster, and input methods count on it
SHIFTED = dict(zip('~!@#$%^&*()_+{}|:"<>?', "`1234567890-=[]\\;',./", strict=True))
# X's names of keys that are not their own name.
NAMED = {
    "\n": "Return", "\t": "Tab", "\b": "BackSpace", "\x1b": "Escape", " ": "space",
    "`": "grave", "-": "minus", "=": "equal", "[": "bracketleft", "]": "bracketright",
    "\\": "backslash", ";": "semicolon", "'": "apostrophe", ",": "comma", ".": "period",
    "/": "slash",
}  # fmt: skip


class Keyboard:
    """Keys pressed through XTEST: for the programs on the screen there is no difference."""

    def __init__(self) -> None:
        """Connect to the reader's display.

        Raises:
            RuntimeError: there is none.
        """
        self.x = ctypes.CDLL("libX11.so.6")
        self.xtest = ctypes.CDLL("libXtst.so.6")
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XStringToKeysym.restype = ctypes.c_ulong
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(None))
        if not self.display:
            raise RuntimeError("no display")

    def press(self, *keysyms: str) -> None:
        """Hold the keys down in order, then let them go: `press("Control_L", "s")`."""
        codes = [self._code(keysym) for keysym in keysyms]
        for code in codes:
            self._key(code, down=True)
        for code in reversed(codes):
            self._key(code, down=False)
        time.sleep(BETWEEN_KEYS)

    def type(self, text: str) -> None:
        """Type text as on a keyboard with American labels."""
        for character in text:
            plain = SHIFTED.get(character, character.lower())
            keysym = NAMED.get(plain, plain)
            if plain == character:
                self.press(keysym)
            else:
                self.press("Shift_L", keysym)

    def double_click(self, x: int, y: int) -> None:
        """Point at a place of the screen and click twice."""
        self.xtest.XTestFakeMotionEvent(self.display, -1, x, y, ctypes.c_ulong(0))
        for down in (1, 0, 1, 0):
            self.xtest.XTestFakeButtonEvent(self.display, 1, down, ctypes.c_ulong(0))
            self.x.XSync(self.display, 0)

    def _code(self, keysym: str) -> int:
        symbol = ctypes.c_ulong(self.x.XStringToKeysym(keysym.encode()))
        code = self.x.XKeysymToKeycode(self.display, symbol)
        if not code:
            raise RuntimeError(f"no key {keysym}")
        return int(code)

    def _key(self, code: int, *, down: bool) -> None:
        self.xtest.XTestFakeKeyEvent(self.display, code, int(down), ctypes.c_ulong(0))
        self.x.XSync(self.display, 0)


def _gtk(library: str) -> Any:
    """Gtk or Gdk, 3.0; typing alone does without them."""
    importlib.import_module("gi").require_version(library, "3.0")
    return importlib.import_module(f"gi.repository.{library}")


def screenshot() -> str:
    """The whole screen as PNG, base64."""
    gdk = _gtk("Gdk")
    root = gdk.get_default_root_window()
    picture = gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height())
    return base64.b64encode(picture.save_to_bufferv("png", [], [])[1]).decode()


def clipboard() -> str:
    """The text that was copied last, "" if there is none."""
    gtk, gdk = _gtk("Gtk"), _gtk("Gdk")
    return str(gtk.Clipboard.get(gdk.SELECTION_CLIPBOARD).wait_for_text() or "")


def in_front() -> str:
    """The title of the window that gets the keys."""

    def ask(*arguments: str) -> str:
        done = subprocess.run(
            ["xprop", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        return done.stdout

    window = re.search(r"0x[0-9a-f]+", ask("-root", "_NET_ACTIVE_WINDOW"))
    if not window:
        return ""
    title = ask("-id", window[0], "_NET_WM_NAME")
    return title.partition(" = ")[2].strip().strip('"')


def wait_for(title: str) -> None:
    """Wait until a window with this in its title is in front.

    Raises:
        SystemExit: none came in time.
    """
    deadline = time.monotonic() + COMES_TO_FRONT_WITHIN
    while title not in (front := in_front()):
        if time.monotonic() > deadline:
            raise SystemExit(f"{title!r} did not come to the front; {front!r} is there")
        time.sleep(0.3)


def main() -> int:
    """Wait for the window of the first argument, then make the strokes of the others."""
    title, *strokes = sys.argv[1:]
    if title:
        wait_for(title)
    keyboard = Keyboard()
    for stroke in strokes:
        if stroke == "<clipboard>":
            print(clipboard())
        elif stroke.startswith("<@"):
            keyboard.double_click(*map(int, stroke.strip("<@>").split(",")))
        elif stroke.startswith("<"):
            keyboard.press(*stroke.strip("<>").split())
        else:
            keyboard.type(stroke)
    return 0


if __name__ == "__main__":
    sys.exit(main())
