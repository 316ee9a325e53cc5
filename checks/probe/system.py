"""The PC as a whole: room, clock, line, use, power, the commit last applied."""

import os
import re
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .asking import STATE, ask, moment, number, pairs, program, properties, record, text
from .hardware import network_cards
from .journal import set_back_at_start

# Days of records a report carries.
DAYS = 8
PLACES = ("/", "/boot", "/home", "/var")
COUNTERS = ("rx_errors", "tx_errors", "rx_dropped", "collisions")
# What the session counter keeps of a day; nothing else of it is passed on.
COUNTED = ("sessions", "used_minutes", "on_minutes")
# A line of the line's record: time, sent, received, fastest, mean, slowest.
CELLS = 6


def system() -> dict[str, Any]:
    """Debian, kernel, room on the disk."""
    release = pairs(text("/etc/os-release") or "")
    wanted = Path("/run/reboot-required")
    return {
        "debian": text("/etc/debian_version") or "",
        "codename": release.get("VERSION_CODENAME", "").strip('"'),
        "kernel": os.uname().release,
        "machine": os.uname().machine,
        "uptime_s": int(float((text("/proc/uptime") or "0").split()[0])),
        "restart_wanted": wanted.exists(),
        "restart_wanted_since": moment(wanted.stat().st_mtime) if wanted.exists() else None,
        "file_systems": {place: room(place) for place in PLACES if Path(place).is_dir()},
        "virtual": ask("systemd-detect-virt", codes=None).strip(),
    }


def room(place: str) -> dict[str, Any]:
    """Bytes and files free, and whether it can be written."""
    facts = os.statvfs(place)
    return {
        "size": facts.f_blocks * facts.f_frsize,
        "free": facts.f_bavail * facts.f_frsize,
        "files": facts.f_files,
        "files_free": facts.f_ffree,
        "read_only": bool(facts.f_flag & os.ST_RDONLY),
    }


def clock() -> dict[str, Any]:
    """The time, the battery clock, and whether a time server was heard since the start."""
    battery = number("/sys/class/rtc/rtc0/since_epoch")
    zone = Path("/etc/localtime")
    link = str(zone.readlink()) if zone.is_symlink() else ""
    return {
        "now": moment(time.time()),
        "synchronized": Path("/run/systemd/timesync/synchronized").exists(),
        "zone": link.partition("/zoneinfo/")[2],
        "battery_clock_off_s": None if battery is None else round(battery - time.time()),
        # An empty battery loses the time at each start.
        "set_back_at_start": set_back_at_start(),
    }


def line() -> dict[str, Any]:
    """The network cards, and the line's samples by day."""
    cards = {}
    for card in network_cards():
        cards[card.name] = {
            "up": text(card / "operstate"),
            "mbps": number(card / "speed"),
            "duplex": text(card / "duplex"),
            **{name: number(card / "statistics" / name) for name in COUNTERS},
        }
    declared = record(Path("/etc/benvung/health.json")) or {}
    target, promised = declared.get("line_target"), declared.get("line_promised_mbps")
    known = {"line_target": target or "", "line_promised_mbps": promised or 0}
    return {"cards": cards, "days": samples(STATE / "health"), **known}


def samples(records: Path) -> dict[str, dict[str, float]]:
    """Day → pings sent and received, and the mean of the mean times in ms."""
    days: dict[str, list[list[str]]] = {}
    first = (datetime.now().astimezone() - timedelta(days=DAYS)).strftime("%Y-%m-%d")
    for file in sorted(records.glob("line-*.csv"))[-2:]:
        for row in (text(file) or "").splitlines()[1:]:
            cells = row.split(",")
            if len(cells) == CELLS and cells[0] >= first:
                days.setdefault(cells[0][:10], []).append(cells)
    summed = {}
    for day, rows in days.items():
        with suppress(ValueError):
            times = [float(cells[4]) for cells in rows if cells[4]]
            summed[day] = {
                "samples": len(rows),
                "sent": sum(int(cells[1]) for cells in rows),
                "received": sum(int(cells[2]) for cells in rows),
                "avg_ms": round(sum(times) / len(times), 1) if times else 0.0,
            }
    return summed


def usage() -> dict[str, Any]:
    """Sessions and minutes of use by day; never who."""
    days: dict[str, Any] = {}
    for file in sorted((STATE / "health").glob("sessions-*.json"))[-2:]:
        days |= record(file) or {}
    latest = sorted(days.items())[-DAYS:]
    return {day: {name: facts.get(name, 0) for name in COUNTED} for day, facts in latest}


def power() -> dict[str, Any]:
    """Opening hours as the PC has them, the next closing, the alarm that wakes it."""
    declared = record(Path("/etc/benvung/power.json")) or {}
    menu = text("/boot/grub/grub.cfg")
    waits = re.findall(r"set timeout=(-?\d+)", menu or "")
    rules = text("/etc/polkit-1/rules.d/10-benvung-power.rules") or ""
    off = re.search(r"power-off.*?Result\.(YES|NO)", rules, re.DOTALL)
    fires = properties().get("benvung-close.timer", {}).get("NextElapseUSecRealtime")
    return {
        "hours": hours(),
        "opening_hours": declared.get("opening_hours"),
        "closed_days": declared.get("closed_days"),
        "wake": record(STATE / "power/wake.json"),
        "boot_menu_seconds": max(map(int, waits)) if waits else None,
        "boot_mends_disk": None if menu is None else "fsck.repair=yes" in menu,
        "closing_next": fires,
        "reader_may_power_off": off[1] == "YES" if off else None,
        "sleep_off": Path("/etc/systemd/sleep.conf.d/benvung.conf").is_file(),
        "wake_on_lan": Path("/etc/systemd/network/50-benvung-wake-on-lan.link").is_file(),
    }


def hours() -> dict[str, Any] | None:
    """What the PC's own program knows of the hours; None where it is an earlier one."""
    try:
        module = program("hours")
        return dict(module.known()) if hasattr(module, "known") else None
    except Exception:  # noqa: BLE001 - absent or torn, or what it reads is
        return {"state": "unusable"}


def pull() -> dict[str, Any]:
    """Whether the PC pulls, whom it trusts, and how its last run went."""
    declared = record(Path("/etc/benvung/pull.json"))
    if declared is None:
        return {"mode": "push"}
    lines = (text("/etc/benvung/pull/signers") or "").splitlines()
    known = record(STATE / "pull/state.json") or {}
    parts = {name: known.get(name) for name in ("fetch", "apply")}
    return {
        "mode": "pull",
        "repository": declared.get("repository"),
        "branch": declared.get("branch"),
        # Type and key alone: what follows them may name a person.
        "signers": [" ".join(line.split()[2:4]) for line in lines if not line.startswith("#")],
        "since": known.get("since"),
        "current": known.get("current"),
        **{name: part if isinstance(part, dict) else None for name, part in parts.items()},
    }


def applied() -> dict[str, Any]:
    """The commit last applied by a whole run, and when; no commit where there was none."""
    place = STATE / "applied.json"
    known = record(place)
    if known is None:
        return {"stamped": False, "commit": None, "when": None}
    return {"stamped": True, "commit": known.get("commit"), "when": moment(place.stat().st_mtime)}
