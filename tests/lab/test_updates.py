"""Updates survive cuts, slow lines and full disks, and never come before readers."""

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checks.days import VIETNAM
from tests.acceptance.reader import until
from tests.lab import opening
from tests.lab.archive import Archive
from tests.lab.declared import declared
from tests.lab.lab import Lab
from tests.lab.technician import pyinfra
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

DEPLOY = "deploys/updates.py"
HEAL = "updates | Heal a package database left half configured"
APT = "/usr/local/lib/benvung/apt"
STATE = "/var/lib/benvung/updates/state.json"
# Set up, it waits for a file; so a test can cut it in the middle, or let it go on.
WAITS = "touch /run/thu-began; while [ ! -e /run/thu-go ]; do sleep 0.2; done"
# The first time it is cut, the second time it goes through.
WAITS_ONCE = f"[ -e /var/lib/thu-once ] && exit 0; touch /var/lib/thu-once; sync; {WAITS}"

ARCHIVES = "/var/cache/apt/archives"
FILLED = f"mount -t tmpfs -o size=64k none {ARCHIVES} && mkdir {ARCHIVES}/partial"


@pytest.fixture(scope="module")
def pc(converged: Callable[..., list[Workstation]]) -> Workstation:
    """A converged workstation in a closed room, with no archive but the tests' own."""
    (workstation,) = converged("thapmuoi-06")
    workstation.run("mv /etc/apt/sources.list /etc/apt/sources.list.debian")
    opening.closed_all_day(workstation)
    return workstation


@pytest.fixture
def archive(pc: Workstation, tmp_path: Path) -> Iterator[Archive]:
    """An archive of security updates, empty, on this machine."""
    archive = Archive(tmp_path, pc.record.suite)
    with archive.served(str(pc.lab.network.gateway)) as url:
        pc.run(["tee", "/etc/apt/sources.list.d/thu.list"], stdin=f"deb [trusted=yes] {url} ./\n")
        pc.run("rm -rf /var/lib/apt/lists/* /run/thu-* /var/lib/thu-*")
        yield archive
        pc.run("touch /run/thu-go; rm -f /etc/apt/sources.list.d/thu.list")
        until(lambda: not at_work(pc), "apt has ended")
        pc.run("dpkg --purge --force-all $(dpkg-query -W -f '${Package} ' 'thu-*') || true")


def at_work(pc: Workstation) -> bool:
    shown = pc.run("systemctl show --property=ActiveState --value benvung-apt.service").stdout
    return shown.strip() in {"active", "activating", "deactivating"}


def package_state(pc: Workstation, package: str) -> str:
    shown = pc.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package], check=False
    )
    return shown.stdout


def began(pc: Workstation) -> bool:
    return pc.run("test -e /run/thu-began", check=False).returncode == 0


def install_and_cut(pc: Workstation, archive: Archive, name: str) -> None:
    """Begin a real installation with apt, and wait until dpkg is setting the package up."""
    archive.add(name, "1", WAITS_ONCE)
    pc.run("apt-get -q update")
    pc.run(f"systemd-run --quiet --unit={name} apt-get -y -q install {name}")
    until(lambda: began(pc), "dpkg sets the package up")
    assert package_state(pc, name).startswith("half-configured")


def test_a_power_cut_is_healed_at_the_next_start(pc: Workstation, archive: Archive) -> None:
    install_and_cut(pc, archive, "thu-dien")
    pc.kill()
    pc.boot()
    until(lambda: package_state(pc, "thu-dien") == "installed 1", "the start has healed it", 120)
    # The package is set up a moment before dpkg has put its records away.
    until(lambda: pc.run([APT, "sick"], check=False).returncode == 1, "nothing is half done", 120)


def test_the_next_run_heals_it_and_nothing_else(
    pc: Workstation, archive: Archive, lab: Lab
) -> None:
    install_and_cut(pc, archive, "thu-chay")
    pc.run("systemctl kill --signal=KILL thu-chay")
    until(lambda: pc.run("pgrep -x dpkg", check=False).returncode, "dpkg is dead")
    run = pyinfra(lab, [pc.name], DEPLOY)
    assert run.code == 0, run.shown[-4000:]
    assert run.changed == {pc.name: [HEAL]}
    assert package_state(pc, "thu-chay") == "installed 1"


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(": > {status}", id="an empty status file"),
        pytest.param("head -c 100001 {status}-old > {status}", id="a torn status file"),
        pytest.param(
            "dd if=/dev/zero of={list} bs=512 count=1 status=none", id="a list of files all zeros"
        ),
        pytest.param(": > {list}", id="an empty list of files"),
    ],
)
def test_what_a_power_cut_tears_is_mended(pc: Workstation, archive: Archive, damage: str) -> None:
    """Ext4 leaves new files empty or full of zeros when the mains fails before they are synced."""
    archive.add("thu-rach", "1")
    pc.run([APT, "install", "thu-rach"])
    status, files = "/var/lib/dpkg/status", "/var/lib/dpkg/info/thu-rach.list"
    pc.run(f"cp {status} {status}-old")
    pc.run(damage.format(status=status, list=files))
    assert pc.run([APT, "sick"], check=False).returncode == 0
    pc.run([APT, "heal"])
    assert pc.run([APT, "sick"], check=False).returncode == 1
    assert package_state(pc, "thu-rach") == "installed 1"
    assert "/usr/share/thu/thu-rach" in pc.run(["dpkg", "-L", "thu-rach"]).stdout


def test_a_run_cut_at_the_desk_leaves_a_whole_apt_and_the_next_rejoins(
    pc: Workstation, archive: Archive
) -> None:
    archive.add("thu-cham", "1", WAITS)
    ssh = ["ssh", "-F", str(pc.lab.ssh_config), "-o", "ControlPath=none", pc.name]
    command = [*ssh, f"sudo {APT} install thu-cham"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as desk:
        until(lambda: began(pc), "dpkg sets the package up")
        desk.kill()
    assert at_work(pc)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as again:
        assert again.stdout is not None
        assert "waiting for it" in again.stdout.readline()
        pc.run("touch /run/thu-go")
        rest = again.stdout.read()
    assert again.returncode == 0, rest
    assert package_state(pc, "thu-cham") == "installed 1"


@pytest.mark.full
def test_a_slow_line_is_no_failure(
    pc: Workstation, archive: Archive, lab: Lab, tmp_path: Path
) -> None:
    """Any other step has five seconds here; the package takes ten to arrive."""
    archive.add("thu-nang", "1", ballast=100_000)
    archive.bytes_per_second = 10_000
    usual = ["python3", "python3-apt", "unattended-upgrades"]
    root = declared(tmp_path / "tree", {pc.name: {"updates_packages": [*usual, "thu-nang"]}})
    run = pyinfra(lab, [pc.name], DEPLOY, root=root, timeout=5, PYTHONPATH=str(root))
    assert run.code == 0, run.shown[-4000:]
    assert package_state(pc, "thu-nang") == "installed 1"


@pytest.mark.parametrize(
    ("prepare", "package", "sentence"),
    [
        (FILLED, "thu-nang", "The disk is full"),
        ("true", "thu-khong-co", "no package thu-khong-co"),
        ("sed -i 's/:[0-9]* /:9 /' /etc/apt/sources.list.d/thu.list", "thu-nang", "is the line up"),
        ("true", "thu-hong", "cannot set up package thu-hong"),
    ],
    ids=["full", "unknown", "offline", "broken"],
)
def test_a_failure_ends_in_a_sentence(
    pc: Workstation, archive: Archive, prepare: str, package: str, sentence: str
) -> None:
    archive.add("thu-nang", "1", ballast=200_000)
    archive.add("thu-hong", "1", "echo khong duoc >&2; exit 1")
    pc.run("apt-get -q update")
    pc.run(prepare)
    done = pc.run([APT, "install", package], check=False)
    pc.run("umount /var/cache/apt/archives || true")
    assert done.returncode == 1
    assert sentence in done.stderr.strip().splitlines()[-1], done.stderr


@pytest.mark.parametrize(
    "damage",
    [
        "rm -f /usr/bin/python3 /usr/bin/python3.*",
        "rm -rf /usr/lib/python3.*/encodings /usr/lib/python3.*/json",
    ],
)
def test_a_pc_whose_python_is_gone_gets_it_back(pc: Workstation, lab: Lab, damage: str) -> None:
    """Python comes from Debian's own archive."""
    pc.run("cp /etc/apt/sources.list.debian /etc/apt/sources.list; rm -rf /var/lib/apt/lists/*")
    pc.run(damage)
    assert pc.run("python3 -c 'import json'", check=False).returncode
    run = pyinfra(lab, [pc.name], DEPLOY)
    pc.run("rm /etc/apt/sources.list")
    assert run.code == 0, run.shown[-4000:]
    assert run.changed == {pc.name: [HEAL]}
    assert pc.run("python3 -c 'import json, apt_pkg; print(6 * 7)'").stdout == "42\n"


def state(pc: Workstation) -> dict[str, str]:
    return dict(json.loads(pc.run(["cat", STATE]).stdout))


def missed_for(pc: Workstation, days: int) -> None:
    before = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
    known = {"schema": 1, "since": before, "last_success": before}
    pc.run(["tee", STATE], stdin=json.dumps(known))


def test_nothing_is_updated_while_readers_are_there(pc: Workstation, archive: Archive) -> None:
    archive.add("thu-moi", "1")
    pc.run([APT, "install", "thu-moi"])
    archive.add("thu-moi", "2")
    opening.open_all_day(pc)
    missed_for(pc, 30)
    pc.run("systemctl start benvung-updates-missed.service")
    assert "last_run" not in state(pc)
    opening.closed_all_day(pc)
    assert package_state(pc, "thu-moi") == "installed 1"


def test_not_when_the_room_opens_soon(pc: Workstation) -> None:
    soon = datetime.now(VIETNAM) + timedelta(minutes=15)
    later = soon + timedelta(minutes=30)
    opening.declare(pc, [[f"{soon:%H:%M}", f"{later:%H:%M}"]])
    missed_for(pc, 30)
    pc.run("systemctl start benvung-updates-missed.service")
    assert "last_run" not in state(pc)
    opening.closed_all_day(pc)


def test_missed_updates_come_while_the_room_is_closed(pc: Workstation, archive: Archive) -> None:
    archive.add("thu-moi", "1")
    pc.run([APT, "install", "thu-moi"])
    archive.add("thu-moi", "2")
    missed_for(pc, 2)
    pc.run("systemctl start benvung-updates-missed.service", timeout=300)
    assert "last_run" not in state(pc), "two days are not missed yet"
    missed_for(pc, 3)
    pc.run("systemctl start benvung-updates-missed.service", timeout=300)
    assert state(pc)["outcome"] == "ok", state(pc)
    assert package_state(pc, "thu-moi") == "installed 2"


def test_only_security_updates_come_by_themselves(pc: Workstation, archive: Archive) -> None:
    archive.label = "Somebody's own"
    archive.add("thu-la", "1")
    pc.run([APT, "install", "thu-la"])
    archive.add("thu-la", "2")
    pc.run("systemctl start benvung-updates.service", timeout=300)
    assert state(pc)["outcome"] == "ok", state(pc)
    assert package_state(pc, "thu-la") == "installed 1"


def test_a_line_that_is_down_counts_as_missed(pc: Workstation, archive: Archive) -> None:
    archive.add("thu-moi", "1")
    missed_for(pc, 3)
    before = state(pc)["last_success"]
    pc.run("sed -i 's/:[0-9]* /:9 /' /etc/apt/sources.list.d/thu.list")
    pc.run("systemctl start benvung-updates.service", check=False, timeout=300)
    assert state(pc)["outcome"] == "failed"
    assert "line" in state(pc)["reason"]
    assert state(pc)["last_success"] == before
    assert pc.run(["/usr/local/lib/benvung/updates", "early"]).stdout.strip() == "45"


def test_switched_off_while_updating_a_package_is_finished_first(
    pc: Workstation, archive: Archive
) -> None:
    archive.add("thu-do", "1")
    pc.run([APT, "install", "thu-do"])
    archive.add("thu-do", "2", WAITS)
    pc.run("systemctl start --no-block benvung-updates.service")
    until(lambda: began(pc), "dpkg sets the package up", 300)
    pc.run("systemctl stop --no-block benvung-updates.service")
    until(
        lambda: "deactivating" in pc.run("systemctl show -p ActiveState benvung-updates").stdout,
        "systemd waits for the package",
    )
    pc.run("touch /run/thu-go")
    until(lambda: state(pc).get("outcome") == "cut", "the run has ended in order")
    assert package_state(pc, "thu-do") == "installed 2"


def test_the_sites_cache_is_used_while_it_answers(
    pc: Workstation, archive: Archive, lab: Lab, tmp_path: Path
) -> None:
    """A declared cache that dies is no reason to fail."""
    archive.add("thu-qua-kho", "1")
    cache = Archive(tmp_path / "cache", pc.record.suite)
    cache.place.mkdir()
    cache.add("thu-qua-kho", "1")
    with cache.served(str(lab.network.gateway)) as url:
        variables = {pc.name: {"updates_apt_cache": url.removeprefix("http://")}}
        root = declared(tmp_path / "tree", variables)
        run = pyinfra(lab, [pc.name], DEPLOY, root=root, PYTHONPATH=str(root))
        assert run.code == 0, run.shown[-4000:]
        pc.run("apt-get -q update")
        assert any(line.startswith("http://") for line in cache.asked), "the cache was not asked"
    asked = len(archive.asked)
    pc.run("rm -rf /var/lib/apt/lists/*; apt-get -q update")
    assert len(archive.asked) > asked, "the archive was not asked directly"
