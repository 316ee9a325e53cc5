#!/usr/bin/python3
"""Say how this workstation is, as one JSON report; change nothing.

    probe                 a fresh report on standard output
    probe --keep          the same, also kept on the PC until it is fetched
    probe --since WHEN    a fresh report, then those kept after WHEN (ISO 8601), one to a line

Standard library only, Python 3.11 and newer: it runs on the workstation, as root. Every part stands
alone: one that fails or takes too long says why, and the rest goes on. It counts and never
identifies: no names of readers, of files or of addresses visited.
"""

import json
import os
import re
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SCHEMA = 1
KEPT = Path("/var/lib/benvung/reports")
# Reports kept until they are fetched: a month of openings and closings.
KEEP = 60
# Seconds a single question may take; a dying disk must not hold the report.
PATIENCE = 20
STATE = Path("/var/lib/benvung")
READER = "bandoc"
# Days of records a report carries.
DAYS = 8
# The journal's own message ids: it started, it stopped in order (systemd's catalogue).
STARTED = "f77379a8490b408bbe5f6940505a777b"
STOPPED = "d93fb3c9c24d451a97cea615ce59c00b"
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
# What the kernel says when hardware fails, by what it is about.
KERNEL = {
    "disk": r"I/O error|critical (medium|target) error|UNC|failed command|exception Emask",
    "filesystem": r"EXT4-fs (error|warning)|Remounting filesystem read-only|journal has aborted",
    "machine-check": r"Hardware Error|mce: \[|Machine check",
    "memory": r"EDAC .*(CE|UE)|Out of memory: Killed|oom-kill",
    "heat": r"(cpu clock throttled|temperature above threshold|critical temperature)",
    "usb": r"device descriptor read|unable to enumerate USB device|over-current",
}
# The parts of smartctl's answer that say something about the disk's health.
SMARTCTL = (
    *("smartctl", "device", "model_family", "model_name", "serial_number", "firmware_version"),
    *("user_capacity", "rotation_rate", "smart_support", "smart_status", "power_on_time"),
    *("power_cycle_count", "temperature", "nvme_smart_health_information_log", "local_time"),
    *("in_smartctl_database", "nvme_total_capacity", "trim", "ata_smart_error_log"),
)


def ask(*command: str, code: int | None = 0, patience: float = PATIENCE) -> str:
    """What a command prints.

    Args:
        command: program and arguments.
        code: the exit code it must end with; None for any.
        patience: seconds it may take.

    Raises:
        RuntimeError: it could not be run, took too long, or ended otherwise.
    """
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=patience,
            check=False,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise RuntimeError(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{command[0]} gave no answer in {patience:g} s") from None
    if code is not None and done.returncode != code:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {' '.join(said)[:160]}")
    return done.stdout.decode("utf-8", "replace")


def text(path: Path | str) -> str | None:
    """A small file's text without the ends; None when it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def number(path: Path | str) -> int | None:
    """A small file's whole number; None when it holds none."""
    try:
        return int(text(path) or "")
    except ValueError:
        return None


def record(path: Path) -> dict[str, Any] | None:
    """What one of our programs noted as JSON; None when it is absent or torn."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def moment(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def units(*patterns: str) -> dict[str, dict[str, str]]:
    """Unit → what systemd thinks of it."""
    wanted = ("Id", "LoadState", "ActiveState", "SubState", "UnitFileState", "Result")
    said = ask("systemctl", "show", "--all", f"--property={','.join(wanted)}", *patterns)
    found = {}
    for block in said.split("\n\n"):
        facts = dict(line.partition("=")[::2] for line in block.splitlines())
        if facts.get("LoadState") not in (None, "not-found"):
            found[facts.pop("Id")] = facts
    return found


# --- the parts ------------------------------------------------------------------


def identity() -> dict[str, Any]:
    """What the PC calls itself; serials are as the maker wrote them, true or not."""
    dmi = Path("/sys/class/dmi/id")
    names = ("sys_vendor", "product_name", "product_serial", "board_serial", "product_uuid")
    cards = {}
    for card in sorted(Path("/sys/class/net").iterdir()):
        if (card / "device").exists() or card.name.startswith("host"):
            cards[card.name] = text(card / "address")
    return {
        "machine_id": text("/etc/machine-id"),
        **{name: text(dmi / name) for name in names},
        "network_cards": cards,
    }


def system() -> dict[str, Any]:
    """Debian, kernel, room on the disk."""
    release = dict(
        line.partition("=")[::2] for line in (text("/etc/os-release") or "").splitlines()
    )
    return {
        "debian": (text("/etc/debian_version") or ""),
        "codename": release.get("VERSION_CODENAME", "").strip('"'),
        "kernel": os.uname().release,
        "machine": os.uname().machine,
        "uptime_s": int(float((text("/proc/uptime") or "0").split()[0])),
        "restart_wanted": Path("/run/reboot-required").exists(),
        "file_systems": {place: room(place) for place in ("/", "/boot", "/home", "/var")},
        "virtual": ask("systemd-detect-virt", code=None).strip(),
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


def packages() -> dict[str, Any]:
    """The package database, what Debian has corrected since, and how the last update went."""
    waiting = re.findall(
        r"^Inst (\S+) \[\S+\] \(\S+ ([^)]*)\)",
        ask("apt-get", "-s", "-q", "-o", "Debug::NoLocking=true", "dist-upgrade"),
        re.MULTILINE,
    )
    lists = [file.stat().st_mtime for file in Path("/var/lib/apt/lists").glob("*Release")]
    return {
        "broken": len(
            [ln for ln in ask("dpkg", "--audit", code=None).splitlines() if ln[:1] == " "]
        ),
        "waiting": len(waiting),
        "security": sum("Security" in origin for _, origin in waiting),
        "lists_from": moment(max(lists)) if lists else None,
        "held": ask("apt-mark", "showhold").split(),
        "updates": record(STATE / "updates/state.json"),
    }


def antivirus() -> dict[str, Any]:
    """The scanner, its signatures, and the last scan."""
    built = {}
    for file in sorted(Path("/var/lib/clamav").glob("*.[chn][lvd][db]")):
        with file.open("rb") as opened:
            header = opened.read(64).decode("ascii", "replace").split(":")
        if header[0] == "ClamAV-VDB":
            made = datetime.strptime(header[1], "%d %b %Y %H-%M %z").timestamp()
        else:
            made = file.stat().st_mtime
        built[file.name] = moment(made)
    findings = list((STATE / "quarantine").glob("*.json"))
    return {
        "version": ask("clamscan", "--version").strip(),
        "signatures": built,
        "last_scan": record(STATE / "antivirus/last-scan.json"),
        "quarantined": len(findings),
        "watching": bool(units("benvung-scan-downloads.path")),
    }


def browser() -> dict[str, Any]:
    """Firefox and the policy it reads."""
    place = Path("/etc/firefox/policies/policies.json")
    policies = (record(place) or {}).get("policies")
    others = [
        str(path)
        for path in (
            Path("/usr/lib/firefox-esr/distribution/policies.json"),
            Path("/usr/share/firefox-esr/distribution/policies.json"),
        )
        if path.exists()
    ]
    profile = Path(f"/home/{READER}/.mozilla/firefox")
    return {
        "version": ask("dpkg-query", "-W", "-f=${Version}", "firefox-esr", code=None) or None,
        "policy_readable": isinstance(policies, dict),
        "policy_as_declared": called("/usr/local/lib/benvung/firefox-policies", "--check"),
        "policies": policies if isinstance(policies, dict) else {},
        "other_policies": others,
        "profile_user_js": [str(path.name) for path in profile.glob("*/user.js")],
    }


def called(*command: str) -> bool | None:
    """Whether one of our own checks passes; None when it cannot be run."""
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=PATIENCE, check=False, env=ENVIRONMENT
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.returncode == 0


# What the reader tries: a name, and a line of shell that succeeds when the restriction has a hole.
HOLES = {
    "sudo": "sudo -n true",
    "write_etc": "test -w /etc || test -w /etc/passwd || test -w /usr/local/bin",
    "write_home_source": "test -w /usr/local/share/benvung/home || test -w /home",
    "read_maintenance_home": "ls /home/benvung >/dev/null",
    "read_shadow": "cat /etc/shadow",
    "read_journal": 'test -n "$(journalctl -n 1 -q -o cat --system 2>/dev/null)"',
    "cron": "crontab -l || crontab -l 2>&1 | grep -q '^no crontab'",
    "at": "test -x /usr/bin/at && at -l",
    "terminal": "test -x /usr/bin/xfce4-terminal || test -x /usr/bin/xterm",
    "settings": "test -x /usr/bin/xfce4-settings-manager",
    "su": "test -x /usr/bin/su",
    "pkexec": "test -x /usr/bin/pkexec",
    "mount": "test -x /usr/bin/mount && test -u /usr/bin/mount",
    "disk": "for d in /dev/sd? /dev/nvme?n1 /dev/vd?; do test -r $d && exit 0; done; exit 1",
    "sysrq": "test -w /proc/sys/kernel/sysrq",
}


def restrictions() -> dict[str, Any]:
    """What the reader meets who tries it."""
    if not account():
        raise RuntimeError(f"there is no account {READER}")
    script = "\n".join(
        f"( {line} ) >/dev/null 2>&1 </dev/null && echo {name}" for name, line in HOLES.items()
    )
    as_reader = ("setpriv", f"--reuid={READER}", f"--regid={READER}", "--clear-groups")
    open_ = ask(*as_reader, "sh", "-c", f"cd /\n{script}\ntrue").split()
    return {
        "tried": sorted(HOLES),
        "open": sorted(open_),
        "closed_programs": called("/usr/local/lib/benvung/closed-programs", "check"),
        "hidden_entries": called("/usr/local/lib/benvung/hidden-entries", "check"),
        "packet_filter": "reject"
        in ask("nft", "list", "table", "inet", "benvung_reader", code=None),
        "console_closed": text("/etc/systemd/logind.conf.d/50-benvung-restrictions.conf")
        is not None,
    }


def account() -> dict[str, Any] | None:
    """The reader's account, without its password field."""
    fields = ask("getent", "passwd", READER, code=None).strip().split(":")
    if len(fields) < 7:
        return None
    secret = ask("getent", "shadow", READER, code=None).split(":")
    return {
        "uid": int(fields[2]),
        "home": fields[5],
        "shell": fields[6],
        "groups": ask("id", "-Gn", READER, code=None).split(),
        "password_opens": len(secret) > 1 and not secret[1].startswith(("*", "!")),
    }


def session() -> dict[str, Any]:
    """The reader's session, and what the last one left."""
    who = account()
    open_sessions = json.loads(ask("loginctl", "list-sessions", "-o", "json", code=None) or "[]")
    left = 0
    if who:
        left = len(
            ask(
                "find",
                "/tmp",
                "/var/tmp",
                "/dev/shm",
                "-xdev",
                "-uid",
                str(who["uid"]),
                "!",
                "-newer",
                "/run/benvung/session-began",
                code=None,
            ).splitlines()
        )  # noqa: S108
    return {
        "account": who,
        "open": sum(one.get("user") == READER for one in open_sessions),
        "home_from": moment(os.stat(f"/home/{READER}").st_ctime) if who else None,
        "left_behind": left,
        "failed_resets": len(journal("-t", "benvung-session", "-p", "err", "--since", "-7d")),
    }


def journal(*match: str) -> list[dict[str, Any]]:
    """Entries of the journal, the newest last."""
    said = ask("journalctl", "-q", "-o", "json", "--no-pager", *match, code=None)
    entries = []
    for line in said.splitlines():
        with suppress(ValueError):
            entries.append(json.loads(line))
    return entries


def services() -> dict[str, Any]:
    """Our units and those the reading room stands on."""
    named = (
        "ssh.service",
        "nftables.service",
        "lightdm.service",
        "cups.service",
        "NetworkManager.service",
        "systemd-timesyncd.service",
        "smartmontools.service",
    )
    failed = ask("systemctl", "list-units", "--failed", "--plain", "--no-legend", code=None)
    return {
        "units": units("benvung-*", *named),
        "failed": [line.split()[0] for line in failed.splitlines() if line.split()],
    }


def access() -> dict[str, Any]:
    """The doors, as sshd and the packet filter have them in force."""
    asked = (
        "permitrootlogin",
        "passwordauthentication",
        "kbdinteractiveauthentication",
        "allowusers",
        "authenticationmethods",
        "pubkeyauthentication",
    )
    sshd = dict(line.partition(" ")[::2] for line in ask("sshd", "-T").splitlines())
    secret = ask("getent", "shadow", "benvung", code=None).split(":")
    keys = text("/home/benvung/.ssh/authorized_keys")
    return {
        "sshd": {name: sshd.get(name) for name in asked},
        "packet_filter": "chain input" in ask("nft", "list", "ruleset", code=None),
        "change_waiting": Path("/var/lib/benvung/guard/armed").exists(),
        "keys": len([ln for ln in (keys or "").splitlines() if ln and not ln.startswith("#")]),
        "sudo": called("runuser", "-u", "benvung", "--", "sudo", "-n", "true"),
        "console_password": len(secret) > 1 and secret[1].startswith("$"),
    }


def disks() -> list[dict[str, Any]]:
    """Every disk of the PC with what smartctl says of it; sticks and their like left out."""
    found = []
    for block in sorted(Path("/sys/block").iterdir()):
        if not re.match(r"sd|nvme|hd|vd|mmcblk", block.name) or (number(block / "size") or 0) == 0:
            continue
        place = os.path.realpath(block)
        disk: dict[str, Any] = {
            "node": block.name,
            "size": (number(block / "size") or 0) * 512,
            "model": text(block / "device/model"),
            "removable": number(block / "removable") == 1,
            "usb": "/usb" in place,
            "rotating": number(block / "queue/rotational") == 1,
        }
        if disk["removable"] or disk["usb"]:
            continue
        disk["smart"] = smart(block.name)
        found.append(disk)
    return found


def smart(node: str) -> dict[str, Any]:
    """smartctl's answer about a disk, without what says nothing about its health."""
    try:
        # Its exit code is a set of flags, also in the answer.
        said = json.loads(ask("smartctl", "-j", "-a", f"/dev/{node}", code=None))
    except (RuntimeError, ValueError) as why:
        return {"error": str(why)}
    kept = {key: said[key] for key in SMARTCTL if key in said}
    table = said.get("ata_smart_attributes", {}).get("table")
    if table is not None:
        names = ("id", "name", "value", "worst", "thresh", "when_failed", "raw")
        kept["ata_smart_attributes"] = {
            "table": [{name: row.get(name) for name in names} for row in table]
        }
    tests = said.get("ata_smart_self_test_log", {}).get("standard")
    if tests:
        kept["ata_smart_self_test_log"] = {
            "standard": {**tests, "table": tests.get("table", [])[:5]}
        }
    errors = kept.get("ata_smart_error_log", {}).get("summary")
    if errors:
        errors["table"] = [
            {key: row.get(key) for key in ("error_number", "lifetime_hours", "error_description")}
            for row in errors.get("table", [])[:3]
        ]
    return kept


def memory() -> dict[str, Any]:
    """Memory as the kernel has it, as the board says it is fitted, and its errors where it counts."""
    known = dict(re.findall(r"^(\w+): +(\d+) kB$", text("/proc/meminfo") or "", re.MULTILINE))
    controllers = list(Path("/sys/devices/system/edac/mc").glob("mc[0-9]*"))
    return {
        "total": int(known["MemTotal"]) * 1024,
        "available": int(known["MemAvailable"]) * 1024,
        "swap": int(known["SwapTotal"]) * 1024,
        "slots": list(slots()),
        "errors": {
            name: sum(number(one / f"{name}_count") or 0 for one in controllers)
            for name in ("ce", "ue")
        }
        if controllers
        else None,
    }


def slots() -> Iterator[dict[str, Any]]:
    """The memory slots as the firmware describes them (SMBIOS structure 17)."""
    for entry in sorted(Path("/sys/firmware/dmi/entries").glob("17-*/raw")):
        try:
            raw = entry.read_bytes()
        except OSError:
            continue
        size = int.from_bytes(raw[0x0C:0x0E], "little")
        if size == 0x7FFF:  # too large for the field: the extended one, in MB
            size = int.from_bytes(raw[0x1C:0x20], "little")
        strings = raw[raw[1] :].split(b"\0")
        locator = raw[0x10]
        name = (
            strings[locator - 1].decode("ascii", "replace") if 0 < locator <= len(strings) else ""
        )
        # Bit 15: in kB; 0xffff: nobody knows.
        known = None if size == 0xFFFF else size // 1024 if size & 0x8000 else size
        yield {"slot": name, "mb": known}


def temperatures() -> dict[str, Any]:
    """Every sensor's degrees Celsius with its limits, and the fans' turns a minute."""
    heat, fans = [], []
    for chip in sorted(Path("/sys/class/hwmon").glob("hwmon*")):
        name = text(chip / "name") or chip.name
        for sensor in sorted(chip.glob("temp*_input")):
            milli = number(sensor)
            if milli is None:
                continue
            stem = str(sensor).removesuffix("_input")
            heat.append(
                {
                    "chip": name,
                    "label": text(f"{stem}_label"),
                    "celsius": milli / 1000,
                    "high": scaled(number(f"{stem}_max")),
                    "critical": scaled(number(f"{stem}_crit")),
                }
            )
        for fan in sorted(chip.glob("fan*_input")):
            fans.append({"chip": name, "fan": fan.name.split("_")[0], "rpm": number(fan)})
    return {"sensors": heat, "fans": fans}


def scaled(milli: int | None) -> float | None:
    """Thousandths as a number."""
    return None if milli is None else milli / 1000


def clock() -> dict[str, Any]:
    """The time, the battery clock, and whether anybody keeps them right."""
    shown = dict(line.partition("=")[::2] for line in ask("timedatectl", "show").splitlines())
    battery = number("/sys/class/rtc/rtc0/since_epoch")
    return {
        "now": moment(time.time()),
        "synchronized": shown.get("NTPSynchronized") == "yes",
        "zone": shown.get("Timezone"),
        "battery_clock_off_s": None if battery is None else round(battery - time.time()),
        # systemd says so when it starts with a clock older than itself: the battery is empty.
        "set_back_at_start": len(
            journal(
                "--since", "-30d", "--grep", "System time before build time|System clock time unset"
            )
        ),
    }


def starts() -> dict[str, Any]:
    """When the PC started and stopped; a start without a stop in order was cut or crashed."""
    marks: dict[str, dict[str, float]] = {}
    for entry in journal("--since", "-30d", f"MESSAGE_ID={STARTED}", "+", f"MESSAGE_ID={STOPPED}"):
        kind = "began" if entry.get("MESSAGE_ID") == STARTED else "ended"
        boot = marks.setdefault(entry["_BOOT_ID"], {})
        when = int(entry["__REALTIME_TIMESTAMP"]) / 1e6
        boot[kind] = min(boot.get(kind, when), when) if kind == "began" else when
    this = (text("/proc/sys/kernel/random/boot_id") or "").replace("-", "")
    boots = []
    for boot, seen in marks.items():
        last = seen.get("ended")
        boots.append(
            {
                "began": moment(seen["began"]) if "began" in seen else None,
                "ended": moment(last) if last else None,
                "last_word": None if last or boot == this else last_word(boot),
                "clean": True if last else None if boot == this else False,
            }
        )
    return {"boots": boots[-40:], "emergencies": number(STATE / "power/emergencies") or 0}


def last_word(boot: str) -> str | None:
    """When the journal last heard from a start that had no end in order."""
    entries = journal("-b", boot, "-n", "1", "--output-fields=_BOOT_ID")
    return moment(int(entries[-1]["__REALTIME_TIMESTAMP"]) / 1e6) if entries else None


def kernel() -> dict[str, Any]:
    """What the kernel complained of within two days, by what it is about."""
    seen: dict[str, dict[str, Any]] = {}
    for entry in journal("-k", "--since", "-2d", "-p", "warning", "--output-fields=MESSAGE"):
        said = entry.get("MESSAGE")
        if not isinstance(said, str):
            continue
        for kind, pattern in KERNEL.items():
            if re.search(pattern, said):
                group = seen.setdefault(kind, {"count": 0, "samples": []})
                group["count"] += 1
                if len(group["samples"]) < 3:
                    group["samples"].append(said[:160])
    return seen


def line() -> dict[str, Any]:
    """The network card, and the line's samples by day."""
    cards = {}
    for card in sorted(Path("/sys/class/net").iterdir()):
        if not ((card / "device").exists() or card.name.startswith("host")):
            continue
        with suppress(OSError):
            counts = {
                name: number(card / "statistics" / name)
                for name in ("rx_errors", "tx_errors", "rx_dropped", "collisions")
            }
            cards[card.name] = {
                "up": text(card / "operstate"),
                "mbps": number(card / "speed"),
                "duplex": text(card / "duplex"),
                **counts,
            }
    return {"cards": cards, "days": samples(), **(record(Path("/etc/benvung/health.json")) or {})}


def samples() -> dict[str, dict[str, float]]:
    """Day → pings sent and received, and the mean of the mean times in ms."""
    days: dict[str, list[list[str]]] = {}
    first = (datetime.now() - timedelta(days=DAYS)).strftime("%Y-%m-%d")
    for file in sorted((STATE / "health").glob("line-*.csv"))[-2:]:
        for row in (text(file) or "").splitlines()[1:]:
            cells = row.split(",")
            if len(cells) == 6 and cells[0] >= first:
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
        days |= (record(file) or {}).get("days", {})
    return dict(sorted(days.items())[-DAYS:])


def power() -> dict[str, Any]:
    """Opening hours as the PC has them, the next closing, the alarm that wakes it."""
    hours = json.loads(ask("/usr/local/lib/benvung/hours", code=None) or "{}")
    menu = re.findall(r"set timeout=(-?\d+)", text("/boot/grub/grub.cfg") or "")
    return {
        "hours": hours,
        "wake": record(STATE / "power/wake.json"),
        "boot_menu_seconds": max(map(int, menu)) if menu else None,
        "closing_next": ask(
            "systemctl", "show", "-P", "NextElapseUSecRealtime", "benvung-close.timer", code=None
        ).strip(),
    }


def desktop() -> dict[str, Any]:
    """The language, and whether the printers answer."""
    language = re.search(r'^LANG="?([^"\n]*)', text("/etc/default/locale") or "", re.MULTILINE)
    queues = ask("lpstat", "-e", code=None).split() if Path("/usr/bin/lpstat").exists() else []
    stopped = ask("lpstat", "-p", code=None).count("disabled since") if queues else 0
    return {
        "language": language[1] if language else None,
        "typing": Path("/usr/bin/fcitx5").exists(),
        "printers": len(queues),
        "printers_stopped": stopped,
    }


def shortcuts() -> dict[str, Any]:
    """The start page and the icons on the reader's desktop."""
    source = Path("/usr/local/share/benvung/home/Desktop")
    return {
        "start_page": Path("/usr/local/share/benvung/start/index.html").is_file(),
        "icons": len(list(source.glob("*.desktop"))),
    }


def applied() -> dict[str, Any]:
    """The commit last applied, and when."""
    place = STATE / "applied.json"
    return {**(record(place) or {}), "when": moment(place.stat().st_mtime)}


PARTS: tuple[Callable[[], Any], ...] = (
    *(identity, system, packages, antivirus, browser, restrictions, session, services, access),
    *(disks, memory, temperatures, clock, starts, kernel, line, usage, power, desktop, shortcuts),
    applied,
)


# --- the report -----------------------------------------------------------------


def report() -> dict[str, Any]:
    """The report: part → what was found, or `{"error": why}`."""
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        answers = dict(zip((part.__name__ for part in PARTS), pool.map(answer, PARTS), strict=True))
    return {
        "schema": SCHEMA,
        "host": os.uname().nodename.split(".")[0],
        "at": moment(time.time()),
        "seconds": round(time.monotonic() - began, 2),
        **answers,
    }


def answer(part: Callable[[], Any]) -> Any:  # noqa: ANN401 - each part has its own shape
    """One part's answer, or why there is none."""
    try:
        return part()
    except Exception as why:  # noqa: BLE001 - whatever it is, the other parts go on
        return {"error": f"{type(why).__name__}: {why}"[:200]}


def keep(fresh: dict[str, Any]) -> None:
    """Keep a report until it is fetched; the oldest go first."""
    KEPT.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = KEPT / (fresh["at"].replace(":", "").replace("+0000", "Z") + ".json")
    new = place.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(fresh, file, ensure_ascii=False, separators=(",", ":"))
        file.flush()
        os.fsync(file.fileno())
    new.replace(place)
    for old in sorted(KEPT.glob("*.json"))[:-KEEP]:
        old.unlink(missing_ok=True)


def kept_since(when: str) -> Iterator[dict[str, Any]]:
    """Reports kept after a moment, the oldest first; one a power cut tore is passed over."""
    for file in sorted(KEPT.glob("*.json")):
        old = record(file)
        if old and str(old.get("at", "")) > when:
            yield old


def main() -> int:
    """Print what the command line asks for."""
    match sys.argv[1:]:
        case []:
            reports = iter([report()])
        case ["--keep"]:
            fresh = report()
            keep(fresh)
            print(f"probe: a report kept, {fresh['seconds']} s")
            return 0
        case ["--since", when]:
            reports = iter([report(), *kept_since(when)])
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    for one in reports:
        print(json.dumps(one, ensure_ascii=False, separators=(",", ":")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
