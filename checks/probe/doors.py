"""The doors of the PC, and the services the reading room stands on."""

import re
from pathlib import Path
from typing import Any

from .asking import PROGRAMS, STATE, ask, holds, mode, said, secrets, text, units

ACCOUNT = "benvung"
HOME = Path("/home/benvung")
SSHD = (
    *("permitrootlogin", "passwordauthentication", "kbdinteractiveauthentication"),
    *("pubkeyauthentication", "authenticationmethods", "allowusers"),
    *("allowtcpforwarding", "x11forwarding"),
)
UNITS = (
    *("ssh.service", "ssh.socket", "nftables.service", "benvung-guard.service"),
    *("benvung-heal.service", "benvung-updates.service", "benvung-updates-missed.timer"),
    *("benvung-scan-downloads.path", "benvung-scan-downloads.timer"),
    "benvung-scan-closing.service",
    *("benvung-signatures.service", "benvung-signatures.timer", "clamav-daemon.service"),
    *("benvung-reader-network.service", "benvung-reader-network-fill.path"),
    *("ctrl-alt-del.target", "lightdm.service", "benvung-session-idle.service"),
    *("benvung-session-reset.service", "benvung-session-watch.timer"),
    *("cups.service", "benvung-printers.timer", "benvung-close.timer", "benvung-close.service"),
    *("benvung-started.service", "benvung-emergency.service"),
    *("benvung-sessions.timer", "benvung-line.timer", "smartmontools.service"),
    *("benvung-probe.timer", "benvung-probe.service"),
    *("benvung-pull-start.timer", "benvung-pull.service"),
    *("NetworkManager.service", "systemd-timesyncd.service"),
)
# Named at most: a report stays small whatever a PC holds.
FAILED = 20
KEYS = 40


def services() -> dict[str, Any]:
    """Our units and those the reading room stands on."""
    failed = ask("systemctl", "list-units", "--failed", "--plain", "--no-legend")
    return {"units": units(*UNITS), "failed": shown(failed)}


def shown(failed: str) -> list[str]:
    """The units somebody should look into.

    Not a session that was ended while it began: its scope stays failed until the next start.

    Args:
        failed: what systemctl lists.
    """
    names = [line.split()[0] for line in failed.splitlines() if line.split()]
    told = {anonymous(name) for name in names if not re.fullmatch(r"session-\w+\.scope", name)}
    return sorted(told)[:FAILED]


def anonymous(unit: str) -> str:
    """A unit's name without the label of a reader's stick, which may be the reader's name."""
    return re.sub(r"@.*(?=\.\w+$)", "@…", re.sub(r"^((?:run-)?media-).*(?=\.\w+$)", r"\1…", unit))


def access() -> dict[str, Any]:
    """The doors, as sshd and the packet filter have them in force."""
    opened = {name for name, secret in secrets().items() if secret.startswith("$")}
    prints, broken = authorized_keys(HOME / ".ssh/authorized_keys")
    modes = (mode(HOME), mode(HOME / ".ssh"), mode(HOME / ".ssh/authorized_keys"))
    return {
        "sshd": {user: sshd(user) for user in (ACCOUNT, "root")},
        "packet_filter": holds(PROGRAMS / "firewall", "in-force"),
        "admitted": admitted(),
        "change_waiting": (STATE / "guard/armed").exists(),
        "keys": len(prints),
        "key_prints": prints[:KEYS],
        "keys_broken": broken,
        "key_modes": [(one or "").split(" ")[0] for one in modes],
        "sudo": may_become_root(),
        "console_password": ACCOUNT in opened,
        "other_passwords": len(opened - {ACCOUNT}),
    }


def may_become_root() -> bool | None:
    """Whether the maintenance account becomes root without being asked for a password."""
    # The night has come by sudo itself, but that may be all it is still let do.
    ids = (f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--init-groups")
    return holds("setpriv", *ids, "sudo", "-n", "true")


def sshd(user: str) -> dict[str, str] | None:
    """How sshd would judge a user, other files and Match blocks included; None if it is broken."""
    shown = said("sshd", "-T", "-C", f"user={user},host=desk,addr=127.0.0.1")
    if shown is None:
        return None
    known: dict[str, list[str]] = {}
    for line in shown.splitlines():
        name, _, value = line.partition(" ")
        known.setdefault(name, []).append(value)
    return {name: " ".join(known.get(name, [])) for name in SSHD}


def admitted() -> list[str] | None:
    """The addresses SSH is let in from, `any` for all; None without a packet filter of ours."""
    shown = said("nft", "list", "chain", "inet", "benvung", "management")
    if shown is None:
        return None
    rules = re.findall(r"^\s*(?:ip6? saddr (\S+) )?accept$", shown, re.MULTILINE)
    return [address or "any" for address in rules]


def authorized_keys(path: Path) -> tuple[list[str], int]:
    """The fingerprints of the keys that open the account, and how many lines are no keys."""
    lines = [line for line in (text(path) or "").splitlines() if re.match(r"\s*[^#\s]", line)]
    shown = said("ssh-keygen", "-l", "-f", path, codes=None) or ""
    prints = re.findall(r"^\d+ (\S+:\S+)", shown, re.MULTILINE)
    return prints, max(0, len(lines) - len(prints))
