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
        # A drop-in for names that begin so counts only for a mount that is there.
        proof=(
            "mkdir -p /media/bandoc/X && mount -t tmpfs stick /media/bandoc/X;"
            " for i in $(seq 50); do systemctl is-active --quiet media-bandoc-X.mount && break;"
            " sleep 0.1; done;"
            " systemctl show --property=Wants media-bandoc-X.mount | grep -q benvung-scan-stick;"
            " code=$?; umount -l /media/bandoc/X; rmdir /media/bandoc/X; exit $code"
        ),
    ),
    Fault(
        aspect="antivirus",
        name="sticks are still scanned where they appeared before antivirus_media was changed",
        do=(
            "mkdir -p /etc/systemd/system/media-cu-.mount.d"
            " && echo '[Unit]' > /etc/systemd/system/media-cu-.mount.d/benvung-scan.conf"
            " && systemctl daemon-reload"
        ),
        mended_by=("Scan no longer where sticks appeared before",),
        proof=(
            "! test -e /etc/systemd/system/media-cu-.mount.d/benvung-scan.conf"
            " && test -e /etc/systemd/system/media-bandoc-.mount.d/benvung-scan.conf"
        ),
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
