"""What meddling does to opening and closing."""

from tests.lab.faults import Fault

FAULTS = [
    Fault(
        aspect="power",
        name="somebody keeps the PC from closing",
        do="systemctl disable --now benvung-close.timer",
        mended_by=("Close the PC when the room closes",),
        proof="systemctl is-active --quiet benvung-close.timer",
    ),
    Fault(
        aspect="power",
        name="the opening hours are torn by a power cut",
        do="truncate -s 20 /etc/benvung/power.json",
        mended_by=("Declare the opening hours", "Set the wake for the next opening"),
        proof="/usr/local/lib/benvung/hours",
    ),
    Fault(
        aspect="power",
        name="the wake is forgotten",
        do="rm /var/lib/benvung/power/wake.json",
        mended_by=("Set the wake for the next opening",),
        proof="test -s /var/lib/benvung/power/wake.json",
    ),
    Fault(
        aspect="power",
        name="the boot waits at its menu",
        do="rm /etc/default/grub.d/benvung-power.cfg",
        mended_by=("Let the PC start after a power cut without a keyboard",),
        proof="grep -q fsck.repair=yes /etc/default/grub.d/benvung-power.cfg",
    ),
]
