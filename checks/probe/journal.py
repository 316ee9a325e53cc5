"""What the journal tells: starts and stops, the kernel's complaints. Indexed questions only."""

import json
import re
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from .asking import STATE, ask, moment, number, text

# systemd's catalogue of message ids: the journal stopped; the clock was moved on at the start.
STOPPED = "d93fb3c9c24d451a97cea615ce59c00b"
CLOCK_MOVED = "7db73c8af0d94eeb822ae04323fe6ab6"
# The same in words: through the kernel's log before the journal runs, and by older programs.
CLOCK_WORDS = re.compile(r"System (clock )?time (before|advanced|unset|is before)|clock time unset")
# The last word of a start that ended in order is that the journal stopped: within these seconds.
END_SECONDS = 5
DAYS = 30
STARTS = 40
LINES = 2000
# What the kernel says when hardware fails, by what it is about.
KERNEL = {
    "disk": r"I/O error|critical (medium|target) error|UNC|failed command|exception Emask",
    "filesystem": r"EXT4-fs (error|warning)|Remounting filesystem read-only|journal has aborted",
    "machine-check": r"Hardware Error|mce: \[|Machine check",
    "memory": r"EDAC .*(CE|UE)|Out of memory: Killed|oom-kill",
    "heat": r"cpu clock throttled|temperature above threshold|critical temperature",
    "usb": r"device descriptor read|unable to enumerate USB device|over-current",
}
SAMPLES = 3
_one_at_a_time = threading.Lock()


def entries(*match: str, since: str, fields: str = "MESSAGE") -> list[dict[str, Any]]:
    """Entries of the journal, the newest first, LINES at most.

    Args:
        match: as journalctl takes it.
        since: as journalctl takes it.
        fields: the fields wanted, with commas.

    Raises:
        RuntimeError: journalctl does not answer.
    """
    shown = ask(
        *("journalctl", "--quiet", "--no-pager", "--reverse", "--output=json"),
        *(f"--output-fields={fields}", f"--since={since}", f"--lines={LINES}", *match),
        codes=(0, 1),
    )
    found = []
    for line in shown.splitlines():
        with suppress(ValueError):
            found.append(json.loads(line))
    return found


def marks() -> list[dict[str, Any]]:
    """The month's stops and clock messages, asked once for the two parts that need them."""
    with _one_at_a_time:
        return _marks()


@cache
def _marks() -> list[dict[str, Any]]:
    return entries(
        *(f"MESSAGE_ID={STOPPED}", f"MESSAGE_ID={CLOCK_MOVED}", "+"),
        *("_TRANSPORT=kernel", "SYSLOG_IDENTIFIER=systemd", "+"),
        # Where its messages have no id yet (Debian 12).
        "SYSLOG_IDENTIFIER=systemd-timesyncd",
        since=f"-{DAYS}d",
        fields="MESSAGE,MESSAGE_ID",
    )


def set_back_at_start() -> int:
    """How many starts of the month began with a clock that could not be right."""
    boots = set()
    for entry in marks():
        words = entry.get("MESSAGE")
        said_so = isinstance(words, str) and CLOCK_WORDS.search(words)
        if entry.get("MESSAGE_ID") == CLOCK_MOVED or said_so:
            boots.add(entry.get("_BOOT_ID"))
    return len(boots)


def starts() -> dict[str, Any]:
    """When the PC started and stopped; a start without a stop in order was cut or crashed."""
    this = (text("/proc/sys/kernel/random/boot_id") or "").replace("-", "")
    shown = ask("journalctl", "--list-boots", "--output=json", "--no-pager", codes=(0, 1))
    known = json.loads(shown or "[]")
    stopped: dict[str, float] = {}
    for entry in marks():
        if entry.get("MESSAGE_ID") == STOPPED:
            when = int(entry["__REALTIME_TIMESTAMP"]) / 1e6
            boot = str(entry.get("_BOOT_ID"))
            stopped[boot] = max(when, stopped.get(boot, 0.0))
    return {
        "boots": [start(one, stopped, this) for one in known[-STARTS:]],
        "emergencies": emergencies(STATE / "power"),
    }


def emergencies(records: Path) -> int:
    """How many starts ended in emergency mode: of those now, or of the last within the month."""
    last = records / "emergencies.last"
    lately = last.exists() and time.time() - last.stat().st_mtime < DAYS * 86400
    return number(records / "emergencies") or (number(last) if lately else None) or 0


def start(one: dict[str, Any], stopped: dict[str, float], this: str) -> dict[str, Any]:
    """One start as journalctl lists it.

    Args:
        one: {boot_id, first_entry, last_entry}, in microseconds.
        stopped: when the journal last stopped in each start. It also stops when it is restarted,
            so only a stop at the very end counts.
        this: the start that is still running.
    """
    boot, last = one["boot_id"], one["last_entry"] / 1e6
    clean = abs(stopped.get(boot, 0.0) - last) <= END_SECONDS
    running = boot == this
    return {
        "began": moment(one["first_entry"] / 1e6),
        "ended": moment(last) if clean and not running else None,
        "last_word": None if clean or running else moment(last),
        "clean": None if running else clean,
    }


def kernel() -> dict[str, Any]:
    """What the kernel complained of within two days, by what it is about."""
    seen: dict[str, dict[str, Any]] = {}
    for entry in entries("_TRANSPORT=kernel", "--priority=warning", since="-2d"):
        words = entry.get("MESSAGE")
        if not isinstance(words, str):
            continue
        for kind, pattern in KERNEL.items():
            if re.search(pattern, words, re.IGNORECASE if kind == "heat" else 0):
                group = seen.setdefault(kind, {"count": 0, "samples": []})
                group["count"] += 1
                if len(group["samples"]) < SAMPLES:
                    group["samples"].append(words[:160])
    return seen
