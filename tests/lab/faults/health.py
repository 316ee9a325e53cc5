"""What meddling does to the records."""

from tests.lab.faults import Fault

FAULTS = [
    Fault(
        aspect="health",
        name="somebody stops the counting of sessions",
        do="systemctl disable --now benvung-sessions.timer",
        mended_by=("Count sessions and hours of use",),
        proof="systemctl is-active --quiet benvung-sessions.timer",
    ),
    Fault(
        aspect="health",
        name="the disks are no longer watched",
        do=": > /etc/smartd.conf; systemctl disable smartmontools.service",
        mended_by=(
            "Tell smartd what to watch",
            "Watch the disks at every start",
            "Let smartd read its settings",
        ),
        proof=(
            "grep -q '^DEVICESCAN' /etc/smartd.conf"
            " && systemctl is-enabled --quiet smartmontools.service"
        ),
    ),
]
