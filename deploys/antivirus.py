"""ClamAV within the memory of the PC; findings quarantined and told to the reader.

pyinfra inventory deploys/antivirus.py [--limit thanh_my]
"""

from pyinfra import host
from pyinfra.api import FactBase, deploy

from deploys.vocabulary import (
    directory,
    is_entry,
    packages,
    put,
    reload_units,
    restart,
    shared,
    step,
    template,
    unit,
)
from inventory.words import _

LIB = "/usr/local/lib/benvung"
UNITS = "/etc/systemd/system"
SCANS = (
    "benvung-scan-stick@.service",
    "benvung-scan-downloads.service",
    "benvung-scan-closing.service",
)


class MemoryMegabytes(FactBase[int]):
    """The memory the kernel has, in MB."""

    default = int

    def command(self) -> str:
        """Ask the kernel."""
        return "awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo"

    def process(self, output: list[str]) -> int:
        """The number; 0 where the kernel does not say, and then nothing large is kept."""
        return int(output[0]) if output else 0


@deploy("antivirus")
def antivirus() -> None:
    """Scan what comes in, within the memory of the PC."""
    daemon = _scanner()
    _programs()
    _signatures(daemon=daemon)
    _scans()


def _scanner() -> bool:
    """Install ClamAV; whether this PC has the memory for a resident scanner (it never changes)."""
    data = host.data
    daemon: bool = host.get_fact(MemoryMegabytes) > data.antivirus_daemon_above_mb
    resident = data.antivirus_daemon_packages
    # Before the packages: Debian starts its freshclam when it installs it.
    dropins = [
        put(
            _("Keep Debian's resident freshclam from starting"),
            "antivirus/only-our-freshclam.conf",
            f"{UNITS}/clamav-freshclam.service.d/benvung.conf",
        ),
        put(
            _("Keep Debian 13 from fetching signatures at every start"),
            "antivirus/only-our-freshclam.conf",
            f"{UNITS}/clamav-freshclam-once.service.d/benvung.conf",
        ),
    ]
    template(
        _("Declare where signatures come from"),
        "antivirus/freshclam.conf.j2",
        "/etc/benvung/freshclam.conf",
    )
    reload_units(_("Let systemd read about freshclam"), when=dropins)
    packages(
        _("Install ClamAV as the memory of the PC allows"),
        [*data.antivirus_packages, *(resident if daemon else [])],
        [*data.antivirus_packages_absent, *([] if daemon else resident)],
    )
    return daemon


def _programs() -> None:
    put(_("Install the program that scans"), "antivirus/scan", f"{LIB}/scan", mode="755")
    put(
        _("Install the program that fetches signatures"),
        "antivirus/signatures",
        f"{LIB}/signatures",
        mode="755",
    )
    # The aspect power owns it; here too, so that this aspect alone can tell of a finding.
    put(_("Install the program that speaks to the reader"), "power/tell", f"{LIB}/tell", mode="755")
    template(
        _("Declare what is scanned and what the reader is told"),
        "antivirus/antivirus.json.j2",
        "/etc/benvung/antivirus.json",
    )
    directory(_("Keep a place for results"), "/var/lib/benvung/antivirus")
    directory(
        _("Keep a place nobody can look into for findings"),
        "/var/lib/benvung/quarantine",
        mode="700",
    )
    template(
        _("Forget findings after their time"),
        "antivirus/tmpfiles.conf.j2",
        "/etc/tmpfiles.d/benvung-antivirus.conf",
    )


def _signatures(*, daemon: bool) -> None:
    units = [
        put(
            _("Describe the fetching of signatures"),
            "antivirus/benvung-signatures.service",
            f"{UNITS}/benvung-signatures.service",
        ),
        put(
            _("Describe when signatures are fetched"),
            "antivirus/benvung-signatures.timer",
            f"{UNITS}/benvung-signatures.timer",
        ),
    ]
    reload_units(_("Let systemd read the fetching"), when=units)
    unit(
        _("Keep freshclam from staying resident"),
        "clamav-freshclam.service",
        running=False,
        enabled=False,
    )
    unit(_("Fetch signatures while the room is closed"), "benvung-signatures.timer")
    unit(_("Fetch signatures at closing"), "benvung-signatures.service", running=None)
    if daemon:
        # Started by its first signatures: without any it refuses.
        unit(_("Let the scanner stay resident"), "clamav-daemon.service", running=None)


def _scans() -> None:
    units = [
        put(_("Describe the scan of a stick"), f"antivirus/{SCANS[0]}", f"{UNITS}/{SCANS[0]}"),
        put(_("Describe the scan of downloads"), f"antivirus/{SCANS[1]}", f"{UNITS}/{SCANS[1]}"),
        put(_("Describe the scan at closing"), f"antivirus/{SCANS[2]}", f"{UNITS}/{SCANS[2]}"),
        *(
            template(
                _("Bind each scan to its memory and its place at the end of the queue"),
                "antivirus/scan.conf.j2",
                f"{UNITS}/{scan}.d/benvung.conf",
            )
            for scan in SCANS
        ),
    ]
    media = shared("antivirus_media_unit")
    units.append(
        put(
            _("Scan every stick that appears"),
            "antivirus/scan-mounts.conf",
            f"{UNITS}/{media}.d/benvung-scan.conf",
        )
    )
    step(_("Scan no longer where sticks appeared before"), "antivirus/media")
    path = template(
        _("Watch the reader's downloads"),
        "antivirus/benvung-scan-downloads.path.j2",
        f"{UNITS}/benvung-scan-downloads.path",
    )
    units.append(
        put(
            _("Look again for what was saved during a scan"),
            "antivirus/benvung-scan-downloads.timer",
            f"{UNITS}/benvung-scan-downloads.timer",
        )
    )
    reload_units(_("Let systemd read the scans"), when=[*units, path])
    unit(_("Scan downloads when they arrive"), "benvung-scan-downloads.path")
    restart(_("Watch the declared downloads"), "benvung-scan-downloads.path", when=[path])
    unit(_("Scan downloads that came during a scan"), "benvung-scan-downloads.timer")
    unit(_("Scan at closing"), "benvung-scan-closing.service", running=None)


if is_entry(__name__):
    antivirus()
