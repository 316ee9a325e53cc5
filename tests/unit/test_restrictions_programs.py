"""The programs that close programs and hide menu entries; that they do it, the lab proves."""

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.programs import program

closed = program("restrictions", "closed-programs")
hidden = program("restrictions", "hidden-entries")
ENTRY = "data/applications/xterm.desktop"


@pytest.fixture(autouse=True)
def _own_umask(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs set theirs; that of the tests stays."""
    monkeypatch.setattr(os, "umask", lambda _: 0)


@pytest.fixture
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is hidden, made right once."""
    monkeypatch.setattr(hidden, "LIST", tmp_path / "list")
    monkeypatch.setattr(hidden, "SHARE", tmp_path / "share")
    hidden.LIST.write_text(f"# a comment\n\n{ENTRY}\nconfig/autostart/a.desktop\n")
    assert not hidden.as_declared()
    hidden.apply()
    assert hidden.as_declared()
    return tmp_path / "share"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda share: (share / ENTRY).unlink(),
        lambda share: (share / ENTRY).write_bytes(b""),
        lambda share: (share / ENTRY).write_bytes(hidden.ENTRY + b"Hidden=false\n"),
        lambda share: (share / ENTRY).write_bytes(bytes(len(hidden.ENTRY))),
        lambda share: (share / "config/autostart/more.desktop").touch(),
    ],
)
def test_what_is_hidden_is_judged_and_made_right(
    entries: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(entries)
    assert not hidden.as_declared()
    hidden.apply()
    assert hidden.as_declared()


def test_what_is_no_longer_listed_is_shown_again(entries: Path) -> None:
    hidden.LIST.write_text(ENTRY)
    assert not hidden.as_declared()
    hidden.apply()
    assert [path.name for path in entries.rglob("*.desktop")] == ["xterm.desktop"]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of programs, and the files the program stands on: none of them is there yet."""
    for name in ("LIST", "BEFORE", "OVERRIDES"):
        monkeypatch.setattr(closed, name, tmp_path / name)
    place = tmp_path / "bin"
    place.mkdir()
    (place / "one").touch(mode=0o755)
    (place / "other").symlink_to("one")
    return place


def test_files_are_closed_and_links_left_alone(programs: Path) -> None:
    closed.LIST.write_text(f"# a comment\n{programs}/one\n{programs}/other\n{programs}/absent\n")
    assert closed.to_close() == [f"{programs}/one"]


def test_what_dpkg_keeps_is_read_whichever_way_it_is_written(programs: Path) -> None:
    assert programs
    assert closed.overridden() == set()
    closed.OVERRIDES.write_text(
        "root root 0750 /bin/su\nroot root 750 /usr/bin/at\nroot crontab 2755 /usr/bin/crontab\n"
    )
    assert closed.overridden() == {"/bin/su", "/bin/at"}
    closed.OVERRIDES.write_bytes(b"\xff\0\n")
    assert closed.overridden() == set()


def test_how_a_program_was_is_remembered_over_a_torn_file(programs: Path) -> None:
    path = f"{programs}/one"
    was = closed.Before("04755", *closed.belongs(programs / "one"))
    assert closed.remembered() == {}
    closed.remember({path: was})
    assert closed.remembered() == {path: was}
    closed.LIST.write_text("")
    assert closed.undeclared() == [path]
    closed.LIST.write_text(f"{path}\n")
    assert closed.undeclared() == []
    with closed.BEFORE.open("ab") as file:
        file.write(b"\0\0\n\xff 04755 root\n9x root root /usr/bin/su\n04755 ro")
    assert closed.remembered() == {path: was}


def test_an_owner_without_a_name_is_remembered_by_number(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(_self: Path) -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(Path, "owner", nobody)
    facts = (programs / "one").stat()
    assert closed.belongs(programs / "one") == (str(facts.st_uid), str(facts.st_gid))


@pytest.mark.parametrize("module", [closed, hidden], ids=["closed", "hidden"])
@pytest.mark.parametrize("verb", ["check", "apply", "wrong"])
def test_what_cannot_be_done_is_said_in_a_line(
    module: ModuleType,
    verb: str,
    programs: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(module, "LIST", programs / "nowhere")
    monkeypatch.setattr(module.sys, "argv", ["program", verb])
    if module is hidden:
        monkeypatch.setattr(hidden, "SHARE", programs)
    assert module.main() == (2 if verb == "wrong" else 1)
    assert capsys.readouterr().err
