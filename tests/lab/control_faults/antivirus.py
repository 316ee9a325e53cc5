"""Faults of the aspect antivirus: nothing is scanned, or something was found."""

import os
from datetime import UTC, datetime

import yaml

from tests.acceptance.test_antivirus import EICAR
from tests.lab.control_faults.fault import DPKG, STATE, ControlFault, back, record, removed
from tests.lab.technician import ROOT

CLOSING = f"{STATE}/antivirus/last-closing.json"
FOUND = f"{STATE}/antivirus/last-found.json"
FETCHED = "/var/lib/clamav/benvung-signatures.json"
QUARANTINE = f"{STATE}/quarantine"
DOWNLOADS = "/home/bandoc/Tải về"
LONG_AGO = "2026-01-05T10:00:00+00:00"
_defaults = yaml.safe_load((ROOT / "roles/antivirus/defaults/main.yml").read_text(encoding="utf-8"))
# A workstation of the lab sees the memory of the machine around it.
_megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
RESIDENT = _megabytes > _defaults["antivirus_daemon_above_mb"]


def saved(name: str, words: str) -> str:
    """A command that saves a download and has it scanned."""
    return f"printf %s '{words}' > '{DOWNLOADS}/{name}' && /usr/local/lib/benvung/scan downloads"


FAULTS = (
    ControlFault("antivirus.installed", removed("clamav"), hides=DPKG),
    ControlFault(
        "antivirus.signatures",
        "mkdir -p /root/signatures && mv /var/lib/clamav/*.[chnlm][vldb][db] /root/signatures/",
        "mv /root/signatures/* /var/lib/clamav/",
    ),
    ControlFault(
        "antivirus.fetched",
        record(FETCHED, when=LONG_AGO, outcome="failed"),
        back(FETCHED),
    ),
    ControlFault("antivirus.fetching", "systemctl disable --now benvung-signatures.timer"),
    ControlFault(
        "antivirus.scan-finished",
        record(
            CLOSING,
            when=LONG_AGO,
            what="closing",
            outcome="unknown",
            reason="the scanner was killed",
            found=0,
            quarantined=0,
        ),
        back(CLOSING),
    ),
    ControlFault(
        "antivirus.nothing-found",
        saved("thiệp.com", EICAR),
        f"rm {QUARANTINE}/* {FOUND}; {saved('thư.txt', 'xin chào')} && rm '{DOWNLOADS}/thư.txt'",
        cascade={"antivirus.quarantine-empty": "what was found is in there"},
        # Another scan, or none.
        hides=frozenset({"antivirus.taken-away", "antivirus.installed", "antivirus.signatures"}),
    ),
    ControlFault(
        "antivirus.taken-away",
        record(
            FOUND,
            when=datetime.now(UTC).isoformat(timespec="seconds"),
            what="stick",
            outcome="found",
            reason="",
            found=1,
            quarantined=0,
        ),
        back(FOUND),
        cascade={"antivirus.nothing-found": "something was found"},
    ),
    ControlFault(
        "antivirus.quarantine-empty",
        f"echo {{}} > {QUARANTINE}/1.json",
        f"rm {QUARANTINE}/1.json",
    ),
    ControlFault("antivirus.quarantine-shut", f"chmod 777 {QUARANTINE}"),
    ControlFault(
        "antivirus.downloads-watched", "systemctl disable --now benvung-scan-downloads.path"
    ),
    ControlFault(
        "antivirus.downloads-caught-up", "systemctl disable --now benvung-scan-downloads.timer"
    ),
    ControlFault(
        "antivirus.sticks-scanned",
        "rm /etc/systemd/system/media-bandoc-.mount.d/benvung-scan.conf && systemctl daemon-reload",
    ),
    ControlFault("antivirus.scan-at-closing", "systemctl disable benvung-scan-closing.service"),
    # Much memory: it should start with the PC. Little: something runs by its name.
    ControlFault("antivirus.resident", "systemctl disable clamav-daemon.service")
    if RESIDENT
    else ControlFault(
        "antivirus.resident",
        "systemd-run --quiet --unit=clamav-daemon.service sleep infinity",
        "systemctl stop clamav-daemon.service",
    ),
)
CANNOT_BE_STAGED = ()
