"""The wiper's own command line: what `start` begins `run` finishes, whatever came before."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from deploys.wiper import command
from deploys.wiper.disks import Disk
from deploys.wiper.journal import Journal
from deploys.wiper.wiping import begun

SECRET = b"du lieu cua ban doc\n"
SIZE = 1 << 20
EARLIER = [
    Journal("S1", SIZE),
    Journal("S1", SIZE, stage="failed", why="no-tool"),
    Journal("S1", SIZE, method="overwrite", stage="write", written=4096),
    Journal("S1", SIZE, method="overwrite", stage="failed", why="bad-places", written=SIZE),
    Journal("S1", SIZE, method="overwrite", stage="failed", why="disk-gone", written=4096),
    Journal("S1", SIZE, method="overwrite", stage="read", written=SIZE, read=4096),
    Journal("S1", SIZE, method="overwrite", stage="verified", written=SIZE, read=SIZE, found=0),
    Journal("S1", SIZE, method="sanitize", stage="read", overwritten=True, written=SIZE),
]


@pytest.fixture
def pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Disk]:
    """A PC that holds one disk, a file full of what nobody may read; `start` runs at once."""
    file = tmp_path / "disk"
    file.write_bytes((SECRET * SIZE)[:SIZE])
    disks = [Disk(str(file), "S1", "a file", SIZE, "other", spins=True, in_use=False)]
    monkeypatch.setattr(command, "survey", lambda: disks)
    monkeypatch.setattr("deploys.wiper.itself.RHYTHM", 0.0)

    def at_once(words: list[str]) -> None:
        command.main(words[words.index("run") :])

    monkeypatch.setattr(command, "_leave", at_once)
    return disks


def asked(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    command.main([*words, "--folder", str(folder / "wipes")])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return answer


@pytest.mark.parametrize("earlier", EARLIER, ids=lambda each: f"{each.method}-{each.stage}")
def test_every_wipe_that_was_begun_comes_to_an_end(
    pc: list[Disk], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch, earlier: Journal,
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(earlier.plain())))
    assert not begun(pc[0], earlier).over
    assert asked(tmp_path, capsys, "start", "--serial", "S1") == {"started": True}
    now = asked(tmp_path, capsys, "status", "--serial", "S1")
    assert (now["running"], now["journal"]["stage"]) == (False, "verified")
    assert SECRET not in Path(pc[0].path).read_bytes()


def test_a_disk_that_came_in_between_stops_it(
    pc: list[Disk], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    stick = Disk("/dev/sdz", "U1", "", 1, "usb", spins=False, in_use=False)

    def plugged(words: list[str]) -> None:
        pc.append(stick)
        command.main(words[words.index("run") :])

    monkeypatch.setattr(command, "_leave", plugged)
    asked(tmp_path, capsys, "start", "--serial", "S1")
    journal = asked(tmp_path, capsys, "status", "--serial", "S1")["journal"]
    assert (journal["stage"], journal["why"]) == ("failed", "usb")
    refused = asked(tmp_path, capsys, "start", "--serial", "S1")
    assert refused["refused"] == "usb"
    assert SECRET in Path(pc[0].path).read_bytes()
