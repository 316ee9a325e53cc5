"""What is pushed to a PC that pulls must be what it would fetch itself: clean, signed, published.

Otherwise the PC would take the push back at its next start, or refuse everything that follows.
"""

import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from inventory.problems import Place, Problem
from inventory.words import _

# Seconds the server may take to say which commit it has.
PATIENCE = 60
PULL = "pull"
# Named by `benvung enrol`: the PC it is just making ours, which pulls nothing yet.
ENROLLING = "BENVUNG_ENROLLING"


class Declared(Protocol):
    """A workstation's site and variables: from the loader, or from Ansible."""

    @property
    def site(self) -> str:
        """Its site's group."""

    @property
    def variables(self) -> Mapping[str, Any]:
        """Name -> value, defaults included."""


def may_change(flags: Mapping[str, Any]) -> bool:
    """Whether pyinfra may change anything.

    Args:
        flags: its command line by parameter name. With --json it asks nobody and only shows.
    """
    return not flags.get("dry") and (bool(flags.get("yes")) or not flags.get("json_output"))


def pulls(workstation: Declared) -> bool:
    """Whether the PC makes itself right."""
    return bool(workstation.variables["pull_mode"] == PULL)


def unpublished(workstations: Iterable[Declared], root: Path) -> list[Problem]:
    """Why this tree may not be pushed to those of the workstations that pull; [] when it may.

    Args:
        workstations: that the run is about.
        root: the tree.
    """
    pulling = [one for one in workstations if pulls(one)]
    # A site is asked once, not each of its PCs.
    asked = {(pc.variables["pull_repository"], pc.variables["pull_branch"]): pc for pc in pulling}
    if not asked:
        return []
    dirty = _git(root, "status", "--porcelain").stdout.splitlines()
    if dirty:
        wrong = _("{site} pulls, and this tree has changes that are not committed: {files}")
        files = ", ".join(line[3:] for line in dirty[:3])
        mend = _("Commit them signed (git commit -S), publish them (git push), then run again.")
        return [_problem(pulling[0], wrong.format(site=pulling[0].site, files=files), mend)]
    return [problem for pc in asked.values() for problem in _site_problems(pc, root)]


def _site_problems(pc: Declared, root: Path) -> Iterator[Problem]:
    commit = head(root)
    names = {"site": pc.site, "commit": commit[:12]}
    if not signed(root, commit, pc.variables["pull_signers"]):
        wrong = _("{site} pulls, and {commit} is not signed by one of its pull_signers")
        mend = _("Sign it (git commit --amend --no-edit -S), publish it, then run again.")
        yield _problem(pc, wrong.format(**names), mend)
    url, branch = pc.variables["pull_repository"], pc.variables["pull_branch"]
    found, reason = published(root, url, branch)
    if reason:
        wrong = _("{site} pulls from {url}, which does not answer ({reason})")
        mend = _("Run again when it answers: the PCs there would not find what you push.")
        yield _problem(pc, wrong.format(site=pc.site, url=url, reason=reason), mend)
    elif found != commit:
        wrong = _("{site} pulls, and what is published there is not {commit}")
        mend = _("Publish it (git push), or take over what is newer (git pull), then run again.")
        yield _problem(pc, wrong.format(**names), mend)


def published(root: Path, url: str, branch: str) -> tuple[str, str]:
    """What a branch is at where it is published: the commit, and why nobody can say.

    Args:
        root: a tree git can be asked in.
        url: of the repository.
        branch: its name.

    Returns:
        The commit, "" for no such branch; a reason, "" where there was an answer.
    """
    found = _git(root, "ls-remote", "--", url, f"refs/heads/{branch}")
    if found.returncode:
        return "", (found.stderr.strip().splitlines() or ["?"])[-1]
    return found.stdout.partition("\t")[0], ""


def head(root: Path) -> str:
    """The commit of a tree, whole; "" outside git."""
    asked = _git(root, "rev-parse", "--verify", "HEAD")
    return asked.stdout.strip() if asked.returncode == 0 else ""


def _problem(pc: Declared, wrong: str, mend: str) -> Problem:
    return Problem(Place(f"inventory/group_vars/{pc.site}.yml"), "pull_mode", wrong, mend)


def signed(root: Path, commit: str, signers: Sequence[str]) -> bool:
    """Whether a commit has the signature of one of these keys, as a pulling PC would judge it.

    Args:
        root: the tree.
        commit: its name.
        signers: public keys of OpenSSH.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".signers") as allowed:
        allowed.writelines(f'benvung namespaces="git" {key}\n' for key in signers)
        allowed.flush()
        settings = {
            "gpg.ssh.allowedSignersFile": allowed.name,
            "gpg.minTrustLevel": "fully",
            "gpg.program": "/bin/false",
            "gpg.openpgp.program": "/bin/false",
            "gpg.x509.program": "/bin/false",
        }
        words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return _git(root, *words, "verify-commit", commit).returncode == 0


def _git(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["git", *words],
            cwd=root,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(["git", *words], 1, "", str(error))
