"""PCs the desk cannot reach: they fetch what is published, verify it, and apply it by themselves.

pyinfra inventory deploys/pull.py [--limit thanh_my]

The keys that may sign and the PC's own vault password come from the desk, over its pinned
connection, and from nowhere else. At a push site all of it is taken away.
"""

from collections.abc import Sequence

from pyinfra import host
from pyinfra.api import deploy

from deploys.operations import secret
from deploys.vocabulary import (
    absent,
    directory,
    ensure,
    is_entry,
    only,
    packages,
    put,
    reload_units,
    restart,
    template,
    tree,
    unit,
)
from inventory.vaults import password_dir
from inventory.words import _

LIB = "/usr/local/lib/benvung/pull"
KEYS = "/etc/benvung/pull"
CONFIG = "/etc/benvung/pull.json"
STATE = "/var/lib/benvung/pull"
UNITS = "/etc/systemd/system"
MODULES = ("__init__", "__main__", "command", "place", "playbook", "repository", "trees")
TIMER, START, CLOSING = (
    "benvung-pull-start.timer",
    "benvung-pull-start.service",
    "benvung-pull.service",
)
SEND, SEND_TIMER = "benvung-send.service", "benvung-send.timer"
SENDER = "/usr/local/lib/benvung/send-reports"
INBOX = "/etc/benvung/inbox.json"
REPORT_KEY = f"{KEYS}/report-key"


@deploy("pull")
def pull() -> None:
    """Let the PC pull, or leave nothing of it, as its site is declared."""
    if host.data.pull_mode == "pull":
        _pulls()
    else:
        _is_pushed_to()


def _pulls() -> None:
    packages(_("Install what fetches, verifies and applies"), host.data.pull_packages)
    _keys()
    directory(_("Keep a place for what is fetched"), STATE, mode="700")
    tree(
        _("Install the program that pulls"),
        LIB,
        {f"{name}.py": f"pull/pull/{name}.py" for name in MODULES},
    )
    only(
        _("Remove what no longer belongs to the program that pulls"),
        LIB,
        [f"{name}.py" for name in MODULES],
    )
    template(_("Declare where and when the PC pulls"), "pull/pull.json.j2", CONFIG)
    units = [
        put(_("Describe the pulling to systemd"), f"pull/{name}", f"{UNITS}/{name}")
        for name in (START, CLOSING)
    ]
    timer = template(
        _("Describe when the PC pulls after a start"), f"pull/{TIMER}.j2", f"{UNITS}/{TIMER}"
    )
    reload_units(_("Let systemd read about the pulling"), when=[*units, timer])
    unit(_("Pull at every closing"), CLOSING, running=None)
    unit(_("Pull after every start"), TIMER)
    restart(_("Take the new delay after a start"), TIMER, when=[timer])
    if host.data.pull_inbox:
        _reports_home()
    else:
        _leave(_("Leave nothing that sends reports"), (SEND, SEND_TIMER), SENDER, INBOX)


def _keys() -> None:
    directory(_("Keep the keys to root"), KEYS, mode="700")
    template(
        _("Trust the declared signers and nobody else"),
        "pull/signers.j2",
        f"{KEYS}/signers",
        mode="600",
    )
    password = password_dir() / host.name
    if password.exists():
        secret(
            name=_("Let the PC open its own vault"),
            path=f"{KEYS}/vault-password",
            content=password.read_bytes(),
        )
    else:
        absent(_("Keep no password where there is no vault"), f"{KEYS}/vault-password")


def _reports_home() -> None:
    # Its private half never leaves the PC; `benvung inbox trust` fetches the public one.
    ensure(
        _("Make the key the PC brings its reports with"),
        f"rm -f {REPORT_KEY} {REPORT_KEY}.pub"
        f" && ssh-keygen -q -t ed25519 -N '' -C {host.name} -f {REPORT_KEY} && sync {KEYS}/*",
        unless=f"ssh-keygen -y -P '' -f {REPORT_KEY} && test -s {REPORT_KEY}.pub",
    )
    template(_("Pin the inbox's host key"), "pull/inbox-host.j2", f"{KEYS}/inbox-host", mode="600")
    template(_("Declare where the inbox is"), "pull/inbox.json.j2", INBOX)
    put(_("Install the program that sends reports"), "pull/send-reports", SENDER, mode="755")
    service = put(_("Describe the sending to systemd"), f"pull/{SEND}", f"{UNITS}/{SEND}")
    timer = template(
        _("Describe how often reports are sent"), f"pull/{SEND_TIMER}.j2", f"{UNITS}/{SEND_TIMER}"
    )
    reload_units(_("Let systemd read about the sending"), when=[service, timer])
    unit(_("Send tonight's report at closing"), SEND, running=None)
    unit(_("Send what waits while the line lasts"), SEND_TIMER)
    restart(_("Take the new rhythm of the sending"), SEND_TIMER, when=[timer])


def _is_pushed_to() -> None:
    _leave(
        _("Leave nothing that lets the PC pull"),
        (TIMER, START, CLOSING, SEND, SEND_TIMER),
        *(LIB, CONFIG, KEYS, STATE, SENDER, INBOX),
    )


def _leave(sentence: str, units: Sequence[str], *paths: str) -> None:
    """Take units and paths away; one question for all, as nearly every PC has none of them."""
    ours = " ".join([*(f"{UNITS}/{name}" for name in units), *paths])
    ensure(
        sentence,
        f"systemctl disable --now {' '.join(units)} 2>/dev/null; rm -rf -- {ours}"
        " && systemctl daemon-reload",
        unless=f'for it in {ours}; do ! test -e "$it" || exit 1; done',
    )


if is_entry(__name__):
    pull()
