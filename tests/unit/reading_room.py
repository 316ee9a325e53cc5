"""Reports of a healthy PC of 2013, and a month of them; each test breaks what it is about."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from checks.hardware.findings import Finding
from checks.report import Report
from inventory.cards import Card
from inventory.records import Workstation

DATA = Path(__file__).parent / "data" / "smartctl"
# A Thursday, an hour after the room closed.
NOW = datetime(2026, 11, 19, 11, 0, tzinfo=UTC)
GB = 1 << 30
HOST = "thapmuoi-01"
HOURS = {day: [["07:30", "11:30"], ["13:30", "17:00"]] for day in ("mon", "tue", "wed", "thu")}
OPEN = {"power_opening_hours": {**HOURS, "fri": [], "sat": [], "sun": []}}


def smartctl(name: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return answer


def disk(name: str = "wdc-healthy", node: str = "sda") -> dict[str, Any]:
    return {
        "node": node, "size": 500107862016, "model": "disk", "removable": False, "usb": False,
        "rotating": True, "smart": smartctl(name),
    }  # fmt: skip


def sensor(celsius: float, chip: str = "coretemp", **more: Any) -> dict[str, Any]:
    limits = {"label": "Core 0", "high": 80.0, "critical": 98.0}
    return {"chip": chip, "celsius": celsius, **limits, **more}


def fan(rpm: int | None, chip: str = "nct6776", name: str = "fan2") -> dict[str, Any]:
    return {"chip": chip, "fan": name, "rpm": rpm}


def card(**facts: Any) -> dict[str, Any]:
    return {"up": "up", "mbps": 1000, "duplex": "full", "rx_errors": 0, **facts}


def day(received: int = 240, ms: float = 30.0, sent: int = 240) -> dict[str, Any]:
    return {"samples": sent // 5, "sent": sent, "received": received, "avg_ms": ms}


def healthy(host: str = HOST) -> dict[str, Any]:
    """The parts of a healthy PC's report that tell of its hardware."""
    number = int(host[-2:]) if host[-2:].isdigit() else 1
    return {
        "identity": {
            "machine_id": f"{number:02}f0c1d2e3a4",
            "sys_vendor": "Dell Inc.",
            "product_serial": f"7XK2M{number:02}",
            "board_serial": f"CN70163{number:02}",
            "product_uuid": f"4c4c4544-0058-4b10-8032-b7c04f4d32{number:02}",
            "network_cards": {"enp3s0": f"00:1a:2b:3c:4d:{number:02}"},
        },
        "system": {
            "debian": "13.1", "codename": "trixie", "kernel": "6.12", "machine": "x86_64",
            "uptime_s": 10000, "restart_wanted": False, "file_systems": {}, "virtual": "none",
        },
        "disks": [disk()],
        "memory": {
            "total": 3800 << 20, "available": 2 * GB, "swap": GB, "errors": {"ce": 0, "ue": 0},
            "slots": [{"slot": "DIMM1", "mb": 2048}, {"slot": "DIMM2", "mb": 2048}],
        },
        "temperatures": {"sensors": [sensor(45.0)], "fans": [fan(1200)]},
        "clock": {
            "now": NOW.isoformat(), "synchronized": True, "zone": "Asia/Ho_Chi_Minh",
            "battery_clock_off_s": 1, "set_back_at_start": 0,
        },
        "starts": {"boots": [], "emergencies": 0},
        "kernel": {},
        "line": {
            "cards": {"enp3s0": card()}, "days": {"2026-11-18": day(), "2026-11-17": day()},
            "line_target": "example.vn", "line_promised_mbps": 30,
        },
    }  # fmt: skip


def report(days_ago: float = 0, host: str = HOST, **parts: Any) -> Report:
    """A healthy report with some facts of some parts changed; a part that is no dict is replaced.

    Args:
        days_ago: before NOW.
        host: whose.
        parts: part -> its changed facts, or None for a part that failed.
    """
    said: dict[str, Any] = healthy(host)
    for name, facts in parts.items():
        old = said.get(name)
        whole = not isinstance(facts, dict) or name == "kernel"
        said[name] = facts if whole else {**(old or {}), **facts}
        if facts is None:
            said[name] = {"error": "TimeoutExpired: no answer in 20 s"}
    at = NOW - timedelta(days=days_ago)
    return Report.model_validate({"host": host, "at": at.isoformat(), **said})


def month(host: str = HOST, days: int = 30, **parts: Any) -> list[Report]:
    """A report every day up to yesterday, the newest last."""
    return [report(ago, host, **parts) for ago in range(days, 0, -1)]


def pc(host: str = HOST, variables: dict[str, Any] | None = None, **on_card: Any) -> Workstation:
    declared = Card.model_validate({"year_in_use": 2013, **on_card})
    return Workstation(
        host, host, "thap_muoi", (), OPEN if variables is None else variables, declared
    )


def said(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    return [(each.rule, each.certainty, each.verdict) for each in findings]
