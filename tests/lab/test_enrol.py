"""A freshly installed PC becomes a managed workstation, whatever is typed wrongly or cut off."""

import base64
import contextlib
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import paramiko
import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from deploys.change import ARMED
from tests.lab.declared import declared
from tests.lab.identity import INSTALLER_USER
from tests.lab.lab import Lab
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

NAME, BEHIND_JUMP = "thapmuoi-06", "thanhmy-05"
BENVUNG = [sys.executable, "-c", "from checks.cli import main; main()"]
SUITES = ["trixie", pytest.param("bookworm", marks=pytest.mark.full)]
PINNED, ENROLLED = "Its host key is pinned", "is enrolled: key login works, passwords are refused"


@dataclass(frozen=True)
class Desk:
    """A technician's desk of one test: the repository, an ssh_config and a vault of its own.

    Attributes:
        root: a copy of the repository.
        ssh_config: as shipped, names resolve nowhere; `known_hosts` holds the jump hosts alone.
        password: file with the password of the installer's user.
    """

    root: Path
    ssh_config: Path
    known_hosts: Path
    vaults: Path
    password: Path

    @property
    def environment(self) -> dict[str, str]:
        """What tells the program that it sits at this desk."""
        return {
            **os.environ,
            "BENVUNG_SSH_CONFIG": str(self.ssh_config),
            "BENVUNG_VAULT_DIR": str(self.vaults),
            "PYTHONPATH": str(self.root),
            "LANGUAGE": "en",
            "LC_ALL": "C.UTF-8",
            "HOME": str(self.root),
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Begin an enrolment that needs no answers, and do not wait for it."""
        return subprocess.Popen(
            [*BENVUNG, "enrol", *words],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def enrol(self, *words: str) -> tuple[int, str]:
        """Enrol; the exit code and all that was shown."""
        running = self.start(*words)
        shown, _ = running.communicate(timeout=600)
        return running.returncode, shown

    def secrets(self, host: str) -> dict[str, str]:
        """What the workstation's vault holds."""
        password = (self.vaults / host).read_bytes().strip()
        vault = (self.root / "inventory/host_vars" / host / "vault.yml").read_bytes()
        assert vault.startswith(b"$ANSIBLE_VAULT;1.2;AES256;" + host.encode() + b"\n")
        opened = VaultLib([(host, VaultSecret(password))]).decrypt(vault)
        return dict(yaml.safe_load(opened))


@pytest.fixture
def desk(lab: Lab, tmp_path: Path, fresh: Workstation) -> Desk:
    """A desk that has never seen the PC."""
    root = declared(tmp_path / "r", {})
    known_hosts, password = tmp_path / "known_hosts", tmp_path / "password"
    shutil.copy(lab.known_hosts, known_hosts)
    text = lab.ssh_config.read_text().replace(str(lab.known_hosts), str(known_hosts))
    text = text.replace(f"HostName {fresh.address}\n", f"HostName {NAME}.internal\n")
    ssh_config = tmp_path / "ssh_config"
    ssh_config.write_text(text)
    password.write_text(lab.password + "\n")
    return Desk(root, ssh_config, known_hosts, tmp_path / "vaults", password)


@pytest.fixture(scope="module", params=SUITES)
def fresh_pc(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Workstation]:
    """A PC as Debian's installer leaves it; gone when the module ends."""
    (pc,) = lab.start([NAME], suite=request.param, fresh=True)
    yield pc
    pc.delete()


@pytest.fixture
def fresh(fresh_pc: Workstation) -> Workstation:
    """The same PC, installed anew if a test before made it a managed one."""
    if account(fresh_pc):
        fresh_pc.reset()
    return fresh_pc


def account(pc: Workstation) -> bool:
    return pc.run(["getent", "passwd", "benvung"], check=False).returncode == 0


def fingerprint(pc: Workstation) -> str:
    """What the PC's own screen shows."""
    shown = pc.run(["ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub"]).stdout
    return shown.split()[1]


def words_for(desk: Desk, pc: Workstation) -> list[str]:
    """All answers given beforehand."""
    answers = ["--fingerprint", fingerprint(pc), "--password-file", str(desk.password)]
    return [pc.name, "--address", str(pc.address), *answers]


def lets_in_by_password(pc: Workstation, user: str, password: str) -> bool:
    client = paramiko.SSHClient()
    client.get_host_keys().add(str(pc.address), "ssh-ed25519", host_key(pc))
    try:
        client.connect(
            str(pc.address), username=user, password=password, allow_agent=False,
            look_for_keys=False,
        )  # fmt: skip
    except paramiko.AuthenticationException:
        return False
    finally:
        client.close()
    return True


def host_key(pc: Workstation) -> paramiko.PKey:
    blob = pc.run("cat /etc/ssh/ssh_host_ed25519_key.pub").stdout.split()[1]
    return paramiko.Ed25519Key(data=base64.b64decode(blob))


def eventually(holds: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


# --- as a technician does it -------------------------------------------------------


class Terminal:
    """A person at a terminal: reads what a program shows, types when it asks."""

    def __init__(self, desk: Desk, *words: str) -> None:
        """Type `benvung enrol` and the words."""
        self.shown = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(desk.root)
            command = [*BENVUNG, "enrol", *words]
            os.execvpe(command[0], command, desk.environment)  # noqa: S606 - no shell is wanted

    def wait_for(self, text: str, seconds: float = 120) -> None:
        """Read until this is shown."""
        deadline = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < deadline, f"never shown: {text!r}\n{self.shown}"
            if select.select([self.fd], [], [], 0.5)[0]:
                try:
                    self.shown += os.read(self.fd, 4096).decode(errors="replace")
                except OSError:  # the program has ended
                    assert text in self.shown, self.shown

    def type(self, line: str) -> None:
        """Type a line and Enter."""
        os.write(self.fd, f"{line}\n".encode())

    def exit_code(self) -> int:
        """Read to the end, and return what the program ended with."""
        with contextlib.suppress(OSError):
            while data := os.read(self.fd, 4096):
                self.shown += data.decode(errors="replace")
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def test_one_command_makes_a_fresh_pc_a_managed_one(
    lab: Lab, desk: Desk, fresh: Workstation
) -> None:
    assert lets_in_by_password(fresh, INSTALLER_USER, lab.password), "the PC is not a fresh one"
    terminal = Terminal(desk, NAME, "--address", str(fresh.address))
    terminal.wait_for("Does it show the same?")
    assert fingerprint(fresh) in terminal.shown
    assert "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" in terminal.shown
    assert NAME not in desk.known_hosts.read_text(), "pinned before anybody compared"
    terminal.type("y")
    terminal.wait_for(f"Password of {INSTALLER_USER}")
    terminal.type(lab.password)
    terminal.wait_for(ENROLLED, seconds=600)
    assert terminal.exit_code() == 0
    assert lab.password not in terminal.shown

    assert f"HostName {fresh.address}\n" in desk.ssh_config.read_text()
    pinned = paramiko.HostKeys(str(desk.known_hosts)).lookup(str(fresh.address))
    assert pinned is not None
    assert pinned["ssh-ed25519"] == host_key(fresh)
    for user in (INSTALLER_USER, "benvung", "root"):
        assert not lets_in_by_password(fresh, user, lab.password)
    assert desk.vaults.stat().st_mode & 0o777 == 0o700
    assert (desk.vaults / NAME).stat().st_mode & 0o777 == 0o600
    assert opens_the_console(fresh, desk.secrets(NAME)["access_console_password"])
    assert not opens_the_console(fresh, "another")
    assert fresh.run(f"getent shadow {INSTALLER_USER}").stdout.split(":")[1] == "!"

    code, shown = desk.enrol(NAME)
    assert code == 0, shown
    assert "as declared" in shown, "the second enrolment changed something"


SU = """
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp('runuser', ['runuser', '-u', 'nobody', '--', 'su', 'benvung', '-c', 'id -un'])
shown, typed = b'', False
try:
    while data := os.read(fd, 1000):
        shown += data
        if b'assword' in shown and not typed:
            typed = os.write(fd, sys.stdin.readline().encode()) > 0
except OSError:
    pass
print(shown.decode())
"""


def opens_the_console(pc: Workstation, password: str) -> bool:
    """Whether PAM, which a login at the screen asks too, takes the password for `benvung`."""
    shown = pc.run(["python3", "-c", SU], stdin=f"{password}\n").stdout
    return "benvung" in shown.split()


@pytest.mark.full
def test_a_pc_behind_a_jump_host_is_enrolled_through_it(lab: Lab, desk: Desk) -> None:
    (pc,) = lab.start([BEHIND_JUMP], fresh=True)
    shutil.copy(lab.known_hosts, desk.known_hosts)
    try:
        answers = ["--fingerprint", fingerprint(pc), "--password-file", str(desk.password)]
        code, shown = desk.enrol(BEHIND_JUMP, *answers)
        assert code == 0, shown
        assert ENROLLED in shown
        seen_from = pc.run("journalctl -u ssh --no-pager --grep 'Accepted publickey for benvung'")
        jump = lab["thanhmy-jump"].address
        assert f"from {jump} " in seen_from.stdout
    finally:
        pc.delete()


# --- what goes wrong ----------------------------------------------------------------


@dataclass(frozen=True)
class Wrong:
    """Something typed or installed wrongly, and the words of the answer."""

    name: str
    words: Callable[[Desk, Workstation], list[str]]
    said: str
    before: str = "true"

    def __str__(self) -> str:
        """The test's name."""
        return self.name


def replaced(old: str, new: str) -> Callable[[Desk, Workstation], list[str]]:
    def words(desk: Desk, pc: Workstation) -> list[str]:
        given = words_for(desk, pc)
        given[given.index(old) + 1] = new
        return given

    return words


def wrong_password(desk: Desk, pc: Workstation) -> list[str]:
    desk.password.write_text("not it\n")
    return words_for(desk, pc)


def without_address(desk: Desk, pc: Workstation) -> list[str]:
    return [NAME, *words_for(desk, pc)[3:]]


def nobody_there(desk: Desk, pc: Workstation) -> list[str]:
    address = str(pc.address).rpartition(".")[0] + ".250"
    return [NAME, "--address", address, *words_for(desk, pc)[3:]]


def without_key(desk: Desk, pc: Workstation) -> list[str]:
    text = desk.ssh_config.read_text()
    lines = [line for line in text.splitlines() if "IdentityFile" not in line]
    desk.ssh_config.write_text("\n".join(lines) + "\n")
    return words_for(desk, pc)


def private_key(desk: Desk, pc: Workstation) -> list[str]:
    return [*words_for(desk, pc), "--key", str(pc.lab.key)]


def foreign_key(desk: Desk, pc: Workstation) -> list[str]:
    subprocess.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-f", desk.root / "k"], check=True)
    return [*words_for(desk, pc), "--key", str(desk.root / "k.pub")]


WRONG = [
    Wrong("no such host", lambda desk, pc: ["thapmuoi-6", *words_for(desk, pc)[1:]],
          "thapmuoi-6 is not in the inventory. Did you mean thapmuoi-06?"),
    Wrong("no address", without_address, "has no address here: give the workstation's with"),
    Wrong("address of another", replaced("--address", "{other}"), "is the address of thapmuoi-05"),
    Wrong("nobody there", nobody_there, f"No SSH answer from {NAME}"),
    Wrong("no address at all", replaced("--address", "a b"), "is no address or host name"),
    Wrong("another machine", replaced("--fingerprint", "SHA256:x"), "The fingerprints differ"),
    Wrong("wrong password", wrong_password, f"refuses the password of {INSTALLER_USER}"),
    Wrong("wrong user", lambda desk, pc: [*words_for(desk, pc), "--user", "caidta"],
          "refuses the password of caidta"),
    Wrong("no terminal", lambda desk, pc: words_for(desk, pc)[:-2], "use --password-file"),
    Wrong("no public key", without_key, "No public key of yours is found"),
    Wrong("a private key", private_key, "is not one public key"),
    Wrong("no sudo", words_for, "a root password was set in the installer",
          before=f"gpasswd -d {INSTALLER_USER} sudo"),
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_changes(
    lab: Lab, desk: Desk, fresh: Workstation, wrong: Wrong
) -> None:
    fresh.run(wrong.before)
    other = str(lab.network.subnet[15])
    words = [word.replace("{other}", other) for word in wrong.words(desk, fresh)]
    try:
        code, shown = desk.enrol(*words)
    finally:
        fresh.run(f"usermod -aG sudo {INSTALLER_USER}")
    assert code == 2, shown
    assert wrong.said in shown
    assert "Traceback" not in shown
    assert lab.password not in shown
    assert len(shown.strip().removeprefix(PINNED).splitlines()) <= 2, shown
    assert not account(fresh)
    assert lets_in_by_password(fresh, INSTALLER_USER, lab.password)
    assert not (desk.root / "inventory/host_vars" / NAME / "vault.yml").exists()


def test_a_key_that_does_not_open_closes_nothing(lab: Lab, desk: Desk, fresh: Workstation) -> None:
    code, shown = desk.enrol(*foreign_key(desk, fresh))
    assert code == 2
    assert "a login by key failed" in shown
    assert "nothing is closed" in shown
    assert lets_in_by_password(fresh, INSTALLER_USER, lab.password)


@pytest.mark.full
def test_a_reinstalled_pc_is_not_trusted_by_itself(desk: Desk, fresh: Workstation) -> None:
    code, shown = desk.enrol(*words_for(desk, fresh))
    assert code == 0, shown
    console = desk.secrets(NAME)
    fresh.reset()
    code, shown = desk.enrol(*words_for(desk, fresh))
    assert code == 2
    assert "it was reinstalled, or another machine answers" in shown
    assert not account(fresh)
    # What it tells to type is what mends it.
    forget = shown[shown.index("ssh-keygen -f") : shown.index(", then enrol again")]
    subprocess.run(["sh", "-c", forget], check=True, capture_output=True)
    code, shown = desk.enrol(*words_for(desk, fresh))
    assert code == 0, shown
    assert desk.secrets(NAME) == console, "the password on the technician's paper still holds"


# --- what is cut off -----------------------------------------------------------------


def cut_when(holds: Callable[[], bool], desk: Desk, pc: Workstation, *, power: bool) -> None:
    """Begin to enrol and cut it off at an observable state: the desk's lid, or the PC's mains."""
    running = desk.start(*words_for(desk, pc))
    try:
        eventually(holds, 120, "the state to cut at")
        if power:
            pc.kill()
    finally:
        running.kill()
        running.communicate()
    if power:
        pc.boot()


@pytest.mark.parametrize("power", [False, True], ids=["the desk's lid", "the PC's mains"])
@pytest.mark.parametrize(
    "at",
    [pytest.param("the account is made", marks=pytest.mark.full), "the change is armed"],
)
def test_an_enrolment_cut_off_is_repeated(
    lab: Lab, desk: Desk, fresh: Workstation, at: str, power: bool
) -> None:
    states: dict[str, Callable[[], bool]] = {
        "the account is made": lambda: account(fresh),
        "the change is armed": lambda: (
            fresh.run(["test", "-e", ARMED], check=False).returncode == 0
        ),
    }
    cut_when(states[at], desk, fresh, power=power)
    code, shown = desk.enrol(*words_for(desk, fresh))
    assert code == 0, shown
    assert ENROLLED in shown
    assert not lets_in_by_password(fresh, INSTALLER_USER, lab.password)
    assert opens_the_console(fresh, desk.secrets(NAME)["access_console_password"])
