"""What stands on the reader's screen, keys typed at it, and Firefox opened for real."""

import base64
import io
import json
import shlex
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.acceptance.reader import ENTER, Answer, Reader, until

PROGRAMS = Path(__file__).parent / "pc"
FIREFOX_LIMIT = 400  # seconds; a first start on a busy old PC takes one or two minutes

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


def picture(reader: Reader, timeout: float = 30) -> bytes:
    """The whole screen as PNG.

    Args:
        reader: whose screen.
        timeout: seconds it may take.

    Raises:
        AssertionError: there is no session, or its screen cannot be read.
    """
    said = reader.run(f"python3 -c '{TAKE}'", timeout)
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


# The policy forbids remote control, as it should; so a Firefox that shall be asked runs with that
# one policy taken out, in a mount namespace of its own. Nothing outside of it sees the difference.
WITHOUT_DEVELOPER_LOCK = """
import json, os, subprocess, sys, tempfile
path = "/etc/firefox/policies/policies.json"
with open(path, encoding="utf-8") as file:
    policies = json.load(file)
assert policies["policies"].pop("DisableDeveloperTools") is True
handle, staged = tempfile.mkstemp(dir="/run")
with open(handle, "w", encoding="utf-8") as file:
    json.dump(policies, file)
os.chmod(staged, 0o644)
subprocess.run(["mount", "--bind", staged, path], check=True)
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
os.unlink(staged)
os.execvp("python3", ["python3", "-c", *sys.argv[1:]])
"""


# Counts the colours of the reader's screen: {"#rrggbb": pixels}.
COUNT = """
import collections, json, gi
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk
root = Gdk.get_default_root_window()
picture = Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height())
pixels, row, step = picture.get_pixels(), picture.get_rowstride(), picture.get_n_channels()
seen = collections.Counter(
    pixels[y * row + x * step:y * row + x * step + 3]
    for y in range(picture.get_height()) for x in range(picture.get_width())
)
print(json.dumps({"#" + colour.hex(): count for colour, count in seen.most_common(2000)}))
"""


def colours(reader: Reader) -> dict[str, int]:
    """The most frequent colours of the reader's screen: `#rrggbb` → pixels.

    Raises:
        AssertionError: the screen cannot be read.
    """
    said = reader.run(f"python3 -c '{COUNT}'", timeout=60)
    assert said.succeeded, f"the screen cannot be read: {said.stderr}"
    return dict(json.loads(said.stdout))


def firefox(
    reader: Reader, steps: Mapping[str, Sequence[Any]], *, line: bool = True
) -> dict[str, Any]:
    """Open Firefox on the reader's screen, do steps in it, close it.

    Args:
        reader: whose screen.
        steps: any name → `(step, argument, …)`, a step of pc/firefox.py; in order.
        line: whether Firefox has a network beyond the workstation itself.

    Returns:
        The result of each step, by its name.

    Raises:
        AssertionError: Firefox did not start, or a step failed.
    """
    leader = reader.wait()
    command = brought("firefox", json.dumps(list(steps.values())))
    inside = [ENTER, str(leader), str(FIREFOX_LIMIT), command]
    apart = ["unshare", "--mount"] if line else ["unshare", "--mount", "--net"]
    words = [*apart, "python3", "-c", WITHOUT_DEVELOPER_LOCK, *inside]
    said = reader.as_root(shlex.join(words))
    assert said.succeeded, f"{said.stderr or said.stdout}"
    return dict(zip(steps, json.loads(said.stdout.splitlines()[-1]), strict=True))


def keys(reader: Reader, *strokes: str, into: str = "") -> str:
    """Type at the reader's keyboard.

    Args:
        reader: whose screen.
        strokes: text to type; `<Control_L s>` presses keys together, by their X names;
            `<@20,40>` clicks twice at a place; `<clipboard>` reads what was copied.
        into: part of the title of the window that must be in front before; "" for any.

    Returns:
        What was read from the clipboard.

    Raises:
        AssertionError: the window did not come to the front, or a key does not exist.
    """
    said = reader.run(brought("keyboard", into, *strokes), timeout=240)
    assert said.succeeded, said.stderr
    return said.stdout


def brought(program: str, *arguments: str) -> str:
    """The shell command that brings the programs of pc/ to the workstation and runs one of them.

    Args:
        program: `firefox` or `keyboard`.
        arguments: for it.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as archive:
        for path in sorted(PROGRAMS.glob("*.py")):
            archive.add(path, f"pc/{path.name}")
    encoded = base64.b64encode(packed.getvalue()).decode()
    return (
        "d=$(mktemp -d) && trap 'rm -rf \"$d\"' EXIT"
        f' && echo {encoded} | base64 -d | tar -xJC "$d" && cd "$d"'
        f" && python3 -B -m pc.{program} {shlex.join(arguments)}"
    )
