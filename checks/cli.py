"""`benvung`: the technician's command line. Errors are one sentence and exit code 2."""

import getpass
import logging
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

from checks.loading import loading

with loading():
    import typer
    from rich.console import Console

    from checks.answers import answered, console
    from deploys.refusals import EnrolRefused
    from inventory.words import _

# Commands of several words: the first -> the module that has them.
GROUPS = {"asset": "checks.cli_assets", "inbox": "checks.cli_inbox"}


class Commands(typer.core.TyperGroup):
    """The commands, groups of several among them, which are read when they are asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every name, as the help shows them."""
        return [*super().list_commands(ctx), *GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name; None when there is none."""
        if cmd_name not in GROUPS:
            return super().get_command(ctx, cmd_name)
        group = typer.main.get_command(import_module(GROUPS[cmd_name]).app)
        group.name = cmd_name
        return group


# What a command needs is imported by it: a night shall not wait for the papers' libraries.
app = typer.Typer(
    cls=Commands,
    help=_("Keeps the reading rooms' computers working."),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
FILE = {"exists": True, "dir_okay": False, "resolve_path": True}


@app.command(
    "inventory", help=_("Check the inventory and show it, with what is still to be declared.")
)
def show_inventory() -> None:
    """Check the inventory and show it, with what is still to be declared."""
    from inventory.__main__ import table  # noqa: PLC0415
    from inventory.loader import load  # noqa: PLC0415

    with answered():
        inventory = load()
        Console().print(table(inventory))
        for site in inventory.sites.values():
            host = inventory.hosts[site.workstations[0]]
            if not host.variables["access_management_addresses"]:
                notice = _(
                    "{site}: access_management_addresses is empty, so SSH is open to any address, "
                    "by key alone. Declare them in inventory/group_vars/{group}.yml."
                )
                console.print(notice.format(site=site.facts["site_name"], group=site.name))


@app.command("controls", help=_("List what is checked every night."))
def show_controls() -> None:
    """List what is checked every night."""
    from checks import cli_nightly  # noqa: PLC0415

    cli_nightly.show_controls()


@app.command("nightly", help=_("Look at every PC once, remember what is found, and tell it."))
def look_at_every_pc(
    limit: Annotated[
        list[str] | None, typer.Option(help=_("Only this PC or group; repeat for more."))
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the night as JSON."))] = False,
    wake: Annotated[bool, typer.Option(help=_("Wake PCs that are off, by a neighbour."))] = False,
    drift: Annotated[
        bool, typer.Option(help=_("Ask pyinfra too, by a dry run, what it would change."))
    ] = True,
    tell: Annotated[bool, typer.Option(help=_("Send the notice."))] = True,
) -> None:
    """Look at every PC once, remember what is found, and tell it."""
    with loading():
        from checks import cli_nightly  # noqa: PLC0415

    asked = cli_nightly.Asked(
        tuple(limit or ()), as_json=as_json, wake=wake, tell=tell, drift=drift
    )
    with answered():
        code = cli_nightly.run(asked)
    raise typer.Exit(code)


@app.command(
    "rollout", help=_("Apply a change to one PC of each site, look at it, and only then go on.")
)
def roll_out_a_change(  # noqa: PLR0913 - a command line has that many words
    what: Annotated[str, typer.Argument(help=_("An aspect, or baseline for all."))] = "baseline",
    limit: Annotated[
        list[str] | None, typer.Option(help=_("Only this PC or group; repeat for more."))
    ] = None,
    engine: Annotated[str, typer.Option(help=_("pyinfra or ansible."))] = "pyinfra",
    *,
    canaries: Annotated[
        bool, typer.Option("--canaries", help=_("End after the first ring."))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Only say who would go when."))
    ] = False,
    forget: Annotated[
        bool,
        typer.Option("--forget", help=_("What stopped the last one was not the change.")),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the end as JSON."))] = False,
) -> None:
    """Apply a change to one PC of each site, look at it, and only then go on."""
    from checks import cli_rollout  # noqa: PLC0415

    with answered():
        asked = cli_rollout.asked_for(what, tuple(limit or ()), engine)
        asked = replace(asked, canaries=canaries, dry=dry_run, forget=forget)
        code = cli_rollout.run(asked, as_json=as_json)
    raise typer.Exit(code)


@app.command("dossier", help=_("Write the papers of a site: disposal, or a year's stock-take."))
def write_dossier(  # noqa: PLR0913 - a command line has that many words
    site: Annotated[str, typer.Argument(help=_("The site's name in the inventory: thanh_my"))],
    asset: Annotated[
        list[str] | None, typer.Option(help=_("Only this asset; repeat for more."))
    ] = None,
    *,
    stock_take: Annotated[
        bool, typer.Option("--stock-take", help=_("The stock-take and the register instead."))
    ] = False,
    whole: Annotated[
        bool, typer.Option("--all", help=_("Also the papers of steps that are done."))
    ] = False,
    on: Annotated[str, typer.Option(help=_("The day the papers are of: 2026-12-31."))] = "",
    to: Annotated[
        Path | None, typer.Option(help=_("Folder to write; it must be new or empty."))
    ] = None,
    pdf: Annotated[bool, typer.Option(help=_("PDF too, by LibreOffice."))] = True,
) -> None:
    """Write the papers of a site."""
    from checks import cli_dossier  # noqa: PLC0415

    # A path that is typed is relative to where it is typed, not to the repository.
    asked = cli_dossier.Asked(site, tuple(asset or ()), on, to.resolve() if to else None)
    with answered():
        cli_dossier.run(asked, year_end=stock_take, whole=whole, as_pdf=pdf)


@app.command("enrol", help=_("Make a freshly installed PC a managed workstation."))
def enrol_workstation(  # noqa: PLR0913, PLR0917 - a command line has that many words
    host: Annotated[str, typer.Argument(help=_("The workstation's name in the inventory."))],
    user: Annotated[str, typer.Option(help=_("The user made in Debian's installer."))] = "caidat",
    address: Annotated[
        str, typer.Option(help=_("Its address, to be written into ssh_config."))
    ] = "",
    key: Annotated[
        list[Path] | None, typer.Option(help=_("A public key of yours; repeat for more."), **FILE)
    ] = None,
    fingerprint: Annotated[
        str, typer.Option(help=_("Its host key's SHA256 fingerprint, compared beforehand."))
    ] = "",
    password_file: Annotated[
        Path | None,
        typer.Option(help=_("A file with the user's password in its first line."), **FILE),
    ] = None,
) -> None:
    """Make a freshly installed PC a managed workstation."""
    from deploys.enrol import Asked, Person, enrol  # noqa: PLC0415

    person = Person(
        say=console.print,
        same_fingerprint=_compare,
        password=lambda name: _password(name, password_file),
    )
    with answered():
        enrol(Asked(host, user, address, tuple(key or ()), fingerprint), person)


@app.command(
    "retire", help=_("Wipe the disks of one PC, by a recorded decision, before it leaves.")
)
def retire_workstation(
    name: Annotated[str, typer.Argument(help=_("Its name in the inventory, or its asset code."))],
    bench: Annotated[
        str, typer.Option(help=_("The PC its disk is attached to, where it no longer starts."))
    ] = "",
    by: Annotated[str, typer.Option(help=_("Who answers for it, by name."))] = "",
) -> None:
    """Wipe the disks of one PC, by a recorded decision, before it leaves."""
    from deploys import retire as retiring  # noqa: PLC0415

    person = retiring.Person(say=console.print, code=_typed_code)
    with answered():
        retiring.retire(retiring.Asked(name, bench, by), person)


def _typed_code(name: str) -> str:
    # Only a person at a terminal: no flag, no pipe and no file answers for one.
    if not sys.stdin.isatty():
        from deploys.retire_order import RetireRefused  # noqa: PLC0415

        wrong = _("The asset code of {name} must be typed at a terminal.").format(name=name)
        raise RetireRefused(wrong, _("Nothing was done. Run this yourself, at the desk."))
    asked = _("Type the asset code of {name} to wipe it: ").format(name=name)
    try:
        return input(asked).strip()
    except EOFError:
        return ""


def _compare(fingerprint: str) -> bool:
    console.print(_("The PC that answers shows this host key:"))
    console.print(f"    {fingerprint}")
    console.print(_("Log in at the PC's own screen and type:"))
    console.print("    ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub")
    try:
        return typer.confirm(_("Does it show the same?"), default=False, err=True)
    except typer.Abort:
        return False


def _password(user: str, file: Path | None) -> str:
    if file:
        lines = file.read_text(encoding="utf-8").splitlines()
        if not lines or not lines[0]:
            raise EnrolRefused(_("{file} holds no password.").format(file=file))
        return lines[0]
    if not sys.stdin.isatty():
        raise EnrolRefused(_("There is no terminal to ask for a password: use --password-file."))
    return getpass.getpass(_("Password of {user} on the PC: ").format(user=user))


def main() -> None:
    """Run `benvung`."""
    # Their words are for programmers; ours say it in one sentence.
    for library in ("pyinfra", "paramiko"):
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    app()
