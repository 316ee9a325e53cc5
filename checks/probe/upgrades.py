"""Which packages have a newer version: asked of apt again only when that can have changed.

apt maps its whole cache for the answer: 60 MB and a good part of the probe's time, every night for
the same words. So what it said is remembered, with the state of every file it stands on.
"""

import hashlib
import json
import re
from contextlib import suppress
from pathlib import Path

from .asking import record, said

REMEMBERED = Path("/var/cache/benvung/upgrades.json")
STATUS = Path("/var/lib/dpkg/status")
# What apt's answer stands on: what is installed, what there is, and how to choose.
GROUNDS = (
    *(str(STATUS), "/var/lib/dpkg/arch", "/var/lib/apt/lists/*", "/etc/apt/*", "/etc/apt/*.d/*"),
)
# An installed package and its machine; no paragraph has an empty line in it.
INSTALLED = re.compile(
    r"^Package: (\S+)\n(?:.+\n)*?Status: \S+ \S+ (?!config-files|not-installed).*\n"
    r"(?:.+\n)*?Architecture: (\S+)$",
    re.MULTILINE,
)
# apt-cache(8), policy: the candidate; a version, and below it where it comes from.
CANDIDATE = re.compile(r"^  Candidate: (\S+)$", re.MULTILINE)
VERSION = re.compile(r"^ {5}(\S+) -?\d+\n((?: {6,}.*\n)*)", re.MULTILINE)
COUNTED = ("waiting", "security")


def upgrades(status: str | None, remembered: Path = REMEMBERED) -> dict[str, int | None]:
    """How many packages have a newer version, and how many of these from the security archive.

    Args:
        status: dpkg's own file.
        remembered: where the answer is remembered.

    Returns:
        `waiting` and `security`; None each where apt cannot say.
    """
    now = grounds()
    known = record(remembered) or {}
    if known.get("grounds") == now and all(isinstance(known.get(one), int) for one in COUNTED):
        return {one: known[one] for one in COUNTED}
    origins = asked(status)
    if origins is None:
        return dict.fromkeys(COUNTED)
    counted = {"waiting": len(origins), "security": sum("security" in one for one in origins)}
    # Without room or a place for it, the next report asks again.
    with suppress(OSError):
        remember(remembered, {"grounds": now, **counted})
    return dict(counted)


def asked(status: str | None) -> list[str] | None:
    """Where each newer version of a package comes from; None where apt cannot say."""
    names = [":".join(found) for found in INSTALLED.findall(status or "")]
    # Of those that are installed: `apt list` and a simulated upgrade weigh all there is.
    shown = said("apt-cache", "policy", *names) if names else None
    if shown is None:
        return None
    each = re.split(r"^(?=\S)", shown, flags=re.MULTILINE)
    return [origin for one in each if (origin := newer(one)) is not None]


def newer(policy: str) -> str | None:
    """Where a package's candidate comes from when it is newer than what is installed; else None.

    Args:
        policy: what `apt-cache policy` says of one package.
    """
    candidate = CANDIDATE.search(policy)
    # The newest version stands on top: what stands above the installed one is newer.
    above, installed, _ = policy.partition("\n *** ")
    if candidate is None or not installed:
        return None
    return dict(VERSION.findall(f"{above}\n")).get(candidate[1])


def grounds(patterns: tuple[str, ...] = GROUNDS) -> str:
    """A digest of the state of every file apt's answer stands on: it changes when one of them does.

    Args:
        patterns: absolute paths; the last parts may hold a `*`.
    """
    lines = []
    for pattern in patterns:
        for path in sorted(Path("/").glob(pattern.lstrip("/"))):
            with suppress(OSError):
                facts = path.stat()
                # By the change of the inode, too: a copy may bring an old date along.
                state = (facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
                lines.append(f"{path} {state}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def remember(place: Path, answer: dict[str, int | str]) -> None:
    """Keep an answer, whole or not at all.

    Raises:
        OSError: the disk refuses, or the baseline has made no place for it.
    """
    new = place.with_suffix(".new")
    new.write_text(json.dumps(answer), encoding="utf-8")
    new.replace(place)
