"""What meddling does to the antivirus."""

from tests.lab.faults import Fault

FAULTS = [
    Fault(
        aspect="antivirus",
        name="sticks are no longer scanned",
        do=(
            "rm /etc/systemd/system/media-bandoc-.mount.d/benvung-scan.conf"
            " && systemctl daemon-reload"
        ),
        mended_by=("Scan every stick that appears", "Let systemd read the scans"),
        proof="systemctl show --property=Wants media-bandoc-X.mount | grep -q benvung-scan-stick",
    ),
    Fault(
        aspect="antivirus",
        name="downloads are no longer watched",
        do="systemctl stop benvung-scan-downloads.path",
        mended_by=("Scan downloads when they arrive",),
        proof="systemctl is-active --quiet benvung-scan-downloads.path",
    ),
    Fault(
        aspect="antivirus",
        name="the quarantine stands open",
        do="chmod 777 /var/lib/benvung/quarantine",
        mended_by=("Keep a place nobody can look into for findings",),
        proof='test "$(stat -c %a /var/lib/benvung/quarantine)" = 700',
    ),
]
