"""Ansible changes the doors as safely as pyinfra: the same guard, the same proof."""

import subprocess
from pathlib import Path

import pytest

from deploys.change import ARMED
from tests.lab.declared import declared
from tests.lab.doors import CHANGE, NAME, NOWHERE, can_log_in, doors, is_there
from tests.lab.doors.test_lockout import DROP_NEW_LOGINS
from tests.lab.lab import Lab
from tests.lab.playbook import Played, play
from tests.lab.technician import ROOT, pyinfra
from tests.lab.workstation import Workstation

pytestmark = [pytest.mark.lab, pytest.mark.full]


def run(lab: Lab, root: Path = ROOT, *, check: bool = False) -> Played:
    return play(lab, [NAME], "--tags", "access", check=check, root=root)


def test_nothing_is_left_to_change_after_pyinfra(lab: Lab) -> None:
    played = run(lab)
    assert (played.code, played.changed) == (0, {}), played.shown[-4000:]


def test_a_change_is_shown_made_and_proved(lab: Lab, pc: Workstation, tmp_path: Path) -> None:
    before = doors(pc)
    root = declared(tmp_path / "r", {NAME: {"access_mdns": True}})
    shown = run(lab, root, check=True)
    assert shown.changed == {NAME: [CHANGE]}
    assert doors(pc) == before, "a check has changed something"
    made = run(lab, root)
    assert (made.code, made.failed) == (0, {}), made.shown[-4000:]
    assert any("dport 5353" in line for line in doors(pc))
    assert not is_there(pc, ARMED), "nobody has kept the change"
    assert can_log_in(pc)
    # And the other engine puts it back.
    assert pyinfra(lab, [NAME], "deploys/access.py").changed == {NAME: [CHANGE]}


def test_a_wrong_address_is_refused(lab: Lab, pc: Workstation, tmp_path: Path) -> None:
    before = doors(pc)
    root = declared(tmp_path / "r", {NAME: {"access_management_addresses": [NOWHERE]}})
    played = run(lab, root)
    assert played.code == 2
    assert "nothing was changed" in " ".join(played.shown.split())
    assert doors(pc) == before


@pytest.mark.parametrize("mistake", ["a rule of others", "a foreign key"])
def test_a_failed_proof_takes_the_change_back_at_once(
    lab: Lab, pc: Workstation, tmp_path: Path, mistake: str
) -> None:
    before = doors(pc)
    values: dict[str, object] = {"access_mdns": True}
    if mistake == "a foreign key":
        subprocess.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-f", tmp_path / "k"], check=True)
        values = {"access_authorized_keys": [(tmp_path / "k.pub").read_text().strip()]}
    else:
        pc.run(DROP_NEW_LOGINS)
    played = run(lab, declared(tmp_path / "r", {NAME: values}))
    assert played.code == 2
    assert "a new login failed" in " ".join(played.shown.split())
    assert not is_there(pc, ARMED)
    assert doors(pc) == before
    assert can_log_in(pc)
