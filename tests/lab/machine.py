"""What the machine that hosts the lab is and can do."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PROGRAMS = (
    "mmdebstrap",
    "systemd-nspawn",
    "ip",
    "nft",
    "ssh-keygen",
    "ssh",
    "unshare",
    "nsenter",
    "sysctl",
    "xwdtopnm",
)


class LabError(RuntimeError):
    """Something about the lab that a person can mend; the message says what and how."""


@dataclass(frozen=True)
class Mirrors:
    """Where this machine's own apt fetches Debian from.

    Args:
        main: URL of the archive, for the suite and its -updates.
        security: URL of the security archive, "" when this machine has none.
        proxy: apt's http proxy, "" for none.
    """

    main: str
    security: str
    proxy: str

    def sources(self, suite: str) -> list[str]:
        """The lines Debian's installer would write to sources.list for a suite."""
        components = "main non-free-firmware"
        lines = [f"deb {self.main} {suite} {components}"]
        if self.security:
            lines.append(f"deb {self.security} {suite}-security {components}")
        return [*lines, f"deb {self.main} {suite}-updates {components}"]

    @property
    def host(self) -> str:
        """The name a workstation must be able to resolve."""
        return urlsplit(self.main).hostname or ""


def call(
    argv: Sequence[str | Path],
    *,
    check: bool = True,
    stdin: str | bytes | None = None,
    timeout: float | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program of this machine and return what it said.

    Args:
        argv: program and arguments.
        check: a non-zero exit is an error.
        stdin: what to feed it.
        timeout: seconds, None for no limit.
        env: variables added to the environment.

    Raises:
        LabError: it failed and check is true; the message carries its own words.
        subprocess.TimeoutExpired: it took longer than timeout.
    """
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(  # noqa: PLW1510 - judged below, with the program's own words
        [str(word) for word in argv],
        input=data,
        stdin=None if data is not None else subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        env={**os.environ, **(env or {})},
    )
    out, err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    if check and done.returncode:
        said = (err.strip() or out.strip())[-2000:]
        raise LabError(f"`{Path(argv[0]).name}` ended with {done.returncode}: {said}")
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def write_json(path: Path, data: object) -> None:
    """Write a file so that a cut never leaves half of it."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(data, indent=1) + "\n")
    fresh.rename(path)


def mirrors() -> Mirrors:
    """Read the mirrors out of this machine's own apt.

    Raises:
        LabError: apt has no source of Debian's main component.
    """
    pattern = "$(SITE)|$(RELEASE)|$(ORIGIN)"
    listed = call(["apt-get", "indextargets", "--format", pattern, "COMPONENT: main"]).stdout
    targets = [line.split("|") for line in dict.fromkeys(listed.splitlines())]
    # Without downloaded lists apt knows no origin; third parties may also call a suite by our name.
    ours = [t for t in targets if t[2] == "Debian"] or [t for t in targets if not t[2]]
    security = [site for site, release, _ in ours if "-security" in release]
    main = [site for site, release, _ in ours if "-" not in release and site not in security]
    if not main:
        raise LabError("apt on this machine has no Debian archive: add one to its sources.list.")
    proxy = call(["apt-config", "shell", "proxy", "Acquire::http::Proxy"]).stdout
    return Mirrors(main[0], (security or [""])[0], proxy.partition("=")[2].strip().strip("'"))


def can_host(state: Path | None = None) -> str | None:
    """One sentence why this machine cannot host the lab, or None when it can.

    Args:
        state: where the workstations' disks would be; the lab's usual place if None.
    """
    if os.geteuid() != 0:
        return "The lab needs root: namespaces, mounts and a bridge."
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        return f"The lab needs {', '.join(missing)}: `make lab-packages` installs them."
    if call(["unshare", "--mount", "--pid", "--net", "--fork", "true"], check=False).returncode:
        return "The lab needs mount, process and network namespaces, which this machine refuses."
    try:
        mirrors()
        _try_overlay(state or Path(tempfile.gettempdir()))
    except (LabError, OSError) as why:
        return str(why)
    return None


def _try_overlay(where: Path) -> None:
    where.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=where) as base:
        for part in ("lower", "upper", "work", "root"):
            (Path(base) / part).mkdir()
        options = f"lowerdir={base}/lower,upperdir={base}/upper,workdir={base}/work"
        mount = ["mount", "-t", "overlay", "overlay", "-o", options, f"{base}/root"]
        if call(["unshare", "--mount", *mount], check=False).returncode:
            raise LabError(f"The lab needs overlayfs, which does not work under {where}.")
