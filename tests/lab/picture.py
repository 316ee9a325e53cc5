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
    r"/etc/(hostname|hosts|machine-id)": "each PC has its own name",
    r"/etc/ssh/ssh_host_.*": "each PC has its own keys",
    r"/etc/systemd/network/00-lab\.network": "the lab's own",
    r"/etc/cups/subscriptions\.conf.*": "CUPS writes down who asked to be told",
    r"/home/benvung/\.ansible(/.*)?": "what Ansible carries its programs through",
    r"/home/benvung/\.config(/.*)?": "PulseAudio's, of whoever logs in",
    r"/home/bandoc(/.*)?": "the reader's home, reset for every session",
    r"/var/lib/benvung/(antivirus|guard|health|power|reports|session|updates)/.*": "records",
    r"/usr/local/lib/benvung/probe/__pycache__(/.*)?": "compiled at the first look",
}
# Jobs that run now and then: whether one runs at this moment is not declared.
PASSING = re.compile(
    r"(anacron|apt-daily|apt-daily-upgrade|dpkg-db-backup|e2scrub_.*|fstrim|logrotate|man-db"
    r"|systemd-tmpfiles-clean|user(-runtime-dir)?@\d+|benvung-(apt|line|printers|probe|scan-.*"
    r"|session-watch|sessions|signatures|updates))\.service"
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
        "systemctl", "list-unit-files", "--no-legend", "--plain") if " transient" not in l),
    # Not the fourth word: a timer waits, strikes, waits.
    "units": sorted(" ".join(l.split()[:3]) for l in said(
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
