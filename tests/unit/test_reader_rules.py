"""What the inventory refuses about the reader's session and restrictions."""

from typing import Any

import pytest

from inventory.rules import RULES, RULES_FOR


def objections(name: str, value: Any) -> list[str]:
    return [wrong.wrong for rule in RULES[name] for wrong in rule(value)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("session_reader_uid", 1000),
        ("session_reader_uid", 60000),
        ("session_idle_minutes", 2),
        ("session_idle_minutes", 999),
        ("session_swept_directories", ["/"]),
        ("session_swept_directories", ["/home/benvung"]),
        ("session_swept_directories", ["/tmp/../etc"]),
        ("session_swept_directories", ["/var/a b"]),
        ("session_swept_directories", ["tmp"]),
        ("session_processes", 10),
        ("session_memory_percent", 5),
        ("restrictions_closed_programs", ["/usr/bin/$(id)"]),
        ("restrictions_reachable", ["printer.thapmuoi.internal"]),
        ("restrictions_reachable", ["0.0.0.0/0"]),
        ("restrictions_reachable", ["192.0.2.1/24"]),
        ("restrictions_router_ports", [0]),
        ("restrictions_hidden_entries", ["xterm.desktop"]),
        ("restrictions_hidden_entries", ["../xterm"]),
        ("restrictions_allowed_actions", ["everything"]),
        ("restrictions_boot_password_hash", "thuvien"),
    ],
)
def test_what_cannot_be_meant_is_refused(name: str, value: Any) -> None:
    assert objections(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("session_idle_minutes", 0),
        ("session_swept_directories", ["/tmp", "/var/lib/ibus-tam"]),
        ("restrictions_reachable", ["192.0.2.10", "2001:db8::/64"]),
        ("restrictions_router_ports", [53, 80, 443]),
        ("restrictions_allowed_actions", ["org.freedesktop.udisks2.", "org.freedesktop.a.b-c"]),
        ("restrictions_boot_password_hash", "grub.pbkdf2.sha512.10000.0A1B.2C3D"),
    ],
)
def test_what_a_site_may_need_is_taken(name: str, value: Any) -> None:
    assert objections(name, value) == []


@pytest.mark.parametrize(
    ("minutes", "seconds", "accepted"), [(15, 60, True), (3, 91, False), (15, 5, False)]
)
def test_the_warning_fits_into_the_idle_time(minutes: int, seconds: int, accepted: bool) -> None:
    values = {"session_idle_minutes": minutes, "session_idle_warning_seconds": seconds}
    (rule,) = [rule for names, rule in RULES_FOR if "session_idle_warning_seconds" in names]
    assert (list(rule(values)) == []) is accepted


def test_the_hash_of_the_boot_password_is_not_repeated() -> None:
    """An error message ends up in terminals and logs."""
    assert "thuvien" not in " ".join(objections("restrictions_boot_password_hash", "thuvien"))
