"""What the PC is made of: identity, disks, memory, temperatures."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .asking import ask, number, text

# The parts of smartctl's answer that say something about the disk's health.
SMARTCTL = (
    *("smartctl", "device", "model_family", "model_name", "serial_number", "firmware_version"),
    *("user_capacity", "rotation_rate", "smart_support", "smart_status", "power_on_time"),
    *("power_cycle_count", "temperature", "nvme_smart_health_information_log", "local_time"),
    *("in_smartctl_database", "nvme_total_capacity", "trim", "ata_smart_error_log"),
    *("scsi_model_name", "endurance_used"),
)
ROW = ("id", "name", "value", "worst", "thresh", "when_failed", "flags", "raw")
# SMBIOS 3.0, structure 17: size in the field at 0x0c; 0x7fff says it is in the one at 0x1c.
SIZE_ELSEWHERE, SIZE_UNKNOWN, IN_KILOBYTES = 0x7FFF, 0xFFFF, 0x8000


def identity() -> dict[str, Any]:
    """What the PC calls itself; serials are as the maker wrote them, true or not."""
    dmi = Path("/sys/class/dmi/id")
    names = ("sys_vendor", "product_name", "product_serial", "board_serial", "product_uuid")
    return {
        "machine_id": text("/etc/machine-id"),
        **{name: text(dmi / name) for name in names},
        "network_cards": {card.name: text(card / "address") for card in network_cards()},
    }


def network_cards() -> list[Path]:
    """The cards a cable or an antenna belongs to; no bridges and the like."""
    cards = sorted(Path("/sys/class/net").glob("*"))
    return [one for one in cards if (one / "device").exists() or one.name.startswith("host")]


def disks() -> list[dict[str, Any]]:
    """Every disk of the PC with what smartctl says of it; sticks and their like left out."""
    found = []
    for block in sorted(Path("/sys/block").glob("*")):
        size = (number(block / "size") or 0) * 512
        if not re.match(r"sd|nvme|hd|vd|mmcblk", block.name) or size == 0:
            continue
        disk: dict[str, Any] = {
            "node": block.name,
            "size": size,
            "model": text(block / "device/model"),
            "removable": number(block / "removable") == 1,
            "usb": "/usb" in os.path.realpath(block),
            "rotating": number(block / "queue/rotational") == 1,
        }
        if not disk["removable"] and not disk["usb"]:
            found.append({**disk, "smart": smart(block.name)})
    return found


def smart(node: str) -> dict[str, Any]:
    """What smartctl answers about a disk, without what says nothing about its health."""
    try:
        # Its exit code is a set of flags, also in the answer.
        answer = json.loads(ask("smartctl", "-j", "-a", f"/dev/{node}", codes=None))
    except (RuntimeError, ValueError) as why:
        return {"error": str(why)[:200]}
    return trimmed(answer)


def trimmed(answer: dict[str, Any]) -> dict[str, Any]:
    """The parts of smartctl's answer that are reported."""
    kept = {key: answer[key] for key in SMARTCTL if key in answer}
    table = answer.get("ata_smart_attributes", {}).get("table")
    if table is not None:
        rows = [{name: row.get(name) for name in ROW} for row in table]
        kept["ata_smart_attributes"] = {"table": rows}
    logs = answer.get("ata_smart_self_test_log", {})
    tests = {
        kind: {**logs[kind], "table": logs[kind].get("table", [])[:5]}
        for kind in ("standard", "extended")
        if kind in logs
    }
    if tests:
        kept["ata_smart_self_test_log"] = tests
    errors = kept.pop("ata_smart_error_log", {}).get("summary")
    if errors:
        names = ("error_number", "lifetime_hours", "error_description")
        rows = [{key: row.get(key) for key in names} for row in errors.get("table", [])[:3]]
        kept["ata_smart_error_log"] = {"summary": {**errors, "table": rows}}
    return kept


def memory() -> dict[str, Any]:
    """Memory as the kernel has it, as the board says it is fitted, and errors where counted."""
    known = dict(re.findall(r"^(\w+): +(\d+) kB$", text("/proc/meminfo") or "", re.MULTILINE))
    controllers = list(Path("/sys/devices/system/edac/mc").glob("mc[0-9]*"))
    errors = {
        name: sum(number(one / f"{name}_count") or 0 for one in controllers)
        for name in ("ce", "ue")
    }
    return {
        "total": int(known["MemTotal"]) * 1024,
        "available": int(known["MemAvailable"]) * 1024,
        "swap": int(known["SwapTotal"]) * 1024,
        "slots": list(slots(Path("/sys/firmware/dmi/entries"))),
        "errors": errors if controllers else None,
    }


def slots(entries: Path) -> Iterator[dict[str, Any]]:
    """The memory slots as the firmware describes them (SMBIOS structure 17)."""
    for entry in sorted(entries.glob("17-*/raw")):
        try:
            raw = entry.read_bytes()
            yield {"slot": slot_name(raw), "mb": slot_size(raw)}
        except (OSError, IndexError):
            continue


def slot_size(raw: bytes) -> int | None:
    """Megabytes in a slot; None where the firmware does not know."""
    size = int.from_bytes(raw[0x0C:0x0E], "little")
    if size == SIZE_ELSEWHERE:
        return int.from_bytes(raw[0x1C:0x20], "little")
    if size == SIZE_UNKNOWN:
        return None
    return (size & ~IN_KILOBYTES) // 1024 if size & IN_KILOBYTES else size


def slot_name(raw: bytes) -> str:
    """The name printed beside a slot; its number among the strings is at 0x10."""
    strings = raw[raw[1] :].split(b"\0")
    which = raw[0x10]
    known = 0 < which <= len(strings)
    return strings[which - 1].decode("ascii", "replace") if known else ""


def temperatures() -> dict[str, Any]:
    """Every sensor's degrees Celsius with its limits, and the fans' turns a minute."""
    heat, fans = [], []
    for chip in sorted(Path("/sys/class/hwmon").glob("hwmon*")):
        name = text(chip / "name") or chip.name
        for sensor in sorted(chip.glob("temp*_input")):
            stem = str(sensor).removesuffix("_input")
            celsius = thousandths(f"{stem}_input")
            if celsius is not None:
                limits = {"high": f"{stem}_max", "critical": f"{stem}_crit"}
                shown = {"chip": name, "label": text(f"{stem}_label"), "celsius": celsius}
                heat.append(shown | {key: thousandths(path) for key, path in limits.items()})
        fans += [
            {"chip": name, "fan": fan.name.split("_")[0], "rpm": number(fan)}
            for fan in sorted(chip.glob("fan*_input"))
        ]
    return {"sensors": heat, "fans": fans}


def thousandths(path: str) -> float | None:
    """A file's thousandths as a number."""
    milli = number(path)
    return None if milli is None else milli / 1000
