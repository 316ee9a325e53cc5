"""Disk monitoring, the session counter, the line sampler and the probe, from the first day.

pyinfra inventory deploys/health.py [--limit thanh_my]
"""

from io import StringIO
from pathlib import Path

from pyinfra import host
from pyinfra.api import deploy

from deploys import operations
from deploys.asking import expect
from deploys.commit import STAMP, commit
from deploys.facts import Files
from deploys.rendering import render
from deploys.vocabulary import (
    directory,
    is_entry,
    only,
    packages,
    put,
    reload_units,
    restart,
    run,
    step,
    template,
    tree,
    unit,
)
from inventory.words import _

LIB = "/usr/local/lib/benvung"
UNITS = "/etc/systemd/system"
APPLIED = "/var/lib/benvung/applied.json"
ROOT = Path(__file__).parent.parent


@deploy("health")
def health() -> None:
    """Let the PC record how it is."""
    packages(
        _("Install what reads disks, sensors, the line and the screen's idle time"),
        host.data.health_packages,
        host.data.health_packages_absent,
    )
    _disks()
    _records()
    _reports()


def _disks() -> None:
    settings = template(_("Tell smartd what to watch"), "health/smartd.conf.j2", "/etc/smartd.conf")
    unit(_("Watch the disks at every start"), "smartmontools.service", running=None)
    run(_("Let smartd read its settings"), "systemctl try-restart smartmontools", when=[settings])
    step(_("Start watching the disks"), "health/disks")


def _records() -> None:
    directory(_("Keep a place for records"), "/var/lib/benvung/health")
    put(_("Install the session counter"), "health/sessions", f"{LIB}/sessions", mode="755")
    put(_("Install the line sampler"), "health/line", f"{LIB}/line", mode="755")
    template(_("Declare what is recorded"), "health/health.json.j2", "/etc/benvung/health.json")
    timers = []
    units = []
    for name in ("benvung-sessions", "benvung-line"):
        service = f"{name}.service"
        units.append(
            put(
                _("Describe what is recorded to systemd"), f"health/{service}", f"{UNITS}/{service}"
            )
        )
        timer = f"{name}.timer"
        timers.append(
            template(
                _("Describe how often it is recorded"), f"health/{timer}.j2", f"{UNITS}/{timer}"
            )
        )
    reload_units(_("Let systemd read the records"), when=[*units, *timers])
    unit(_("Count sessions and hours of use"), "benvung-sessions.timer")
    unit(_("Measure the line while the room is open"), "benvung-line.timer")
    restart(_("Take the new rhythm of the counter"), "benvung-sessions.timer", when=timers[:1])
    restart(_("Take the new rhythm of the line"), "benvung-line.timer", when=timers[1:])


def _reports() -> None:
    modules = sorted(path.name for path in (ROOT / "checks/probe").glob("*.py"))
    tree(
        _("Install the probe"),
        f"{LIB}/probe",
        {name: f"health/probe/{name}" for name in modules},
    )
    # Python keeps what it has read there where a person runs the probe by hand, without -B.
    keep = [*modules, "__pycache__"]
    only(_("Remove what no longer belongs to the probe"), f"{LIB}/probe", keep)
    directory(_("Keep a place for reports"), "/var/lib/benvung/reports", mode="700")
    units = [
        put(_("Describe the probe to systemd"), f"health/{name}", f"{UNITS}/{name}")
        for name in ("benvung-probe.service", "benvung-probe.timer")
    ]
    reload_units(_("Let systemd read about the probe"), when=units)
    unit(_("Look at the PC at every closing"), "benvung-probe.service", running=None)
    step(_("Look at the PC after every start"), "health/probe")


@deploy("health")
def stamp() -> None:
    """Leave the commit this run applied on the workstation: the last line of the baseline.

    A PC that failed on the way does not get here and keeps its older stamp. The stamp names the
    commit and nothing of the run, so an unchanged commit changes nothing.
    """
    expect(Files, paths=[APPLIED])
    operations.file(
        name=_(STAMP),
        src=StringIO(render("health/applied.json.j2", {"health_commit": commit()})),
        dest=APPLIED,
        mode="644",
        user="root",
        group="root",
    )


if is_entry(__name__):
    health()
