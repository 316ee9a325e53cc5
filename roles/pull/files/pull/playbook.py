"""Let Ansible apply the tree in force to this very PC, within a limit, and read how it went."""

import os
import re
import signal
import subprocess
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .place import LIMIT, Place, Stopped

PLAYBOOK = "deploys/baseline.yml"
# Seconds for a task to end when the limit is reached or the PC goes down; apt goes on in its own
# unit in any case (roles/updates/files/apt).
GRACE = 60
_RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)")
_TASK = re.compile(r"^(?:TASK|RUNNING HANDLER) \[(.*?)\] \*")
_FAILED = re.compile(r"^(?:fatal|failed): \[")
_ERROR = re.compile(r"^(?:\[ERROR\]|ERROR!):? (.*)")


@dataclass
class Recap:
    """What Ansible said of this PC.

    Attributes:
        found: whether the play was about it at all.
        changed: tasks that changed something.
        failed: the task that failed, or what Ansible complained about; "" for nothing.
    """

    found: bool = False
    changed: int = 0
    failed: str = ""


class Listener:
    """Reads Ansible's own words as they come.

    Args:
        host: the PC.
    """

    def __init__(self, host: str) -> None:
        """Nothing was said yet."""
        self.host = host
        self.recap = Recap()
        self._task = ""

    def hear(self, line: str) -> None:
        """One line of what `ansible-playbook` prints."""
        if task := _TASK.match(line):
            self._task = task[1]
        elif _FAILED.match(line):
            self.recap.failed = self._task
        elif (error := _ERROR.match(line)) and not self.recap.failed:
            self.recap.failed = error[1]
        elif (counts := _RECAP.match(line)) and counts[1] == self.host:
            self.recap.found = True
            self.recap.changed = int(counts[3])


class Playbook:
    """One run of `ansible-playbook`; `stop` may come from a signal.

    Args:
        place: the workstation's files.
        host: its name in the inventory.
        lock: the lock of all runs, held; Ansible keeps it, too, should this program end first.
    """

    def __init__(self, place: Place, host: str, lock: int) -> None:
        """Nothing runs yet."""
        self.place = place
        self.host = host
        self.lock = lock
        self.stopped = ""
        self._running: subprocess.Popen[str] | None = None

    def command(self) -> list[str]:
        """The command line; its own vault is the only one it can open."""
        words = [*self.place.playbook, PLAYBOOK, "--limit", self.host, "--connection", "local"]
        if self.place.vault_password.exists():
            words += ["--vault-id", f"{self.host}@{self.place.vault_password}"]
        return words

    def environment(self, tree: Path, name: str) -> dict[str, str]:
        """Nothing of the caller's surroundings decides how Ansible reads the tree."""
        scratch = str(self.place.state / "tmp")
        return {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "ANSIBLE_CONFIG": str(tree / "ansible.cfg"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCAL_TEMP": scratch,
            "ANSIBLE_REMOTE_TEMP": scratch,
            # A checked-out tree has no git of its own to ask for its commit.
            "BENVUNG_COMMIT": name,
        }

    def run(self, commit: str, name: str, seconds: float) -> Recap:
        """Apply the tree of a commit.

        Args:
            commit: that is in force.
            name: of it, as the stamp has it.
            seconds: after which it is told to end.

        Returns:
            What changed.

        Raises:
            Stopped: a task failed, the limit was reached, or the PC goes down; the next run begins
                anew and finishes, for every task can be repeated.
        """
        # Not through the link: another run may not change what this one reads.
        tree = self.place.trees / commit
        listener, last = Listener(self.host), deque[str](maxlen=3)
        self._running = subprocess.Popen(
            self.command(),
            cwd=tree,
            env=self.environment(tree, name),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=(self.lock,),
        )
        limit = threading.Timer(seconds, self.stop, (LIMIT,))
        limit.daemon = True
        limit.start()
        with self._running as running:
            for line in running.stdout or ():
                print(line, end="", flush=True)
                listener.hear(line)
                if line.strip():
                    last.append(line.strip())
            code = running.wait()
        limit.cancel()
        return self._judged(code, listener.recap, " ".join(last))

    def _judged(self, code: int, recap: Recap, last: str) -> Recap:
        if self.stopped:
            raise Stopped("cut", self.stopped)
        if code:
            raise Stopped("failed", "task", (recap.failed or last)[:300])
        if not recap.found:
            # Ansible ends well when its --limit names nobody.
            raise Stopped("failed", "not-in-inventory", self.host)
        return recap

    def stop(self, why: str) -> bool:
        """Tell it to end: first politely, then for good; whether there was anything to end."""
        running = self._running
        if running is None or running.poll() is not None:
            return False
        self.stopped = self.stopped or why
        # Ansible's workers have sessions of their own, so a signal to its group misses them.
        family = handles([running.pid, *descendants(running.pid)])
        _signal(family, signal.SIGTERM)
        last = threading.Timer(GRACE, _signal, (family, signal.SIGKILL))
        last.daemon = True
        last.start()
        return True


def descendants(pid: int) -> list[int]:
    """The processes a process has started, and theirs."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # "pid (name) state parent …"; a name may have spaces and brackets.
            parent = stat.read_text(errors="replace").rpartition(")")[2].split()[1]
            children.setdefault(int(parent), []).append(int(stat.parent.name))
    found = list(children.get(pid, ()))
    for one in found:
        found += children.get(one, ())
    return found


def handles(pids: list[int]) -> list[int]:
    """A handle of each process that lives: unlike its number, it never means another one."""
    found = []
    for pid in pids:
        with suppress(OSError):
            found.append(os.pidfd_open(pid))
    return found


def _signal(family: list[int], number: int) -> None:
    for handle in family:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, number)
