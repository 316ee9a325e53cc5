"""The demo's second site: nobody pushes there, its PCs make themselves right and report home."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.table import Table

from inventory.loader import load
from tests.lab.lab import Lab
from tests.lab.pulling import Site, site
from tests.lab.technician import pyinfra

ROOT = Path(__file__).parent.parent
PLACE = Path("var/demo/site")
SITE = "thanh_my"
# One PC of that site has a vault, so that its key is handed over, too.
WITH_VAULT = "thanhmy-03"
# A lab PC that stands for the technician's server: it takes the reports and is nothing else.
INBOX = "thapmuoi-10"
DROPS = "srv/benvung-inbox"
APPLIED = "/var/lib/benvung/applied.json"
SAID = (
    "In this demo Thanh Mỹ is a pull site: a copy of the repository says so, signed with a "
    f"throw-away key and published on the lab's bridge. {INBOX} stands for the technician's server."
)


def pulling(hosts: Sequence[str]) -> list[str]:
    """Those of some PCs that nobody pushes to in the demo."""
    known = load(ROOT).hosts
    return [name for name in hosts if known[name].site == SITE]


@contextmanager
def office(lab: Lab) -> Iterator[Site]:
    """The technician's tree of the demo, served as long as it lasts.

    Args:
        lab: with the inbox's machine up.
    """
    place = ROOT / PLACE
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    with site(lab, place, WITH_VAULT, SITE) as ours:
        server = lab[INBOX]
        ours.declare(pull_inbox=str(server.address), pull_inbox_host_key=server.host_key)
        publish(ours)
        yield ours


def publish(ours: Site) -> None:
    """Commit what the tree says, signed, and publish it."""
    ours.published.commit({})
    ours.published.publish()


def environment(lab: Lab, ours: Site) -> dict[str, str]:
    """What the technician's terminal has in this tree."""
    return {
        "BENVUNG_SSH_CONFIG": str(lab.ssh_config),
        "BENVUNG_VAULT_DIR": str(ours.passwords),
        # The inbox is a machine of the lab; its files are read from outside.
        "BENVUNG_INBOX": f"/proc/{lab[INBOX].leader}/root/{DROPS}",
        "PYTHONPATH": str(ours.root),
    }


def bring_home(lab: Lab, hosts: Sequence[str]) -> None:
    """Let PCs look at themselves and send the report, as they do at closing."""
    for host in hosts:
        for unit in ("benvung-probe.service", "benvung-send.service"):
            lab[host].run(["systemctl", "start", unit], timeout=600)


def compared(lab: Lab, ours: Site, hosts: Sequence[str]) -> tuple[Table, list[str]]:
    """Ask pyinfra what it would change on PCs, whoever made them.

    Args:
        lab: where they are.
        ours: the tree they are compared with.
        hosts: the PCs.

    Returns:
        A table for 80 columns; what is not as declared.
    """
    told: dict[str, Any] = environment(lab, ours)
    pulled = pulling(hosts)
    table = Table("PC", "Made right by", "Commit", "pyinfra would change", box=None, pad_edge=False)
    wrong: list[str] = []
    for host in hosts:
        run = pyinfra(lab, [host], dry=True, root=ours.root, **told)
        changes = [change for of in run.changed.values() for change in of]
        if run.code or run.failed:
            wrong.append(f"{host}: the dry run failed: {run.line(host) or run.shown[-400:]}")
        wrong += [f"{host}: {change}" for change in changes]
        stamp = json.loads(lab[host].run(["cat", APPLIED]).stdout)
        engine = "itself, with Ansible" if host in pulled else "pyinfra, from the desk"
        table.add_row(host, engine, stamp["commit"], ", ".join(changes) or "nothing")
    return table, wrong
