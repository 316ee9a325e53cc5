"""A workstation that pulls from a plain web server: signed, cut, offline, and beside a desk."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks.controls import judge
from checks.findings import Status
from checks.report import parse
from deploys.run_lock import HOLD
from tests.acceptance.reader import until
from tests.lab import opening
from tests.lab.control_faults import ControlFault
from tests.lab.control_faults.pull import ON_A_PC_THAT_PULLS
from tests.lab.lab import Lab
from tests.lab.playbook import Played, play
from tests.lab.pulling import (
    HASH,
    LOCK,
    PLAY,
    SOME,
    STATE,
    WAITS,
    Site,
    current,
    left_over,
    pull,
    site,
    state,
    words,
)
from tests.lab.technician import ROOT
from tests.lab.workstation import Workstation
from tests.published import new_key

pytestmark = [pytest.mark.lab, pytest.mark.full]

HOST, OTHER = "thapmuoi-02", "thapmuoi-03"
WAITING = PLAY + WAITS


@pytest.fixture(scope="module")
def enrolled(lab: Lab) -> Iterator[Workstation]:
    """An enrolled workstation, and with it the lab's bridge."""
    (pc,) = lab.start([HOST])
    yield pc
    pc.delete()


@pytest.fixture(scope="module")
def ours(enrolled: Workstation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site that pulls."""
    lab = enrolled.lab
    with site(lab, tmp_path_factory.mktemp("site"), HOST) as ours:
        (ours.root / "deploys/some.py").write_text(SOME, encoding="utf-8")
        ours.publish("first")
        yield ours


@pytest.fixture(scope="module")
def pc(ours: Site, enrolled: Workstation) -> Workstation:
    """A workstation that was made to pull, and has pulled once."""
    pc = enrolled
    run = ours.deploy(HOST, "deploys/some.py")
    assert run.code == 0, run.shown[-4000:]
    opening.closed_all_day(pc)
    assert pull(pc) == 0, state(pc)
    return pc


@pytest.fixture(autouse=True)
def in_force(ours: Site, pc: Workstation) -> Iterator[str]:
    """Each test begins with a published commit that is applied."""
    pc.run("rm -f /run/thu-*")
    opening.closed_all_day(pc)
    commit = ours.publish("before")
    assert pull(pc) == 0, state(pc)
    yield commit
    pc.run("touch /run/thu-go")


def report(pc: Workstation) -> dict[str, Any]:
    said = pc.run(["python3", "-B", "/usr/local/lib/benvung/probe"]).stdout
    return dict(json.loads(said))


def failing(ours: Site, said: dict[str, Any]) -> set[str]:
    """The controls of pulling that fail."""
    declared, now = ours.declared(HOST), datetime.now(UTC)
    findings = judge(declared, parse(json.dumps(said).encode(), HOST, now), [], now)
    failed = {one.control for one in findings if one.status is Status.FAIL}
    return {name for name in failed if name.startswith("pull.")}


def test_what_is_published_is_applied_and_the_second_deploy_changes_nothing(
    ours: Site, pc: Workstation, in_force: str
) -> None:
    assert (words(pc), current(pc)) == ("before", in_force)
    stamp = json.loads(pc.run("cat /var/lib/benvung/applied.json").stdout)
    assert stamp == {"schema": 1, "commit": in_force[:12]}
    assert left_over(pc) == []
    again = ours.deploy(HOST)
    assert (again.code, again.changed) == (0, {}), again.shown[-4000:]
    said = report(pc)
    assert said["applied"]["commit"] == in_force[:12]
    assert failing(ours, said) == set()


def not_running(pc: Workstation) -> bool:
    said = pc.run("systemctl is-active benvung-pull-start.service", check=False).stdout
    return said.strip() != "activating"


def test_it_pulls_after_a_start_and_at_closing(ours: Site, pc: Workstation) -> None:
    assert pc.run("systemctl is-active benvung-pull-start.timer").stdout.strip() == "active"
    wanted = pc.run("systemctl show --property=Wants --value benvung-closing.target").stdout
    assert "benvung-pull.service" in wanted.split()
    for unit in ("benvung-pull-start.service", "benvung-pull.service"):
        # The timer's own run, begun before, would be the one that is waited for.
        until(lambda: not_running(pc), "the timer's run has ended", 120)
        commit = ours.publish(unit)
        pc.run(["systemctl", "start", unit], timeout=600)
        assert (current(pc), words(pc)) == (commit, unit)


def test_a_reader_sees_no_key_and_no_password(pc: Workstation) -> None:
    for path in (
        "/etc/benvung/pull/signers",
        "/etc/benvung/pull/vault-password",
        f"{STATE}/current/",
    ):
        assert pc.run(["ls", path], user="nobody", check=False).returncode != 0
    assert pc.run("stat -c '%a %U' /etc/benvung/pull/vault-password").stdout.split() == [
        "600",
        "root",
    ]


@pytest.mark.parametrize("whose", ["nobody", "a stranger"])
def test_a_bad_signature_changes_nothing_and_is_reported(
    ours: Site, pc: Workstation, in_force: str, whose: str, tmp_path: Path
) -> None:
    new_key(tmp_path / "stranger")
    how: dict[str, Any] = {"sign": False} if whose == "nobody" else {"key": tmp_path / "stranger"}
    evil = ours.publish("evil", **how)
    assert pull(pc) == 1
    assert (words(pc), current(pc)) == ("before", in_force)
    assert state(pc)["fetch"]["offered"] == evil
    assert failing(ours, report(pc)) == {"pull.nothing-refused"}
    ours.published.git("reset", "--quiet", "--hard", in_force)


def test_an_older_commit_changes_nothing_and_is_reported(
    ours: Site, pc: Workstation, in_force: str
) -> None:
    ours.published.publish("HEAD~1")
    assert pull(pc) == 1
    assert (words(pc), current(pc)) == ("before", in_force)
    assert state(pc)["fetch"]["reason"] == "older"
    assert failing(ours, report(pc)) == {"pull.nothing-refused"}


def test_offline_the_last_verified_tree_is_applied(
    ours: Site, pc: Workstation, in_force: str
) -> None:
    ours.publish("unreached")
    gateway = pc.lab.network.gateway
    pc.run(f"ip route add unreachable {gateway}; rm /etc/benvung/words")
    try:
        assert pull(pc) == 0
    finally:
        pc.run(f"ip route del unreachable {gateway}")
    assert (words(pc), current(pc)) == ("before", in_force)
    assert state(pc)["fetch"]["outcome"] == "offline"


def test_beside_readers_it_only_fetches(ours: Site, pc: Workstation) -> None:
    opening.open_all_day(pc)
    commit = ours.publish("during")
    assert pull(pc) == 0
    assert (current(pc), words(pc)) == (commit, "before")
    assert pull(pc, "closing") == 0
    assert words(pc) == "during"
    opening.closed_all_day(pc)


def began(pc: Workstation) -> bool:
    return pc.run("test -e /run/thu-began", check=False).returncode == 0


def begin_and_wait(pc: Workstation) -> None:
    """Let it apply a tree that stops in the middle."""
    pc.run(["systemctl", "start", "--no-block", "benvung-pull-start.service"])
    until(lambda: began(pc), "it applies", 120)


def test_a_power_cut_in_the_middle_is_finished_by_the_next_run(ours: Site, pc: Workstation) -> None:
    commit = ours.publish("whole", play=WAITING)
    begin_and_wait(pc)
    assert state(pc)["apply"]["outcome"] == "running"
    pc.kill()
    pc.boot()
    # The room is open by now: what was cut is finished all the same.
    opening.open_all_day(pc)
    pc.run("touch /run/thu-go")
    assert pull(pc) == 0
    assert (words(pc, "words-too"), current(pc)) == ("whole", commit)
    assert left_over(pc) == []
    assert failing(ours, report(pc)) == set()
    opening.closed_all_day(pc)


def test_a_stop_in_the_middle_is_said_and_finished(ours: Site, pc: Workstation) -> None:
    ours.publish("stopped", play=WAITING)
    begin_and_wait(pc)
    pc.run(["systemctl", "stop", "benvung-pull-start.service"], timeout=200)
    apply = state(pc)["apply"]
    assert (apply["outcome"], apply["reason"]) == ("cut", "down")
    assert pc.run(["pgrep", "-f", "[t]hu-began"], check=False).returncode == 1
    pc.run("touch /run/thu-go")
    assert pull(pc) == 0
    assert words(pc, "words-too") == "stopped"


def test_the_desk_waits_for_a_pull(ours: Site, pc: Workstation) -> None:
    ours.publish("at work", play=WAITING)
    begin_and_wait(pc)
    run = ours.deploy(HOST)
    assert run.code == 1
    assert "another run" in run.line(HOST)
    pc.run("touch /run/thu-go")
    until(lambda: words(pc) == "at work" and lock_is_free(pc), "the pull has ended", 120)
    assert ours.deploy(HOST).code == 0


def lock_is_free(pc: Workstation) -> bool:
    return pc.run(["flock", "-n", LOCK, "true"], check=False).returncode == 0


def test_a_pull_waits_for_the_desk_and_a_cut_line_gives_the_lock_back(pc: Workstation) -> None:
    ssh = ["ssh", "-F", str(pc.lab.ssh_config), "-o", "ControlPath=none", pc.name]
    quoted = HOLD.replace("'", "'\\''")
    command = [*ssh, f"sudo -n sh -c '{quoted}' && echo held && cat"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as desk:
        assert desk.stdout is not None
        assert desk.stdout.readline() == "held\n"
        assert not lock_is_free(pc)
        desk.kill()
    until(lambda: lock_is_free(pc), "the lock is free", 60)


def pushed_by_ansible() -> str:
    """The shipped playbook up to its roles, then the words."""
    (shipped,) = yaml.safe_load((ROOT / "deploys/baseline.yml").read_text(encoding="utf-8"))
    (words_play,) = yaml.safe_load(PLAY)
    pushed = {**shipped, "tasks": words_play["tasks"]}
    del pushed["roles"], pushed["post_tasks"]
    return str(yaml.safe_dump([pushed], sort_keys=False))


def test_ansible_waits_for_a_pull_and_pushes_only_what_is_published(
    ours: Site, pc: Workstation
) -> None:
    def push() -> Played:
        return play(pc.lab, [HOST], root=ours.root, BENVUNG_VAULT_DIR=str(ours.passwords))

    ours.publish("at work", play=WAITING)
    begin_and_wait(pc)
    ours.publish("by ansible", play=pushed_by_ansible())
    busy = push()
    assert busy.code != 0
    assert "another run is at work on this PC" in busy.shown, busy.shown[-3000:]
    pc.run("touch /run/thu-go")
    until(lambda: words(pc) == "at work" and lock_is_free(pc), "the pull has ended", 120)
    # The second over the same connection, which holds the lock already.
    for _time in range(2):
        done = push()
        assert done.code == 0, done.shown[-3000:]
        assert words(pc) == "by ansible"
        assert not lock_is_free(pc)
    pc.lab.hang_up(HOST)
    until(lambda: lock_is_free(pc), "the lock is free", 60)
    ours.published.commit({"deploys/baseline.yml": pushed_by_ansible() + "# more\n"})
    refused = push()
    assert "what is published there is not" in refused.shown, refused.shown[-3000:]


SECRET = """- hosts: all
  gather_facts: false
  tasks:
    - name: Use the secret
      ansible.builtin.copy:
        content: "{{ hostvars['WHOSE']['access_console_password_hash'] }}"
        dest: /etc/benvung/words
        mode: "600"
"""


@pytest.mark.parametrize("whose", [HOST, OTHER])
def test_it_opens_its_own_vault_and_no_other(ours: Site, pc: Workstation, whose: str) -> None:
    other = f"inventory/host_vars/{OTHER}/vault.yml"
    own = (ours.root / f"inventory/host_vars/{HOST}/vault.yml").read_text()
    # As if a technician had given both the same password: the name alone keeps it shut.
    secrets = own.replace(f";{HOST}\n", f";{OTHER}\n")
    ours.published.commit({other: secrets})
    ours.publish("", play=SECRET.replace("WHOSE", whose))
    assert (pull(pc) == 0) is (whose == HOST)
    assert (words(pc) == HASH) is (whose == HOST)
    (ours.root / other).unlink()
    ours.publish("after")


@pytest.mark.full
def test_a_full_disk_leaves_what_was_in_force_and_the_next_run_finishes(
    ours: Site, pc: Workstation, in_force: str
) -> None:
    """Room enough to fetch it, and not to check it out."""
    pc.run(f"cp -a {STATE} /run/kept && mount -t tmpfs -o size=90m,mode=700 none {STATE}")
    pc.run(f"cp -a /run/kept/. {STATE}/")
    ballast = ours.root / "docs/ballast"
    ballast.parent.mkdir(exist_ok=True)
    subprocess.run(["dd", "if=/dev/urandom", f"of={ballast}", "bs=1M", "count=50"], check=True)
    commit = ours.publish("big")
    assert pull(pc) == 1
    assert (words(pc), current(pc)) == ("before", in_force)
    assert state(pc)["fetch"]["reason"] == "full"
    assert left_over(pc) == []
    pc.run(f"umount {STATE}")
    assert pull(pc) == 0
    assert (words(pc), current(pc)) == ("big", commit)


@pytest.mark.full
@pytest.mark.parametrize("fault", ON_A_PC_THAT_PULLS, ids=lambda one: one.control)
def test_each_control_of_pulling_is_broken_and_mended(
    ours: Site, pc: Workstation, fault: ControlFault
) -> None:
    pc.run(fault.do)
    failed = failing(ours, report(pc))
    assert fault.control in failed
    assert failed <= fault.shows
    if fault.mend:
        pc.run(fault.mend)
    else:
        assert ours.deploy(HOST).code == 0
    assert failing(ours, report(pc)) == set()


def test_a_site_that_is_pushed_to_again_leaves_nothing(ours: Site, pc: Workstation) -> None:
    """The last test of these: the PC pulls no longer."""
    ours.declare(pull_mode="push")
    run = ours.deploy(HOST)
    assert run.code == 0, run.shown[-4000:]
    for path in (
        STATE,
        "/etc/benvung/pull",
        "/etc/benvung/pull.json",
        "/usr/local/lib/benvung/pull",
    ):
        assert pc.run(["test", "-e", path], check=False).returncode == 1
    assert ours.deploy(HOST).changed == {}
    assert report(pc)["pull"] == {"mode": "push"}
    ours.declare(pull_mode="pull")
    ours.publish("again")
    assert ours.deploy(HOST).code == 0


@pytest.mark.full
def test_debian_12_does_the_same(ours: Site, lab: Lab) -> None:
    (older,) = lab.start([OTHER], suite="bookworm")
    try:
        commit = ours.publish("Debian 12")
        assert ours.deploy(OTHER).code == 0
        assert pull(older) == 0, state(older)
        assert (words(older), current(older)) == ("Debian 12", commit)
        ours.publish("evil", sign=False)
        assert pull(older) == 1
        assert (words(older), state(older)["fetch"]["reason"]) == ("Debian 12", "unsigned")
    finally:
        older.delete()
        ours.published.git("reset", "--quiet", "--hard", commit)
