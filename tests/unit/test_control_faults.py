"""The table of faults for the lab: every control is in it, and its commands hit what is there."""

import json
import subprocess
from pathlib import Path

import pytest

from checks.controls import CONTROLS
from checks.probe import software
from deploys.vocabulary import render
from tests.lab.control_faults import FAULTS, POLICY, SHARE, SSHD, ControlFault, back, record
from tests.unit.test_browser import variables

IDS = [one.id for one in CONTROLS]
ASPECTS = {one.aspect for one in CONTROLS} | {"baseline"}
# The files that faults edit, and what they are made of.
TEMPLATES = {
    SSHD: "access/sshd.conf.j2",
    POLICY: "browser/policies.json.j2",
    "/etc/nftables.conf": "access/nftables.conf.j2",
    "/etc/systemd/system/benvung-session-idle.service": "session/benvung-session-idle.service.j2",
    "/etc/benvung/session.conf": "session/session.conf.j2",
    "/etc/polkit-1/rules.d/10-benvung-power.rules": "power/polkit.rules.j2",
    f"{SHARE}/home/.config/fcitx5/conf/unikey.conf": "desktop/fcitx5-unikey.conf.j2",
}
EDITED = [
    (one, path)
    for one in FAULTS
    for path in TEMPLATES
    if one.do.startswith("sed -i") and path in one.do
]


def sh(command: str) -> None:
    subprocess.run(["sh", "-c", command], check=True)


def test_every_control_can_be_broken_on_a_real_workstation() -> None:
    assert sorted(one.control for one in FAULTS) == sorted(IDS)
    for fault in FAULTS:
        assert set(fault.cascade) <= set(IDS) - {fault.control}, fault.control
        assert fault.where in {"any", "vm", "pull"}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.control)
def test_its_commands_are_shell(fault: ControlFault) -> None:
    for command in (fault.do, *({fault.mend} - ASPECTS)):
        subprocess.run(["sh", "-n", "-c", command], check=True)


def test_enough_of_them_edit_what_the_roles_write() -> None:
    assert {path for _, path in EDITED} == set(TEMPLATES)


@pytest.mark.parametrize(
    ("fault", "path"), EDITED, ids=lambda one: getattr(one, "control", "template")
)
def test_an_edit_hits_the_line_the_role_wrote(
    fault: ControlFault, path: str, tmp_path: Path
) -> None:
    template = TEMPLATES[path]
    written = render(template, variables(template.partition("/")[0]))
    file = tmp_path / "file"
    file.write_text(written, encoding="utf-8")
    sh(fault.do.partition(" && ")[0].replace(path, str(file)))
    edited = file.read_text(encoding="utf-8")
    assert edited != written
    if path == POLICY:
        before, after = (software.judged(json.loads(one)["policies"]) for one in (written, edited))
        assert sum(before[name] != after[name] for name in before) == 1


def test_a_record_is_changed_for_a_fault_and_put_back(tmp_path: Path) -> None:
    file = tmp_path / "state/last.json"
    for before in (None, '{"a": 1, "b": 2}'):
        if before:
            file.write_text(before)
        sh(record(str(file), b=True, c="of the test"))
        kept = json.loads(before or "{}")
        assert json.loads(file.read_text()) == {**kept, "b": True, "c": "of the test"}
        sh(back(str(file)))
        assert (file.read_text() if file.exists() else None) == before
