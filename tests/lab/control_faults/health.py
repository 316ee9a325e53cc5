"""Faults of the aspect health: nothing is recorded, no room, an old state."""

from tests.lab.control_faults.fault import STATE, CannotBeStaged, ControlFault, change

# A small file system in memory stands for a disk in trouble; nothing of ours lies in /boot there.
PLACE = "/boot"
ROOM, FILES, WRITABLE = "health.room", "health.files-left", "health.writable"
APPLIED = f"{STATE}/applied.json"

FAULTS = (
    ControlFault("health.sessions-counted", "systemctl disable --now benvung-sessions.timer"),
    ControlFault("health.line-measured", "systemctl disable --now benvung-line.timer"),
    ControlFault("health.reports-made", "systemctl disable --now benvung-probe.timer"),
    ControlFault("health.reports-at-closing", "systemctl disable benvung-probe.service"),
    ControlFault(
        "health.line-declared",
        change("/etc/benvung/health.json", line_target="khac.example.vn"),
    ),
    ControlFault("health.disks-watched", "systemctl disable smartmontools.service"),
    ControlFault(
        ROOM,
        f"mount -t tmpfs -o size=1m tmpfs {PLACE} && head -c 1020K /dev/zero > {PLACE}/x",
        f"umount {PLACE}",
        hides=frozenset({FILES, WRITABLE}),
    ),
    ControlFault(
        FILES,
        f"mount -t tmpfs -o size=9m,nr_inodes=40 tmpfs {PLACE};"
        f" for i in $(seq 60); do touch {PLACE}/$i 2>/dev/null || break; done",
        f"umount {PLACE}",
        hides=frozenset({ROOM, WRITABLE}),
    ),
    ControlFault(
        WRITABLE,
        f"mount -t tmpfs -o ro,size=9m tmpfs {PLACE}",
        f"umount {PLACE}",
        hides=frozenset({ROOM, FILES}),
    ),
    ControlFault(
        "health.no-failed-unit",
        "systemd-run --quiet --wait --unit=thu-hong.service false || true",
        "systemctl reset-failed thu-hong.service",
    ),
    ControlFault("health.applied", f"rm {APPLIED}", hides=frozenset({"health.current"})),
    ControlFault("health.current", change(APPLIED, commit="000000000000")),
)
CANNOT_BE_STAGED = (
    CannotBeStaged(
        "health.reported",
        "a report made just now bears the machine's own date: an old one is left by a PC alone",
        ("tests/unit/test_controls.py::test_an_old_report_says_so",),
    ),
)
