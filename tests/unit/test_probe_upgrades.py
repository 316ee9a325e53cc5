"""What apt says of newer versions: read right, remembered, and asked again in time."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.probe import upgrades

STATUS = """Package: firefox-esr
Status: install ok installed
Priority: optional
Maintainer: Maintainers
Architecture: amd64
Version: 128.5.0esr-1
Conffiles:
 /etc/firefox-esr/firefox-esr.js 0123

Package: libc6
Essential: yes
Status: hold ok unpacked
Architecture: i386
Version: 2.41-11

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
"""
# As apt 3.0 prints it on Debian 13; apt 2.6 the same.
POLICY = """firefox-esr:
  Installed: 128.5.0esr-1
  Candidate: 140.5.0esr-1~deb13u1
  Version table:
     140.5.0esr-1~deb13u1 500
        500 http://mirror.example/debian-security trixie-security/main amd64 Packages
     140.4.0esr-1 500
        500 http://mirror.example/debian trixie/main amd64 Packages
 *** 128.5.0esr-1 100
        100 /var/lib/dpkg/status
tzdata:
  Installed: 2025a-2
  Candidate: 2025b-4
  Version table:
     2025b-4 500
        500 http://mirror.example/debian trixie/main amd64 Packages
        500 http://mirror.example/debian trixie-updates/main amd64 Packages
 *** 2025a-2 100
        100 /var/lib/dpkg/status
openssh-server:
  Installed: 1:10.0p1-7+deb13u4
  Candidate: 1:10.0p1-7+deb13u4
  Version table:
     1:10.2p1-1~bpo13+1 100
        100 http://mirror.example/debian trixie-backports/main amd64 Packages
 *** 1:10.0p1-7+deb13u4 500
        500 http://mirror.example/debian trixie/main amd64 Packages
        100 /var/lib/dpkg/status
     1:10.0p1-7+deb13u2 500
        500 http://mirror.example/debian-security trixie-security/main amd64 Packages
pinned:
  Installed: 2.0-1
  Candidate: 1.0-1
  Version table:
 *** 2.0-1 100
        100 /var/lib/dpkg/status
     1.0-1 1001
       1001 http://mirror.example/debian-security trixie-security/main amd64 Packages
gone:
  Installed: (none)
  Candidate: 1.0
  Version table:
     1.0 500
        500 http://mirror.example/debian trixie/main amd64 Packages
"""
Said = Callable[..., str | None]


class Apt:
    """An apt that counts how often it is asked."""

    def __init__(self, answer: str | None) -> None:
        """Say this until told otherwise."""
        self.answer = answer
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, *command: str) -> str | None:
        """Be asked."""
        self.asked.append(command)
        return self.answer


@pytest.fixture
def apt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Apt:
    """One that answers, on grounds of the test's own."""
    (tmp_path / "status").write_text(STATUS)
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/trixie_Packages").write_text("old")
    asked = Apt(POLICY)
    places = (str(tmp_path / "status"), str(tmp_path / "lists/*"))
    now = upgrades.grounds
    monkeypatch.setattr(upgrades, "said", asked)
    monkeypatch.setattr(upgrades, "grounds", lambda: now(places))
    return asked


def ask(tmp_path: Path) -> dict[str, int | None]:
    return upgrades.upgrades(STATUS, tmp_path / "upgrades.json")


def test_what_is_installed_is_asked_for_and_nothing_else(apt: Apt, tmp_path: Path) -> None:
    ask(tmp_path)
    assert apt.asked == [("apt-cache", "policy", "firefox-esr:amd64", "libc6:i386")]


def test_newer_versions_are_counted_and_security_told_apart(apt: Apt, tmp_path: Path) -> None:
    """No backport, no downgrade by a pin, nothing that is not installed."""
    assert apt.answer
    assert ask(tmp_path) == {"waiting": 2, "security": 1}


def test_apt_is_asked_once_while_nothing_changes(apt: Apt, tmp_path: Path) -> None:
    first = ask(tmp_path)
    assert ask(tmp_path) == first
    assert len(apt.asked) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda place: (place / "status").write_text(STATUS + "\n"),
        lambda place: (place / "lists/trixie_Packages").write_text("new"),
        lambda place: (place / "lists/other_Packages").touch(),
        lambda place: (place / "lists/trixie_Packages").unlink(),
        lambda place: (place / "upgrades.json").write_text('{"grounds": '),
        lambda place: (place / "upgrades.json").write_text('{"grounds": "other", "waiting": 0}'),
    ],
)
def test_apt_is_asked_again_when_something_has_changed(
    apt: Apt, tmp_path: Path, change: Callable[[Path], object]
) -> None:
    ask(tmp_path)
    change(tmp_path)
    apt.answer = POLICY.replace("trixie-security", "trixie").replace("debian-security", "debian")
    assert ask(tmp_path) == {"waiting": 2, "security": 0}
    assert len(apt.asked) == 2


def test_an_old_date_hides_no_change(apt: Apt, tmp_path: Path) -> None:
    ask(tmp_path)
    file = tmp_path / "lists/trixie_Packages"
    before = file.stat()
    file.write_text("new")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    ask(tmp_path)
    assert len(apt.asked) == 2


def test_what_apt_cannot_say_is_not_remembered(apt: Apt, tmp_path: Path) -> None:
    apt.answer = None
    assert ask(tmp_path) == {"waiting": None, "security": None}
    apt.answer = POLICY
    assert ask(tmp_path) == {"waiting": 2, "security": 1}


def test_without_a_place_to_remember_it_is_told_all_the_same(apt: Apt, tmp_path: Path) -> None:
    away = tmp_path / "no/such/place.json"
    assert upgrades.upgrades(STATUS, away) == {"waiting": 2, "security": 1}
    assert not away.parent.exists()
    assert apt.asked


def test_an_empty_database_is_no_news(apt: Apt, tmp_path: Path) -> None:
    assert upgrades.upgrades("", tmp_path / "upgrades.json") == dict.fromkeys(upgrades.COUNTED)
    assert upgrades.upgrades(None, tmp_path / "upgrades.json") == dict.fromkeys(upgrades.COUNTED)
    assert not apt.asked


def test_what_is_remembered_is_whole(apt: Apt, tmp_path: Path) -> None:
    assert apt.answer
    ask(tmp_path)
    kept = json.loads((tmp_path / "upgrades.json").read_text())
    assert set(kept) == {"grounds", *upgrades.COUNTED}
    assert not list(tmp_path.glob("*.new"))


def test_its_grounds_are_there_on_a_debian() -> None:
    """A ground whose path is wrong would never change."""
    if not upgrades.STATUS.exists():
        pytest.skip("this machine has no dpkg")
    assert upgrades.grounds() == upgrades.grounds()
    for pattern in upgrades.GROUNDS:
        if pattern != "/var/lib/dpkg/arch":
            assert upgrades.grounds((pattern,)) != upgrades.grounds(())
