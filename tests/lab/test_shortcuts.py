"""A link taken out of the inventory is gone everywhere, in the very next session."""

import json
from collections.abc import Callable

import pytest

from inventory.loader import load
from tests.acceptance.reader import Answer, Reader
from tests.lab.declared import declared
from tests.lab.lab import Lab
from tests.lab.technician import pyinfra
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

PC = "thapmuoi-06"
SHARE = "/usr/local/share/benvung"


@pytest.fixture(scope="module")
def pc(converged: Callable[..., list[Workstation]]) -> Workstation:
    """A converged workstation."""
    (workstation,) = converged(PC)
    return workstation


def places(pc: Workstation, name: str, address: str) -> set[str]:
    """Where a link is: on the desktop, in the menu, in Firefox, on the start page."""

    def text(files: str) -> str:
        return pc.run(f"cat {files}").stdout

    policies = json.loads(text("/etc/firefox/policies/policies.json"))["policies"]
    seen = {
        "desktop": text(f"{SHARE}/home/Desktop/*.desktop"),
        "positions": text(f"{SHARE}/home/.config/xfce4/desktop/icons.screen.latest.rc"),
        "menu": text(f"{SHARE}/menu/reader.menu"),
        "entries": text(f"{SHARE}/menu/entries/*"),
        "toolbar": json.dumps(policies["Bookmarks"]),
        "folder": json.dumps(policies["ManagedBookmarks"]),
        "page": text(f"{SHARE}/start/index.html"),
    }
    return {place for place, words in seen.items() if name in words or address in words}


def test_a_link_taken_out_is_gone_everywhere(
    lab: Lab, pc: Workstation, tmp_path_factory: pytest.TempPathFactory
) -> None:
    links = load().hosts[PC].variables["shortcuts_links"]
    gone = next(link for link in links if link["desktop"])
    name, address = f"{gone['id']}.desktop", gone["url"]
    assert len(places(pc, name, address)) == 7

    root = declared(
        tmp_path_factory.mktemp("repository") / "r",
        {PC: {"shortcuts_links": [link for link in links if link != gone]}},
    )
    run = pyinfra(lab, [PC], "deploys/shortcuts.py", root=root, PYTHONPATH=str(root))
    assert run.code == 0, run.shown[-3000:]
    assert places(pc, name, address) == set()

    def as_root(command: str) -> Answer:
        done = pc.run(["sh", "-c", command], check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    reader = Reader(as_root)
    before = reader.wait()
    pc.run("/usr/local/lib/benvung/session-end")
    reader.wait(other_than=before)
    assert name not in reader.run("ls ~/Desktop").stdout.split()
