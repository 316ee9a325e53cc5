"""Faults of the aspect updates: corrections do not arrive, or arrive by day."""

from tests.lab.control_faults.fault import STATE, ControlFault, back, record

RECORD = f"{STATE}/updates/state.json"
DPKG = "/var/lib/dpkg/status"
# Debian corrects it by security updates alone, and nothing depends on it.
CORRECTED = "firefox-esr-l10n-vi"
LONG_AGO = "2026-01-05T10:00:00+00:00"
MISSED = record(RECORD, since=LONG_AGO, last_success=LONG_AGO)


def version(of: str) -> str:
    """A command that lets dpkg believe in another version of that package."""
    return f'sed -i "/^Package: {CORRECTED}$/,/^$/s/^Version: .*/Version: {of}/" {DPKG}'


FAULTS = (
    ControlFault(
        "updates.security-pending",
        f"dpkg-query -W -f '${{Version}}' {CORRECTED} > /root/corrected"
        f" && {version('1')}; {MISSED}",
        f"{version('$(cat /root/corrected)')}; {back(RECORD)}",
        cascade={"updates.last-success": "the same runs are missing"},
    ),
    ControlFault(
        "updates.last-success",
        MISSED,
        back(RECORD),
        perhaps={"updates.security-pending": "Debian corrected something today"},
    ),
    ControlFault(
        "updates.last-run", record(RECORD, outcome="failed", reason="of the test"), back(RECORD)
    ),
    ControlFault(
        "updates.database-whole",
        "sed -i '/^Package: unattended-upgrades$/,/^$/"
        f"s/^Status: install ok installed$/Status: install ok half-configured/' {DPKG}",
    ),
    ControlFault(
        "updates.lists",
        "mkdir -p /root/lists && mv /var/lib/apt/lists/*Release /root/lists/",
        "mv /root/lists/* /var/lib/apt/lists/",
        # An apt that has to install something fetches them anew.
        hides=frozenset(
            {
                *("updates.security-pending", "updates.database-whole"),
                *("antivirus.installed", "desktop.typing"),
            }
        ),
    ),
    ControlFault("updates.nothing-held", "apt-mark hold galculator", "apt-mark unhold galculator"),
    ControlFault(
        "updates.restarted",
        "touch -d '30 days ago' /run/reboot-required",
        "rm /run/reboot-required",
    ),
    ControlFault("updates.at-closing", "systemctl disable benvung-updates.service"),
    ControlFault("updates.catching-up", "systemctl disable --now benvung-updates-missed.timer"),
    ControlFault("updates.healing", "systemctl disable benvung-heal.service"),
    ControlFault("updates.not-by-day", "rm /etc/apt/apt.conf.d/95benvung"),
    ControlFault("updates.cache", "echo khac.internal:3142 > /etc/benvung/apt-cache"),
)
CANNOT_BE_STAGED = ()
