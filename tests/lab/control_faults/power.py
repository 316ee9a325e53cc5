"""Faults of the aspect power: other hours, no closing, no waking."""

from tests.lab.control_faults.fault import (
    BOOT_MENU,
    BY_ONE_FACT,
    STATE,
    CannotBeStaged,
    ControlFault,
    change,
)

HOURS = "/etc/benvung/power.json"
RULES = "/etc/polkit-1/rules.d/10-benvung-power.rules"

FAULTS = (
    ControlFault(
        "power.hours-known",
        f"truncate -s 20 {HOURS}",
        hides=frozenset({"power.hours-declared", "power.clock-believed"}),
    ),
    ControlFault("power.hours-declared", change(HOURS, closed_days=["2027-02-05"])),
    ControlFault("power.clock-believed", change(HOURS, clock_not_before="2099-01-01")),
    ControlFault("power.closing", "systemctl disable --now benvung-close.timer"),
    ControlFault("power.wake-at-start", "systemctl disable benvung-started.service"),
    ControlFault("power.emergency-retried", "systemctl disable benvung-emergency.service"),
    ControlFault(
        "power.no-emergency",
        f"echo 2 > {STATE}/power/emergencies",
        f"rm -f {STATE}/power/emergencies*",
    ),
    ControlFault("power.switching-off", f"sed -i '/power-off/,$s/Result.NO;/Result.YES;/' {RULES}"),
    ControlFault("power.awake", "rm /etc/systemd/sleep.conf.d/benvung.conf"),
    ControlFault("power.wake-on-lan", "rm /etc/systemd/network/50-benvung-wake-on-lan.link"),
)
CANNOT_BE_STAGED = (
    CannotBeStaged(
        "power.clock-synchronized",
        "a container has the clock of the machine around it",
        (
            BY_ONE_FACT,
            "tests/unit/test_controls.py::test_a_container_is_not_blamed_for_its_machine",
        ),
    ),
    CannotBeStaged(
        "power.wake",
        "a container has no clock that wakes it",
        (BY_ONE_FACT, "tests/lab/test_qemu.py::test_the_clock_is_set_to_wake_the_pc"),
    ),
    CannotBeStaged("power.boot-menu", "a container has no boot menu", (BY_ONE_FACT, BOOT_MENU)),
    CannotBeStaged("power.boot-mends", "a container has no boot menu", (BY_ONE_FACT, BOOT_MENU)),
)
