"""What power cuts and meddling do to the updates."""

from tests.lab.faults import Fault

FAULTS = [
    Fault(
        aspect="updates",
        name="the mains fails while dpkg sets up a package",
        do=(
            "sed -i '/^Package: unattended-upgrades$/,/^$/"
            "s/^Status: install ok installed$/Status: install ok half-configured/'"
            " /var/lib/dpkg/status"
        ),
        mended_by=("Heal a package database left half configured",),
        proof="dpkg-query -W -f '${db:Status-Abbrev}' unattended-upgrades | grep -q '^ii'",
    ),
    Fault(
        aspect="updates",
        name="apt is let loose during the day",
        do="rm /etc/apt/apt.conf.d/95benvung",
        mended_by=("Tell apt to wait, never to ask, and to update only when the room is closed",),
        proof="apt-config dump APT::Periodic::Enable | grep -q '\"0\"'",
    ),
    Fault(
        aspect="updates",
        name="somebody stops the catching up",
        do="systemctl disable --now benvung-updates-missed.timer",
        mended_by=("Catch up with missed updates while the room is closed",),
        proof="systemctl is-active --quiet benvung-updates-missed.timer",
    ),
]
