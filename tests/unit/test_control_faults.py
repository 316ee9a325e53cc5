"""The table of faults for the lab: every control is in it, and its commands hit what is there."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from checks.controls import CONTROLS
from checks.probe import software
from deploys.rendering import render
from tests.lab.control_faults import CANNOT_BE_STAGED, FAULTS, CannotBeStaged, ControlFault
from tests.lab.control_faults.access import SSHD
from tests.lab.control_faults.browser import POLICY
from tests.lab.control_faults.fault import SHARE, back, batches, change, record, side_by_side, until
from tests.lab.technician import ROOT
from tests.unit.test_browser import variables

IDS = [one.id for one in CONTROLS]
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
    subprocess.run(["sh", "-ec", command], check=True)


# --- the table ------------------------------------------------------------------


def test_every_control_is_broken_in_the_lab_or_says_why_not() -> None:
    """Exactly one of both, and once."""
    entries = [*(one.control for one in FAULTS), *(one.control for one in CANNOT_BE_STAGED)]
    assert sorted(entries) == sorted(IDS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.control)
def test_an_entry_names_controls_and_its_commands_are_shell(fault: ControlFault) -> None:
    others = {*fault.cascade, *fault.perhaps, *fault.hides}
    assert others <= set(IDS) - {fault.control}
    assert not fault.before or fault.mend
    for command in (fault.do, fault.mend):
        subprocess.run(["sh", "-n", "-c", command], check=True)


@pytest.mark.parametrize("entry", CANNOT_BE_STAGED, ids=lambda one: one.control)
def test_what_cannot_be_staged_is_proved_by_a_test_there_is(entry: CannotBeStaged) -> None:
    assert entry.why
    assert entry.proved
    for node in entry.proved:
        path, _, name = node.partition("::")
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


# --- side by side ---------------------------------------------------------------


def test_faults_of_one_pc_are_each_seen_by_themselves() -> None:
    for batch in batches(FAULTS, 3):
        for number, one in enumerate(batch):
            assert all(side_by_side(one, other) for other in batch[number + 1 :])


def test_the_faults_are_spread_evenly_and_none_is_lost() -> None:
    spread = batches(FAULTS, 3)
    assert sorted(one.control for batch in spread for one in batch) == sorted(
        one.control for one in FAULTS
    )
    assert max(map(len, spread)) - min(map(len, spread)) <= 3


def test_two_that_move_the_same_control_need_two_pcs() -> None:
    one = ControlFault("a.one", "true", cascade={"a.other": "of course"})
    other = ControlFault("a.other", "true")
    hiding = ControlFault("a.third", "true", hides=frozenset({"a.other"}))
    assert [len(batch) for batch in batches([one, other], 2)] == [1, 1]
    with pytest.raises(ValueError, match=r"a\.(one|other|third) gets along with none of 2 PCs"):
        batches([one, other, hiding], 2)


# --- the commands ---------------------------------------------------------------


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


def test_the_narrowed_sudo_lets_only_the_probe_through(tmp_path: Path) -> None:
    (fault,) = (one for one in FAULTS if one.control == "access.sudo")
    file = tmp_path / "sudoers"
    file.write_text((ROOT / "roles/access/files/sudoers").read_text(encoding="utf-8"))
    edit = fault.do.partition(" && ")[2]
    sh(edit.replace("/etc/sudoers.d/benvung", str(file)))
    assert "\nbenvung ALL=(ALL) NOPASSWD: /usr/bin/python3\n" in file.read_text()


def test_a_fact_is_changed_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "hours.json"
    file.write_text('{"a": 1, "b": [2]}')
    sh(change(str(file), b=["x"]))
    assert json.loads(file.read_text()) == {"a": 1, "b": ["x"]}


@pytest.mark.parametrize("before", [None, '{"a": 1, "b": 2}'])
def test_two_changes_of_a_record_are_both_put_back(tmp_path: Path, before: str | None) -> None:
    """Two faults on one PC may share a record."""
    file = tmp_path / "state/last.json"
    file.parent.mkdir()
    if before:
        file.write_text(before)
    sh(record(str(file), b=True))
    sh(record(str(file), c="of the test"))
    kept = json.loads(before or "{}")
    assert json.loads(file.read_text()) == {**kept, "b": True, "c": "of the test"}
    sh(back(str(file)))
    sh(back(str(file)))
    assert (file.read_text() if file.exists() else None) == before
    assert [path for path in file.parent.iterdir() if path != file] == []


def test_waiting_ends_when_it_is_so(tmp_path: Path) -> None:
    sh(until(f"test -e {tmp_path}/there", f"touch {tmp_path}/there"))
    assert (tmp_path / "there").exists()
