"""The bare repository: fetched whole, verified against the installed keys, never gone back in.

Git reads no settings but those given here, so that nothing on the PC or in the repository decides
which key, helper or hook counts.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .place import (
    ABSENT,
    BROKEN,
    FULL,
    LIMIT,
    NO_KEYS,
    OFFLINE,
    OLDER,
    OTHER_LINE,
    STRANGER,
    UNKNOWN_APPLIED,
    UNSIGNED,
    Place,
    Stopped,
    stamped,
)

OFFERED = "refs/benvung/offered"
# Bytes that must be free before anything is fetched: the repository has a few million.
LEAST_FREE = 64 << 20
# Seconds. A question about what is here already; a dying disk must not hold the PC.
QUESTION = 300
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
}
_SETTINGS = {
    # SSH signatures by an installed key alone: no other program may call a signature good.
    "gpg.minTrustLevel": "fully",
    "gpg.ssh.program": "/usr/bin/ssh-keygen",
    "gpg.program": "/bin/false",
    "gpg.openpgp.program": "/bin/false",
    "gpg.x509.program": "/bin/false",
    "core.hooksPath": "/dev/null",
    "core.fsync": "all",
    "core.fsyncMethod": "fsync",
    "transfer.fsckObjects": "true",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "http.lowSpeedLimit": "200",
    "http.lowSpeedTime": "120",
    "safe.directory": "*",
}
# What git says in English; the first that is found counts.
_NO_ROOM = r"No space left on device|Disk quota exceeded|File too large"
_NO_LINE = (
    r"Could not resolve|Failed to connect|Couldn't connect|Connection (timed out|refused|reset)"
    r"|Network is unreachable|No route to host|Operation too slow|Operation timed out"
    r"|Empty reply|unable to connect|early EOF|transfer closed|Recv failure|hung up"
    r"|returned error: 5\d\d"
)
_NOT_THERE = (
    r"not found|returned error: 4\d\d|couldn't find remote ref|does not appear to be a git"
    r"|not valid: is this a git repository|transport '.*' not allowed"
)
_SAID = (
    (FULL, "failed", _NO_ROOM),
    (OFFLINE, "offline", _NO_LINE),
    (ABSENT, "failed", _NOT_THERE),
)


class Repository:
    """What is known of the remote repository here.

    Args:
        place: the workstation's files.
    """

    def __init__(self, place: Place) -> None:
        """Nothing is read yet."""
        self.place = place
        self.path = place.repository

    def git(
        self, *words: str, seconds: float = QUESTION, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run git in the repository; `more` are further variables of its environment.

        Raises:
            Stopped: it took too long.
        """
        signers = {"gpg.ssh.allowedSignersFile": str(self.place.signers)}
        settings = [
            word
            for key, value in {**_SETTINGS, **signers}.items()
            for word in ("-c", f"{key}={value}")
        ]
        environment = {**_ENVIRONMENT, "GIT_ALLOW_PROTOCOL": self.place.protocols, **more}
        command = ["git", f"--git-dir={self.path}", *settings, *words]
        with subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as process:
            try:
                said, complaint = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                raise Stopped("failed", LIMIT, f"git {words[0]}: {seconds:.0f} s") from None
            finally:
                if process.poll() is None:
                    # With all it has started: what fetches for it would go on writing here.
                    os.killpg(process.pid, signal.SIGKILL)
        return subprocess.CompletedProcess(command, process.returncode, said, complaint)

    # --- keeping it whole -----------------------------------------------------

    def heal(self) -> None:
        """Take away what a cut left; a repository that is torn goes as a whole.

        The caller holds the lock of all runs, so no git is at work here.
        """
        shutil.rmtree(self._fresh(), ignore_errors=True)
        for stale in self._leftovers():
            with suppress(OSError):
                stale.unlink()
        if self.path.exists() and not self._whole():
            print("pull: the repository is torn: it is fetched anew", flush=True)
            self.forget()
        if not self.path.exists():
            self._begin()

    def _leftovers(self) -> Iterator[Path]:
        yield from self.path.rglob("*.lock")
        yield from self.path.glob("objects/pack/tmp_*")
        yield from self.path.glob("objects/*/tmp_obj_*")

    def _whole(self) -> bool:
        return (
            self.git("fsck", "--connectivity-only", "--no-dangling", "--no-progress").returncode
            == 0
        )

    def forget(self) -> None:
        """Delete it. The checked-out trees stay."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _fresh(self) -> Path:
        return self.path.with_name(f"{self.path.name}.new")

    def _begin(self) -> None:
        fresh = self._fresh()
        fresh.parent.mkdir(parents=True, exist_ok=True)
        self._good(self.git("init", "--quiet", "--bare", "--template=", str(fresh)), "init")
        os.sync()
        fresh.rename(self.path)

    def _good(self, done: subprocess.CompletedProcess[str], what: str) -> str:
        """What git printed.

        Raises:
            Stopped: it failed, and why.
        """
        if done.returncode == 0:
            return done.stdout.strip()
        said = [line for line in done.stderr.splitlines() if line.strip()]
        for reason, outcome, pattern in _SAID:
            if re.search(pattern, done.stderr):
                line = next((one for one in said if re.search(pattern, one)), "")
                raise Stopped(outcome, reason, line[:300])
        raise Stopped("failed", BROKEN, f"git {what}: {(said or [''])[-1]}"[:300])

    # --- fetching and judging -------------------------------------------------

    def fetch(self, url: str, branch: str, seconds: float) -> str:
        """Fetch everything the branch is made of; the commit that is offered.

        A plain web server can only give all of it, so no depth is asked for; the history is needed
        to see that nothing goes back.

        Raises:
            Stopped: the line or the server is down, the disk full, the repository not whole.
        """
        if shutil.disk_usage(self.path).free < LEAST_FREE:
            raise Stopped("failed", FULL, f"less than {LEAST_FREE >> 20} MB")
        refspec = f"+refs/heads/{branch}:{OFFERED}"
        words = (
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
        )
        try:
            done = self.git(*words, "--", url, refspec, seconds=seconds)
            self._good(done, "fetch")
        finally:
            for stale in self._leftovers():
                with suppress(OSError):
                    stale.unlink()
        return self._good(self.git("rev-parse", "--verify", f"{OFFERED}^{{commit}}"), "rev-parse")

    def verify(self, commit: str) -> None:
        """Believe a commit only with the signature of an installed key.

        Raises:
            Stopped: it has none, another's, or one that does not fit.
        """
        if not self.place.signers.is_file() or not self.place.signers.read_text().strip():
            raise Stopped("refused", NO_KEYS, str(self.place.signers))
        if self.git("verify-commit", commit).returncode == 0:
            return
        text = self._good(self.git("cat-file", "commit", commit), "cat-file")
        header = text.partition("\n\n")[0]
        signed = re.search(r"^gpgsig(-sha256)? ", header, re.MULTILINE)
        raise Stopped("refused", STRANGER if signed else UNSIGNED, commit)

    def follows(self, commit: str, current: str | None) -> None:
        """Go forward only: what was applied here, by either engine, is an ancestor.

        Args:
            commit: that is offered.
            current: the commit whose tree is in force; None for none.

        Raises:
            Stopped: it is older, of another line, or does not know what was applied.
        """
        for before in filter(None, (current, stamped(self.place))):
            known = self.git("rev-parse", "--quiet", "--verify", f"{before}^{{commit}}")
            if known.returncode:
                raise Stopped("refused", UNKNOWN_APPLIED, before)
            if self._is_ancestor(before, commit):
                continue
            reason = OLDER if self._is_ancestor(commit, before) else OTHER_LINE
            raise Stopped("refused", reason, before)

    def has(self, commit: str, current: str) -> bool:
        """Whether a commit is the one in force, or came before it; False for one not known here."""
        return current.startswith(commit) or self._is_ancestor(commit, current)

    def _is_ancestor(self, one: str, other: str) -> bool:
        return self.git("merge-base", "--is-ancestor", one, other).returncode == 0

    def short(self, commit: str) -> str:
        """A commit as the stamp of a run names it."""
        return self._good(self.git("rev-parse", "--short=12", f"{commit}^{{commit}}"), "rev-parse")

    # --- checking out -----------------------------------------------------------

    def check_out(self, commit: str, target: Path) -> None:
        """Write a commit's files below a directory that is not there yet.

        Raises:
            Stopped: the disk is full, or an object is torn.
        """
        index = {"GIT_INDEX_FILE": f"{target}.index"}
        try:
            self._good(self.git("read-tree", commit, **index), "read-tree")
            target.mkdir(mode=0o755)
            words = (f"--work-tree={target}", "checkout-index", "--all", "--quiet")
            self._good(self.git(*words, **index), "checkout-index")
        finally:
            Path(f"{target}.index").unlink(missing_ok=True)

    def same(self, commit: str, tree: Path) -> bool | None:
        """Whether a checked-out tree holds what its commit does; None when git cannot tell."""
        index = {"GIT_INDEX_FILE": f"{tree}.index"}
        try:
            if self.git("read-tree", commit, **index).returncode:
                return None
            if not tree.is_dir():
                return False
            look = self.git(f"--work-tree={tree}", "update-index", "--refresh", "-q", **index)
            return look.returncode == 0
        finally:
            Path(f"{tree}.index").unlink(missing_ok=True)
