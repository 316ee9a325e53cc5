"""Reports come home over OpenSSH's own server: each PC into its own drop, and nothing else."""

import subprocess
from collections.abc import Iterator

import pytest

from deploys.inbox import ALLOWED, GROUP
from deploys.inbox_keys import read_keys, write_keys
from tests.acceptance.reader import until
from tests.lab.lab import Lab
from tests.lab.pulling import Site, site
from tests.lab.technician import Run
from tests.lab.workstation import Workstation
from tests.published import new_key

pytestmark = [pytest.mark.lab, pytest.mark.full]

PC, SERVER, OTHER = "thapmuoi-05", "thapmuoi-06", "thapmuoi-07"
DROPS = "/srv/benvung-inbox"
SEND = "/usr/local/lib/benvung/send-reports"
REPORTS = "/var/lib/benvung/reports"


@pytest.fixture(scope="module")
def pcs(lab: Lab) -> Iterator[dict[str, Workstation]]:
    """A PC that brings reports, and the machine that takes them."""
    started = {pc.name: pc for pc in lab.start([PC, SERVER])}
    yield started
    for pc in started.values():
        pc.delete()


@pytest.fixture(scope="module")
def ours(
    lab: Lab, pcs: dict[str, Workstation], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The site whose reports go to that machine."""
    with site(lab, tmp_path_factory.mktemp("site"), PC) as ours:
        server = pcs[SERVER]
        ours.declare(pull_inbox=str(server.address), pull_inbox_host_key=server.host_key)
        ours.publish("first")
        run = ours.deploy(PC)
        assert run.code == 0, run.shown[-4000:]
        key = pcs[PC].run("cat /etc/benvung/pull/report-key.pub").stdout.split()[:2]
        stranger = new_key(ours.passwords.parent / "other")
        write_keys({PC: " ".join(key), OTHER: stranger}, ours.root)
        done = make_inbox(ours)
        assert done.code == 0, done.shown[-4000:]
        yield ours


def make_inbox(ours: Site) -> Run:
    """The technician makes that machine the inbox; a machine of the lab stands for his own."""
    ours.publish("inbox")
    return ours.deploy(SERVER, "deploys/inbox.py")


@pytest.fixture
def pc(ours: Site, pcs: dict[str, Workstation]) -> Workstation:
    """The PC, with two reports kept."""
    del ours
    pc = pcs[PC]
    pc.run(f"mkdir -p {REPORTS}; rm -f {REPORTS}/* /var/lib/benvung/pull/sent.json")
    pc.run(f"for n in 1 2; do echo '{{}}' > {REPORTS}/2026-11-0$n.json; done")
    return pc


@pytest.fixture
def drop(pcs: dict[str, Workstation]) -> str:
    """Where they arrive, empty."""
    place = f"{DROPS}/bv-{PC}/drop"
    pcs[SERVER].run(f"rm -f {place}/*")
    return place


def arrived(server: Workstation, place: str) -> list[str]:
    return server.run(["ls", place]).stdout.split()


def test_reports_arrive_and_the_technician_can_read_them(
    pc: Workstation, pcs: dict[str, Workstation], drop: str
) -> None:
    pc.run(["systemctl", "start", "benvung-send.service"])
    server = pcs[SERVER]
    assert arrived(server, drop) == ["2026-11-01.json", "2026-11-02.json"]
    assert server.run(["cat", f"{drop}/2026-11-01.json"], user="benvung").stdout == "{}\n"
    assert pc.run([SEND]).stdout.endswith("every report\n")


def test_while_the_line_is_down_they_wait(
    pc: Workstation, pcs: dict[str, Workstation], drop: str
) -> None:
    server = pcs[SERVER]
    pc.run(f"ip route add unreachable {server.address}")
    assert pc.run([SEND], check=False).returncode == 1
    assert arrived(server, drop) == []
    pc.run(f"ip route del unreachable {server.address}")
    pc.run([SEND])
    assert len(arrived(server, drop)) == 2


def as_the_pc(pc: Workstation, *words: str, stdin: str = "", who: str = f"bv-{PC}") -> str:
    """What somebody with the PC's key can do at the inbox; what is answered."""
    key = ["-i", "/etc/benvung/pull/report-key", "-F", "/dev/null", "-o", "BatchMode=yes"]
    pins = ["-o", "UserKnownHostsFile=/etc/benvung/pull/inbox-host", "-o", "HostKeyAlias=inbox"]
    address = str(pc.lab[SERVER].address)
    command = [words[0], *key, *pins, *words[1:], f"{who}@{address}"]
    done = pc.run(command, stdin=stdin, check=False, timeout=60)
    return f"{done.returncode} {done.stdout} {done.stderr}"


def test_a_stolen_key_can_do_nothing_else(
    pc: Workstation, pcs: dict[str, Workstation], drop: str
) -> None:
    server = pcs[SERVER]
    server.run(f"echo secret > {drop}/kept.json; chown bv-{PC} {drop}/kept.json")
    server.run(f"echo theirs > {DROPS}/bv-{OTHER}/drop/theirs.json")
    # No shell, no command, no tunnel.
    assert "uid=" not in as_the_pc(pc, "ssh", "-o", "RequestTTY=force", stdin="id\n")
    assert as_the_pc(pc, "ssh", "-N", "-W", "127.0.0.1:22").startswith("255")
    # Nothing is read, listed, removed; nothing is written but into its own drop.
    for asked in (
        "get drop/kept.json /tmp/kept",
        "ls drop",
        "ls /",
        "rm drop/kept.json",
        "mkdir drop/x",
        "ln -s /etc/passwd drop/x",
        "put /etc/hostname /x",
        f"put /etc/hostname ../bv-{OTHER}/drop/x",
        f"put /etc/hostname /srv/benvung-inbox/bv-{OTHER}/drop/x",
        "chmod 777 drop/kept.json",
    ):
        assert not as_the_pc(pc, "sftp", "-b", "-", stdin=f"{asked}\n").startswith("0"), asked
    assert pc.run("test -s /tmp/kept", check=False).returncode == 1
    assert arrived(server, drop) == ["kept.json"]
    assert arrived(server, f"{DROPS}/bv-{OTHER}/drop") == ["theirs.json"]
    # Nobody else's door opens to it.
    for who in (f"bv-{OTHER}", "benvung", "root"):
        assert not as_the_pc(pc, "sftp", "-b", "-", stdin="", who=who).startswith("0"), who


def test_one_report_cannot_fill_the_disk(
    pc: Workstation, pcs: dict[str, Workstation], drop: str
) -> None:
    pc.run("dd if=/dev/zero of=/tmp/big bs=1M count=4 status=none")
    said = as_the_pc(pc, "sftp", "-b", "-", stdin="put /tmp/big drop/big.json\n")
    assert not said.startswith("0")
    assert int(pcs[SERVER].run(f"stat -c %s {drop}/big.json").stdout) <= 1 << 20


def test_the_second_run_changes_nothing_and_everyone_else_logs_in_as_before(ours: Site) -> None:
    again = make_inbox(ours)
    assert (again.code, again.changed) == (0, {}), again.shown[-4000:]
    server = ours.lab[SERVER]
    assert server.ssh("id -un").stdout.strip() == "benvung"
    shown = server.run(f"sshd -T -C user=bv-{PC},host=x,addr=127.0.0.1").stdout
    assert f"forcecommand internal-sftp -u 0007 -p {ALLOWED}" in shown
    assert GROUP in server.run(["id", "-Gn", f"bv-{PC}"]).stdout


def test_a_revoked_key_brings_nothing_and_what_it_had_opened_ends(
    ours: Site, pc: Workstation, drop: str
) -> None:
    """The last test of these."""
    server = ours.lab[SERVER]
    key = ["-i", "/etc/benvung/pull/report-key", "-F", "/dev/null", "-o", "BatchMode=yes"]
    pins = ["-o", "UserKnownHostsFile=/etc/benvung/pull/inbox-host", "-o", "HostKeyAlias=inbox"]
    words = pc.command(["sftp", *key, *pins, f"bv-{PC}@{server.address}"])
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as held:
        until(lambda: has_session(server), "a session is open", 60)
        keys = read_keys(ours.root)
        del keys[PC]
        write_keys(keys, ours.root)
        assert make_inbox(ours).code == 0
        assert not has_session(server)
        # The client notices when it is asked for something.
        held.communicate(b"put /etc/hostname drop/late\n", timeout=60)
        assert held.returncode != 0
    assert pc.run([SEND], check=False).returncode == 1
    assert arrived(server, drop) == []


def has_session(server: Workstation) -> bool:
    return server.run(["pgrep", "-u", f"bv-{PC}"], check=False).returncode == 0
