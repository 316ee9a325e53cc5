"""What stands on the reader's screen, as a picture."""

import base64
import subprocess
from pathlib import Path

from tests.acceptance.reader import Answer, Reader, until

# Runs as the reader: GTK is what draws the session, so it is always there.
TAKE = """
import base64, sys, gi
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk
root = Gdk.get_default_root_window()
picture = Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height())
ok, png = picture.save_to_bufferv("png", [], [])
sys.stdout.write(base64.b64encode(png).decode())
"""


def picture(reader: Reader) -> bytes:
    """The whole screen as PNG.

    Raises:
        AssertionError: there is no session, or its screen cannot be read.
    """
    said = reader.run(f"python3 -c '{TAKE}'")
    assert said.succeeded, f"the screen cannot be read: {said.stderr}"
    return base64.b64decode(said.stdout)


def screenshot(name: str, path: Path, *, ssh_config: Path) -> None:
    """Write what the screen of a workstation shows, once its desktop stands still.

    Args:
        name: the workstation, as in the inventory.
        path: the PNG file to write.
        ssh_config: how to reach it.

    Raises:
        AssertionError: no session appears on it.
    """

    def as_root(command: str) -> Answer:
        ssh = ["ssh", "-F", str(ssh_config), "-o", "BatchMode=yes", name]
        done = subprocess.run(
            [*ssh, "sudo", "-n", "sh"], input=command, capture_output=True, text=True, check=False
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    reader = Reader(as_root)
    reader.wait()
    taken: list[bytes] = []

    def still() -> bool:
        taken.append(picture(reader))
        return len(taken) > 3 and len({hash(one) for one in taken[-3:]}) == 1

    until(still, "a desktop that stands still")
    temporary = path.with_suffix(".new")
    temporary.write_bytes(taken[-1])
    temporary.replace(path)
