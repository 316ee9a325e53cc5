"""Everything two workstations can be compared by: packages, accounts, units, files.

What may differ between two PCs that are both as declared is named here, each with its reason;
everything else must be the same.
"""

import json
import re
from typing import Any

from tests.lab.workstation import Workstation

# Directories the aspects write to, whole: what is in them by Debian's doing is compared as well.
LOOKED_AT = (
    "/boot",
    "/etc",
    "/home",
    "/usr/lib/mozilla",
    "/usr/local",
    "/usr/share/applications",
    "/usr/share/backgrounds",
    "/usr/share/images/desktop-base",
    "/var/lib/benvung",
    "/var/lib/AccountsService",
    "/var/spool/cron",
)
# Path (a regular expression) → why two PCs may differ there.
MAY_DIFFER = {
    r"/etc/(hostname|hosts|machine-id|mailname)": "each PC has its own name",
    r"/etc/ssh/ssh_host_.*": "each PC has its own keys",
    r"/home/benvung/\.ssh/authorized_keys": "enrolment wrote it; compared by access itself",
    r"/home/benvung/(\.ansible|\.cache).*": "what an engine carries its programs through",
    r"/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?": "compared by account, not by line",
    r"/etc/\.pwd\.lock": "held while an account changes",
    r"/etc/ld\.so\.cache": "its order follows that of the packages",
    r"/etc/(resolv\.conf|systemd/network/00-lab.*)": "the lab's own",
    r"/etc/ssl/certs(/.*)?": "links made in the order the packages came",
    r"/etc/ca-certificates\.conf.*": "same",
    r"/etc/cups/(subscriptions\.conf.*|ssl/.*|printers\.conf.*|classes\.conf.*)": "CUPS' own log",
    r"/etc/(lvm/devices|blkid\.tab).*": "caches of Debian's",
    r"/etc/alternatives/README": "Debian's",
    r"/etc/udev/hwdb\.bin": "built by whichever package came last",
    r"/home/bandoc(/.*)?": "the reader's home, reset for every session",
    r"/var/lib/benvung/(antivirus|guard|health|power|reports|session|updates)/.*": "logs",
    r"/var/lib/benvung/(sessions|line|idle).*": "logs",
    r"/usr/local/share/(fonts|mime|man|applications/mimeinfo\.cache).*": "caches of Debian's",
    r"/usr/share/applications/mimeinfo\.cache": "its order follows that of the packages",
    r".*/__pycache__(/.*)?": "compiled on first use",
}
# Units whose state is of the moment, not declared.
PASSING = re.compile(
    r"(session-|user|run-|benvung-apt|benvung-guard-revert|getty|systemd-|dbus|polkit|udisks2|cups"
    r"|lightdm|apt-|dpkg-|man-db|e2scrub|fstrim|logrotate|phpsession|colord|upower|accounts-daemon"
    r"|NetworkManager|ModemManager|wpa_supplicant|alsa|rtkit|ssh|sysstat|packagekit|anacron|exim4"
    r"|emergency|rescue|initrd|plymouth|media-|benvung-(signatures|scan-.*|updates|probe|sessions"
    r"|line|session-watch|session-end|printers|close|heal|started)\.service)"
)

_PROGRAM = r"""
import grp, hashlib, json, os, pwd, stat, subprocess, sys

def said(*words):
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.splitlines()

def file(path):
    s = os.lstat(path)
    def name(of, number):
        try:
            return of(number)[0]
        except KeyError:
            return str(number)
    owner = [name(pwd.getpwuid, s.st_uid), name(grp.getgrgid, s.st_gid)]
    what = [oct(stat.S_IMODE(s.st_mode)), *owner]
    if stat.S_ISLNK(s.st_mode):
        return ["link", os.readlink(path), *what[1:]]
    if stat.S_ISREG(s.st_mode):
        with open(path, "rb") as content:
            return ["file", hashlib.sha256(content.read()).hexdigest(), *what]
    return [oct(stat.S_IFMT(s.st_mode)), *what]

files = {}
for top in sys.argv[1:]:
    for directory, below, names in os.walk(top):
        for name in [*below, *names, "."]:
            path = os.path.normpath(os.path.join(directory, name))
            files[path] = file(path)
shadow = {line.split(":")[0]: line.split(":")[1][:1] for line in said("getent", "shadow")}
row = "${Package} ${Version} ${db:Status-Status}\n"
print(json.dumps({
    "packages": sorted(said("dpkg-query", "-W", "-f", row)),
    "asked for": sorted(said("apt-mark", "showmanual")),
    "users": sorted(said("getent", "passwd")),
    "groups": sorted(said("getent", "group")),
    "passwords": shadow,
    "unit files": sorted(" ".join(l.split()[:2]) for l in said(
        "systemctl", "list-unit-files", "--no-legend", "--plain")),
    "units": sorted(" ".join(l.split()[:4]) for l in said(
        "systemctl", "list-units", "--all", "--no-legend", "--plain",
        "--type=service,timer,path,socket")),
    "diversions": sorted(said("dpkg-divert", "--list")),
    "filter": said("nft", "--stateless", "list", "ruleset"),
    "files": files,
}))
"""


def picture(pc: Workstation) -> dict[str, Any]:
    """What a workstation is, without what may differ."""
    seen: dict[str, Any] = json.loads(
        pc.run(["python3", "-c", _PROGRAM, *LOOKED_AT], timeout=300).stdout
    )
    allowed = re.compile("|".join(f"(?:{pattern})" for pattern in MAY_DIFFER))
    seen["files"] = {
        path: what for path, what in seen["files"].items() if not allowed.fullmatch(path)
    }
    seen["units"] = [unit for unit in seen["units"] if not PASSING.match(unit)]
    return seen


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What two pictures do not share, a line each; empty where they are equal."""
    found = []
    for part, mine in one.items():
        yours = other[part]
        if isinstance(mine, dict):
            names = sorted(mine.keys() | yours.keys())
            found += [
                f"{part}: {name}: {mine.get(name)} / {yours.get(name)}"
                for name in names
                if mine.get(name) != yours.get(name)
            ]
        else:
            found += [f"{part}: only the first: {line}" for line in mine if line not in yours]
            found += [f"{part}: only the second: {line}" for line in yours if line not in mine]
    return found
