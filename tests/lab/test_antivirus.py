"""What comes in is scanned, one at a time, and a scan never costs the reader the session."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.reader import Answer, Reader, until
from tests.acceptance.test_antivirus import EICAR
from tests.lab.declared import declared
from tests.lab.lab import Lab
from tests.lab.technician import pyinfra
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

DEPLOY = "deploys/antivirus.py"
RESULT = "/var/lib/benvung/antivirus/last-scan.json"
QUARANTINE = "/var/lib/benvung/quarantine"
LARGE = "/var/lib/clamav/large.hdb"
LOCK = "/run/benvung-scan.lock"
SCANS = "benvung-scan-stick@media-bandoc-{}.service"


@pytest.fixture(scope="module")
def pc(converged: Callable[..., list[Workstation]]) -> Workstation:
    (workstation,) = converged("thapmuoi-06")
    return workstation


@pytest.fixture(autouse=True)
def clean(pc: Workstation) -> None:
    """No result and no finding of an earlier test."""
    pc.run(f"rm -rf {RESULT} {QUARANTINE}/*")


@pytest.fixture
def reader(pc: Workstation) -> Reader:
    """The reader of that workstation, logged in."""

    def as_root(command: str) -> Answer:
        done = pc.run(command, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    chair = Reader(as_root)
    chair.wait()
    return chair


def result(pc: Workstation) -> dict[str, object]:
    """The latest scan; {} while there is none."""
    done = pc.run(["cat", RESULT], check=False)
    return dict(json.loads(done.stdout)) if done.returncode == 0 else {}


@contextmanager
def stick(pc: Workstation, name: str, options: str = "") -> Iterator[Path]:
    """An infected stick, mounted as the reader's desktop would."""
    source, where = f"/run/thu-{name}", f"/media/bandoc/{name}"
    pc.run(["mkdir", "-p", source, where])
    # A stick with its switch on "lock": the whole file system refuses, not this mount alone.
    pc.run(f"mount -t tmpfs thu {source}")
    pc.run(["tee", f"{source}/virus.com"], stdin=EICAR)
    pc.run(f"mount -o remount,{options or 'rw'} {source} && mount --bind {source} {where}")
    try:
        yield Path(where)
    finally:
        # Its record may come after what a test waited for, and would be taken for the next one's.
        scan = f"systemctl show -p ActiveState --value {SCANS.format(name)}"
        until(lambda: "activating" not in pc.run(scan).stdout, "the scan has ended", 120)
        pc.run(f"umount {where}; rmdir {where}; umount {source}; rmdir {source}")


def test_a_download_is_scanned_when_it_is_saved(pc: Workstation, reader: Reader) -> None:
    """In this session and, after a new one with a fresh home, in the next."""
    for _session in ("this one", "the next"):
        place = reader.run("xdg-user-dir DOWNLOAD").stdout.strip()
        saved = f"{place}/thiệp mời.com"
        reader.run(f"printf %s '{EICAR}' > '{saved}.part' && mv '{saved}.part' '{saved}'")
        until(
            lambda name=saved: pc.run(["test", "-e", name], check=False).returncode,  # type: ignore[misc]
            "the download is gone",
            120,
        )
        until(lambda: result(pc).get("outcome") == "found", "the result is recorded")
        assert result(pc)["what"] == "downloads"
        leader = reader.leader()
        pc.run("/usr/local/lib/benvung/session-end")
        reader.wait(other_than=leader)
        pc.run(["rm", "-f", RESULT])


def test_the_reader_is_told_in_the_sites_words(pc: Workstation, reader: Reader) -> None:
    reader.start(
        "exec dbus-monitor --session interface=org.freedesktop.Notifications > /tmp/notices"
    )
    until(lambda: pc.run("test -s /tmp/notices", check=False).returncode == 0, "it listens")
    with stick(pc, "BAO"):
        until(
            lambda: "“virus.com” trên thẻ nhớ USB" in pc.run("cat /tmp/notices").stdout,
            "the notice is on the screen",
            120,
        )


def test_a_stick_that_cannot_be_cleaned_is_told_of(pc: Workstation) -> None:
    with stick(pc, "CHIDOC", "ro") as where:
        until(lambda: result(pc).get("outcome") == "found", "the result is recorded", 120)
        assert result(pc)["quarantined"] == 0
        assert pc.run(["test", "-e", f"{where}/virus.com"], check=False).returncode == 0


def test_one_scan_at_a_time(pc: Workstation) -> None:
    """Two engines do not fit into 2 GB: the second waits for the first."""
    pc.run(f"systemd-run --quiet --unit=thu-lock flock {LOCK} sleep infinity")
    with stick(pc, "MOT"), stick(pc, "HAI"):
        for name in ("MOT", "HAI"):
            show = f"systemctl show -p ActiveState --value {SCANS.format(name)}"
            until(lambda show=show: "activating" in pc.run(show).stdout, f"{name} is asked for")  # type: ignore[misc]
        assert pc.run("pgrep -x clamscan", check=False).returncode
        assert result(pc) == {}
        pc.run("systemctl stop thu-lock")
        until(lambda: len(pc.run(f"ls {QUARANTINE}").stdout.split()) == 4, "both are scanned", 120)


def test_a_scan_killed_for_memory_is_unknown_and_the_session_lives(
    pc: Workstation, reader: Reader
) -> None:
    leader = reader.leader()
    unit = SCANS.format("NHO")
    # Too little for these signatures, enough for the program that watches the engine.
    pc.run(f"mkdir -p '/run/systemd/system/{unit}.d'")
    pc.run(["tee", f"/run/systemd/system/{unit}.d/zz.conf"], stdin="[Service]\nLimitAS=60M\n")
    pc.run("systemctl daemon-reload")
    many = "".join(f"{n:032x}:{n + 1}:Lab-{n}\n" for n in range(300_000))
    pc.run(["tee", LARGE], stdin=many)
    with stick(pc, "NHO") as where:
        until(lambda: result(pc), "the result is recorded", 120)
        assert result(pc)["outcome"] == "unknown", result(pc)
        assert "memory" in str(result(pc)["reason"])
        assert pc.run(["test", "-e", f"{where}/virus.com"], check=False).returncode == 0
    assert pc.run("pgrep -x clamscan", check=False).returncode
    assert reader.leader() == leader
    pc.run(f"rm {LARGE}")


def test_without_signatures_the_result_is_unknown(pc: Workstation) -> None:
    pc.run("mkdir /run/thu-sig && mv /var/lib/clamav/* /run/thu-sig/")
    try:
        with stick(pc, "KHONG"):
            until(lambda: result(pc), "the result is recorded", 120)
    finally:
        pc.run("mv /run/thu-sig/* /var/lib/clamav/; rmdir /run/thu-sig")
    assert result(pc)["outcome"] == "unknown"
    assert result(pc)["reason"] == "there are no signatures yet"


def test_the_scanner_may_write_nothing(pc: Workstation) -> None:
    """It takes apart hostile files: it runs as clamav, with the one capability to read."""
    program = pc.run(
        "python3 -c 'import importlib.machinery as m, importlib.util as u;"
        'l = m.SourceFileLoader("scan", "/usr/local/lib/benvung/scan");'
        's = u.spec_from_loader("scan", l); x = u.module_from_spec(s);'
        'import sys; sys.modules["scan"] = x; sys.dont_write_bytecode = True; l.exec_module(x);'
        "import shlex; print(shlex.join(x.UNPRIVILEGED))'"
    ).stdout.strip()
    status = pc.run(f"{program} cat /proc/self/status").stdout
    known = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert known["Uid"].split()[0] != "0"
    # CAP_DAC_READ_SEARCH is number 2 (capability.h), and there is no other to be had.
    assert known["CapEff"] == known["CapBnd"] == "0000000000000004"
    assert known["NoNewPrivs"] == "1"


def test_memory_decides_about_the_resident_scanner(
    pc: Workstation, lab: Lab, tmp_path: Path
) -> None:
    root = declared(tmp_path / "tree", {pc.name: {"antivirus_daemon_above_mb": 1 << 20}})
    run = pyinfra(lab, [pc.name], DEPLOY, root=root, PYTHONPATH=str(root))
    assert run.code == 0, run.shown[-4000:]
    left = pc.run("dpkg-query -W -f '${db:Status-Status}' clamav-daemon", check=False).stdout
    assert left in {"", "config-files", "not-installed"}
    assert pc.run("pgrep -x clamd", check=False).returncode
    with stick(pc, "SAU"):
        until(lambda: result(pc).get("outcome") == "found", "scanned all the same", 120)
    again = pyinfra(lab, [pc.name], DEPLOY, root=root, PYTHONPATH=str(root))
    assert again.changed == {}


def test_eicar_is_nowhere_in_clear_in_this_repository() -> None:
    """Or a scanner would quarantine our own files."""
    root = Path(__file__).parent.parent.parent
    found = subprocess.run(
        ["git", "grep", "-lF", EICAR], cwd=root, capture_output=True, text=True, check=False
    )
    assert found.stdout == ""
