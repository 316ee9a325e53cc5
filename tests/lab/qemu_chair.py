"""The reader's chair at the virtual PC: real keys in, what they did out, pictures of the screen."""

import contextlib
import re
import shlex
import subprocess
from pathlib import Path

from tests.acceptance import screen
from tests.acceptance.reader import Answer, Reader
from tests.lab.machine import LabError
from tests.lab.qemu import QemuPC
from tests.lab.virtual_pc import PATIENCE, POLL, eventually

# Seconds; the desktop of an emulated PC on busy cores.
DESKTOP_LIMIT = 1200.0
# Seconds until a typed word is looked for in vain, and how often that may be.
WORD_LIMIT, ATTEMPTS = 30.0, 6
WALLPAPER = Path(__file__).parents[2] / "roles/desktop/files/wallpaper.svg"
TYPED = "/tmp/typed"
LISTENER_PID = "/tmp/typed.pid"
# Windows with something to see, a line each; those that only carry properties are 10 pixels wide.
# A list of the window manager would miss Xfce's question at logout, which is none of its windows.
WINDOWS = "xwininfo -root -tree | grep -E ' [0-9]{3,}x[0-9]{2,}[+]'"
# A window that writes down what is typed into it; GTK is what draws the session.
LISTENER = f"""
import gi, os
gi.require_version("Gtk", "3.0")
gi.require_version("GdkX11", "3.0")
from gi.repository import GdkX11, GLib, Gtk
def note(text):
    with open("{TYPED}", "w") as file:
        file.write(text)
def wish():
    if entry.has_focus():
        note("")
        return False
    # As if clicked just now: a window that asks with an older time is not let to the front.
    window.present_with_time(GdkX11.x11_get_server_time(window.get_window()))
    entry.grab_focus()
    return True
entry = Gtk.Entry()
entry.connect("changed", lambda _: entry.get_text() and note(entry.get_text()))
window = Gtk.Window(title="lab")
window.add(entry)
window.show_all()
GLib.timeout_add(500, wish)
with open("{LISTENER_PID}", "w") as file:
    file.write(str(os.getpid()))
Gtk.main()
"""
STOP = f"kill $(cat {LISTENER_PID}); rm -f {LISTENER_PID} {TYPED}"


class Chair:
    """The reader who sits at a virtual PC; nobody need be logged in yet.

    Args:
        pc: the PC.
    """

    def __init__(self, pc: QemuPC) -> None:
        """Sit down."""
        self.pc = pc
        self.reader = Reader(self.as_root)

    def as_root(self, command: str) -> Answer:
        """Run a shell command on the PC as root."""
        done = self.pc.run(command, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    def run(self, command: str, timeout: float = PATIENCE) -> Answer:
        """Run a shell command in the session on the screen."""
        return self.reader.run(command, timeout)

    def console(self) -> str:
        """The console the screen shows, such as tty7."""
        return self.as_root("cat /sys/class/tty/tty0/active").stdout.strip()

    def wait(self, other_than: int | None = None) -> int:
        """Wait for a session that is not the one of that leader; its leader."""
        return self.reader.wait(other_than, DESKTOP_LIMIT, POLL)

    def types(self, word: str) -> bool:
        """Whether a word typed on the USB keyboard arrives in a window of the desktop.

        A window that a key has opened (a question, a screenshot) may come late and take the focus:
        it is closed as a reader would, by Esc, and the word typed again.
        """
        for _ in range(ATTEMPTS):
            self._listen_anew()
            # The input method hands a word over once it is complete. A full stop completes it and
            # answers no question that came up meanwhile; a space would press its button.
            self.pc.type(f"{word}.")
            with contextlib.suppress(LabError):
                eventually(lambda: self._typed(word), WORD_LIMIT, f"{word} is typed")
                self.run(STOP)
                return True
            self.pc.press("esc")
        return False

    def dismiss(self, program: str) -> None:
        """Wait for a window that a key opens, and close it by Esc, as often as it comes.

        Args:
            program: whose window it is, by the name in its class.
        """
        there = f"""{WINDOWS} | grep -qF '("{program}" '"""
        eventually(lambda: self.run(there).succeeded, PATIENCE, f"{program} opens")

        def gone() -> bool:
            self.pc.press("esc")
            return self.run(there).failed

        eventually(gone, PATIENCE, f"{program} is closed")

    def _typed(self, word: str) -> bool:
        return word in self.run(f"cat {TYPED}").stdout

    def _listen_anew(self) -> None:
        """Have a new window that writes down what is typed, with the keyboard's focus.

        One from before may never get it back, and keeps it from the windows that a key opens.
        """
        self.run(STOP)
        self.reader.start(f"exec python3 -c {shlex.quote(LISTENER)}")
        eventually(self._listens, PATIENCE, "a window has the focus")

    def _listens(self) -> bool:
        if self.run(f"test -e {TYPED}").succeeded:
            return True
        self.pc.press("esc")
        return False

    def sees_its_desktop(self, limit: float = PATIENCE) -> bool:
        """Whether the PC's screen shows what the session draws, and not a console."""
        try:
            eventually(self._same_picture, limit, "the screen shows the reader's session")
        except LabError:
            return False
        return True

    def sees_the_wallpaper(self, limit: float = PATIENCE) -> bool:
        """Whether the PC's screen has the sky of the declared wallpaper, which comes last."""
        try:
            eventually(self._sky, limit, "the wallpaper is drawn")
        except LabError:
            return False
        return True

    def _sky(self) -> bool:
        (width, _), pixels = ppm(self.pc.looks())
        return near(pixels[2 * width + width // 2], sky())

    def _same_picture(self) -> bool:
        shown = self.pc.base / "shown.ppm"
        self.pc.screen(shown)
        drawn = subprocess.run(
            ["pngtopnm"],
            input=screen.picture(self.reader, PATIENCE),
            capture_output=True,
            check=True,
        ).stdout
        return alike(shown.read_bytes(), drawn)


def sky(wallpaper: Path = WALLPAPER) -> bytes:
    """The colour a wallpaper begins with at its top, as a pixel."""
    (colour,) = re.findall(
        r'id="sky"[^>]*><stop offset="0" stop-color="#(\w{6})"', wallpaper.read_text()
    )
    return bytes.fromhex(colour)


def near(pixel: bytes, other: bytes, by: int = 8) -> bool:
    """Whether two pixels differ by little in each of their colours."""
    return all(abs(a - b) <= by for a, b in zip(pixel, other, strict=True))


def alike(one: bytes, other: bytes, share: float = 0.95) -> bool:
    """Whether two pictures (binary PPM) have one size and this share of equal pixels.

    A clock may have moved on and a pointer is drawn in one of them only.
    """
    size, pixels = ppm(one)
    other_size, other_pixels = ppm(other)
    if size != other_size:
        return False
    same = sum(a == b for a, b in zip(pixels, other_pixels, strict=True))
    return same >= share * len(pixels)


def ppm(picture: bytes) -> tuple[tuple[int, int], list[bytes]]:
    """Size and pixels of a binary PPM picture.

    Raises:
        LabError: it is another format.
    """
    kind, size, depth, data = picture.split(b"\n", 3)
    if (kind, depth) != (b"P6", b"255"):
        raise LabError(f"No binary PPM with 8 bits a colour: {picture[:20]!r}")
    width, height = map(int, size.split())
    return (width, height), [data[at : at + 3] for at in range(0, width * height * 3, 3)]
