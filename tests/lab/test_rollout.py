"""The brake of a roll-out, tried with changes that really break: three workstations, two sites.

One change is applied without an error and opens what must be closed: only the checks see it. One
stops the engine itself. For both engines: the first PC of each site has it, the rest is left bit
for bit; run again it still does not pass; taken back, it goes to all.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.lab.conftest import Start
from tests.lab.declared import declared
from tests.lab.lab import Lab
from tests.lab.night import hold_still
from tests.lab.workstation import Workstation

pytestmark = [pytest.mark.lab, pytest.mark.full]

FIRST, SECOND, OTHER_SITE = "thapmuoi-04", "thapmuoi-05", "thanhmy-02"
HOSTS = (FIRST, SECOND, OTHER_SITE)
CANARIES = {FIRST, OTHER_SITE}
ENGINES = ("pyinfra", "ansible")
TEMPLATE = "roles/browser/templates/policies.json.j2"
POLICIES = "/etc/firefox/policies/policies.json"
GUARD = '    "BlockAboutConfig": true,\n'
# The name of the change -> what it makes of the template.
OPENS = ("opens about:config", GUARD, '    "BlockAboutConfig": false,\n')
STOPS = ("is no JSON", GUARD, '    "BlockAboutConfig": true,,\n')
# What the aspects write, with owner, inode and times; the reader's and the records are not theirs.
EVERYTHING = (
    "find /etc /usr/local /var/lib/benvung/applied.json -xdev -not -path '/etc/cups/*'"
    " -not -name '*.pyc' -not -type d -printf '%p %y %U:%G %m %s %i %T@\\n' | sort"
)


@dataclass(frozen=True)
class Ran:
    """What `benvung rollout --json` said: exit code, document, progress."""

    code: int
    said: dict[str, Any]
    shown: str

    def outcome(self, host: str) -> str:
        """How a PC came out."""
        return str(self._host(host)["outcome"])

    def where(self, host: str) -> str:
        """What stopped it there."""
        return str(self._host(host)["where"])

    def controls(self, host: str) -> set[str]:
        """What it fails since."""
        return {one["control"] for one in self._host(host)["findings"]}

    def _host(self, host: str) -> dict[str, Any]:
        (found,) = (one for one in self.said["hosts"] if one["host"] == host)
        return dict(found)


@dataclass(frozen=True)
class Room:
    """Three workstations and the technician's tree."""

    lab: Lab
    root: Path

    def __getitem__(self, host: str) -> Workstation:
        """A workstation."""
        return self.lab[host]

    def git(self, *words: str) -> str:
        """Git in the tree."""
        who = ["-c", "user.name=ktv", "-c", "user.email=ktv@thuvien.example"]
        done = subprocess.run(
            ["git", *who, *words], cwd=self.root, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def change(self, change: tuple[str, str, str]) -> str:
        """Commit a change of the browser's policy; the commit as a run stamps it."""
        name, before, after = change
        file = self.root / TEMPLATE
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, after), encoding="utf-8")
        self.git("commit", "--quiet", "--all", "-m", name)
        return self.git("rev-parse", "--short=12", "HEAD")

    def take_back(self) -> None:
        """What the page tells a technician to do."""
        self.git("revert", "--no-edit", "HEAD")

    def rollout(self, *words: str, hosts: tuple[str, ...] = HOSTS) -> Ran:
        """The command as a technician types it."""
        limits = [word for host in hosts for word in ("--limit", host)]
        done = subprocess.run(
            [Path(sys.executable).parent / "benvung", "rollout", *words, "--json", *limits],
            cwd=self.root,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("ANSIBLE_")},
                "PYTHONPATH": str(self.root),
                "BENVUNG_SSH_CONFIG": str(self.lab.ssh_config),
                "LC_ALL": "C.UTF-8",
                "LANGUAGE": "en",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(done.returncode, json.loads(done.stdout or "{}"), done.stderr)

    def everything(self, host: str) -> str:
        """All that runs write on a PC."""
        return self[host].run(EVERYTHING).stdout

    def about_config_is_closed(self, host: str) -> bool:
        """What the reader meets."""
        said = json.loads(self[host].run(["cat", POLICIES]).stdout)
        return bool(said["policies"]["BlockAboutConfig"])


@pytest.fixture(scope="module")
def room(lab: Lab, converged: Start, tmp_path_factory: pytest.TempPathFactory) -> Room:
    for pc in converged(*HOSTS):
        hold_still(pc)
        # The first look after a start reads everything from the disk: slow, and not what is tried.
        pc.ssh("sudo -n python3 -B /usr/local/lib/benvung/probe", timeout=600)
    room = Room(lab, declared(tmp_path_factory.mktemp("desk") / "tree", {}))
    (room.root / ".gitignore").write_text("var/\n__pycache__/\n*.retry\n", encoding="utf-8")
    room.git("init", "--quiet")
    room.git("add", "--all")
    room.git("commit", "--quiet", "-m", "The state of the lab")
    return room


def test_a_dry_run_says_who_would_go_when_and_touches_nobody(room: Room) -> None:
    before = {host: room.everything(host) for host in HOSTS}
    ran = room.rollout("--dry-run")
    assert ran.code == 0, ran.shown[-4000:]
    first = {one["host"] for one in ran.said["hosts"] if one["ring"] == "first"}
    assert first == CANARIES, json.dumps(ran.said, indent=1)
    assert {host: room.everything(host) for host in HOSTS} == before


def test_a_good_change_goes_to_all_the_first_of_each_site_first(room: Room) -> None:
    """The whole baseline: one PC is another site's than the snapshot's."""
    ran = room.rollout()
    assert ran.code == 0, ran.shown[-6000:] + json.dumps(ran.said, indent=1)
    first = f"First ring, one PC of each site: {FIRST}, {OTHER_SITE}"
    assert ran.shown.index(first) < ran.shown.index(f"Second ring, the rest: {SECOND}")
    commit = room.git("rev-parse", "--short=12", "HEAD")
    for host in HOSTS:
        stamp = json.loads(room[host].run(["cat", "/var/lib/benvung/applied.json"]).stdout)
        assert stamp["commit"] == commit


@pytest.mark.parametrize("engine", ENGINES)
def test_a_change_that_is_applied_well_and_makes_a_pc_worse_is_stopped(
    room: Room, engine: str
) -> None:
    untouched = room.everything(SECOND)
    room.change(OPENS)
    for attempt in ("the change", "the same again"):
        ran = room.rollout("browser", "--engine", engine)
        assert ran.code == 1, attempt + ran.shown[-6000:]
        assert set(ran.said["stopped"]) == CANARIES, ran.said
        for host in CANARIES:
            assert ran.outcome(host) == "worse"
            assert ran.controls(host) == {"browser.settings-closed"}
            assert not room.about_config_is_closed(host)
        assert ran.outcome(SECOND) == "untouched"
        assert "Second ring" not in ran.shown
        assert room.everything(SECOND) == untouched
    room.take_back()
    again = room.rollout("browser", "--engine", engine)
    assert again.code == 0, again.shown[-6000:] + json.dumps(again.said, indent=1)
    assert all(room.about_config_is_closed(host) for host in HOSTS)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_change_the_engine_does_not_get_through_is_stopped(room: Room, engine: str) -> None:
    untouched = room.everything(SECOND)
    room.change(STOPS)
    ran = room.rollout("browser", "--engine", engine)
    assert ran.code == 1, ran.shown[-6000:]
    assert set(ran.said["stopped"]) == CANARIES, ran.said
    for host in CANARIES:
        assert ran.outcome(host) == "failed"
        assert "Lock Firefox to the library's policy" in ran.where(host)
    assert ran.outcome(SECOND) == "untouched"
    assert room.everything(SECOND) == untouched
    room.take_back()
    again = room.rollout("browser", "--engine", engine)
    assert again.code == 0, again.shown[-6000:] + json.dumps(again.said, indent=1)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_good_change_of_policy_goes_to_all_by_either_engine(room: Room, engine: str) -> None:
    page = '"OverrideFirstRunPage": "'
    room.change((engine, page, f"{page}https://{engine}.example/"))
    ran = room.rollout("browser", "--engine", engine)
    assert ran.code == 0, ran.shown[-6000:] + json.dumps(ran.said, indent=1)
    for host in HOSTS:
        assert f"https://{engine}.example/" in room[host].run(["cat", POLICIES]).stdout
    room.take_back()
    assert room.rollout("browser", "--engine", engine).code == 0


def test_a_pc_that_is_off_hands_its_turn_on(room: Room) -> None:
    """The last test of these: the first PC is switched off."""
    room[FIRST].set_down()
    ran = room.rollout("browser", hosts=(FIRST, SECOND))
    assert ran.code == 1
    assert (ran.outcome(FIRST), ran.outcome(SECOND)) == ("off", "done")
    assert f"First ring, one PC of each site: {SECOND}" in ran.shown
