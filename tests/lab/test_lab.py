"""The lab itself keeps its promises: what the other tests stand on."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko
import pytest

from tests.lab import names, network, roots
from tests.lab.lab import Lab
from tests.lab.machine import LabError, call, can_host, mirrors
from tests.lab.processes import runs_from
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

PLAIN, OTHER, NEW, BEHIND = "thapmuoi-08", "thapmuoi-09", "thapmuoi-10", "thanhmy-05"


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether something becomes true within a deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.2)
    return true()


@pytest.fixture(scope="module", params=["trixie", pytest.param("bookworm", marks=pytest.mark.full)])
def plain(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Workstation]:
    (workstation,) = lab.start([PLAIN], suite=request.param)
    yield workstation
    workstation.delete()


def test_a_pristine_workstation_is_what_debians_installer_leaves(plain: Workstation) -> None:
    assert plain.ssh("id -un; sudo -n id -un").stdout.split() == ["benvung", "root"]
    assert plain.run("stat -c '%a %U' /home/benvung /etc/sudoers.d/benvung").stdout.split() == [
        *("700", "benvung"),
        *("440", "root"),
    ]
    assert plain.run(["passwd", "--status", "benvung"]).stdout.split()[1] == "L"
    assert plain.run(["passwd", "--status", "root"]).stdout.split()[1] == "L"
    assert plain.run("dpkg -l task-xfce-desktop firefox-esr lightdm | grep -c ^ii").stdout == "3\n"
    suite = plain.record.suite
    lines = plain.run(["cat", "/etc/apt/sources.list"]).stdout.splitlines()
    assert [line.split()[2:] for line in lines] == [
        [f"{suite}{part}", "main", "non-free-firmware"] for part in ("", "-security", "-updates")
    ]
    assert plain.run("test ! -e /etc/benvung && test ! -e /usr/local/lib/benvung").stdout == ""
    assert plain.run("systemctl is-system-running --wait || true").stdout == "running\n"


def test_the_first_converge_needs_no_download(plain: Workstation) -> None:
    known = set(plain.run(["apt-cache", "pkgnames"]).stdout.split())
    wanted = [name for name in roots.wanted_packages() if name in known]
    assert wanted
    # apt prints where it would fetch from what it does not have yet.
    script = """
        lacks() { apt-get install -qq --print-uris "$@"; }
        lacks "$@" || for name; do lacks "$name" || echo "$name"; done
    """
    assert plain.run(["sh", "-c", script, "sh", *wanted], timeout=300).stdout == ""


def test_names_resolve_inside(plain: Workstation) -> None:
    assert plain.run(["getent", "ahostsv4", mirrors().host]).stdout


def test_the_reader_has_a_real_session_on_the_seat(plain: Workstation) -> None:
    plain.run("useradd --create-home --shell /bin/bash nguoi-thu")
    auto = "[Seat:*]\nautologin-user=nguoi-thu\n"
    plain.run("cat > /etc/lightdm/lightdm.conf.d/50-test.conf", stdin=auto)
    # The display manager may just be starting by itself: that job is over, and this one counts.
    assert eventually(
        lambda: plain.run(["systemctl", "restart", "lightdm"], check=False).returncode == 0
    )
    running = ["pgrep", "-u", "nguoi-thu", "xfdesktop"]
    assert eventually(lambda: plain.run(running, check=False).returncode == 0)
    shown = plain.run(
        "loginctl show-session --property=Type --property=Active --property=Seat --property=Name "
        "$(loginctl show-seat --value --property=ActiveSession seat0)"
    ).stdout.split()
    assert sorted(shown) == ["Active=yes", "Name=nguoi-thu", "Seat=seat0", "Type=x11"]
    assert plain.run("test -S /run/user/$(id -u nguoi-thu)/bus").stdout == ""


def test_a_power_cut_keeps_the_disk_and_a_reset_does_not(plain: Workstation) -> None:
    plain.run("echo left > /root/left")
    before = plain.run(["cat", "/etc/machine-id"]).stdout, plain.host_key
    plain.kill()
    assert plain.state == "down"
    plain.boot()
    assert plain.ssh("sudo cat /root/left").stdout == "left\n"
    assert (plain.run(["cat", "/etc/machine-id"]).stdout, plain.host_key) == before
    plain.reset()
    assert plain.ssh("sudo ls /root").stdout == ""
    after = plain.run(["cat", "/etc/machine-id"]).stdout, plain.host_key
    assert not set(before) & set(after)


def test_a_workstation_restarts_and_powers_off_by_itself(plain: Workstation) -> None:
    boot_id = plain.run(["systemctl", "show", "--value", "--property=UserspaceTimestamp"]).stdout
    plain.reboot()
    again = plain.run(["systemctl", "show", "--value", "--property=UserspaceTimestamp"]).stdout
    assert boot_id != again
    plain.run(["systemctl", "--no-block", "poweroff"])
    # systemd waits up to 90 s for a service that does not end.
    assert eventually(lambda: plain.state == "down", 180)
    plain.boot()


def test_a_hanging_workstation_takes_connections_and_says_nothing(plain: Workstation) -> None:
    plain.freeze()
    try:
        assert plain.state == "frozen"
        with pytest.raises(subprocess.TimeoutExpired):
            plain.ssh("true", timeout=5)
        with pytest.raises(LabError, match="thaw it first"):
            plain.run("true")
    finally:
        plain.thaw()
    assert plain.ssh("hostname").stdout == f"{PLAIN}\n"
    plain.freeze()
    plain.kill()
    assert plain.state == "down"
    plain.boot()


def test_others_start_from_a_snapshot_as_themselves(lab: Lab, plain: Workstation) -> None:
    plain.run("echo converged > /etc/converged; rm /etc/issue.net")
    plain.snapshot(f"lab-test-{plain.record.suite}")
    (other,) = lab.start([OTHER], snapshot=plain.record.snapshot)
    assert other.ssh("hostname; cat /etc/converged; ls /etc/issue.net || true").stdout == (
        f"{OTHER}\nconverged\n"
    )
    assert other.host_key != plain.host_key
    ids = [ws.run(["cat", "/etc/machine-id"]).stdout for ws in (plain, other)]
    assert len(set(ids)) == 2
    other.run("echo mine > /etc/mine")
    assert plain.run("test ! -e /etc/mine; cat /etc/converged").stdout == "converged\n"
    other.delete()


def test_a_fresh_workstation_lets_in_the_installers_user_by_password(lab: Lab) -> None:
    (fresh,) = lab.start([NEW], fresh=True)
    assert (lab.state / "password").stat().st_mode & 0o777 == 0o600
    assert NEW not in lab.known_hosts.read_text()
    assert fresh.run(["id", "benvung"], check=False).returncode != 0
    client = paramiko.SSHClient()
    client.get_host_keys().add(str(fresh.address), "ssh-ed25519", _key(fresh))
    try:
        client.connect(str(fresh.address), username="caidat", password=lab.password)
        stdin, stdout, _ = client.exec_command("sudo -S -p '' id -un")
        stdin.write(f"{lab.password}\n")
        stdin.flush()
        assert stdout.read() == b"root\n"
    finally:
        client.close()
        fresh.delete()


def _key(workstation: Workstation) -> paramiko.Ed25519Key:
    return paramiko.Ed25519Key(filename=str(workstation.base / "keys/ssh_host_ed25519_key"))


def test_the_second_site_is_reached_through_its_jump_host_alone(lab: Lab) -> None:
    (behind,) = lab.start([BEHIND])
    via = lab[names.jump(BEHIND)]
    assert behind.ssh("echo $SSH_CLIENT").stdout.split()[0] == str(via.address)
    lab.hang_up(BEHIND)
    lab.hang_up(via.name)
    pinned = lab.known_hosts.read_text()
    try:
        lines = [line for line in pinned.splitlines() if via.name not in line]
        lab.known_hosts.write_text("\n".join(lines) + "\n")
        with pytest.raises(LabError, match="Host key verification failed"):
            via.ssh("true")
        with pytest.raises(LabError, match="255"):
            behind.ssh("true")
    finally:
        lab.known_hosts.write_text(pinned)
    behind.delete()


def test_a_name_the_inventory_does_not_have_is_refused_with_the_nearest(lab: Lab) -> None:
    with pytest.raises(LabError, match="Do you mean thapmuoi-10"):
        lab.start(["thapmuoi-1"])
    with pytest.raises(LabError, match="1 to 15"):
        names.first(16)
    assert set(map(names.jump, names.first(3))) == {"", "thanhmy-jump"}


def test_down_leaves_nothing_behind_whatever_happened(tmp_path: Path) -> None:
    lab = Lab(tmp_path / "lab")
    try:
        (jump,) = lab.start(names.jumps())
        bridge, leader = lab.network.bridge, jump.leader
        assert leader
        # The records are lost, as after a killed session and a careless rm.
        (jump.base / "pid").unlink()
        (jump.base / "host.json").unlink()
    finally:
        lab.down()
    assert eventually(lambda: not Path(f"/proc/{leader}").exists())
    assert not Path("/sys/class/net", bridge).exists()
    assert lab.id not in call(["nft", "list", "tables"]).stdout
    mounts = Path("/proc/self/mounts").read_text()
    assert str(tmp_path) not in mounts
    assert [path.name for path in lab.state.iterdir()] == ["lock"]
    assert not (network.RUN / lab.id).exists()
    assert not list(Path("/sys/fs/cgroup").glob(f"**/benvung-lab/{lab.id}"))
    running = [runs_from(int(path.name)) for path in Path("/proc").glob("[0-9]*")]
    assert jump.base / "root" not in running
    lab.down()


def test_a_machine_that_cannot_host_the_lab_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_host() is None
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "make lab-packages" in str(can_host())


def test_without_root_it_says_so() -> None:
    os.seteuid(65534)
    try:
        assert str(can_host()).startswith("The lab needs root")
    finally:
        os.seteuid(0)
