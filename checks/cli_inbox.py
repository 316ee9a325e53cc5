"""`benvung inbox`: whose reports come home by themselves, how old they are, whose key counts."""

import subprocess
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from checks import inbox
from checks.answers import answered, console
from checks.days import day_of, shown_day
from deploys.inbox_keys import FILE, read_keys, write_keys
from deploys.refusals import EnrolRefused
from inventory.addresses import ssh_config_path
from inventory.loader import ROOT, load, select
from inventory.words import _

app = typer.Typer(help=_("The reports that PCs of pull sites bring home."), no_args_is_help=True)
HOST = typer.Argument(help=_("The workstation's name in the inventory."))
PUBLIC_KEY = "/etc/benvung/pull/report-key.pub"
# Seconds for one PC to show its key.
PATIENCE = 60


@app.command("list", help=_("Show how old each PC's newest report is."))
def show() -> None:
    """Show how old each PC's newest report is."""
    with answered():
        inventory = load()
        now, keys = datetime.now(UTC), read_keys()
        hosts = [name for name, pc in inventory.hosts.items() if inbox.brings(pc)]
        table = Table(_("PC"), _("Newest report"), _("Days"), _("Key"))
        for answer in inbox.taken(hosts, {}, now):
            newest = answer.brought
            days = str((day_of(now) - day_of(newest.at)).days) if newest else ""
            when = shown_day(newest.at) if newest else answer.why
            trusted = _("trusted") if answer.host in keys else _("none")
            # What a report is refused for may quote it: no markup of a stranger's is obeyed.
            table.add_row(answer.host, Text(when), days, trusted)
        Console().print(table)


@app.command("trust", help=_("Fetch the public key of a PC, so that the inbox takes its reports."))
def trust(host: Annotated[str, HOST]) -> None:
    """Fetch the public key of a PC, so that the inbox takes its reports."""
    with answered():
        select(load(), [host])
        key = _public_key(host)
        write_keys({**read_keys(), host: key})
        done = _("{host}: its key is in {file}. Now: pyinfra @local deploys/inbox.py -y")
        console.print(done.format(host=host, file=FILE))


@app.command("revoke", help=_("Let a PC's key bring nothing any more, at once."))
def revoke(host: Annotated[str, HOST]) -> None:
    """Let a PC's key bring nothing any more, at once."""
    with answered():
        keys = read_keys()
        if host not in keys:
            raise EnrolRefused(_("{host} has no key in {file}.").format(host=host, file=FILE))
        del keys[host]
        write_keys(keys)
        command = [sys.executable, "-m", "pyinfra", "@local", "deploys/inbox.py", "-y"]
        if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode:
            raise EnrolRefused(
                _("The key of {host} is out of {file}; the run above failed: run it again.").format(
                    host=host, file=FILE
                )
            )
        console.print(_("{host}: its key brings nothing any more.").format(host=host))


def _public_key(host: str) -> str:
    """The PC's public key, as type and key.

    Raises:
        EnrolRefused: it shows none.
    """
    config = str(ssh_config_path(ROOT))
    ssh = ["ssh", "-F", config, "-o", "BatchMode=yes", host, f"sudo -n cat {PUBLIC_KEY}"]
    try:
        done = subprocess.run(
            ssh, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        words, said = done.stdout.split(), done.stderr.strip().splitlines()[-1:]
    except subprocess.TimeoutExpired:
        words, said = [], []
    if len(words) < len(("type", "key")) or words[0] != "ssh-ed25519":
        why = _("{host} shows no key ({why}): declare pull_inbox and run deploys/pull.py on it.")
        raise EnrolRefused(why.format(host=host, why=(said or [_("no answer")])[0]))
    return " ".join(words[:2])
