"""The reader's chair: commands run as the reader, inside the session that is on the screen."""

import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from testinfra.host import Host

READER = "bandoc"
DEADLINE = 60.0
PAUSE = 0.5
T = TypeVar("T")

# What a session with a desktop consists of, and the question for it: a line "pid name" each.
DESKTOP = {"xfce4-session", "xfce4-panel", "xfdesktop"}
SESSION = (
    f"pgrep -u {READER} -x -l '{'|'.join(sorted(DESKTOP))}';"
    " grep -qsx current=0 /run/benvung-session-idle/state && echo outdated"
)

# Runs on the workstation as root, with its own Python. It takes on everything that makes a process
# part of the session: its cgroup (by which logind and polkit know the session), limits,
# environment and account.
ENTER = """
import os, pwd, resource, sys
pid, timeout, command = int(sys.argv[1]), sys.argv[2], sys.argv[3]
with open(f"/proc/{pid}/environ") as file:
    environment = dict(pair.split("=", 1) for pair in file.read().split("\\0") if "=" in pair)
with open(f"/proc/{pid}/cgroup") as file:
    (group,) = [line[3:].strip() for line in file if line.startswith("0::")]
with open(f"/sys/fs/cgroup{group}/cgroup.procs", "w") as file:
    file.write(str(os.getpid()))
with open(f"/proc/{pid}/limits") as file:
    limits = {line[:26].strip(): line[26:].split()[:2] for line in file}
for name, limit in (("processes", resource.RLIMIT_NPROC), ("core file size", resource.RLIMIT_CORE)):
    values = [-1 if value == "unlimited" else int(value) for value in limits[f"Max {name}"]]
    resource.setrlimit(limit, values)
account = pwd.getpwnam("bandoc")
os.setgroups([])
os.setgid(account.pw_gid)
os.setuid(account.pw_uid)
os.chdir(account.pw_dir)
os.environ.clear()
os.environ.update(environment)
os.execvp("timeout", ["timeout", timeout, "sh", "-c", command])
"""


@dataclass(frozen=True)
class Answer:
    """What a command said; the attributes are testinfra's.

    Attributes:
        rc: exit code; 124 when it took too long.
        stdout: what it printed.
        stderr: what it complained of.
    """

    rc: int
    stdout: str
    stderr: str

    @property
    def succeeded(self) -> bool:
        """Whether it ended with 0."""
        return self.rc == 0

    @property
    def failed(self) -> bool:
        """Whether it ended otherwise."""
        return self.rc != 0


AsRoot = Callable[[str], Answer]


@dataclass(frozen=True)
class Reader:
    """The reader of one workstation.

    Attributes:
        as_root: runs a shell command there as root.
    """

    as_root: AsRoot

    def leader(self) -> int | None:
        """The process the session on the screen hangs on, None when nobody is logged in."""
        found = self.as_root(f"pgrep -u {READER} -x xfce4-session").stdout.split()
        return int(found[0]) if found else None

    def wait(
        self, other_than: int | None = None, seconds: float = 180, pause: float = PAUSE
    ) -> int:
        """Wait for a session with a desktop and a panel, made of what is declared now.

        Args:
            other_than: the leader of an earlier session, which does not count.
            seconds: when to give up.
            pause: seconds between two questions.

        Returns:
            The session's leader.

        Raises:
            AssertionError: none came in time.
        """

        def there() -> int | None:
            # One question, however many things are asked: a busy old PC takes a second for each.
            said = self.as_root(SESSION).stdout.split("\n")
            running = {name: int(pid) for pid, name in (one.split() for one in said if " " in one)}
            leader = running.get("xfce4-session")
            # An untouched session that a run has just outdated is about to be replaced.
            whole = running.keys() >= DESKTOP and "outdated" not in said
            return leader if leader != other_than and whole else None

        leader = until(there, "a reader's session with its panel", seconds, pause)
        assert leader is not None
        return leader

    def run(self, command: str, timeout: float = 30) -> Answer:
        """Run a shell command as the reader, as if typed in a terminal of the running session.

        Args:
            command: for `sh -c`.
            timeout: seconds; then it is ended and its exit code is 124.

        Raises:
            AssertionError: nobody is logged in.
        """
        leader = self.leader()
        assert leader is not None, "no reader is logged in on this workstation"
        words = ["python3", "-c", ENTER, str(leader), str(timeout), command]
        return self.as_root(shlex.join(words))

    def start(self, command: str) -> None:
        """Start a program as the reader and leave it running."""
        self.run(f"setsid sh -c {shlex.quote(command)} </dev/null >/dev/null 2>&1 &")


def on(host: Host) -> Reader:
    """The reader of a testinfra host that is reached with sudo."""

    def as_root(command: str) -> Answer:
        said = host.run(command)
        return Answer(said.rc, said.stdout, said.stderr)

    return Reader(as_root)


def until(
    question: Callable[[], T], what: str, seconds: float = DEADLINE, pause: float = PAUSE
) -> T:
    """Ask again until the answer is true, and return it.

    Args:
        question: what to ask; its first true answer ends the waiting.
        what: what is waited for, for the failure's message.
        seconds: when to give up.
        pause: seconds between two questions.

    Raises:
        AssertionError: it did not become true in time.
    """
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(pause)
    return answer
