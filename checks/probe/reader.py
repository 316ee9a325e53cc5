"""What the reader meets: the holes a reader could try, and what a session leaves."""

import grp
import os
import pwd
import re
import time
from pathlib import Path
from typing import Any

from .asking import (
    READER,
    STATE,
    ask,
    declared,
    number,
    pairs,
    properties,
    record,
    run,
    said,
    secrets,
    text,
)
from .journal import entries

BEGAN = Path("/run/benvung/session-began")
# Seconds a clock differs from the uptime by only when it was set: a time server slews less.
MOVED = 2.0
LISTED = Path("/etc/benvung/restrictions.closed")
# What the reader tries: a name, and a line of shell that succeeds when there is a hole.
HOLES = {
    "sudo": "sudo -n true",
    "write_system": "test -w /etc || test -w /etc/passwd || test -w /usr/local/bin",
    "write_home_source": "test -w /usr/local/share/benvung/home || test -w /home",
    "read_maintenance_home": "ls /home/benvung",
    "read_shadow": "cat /etc/shadow",
    "read_journal": 'test -n "$(journalctl -n 1 -q -o cat --system 2>/dev/null)"',
    "plan_jobs": 'said=$(crontab -l 2>&1) || case $said in "no crontab"*) ;; *) false ;; esac',
    "read_disk": "for d in /dev/sd? /dev/nvme?n1 /dev/vd?; do test -r $d && exit 0; done; exit 1",
}
AS_READER = ("setpriv", f"--reuid={READER}", f"--regid={READER}", "--clear-groups")


def restrictions() -> dict[str, Any]:
    """What the reader meets who tries it."""
    if account() is None:
        raise RuntimeError(f"there is no account {READER}")
    listed = [line for line in (text(LISTED) or "").splitlines() if line.startswith("/")]
    menu = text("/boot/grub/grub.cfg")
    rules = said("nft", "list", "table", "inet", "benvung_reader", codes=(0, 1))
    return {
        "tried": sorted(HOLES),
        "open": sorted(tried(HOLES)),
        "programs_listed": len(listed) if LISTED.exists() else None,
        "programs_open": sorted(started(listed))[:20],
        "closed_programs": declared("closed-programs"),
        "hidden_entries": declared("hidden-entries"),
        "packet_filter": None if rules is None else "reject" in rules and "skuid" in rules,
        "console_closed": Path("/etc/systemd/logind.conf.d/50-benvung-restrictions.conf").is_file(),
        "sysrq_declared_off": Path("/etc/sysctl.d/90-benvung-restrictions.conf").is_file(),
        "sysrq": number("/proc/sys/kernel/sysrq"),
        "polkit_rules": Path("/etc/polkit-1/rules.d/40-benvung-restrictions.rules").is_file(),
        "sticks_run_nothing": Path("/etc/udisks2/mount_options.conf").is_file(),
        "boot_menu_locked": None if menu is None else 'set superusers="benvung"' in menu,
    }


def tried(attempts: dict[str, str]) -> list[str]:
    """The names of those lines of shell that succeed for the reader."""
    script = "\n".join(
        f"( {line} ) >/dev/null 2>&1 </dev/null && echo '{name}'" for name, line in attempts.items()
    )
    return ask(*AS_READER, "sh", "-c", f"cd /\n{script}\ntrue").splitlines()


def started(programs: list[str]) -> list[str]:
    """Those of the programs that the reader could start."""
    each = 'cd /; for one; do test -x "$one" && echo "$one"; done; true'
    return ask(*AS_READER, "sh", "-c", each, "sh", *programs).splitlines()


def account() -> dict[str, Any] | None:
    """The reader's account, without its password field."""
    try:
        who = pwd.getpwnam(READER)
    except KeyError:
        return None
    return {
        "uid": who.pw_uid,
        "home": who.pw_dir,
        "shell": who.pw_shell,
        "groups": [group(number) for number in os.getgrouplist(READER, who.pw_gid)],
        "password_opens": not secrets().get(READER, "!").startswith(("*", "!")),
    }


def group(number: int) -> str:
    """A group's name; its number where it has none."""
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def session() -> dict[str, Any]:
    """The reader's session, and what the last one left."""
    who = account()
    swept = (pairs(text("/etc/benvung/session.conf") or "").get("SWEEP") or "").strip('"').split()
    running = said("loginctl", "list-sessions", "--no-legend")
    lightdm = _lightdm()
    failures = entries("SYSLOG_IDENTIFIER=benvung-session", "--priority=err", since="-7d")
    return {
        "account_exists": who is not None,
        "account": who,
        "open": None if running is None else seated(running),
        "reset": record(STATE / "session/reset.json"),
        "reset_since_start": Path("/run/benvung/session-reset.lock").exists(),
        "swept": swept,
        "left_behind": left_behind(who["uid"], swept) if who else None,
        "failed_resets": len(failures),
        "autologin": lightdm.get("autologin-user") == READER if lightdm else None,
        "idle": idle(),
    }


def seated(listed: str) -> int:
    """The reader's sessions at a seat; not those of services, nor the reader's manager.

    Args:
        listed: as `loginctl list-sessions` prints: session, uid, user, seat, and more.
    """
    rows = (line.split()[2:4] for line in listed.splitlines())
    return sum(row[:1] == [READER] and row[-1].startswith("seat") for row in rows)


def _lightdm() -> dict[str, str]:
    """LightDM's settings in force, whichever file they come from; {} when it does not say."""
    try:
        done = run("lightdm", "--show-config")
    except RuntimeError:
        return {}
    shown = (done.stdout + done.stderr).decode("utf-8", "replace")
    return dict(re.findall(r"^\[?[A-Z]\]?  ([\w-]+)=(.*)$", shown, re.MULTILINE))


def left_behind(uid: int, swept: list[str]) -> int | None:
    """How many of the reader's files are older than the session; None when nobody can tell.

    Args:
        uid: the reader's number.
        swept: the directories that are emptied between sessions.
    """
    places = [place for place in swept if Path(place).is_dir()]
    if not places or clock_moved(BEGAN) is not False:
        return None
    # By the change of the inode: a reader's copy may bring an old date along.
    found = said(
        *("find", *places, "-xdev", "-mindepth", "1", "-uid", str(uid)),
        *("!", "-cnewer", str(BEGAN), "-prune", "-printf", "x"),
        codes=None,
    )
    homes = Path("/home/.benvung-gone")
    gone = len(list(homes.glob("*"))) if homes.is_dir() else 0
    return None if found is None else len(found) + gone


def clock_moved(mark: Path) -> bool | None:
    """Whether the clock was set since a mark was written: times of files say nothing then.

    Args:
        mark: holds the uptime it was written at; None comes of one that is absent or torn.
    """
    try:
        written, then = mark.stat().st_mtime, float(mark.read_text())
    except (OSError, ValueError):
        return None
    return abs(time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + then - written) > MOVED


def idle() -> dict[str, Any] | None:
    """What the idle watch knows; None while it does not run."""
    state = pairs(text("/run/benvung-session-idle/state") or "")
    command = properties().get("benvung-session-idle.service", {}).get("ExecStart", "")
    limits = re.search(r"session-idle (\d+) (\d+) ", command)
    return {
        "suspect": state.get("suspect") == "1" if state else None,
        "seconds": int(limits[1]) if limits else None,
        "warning_seconds": int(limits[2]) if limits else None,
    }
