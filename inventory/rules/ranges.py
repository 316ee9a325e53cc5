"""Numbers of every aspect that have a least and a most."""

from collections.abc import Iterator

from inventory.rules.registry import Rule, Wrong, rule
from inventory.words import _

# Variable → least, most. Outside, the value is a slip of the pen or would harm readers.
_RANGES = {
    "updates_limit_minutes": (5, 180),
    "updates_missed_days": (1, 30),
    "antivirus_daemon_above_mb": (0, 1 << 20),
    "antivirus_scan_memory_mb": (256, 16384),
    "antivirus_scan_limit_minutes": (1, 240),
    "antivirus_quarantine_days": (1, 365),
    "power_warning_minutes": (1, 60),
    "power_closing_limit_minutes": (10, 300),
    "power_wake_minutes_before": (0, 120),
    "power_boot_menu_seconds": (0, 30),
    "power_emergency_retry_minutes": (1, 60),
    "health_disk_test_hour": (-1, 23),
    "health_session_minutes": (1, 15),
    "health_line_minutes": (1, 60),
    "health_line_promised_mbps": (0, 100_000),
    "health_keep_months": (1, 120),
    "controller_minutes_before_closing": (5, 240),
    "controller_limit_minutes": (10, 600),
    "pull_jitter_minutes": (0, 120),
    "pull_limit_minutes": (2, 180),
}


def _within(least: int, most: int) -> Rule:
    def judge(value: int) -> Iterator[Wrong]:
        if not least <= value <= most:
            wrong = _("{value} is not between {least} and {most}")
            yield Wrong(
                wrong.format(value=value, least=least, most=most), _("Write a number in between.")
            )

    return judge


for _name, _range in _RANGES.items():
    rule(_name)(_within(*_range))
