"""Let this machine take the reports that PCs of pull sites bring by SFTP, and nothing else.

pyinfra @local deploys/inbox.py -y        as the one who runs `benvung nightly`

Each PC has an account of its own, shut into a directory of its own by OpenSSH's internal-sftp: a
stolen PC's key can drop that PC's reports, and nothing else. What it may ask for is listed; reading
and listing are not among it.
"""

import grp
import os
import pwd
from io import StringIO

from pyinfra import host
from pyinfra.api import deploy
from pyinfra.api.operation import OperationMeta

from checks.inbox import DROP, PREFIX, account
from checks.inbox import directory as inbox_directory
from deploys import operations
from deploys.asking import expect
from deploys.doors import ACCOUNT
from deploys.facts import Files
from deploys.inbox_keys import read_keys
from deploys.vocabulary import directory, ensure, is_entry, only, run, unit
from inventory.words import _

GROUP = "benvung-inbox"
KEYS = "/etc/ssh/benvung-inbox"
SSHD = "/etc/ssh/sshd_config.d/20-benvung-inbox.conf"
LIMITS = "/etc/security/limits.d/benvung-inbox.conf"
TMPFILES = "/etc/tmpfiles.d/benvung-inbox.conf"
# Of sftp-server(8): what bringing a file takes. No read, no list, no remove.
ALLOWED = "open,write,close,lstat,stat,fstat,realpath,rename,posix-rename,limits"
# The most one report may take, in kB, and how long one that nobody fetched is kept.
LARGEST_KB, KEPT_DAYS = 1024, 40
CONFIG = f"""# Bền Vững, inbox: changes here are undone by the next run.
Match Group {GROUP}
    AuthorizedKeysFile {KEYS}/%u
    AuthenticationMethods publickey
    ChrootDirectory {{place}}/%u
    ForceCommand internal-sftp -u 0007 -p {ALLOWED}
    DisableForwarding yes
    PermitTTY no
    PermitUserRC no
Match all
"""


@deploy("inbox")
def inbox() -> None:
    """The accounts, their places and keys, and what sshd lets them do."""
    place = str(inbox_directory())
    ensure(
        _("Make the group of the PCs that bring reports"),
        f"groupadd --system {GROUP}",
        unless=f"getent group {GROUP}",
    )
    directory(_("Keep a place for all drops"), place)
    directory(_("Keep a place for the keys of the PCs"), KEYS)
    keys = read_keys()
    for name, key in keys.items():
        _drop(name, key, place)
    trusted = [account(name) for name in keys]
    only(_("Take away the keys that are trusted no longer"), KEYS, trusted)
    _end_sessions()
    _sshd(place)


def _drop(name: str, key: str, place: str) -> None:
    who = account(name)
    home = f"{place}/{who}"
    ensure(
        _("Make the account of {host}").format(host=name),
        f"useradd --system --gid {GROUP} --home-dir {home} --no-create-home"
        f" --shell /usr/sbin/nologin {who}",
        unless=f"getent passwd {who}",
    )
    # sshd shuts nobody into a directory that others could change.
    directory(_("Shut {host} into a place of its own").format(host=name), home)
    directory(
        _("Let {host} drop its reports").format(host=name),
        f"{home}/{DROP}",
        mode="2770",
        user=who,
        group=_reader(),
    )
    _text(_("Trust the key of {host}").format(host=name), f"{KEYS}/{who}", f"restrict {key}\n")


def _end_sessions() -> None:
    """A key that was taken away opens no door, and what it had opened is shut."""
    listed = (
        f"for who in $(getent passwd | sed -n 's/^\\({PREFIX}[^:]*\\):.*/\\1/p'); do"
        f" test -e {KEYS}/$who || ! pgrep -u $who >/dev/null || echo $who; done"
    )
    ensure(
        _("End what a key that was taken away had opened"),
        f"for who in $({listed}); do pkill -KILL -u $who; done",
        unless=f'test -z "$({listed})"',
    )


def _sshd(place: str) -> None:
    _text(_("Bound what one report may take"), LIMITS, f"@{GROUP} hard fsize {LARGEST_KB}\n")
    _text(_("Take away reports that are old"), TMPFILES, f"e {place}/*/{DROP} - - - {KEPT_DAYS}d\n")
    # sshd goes on as it is where it cannot read the new file, and that file goes again.
    text = CONFIG.format(place=place)
    settings = _text(_("Let these accounts drop files and do nothing else"), SSHD, text)
    run(
        _("Let sshd read it, if it can"),
        f"if sshd -t; then systemctl reload ssh; else rm -f {SSHD}; exit 1; fi",
        when=[settings],
    )
    unit(_("Take reports at any time"), "ssh.service")


def _text(sentence: str, dest: str, text: str) -> OperationMeta:
    expect(Files, paths=[dest])
    return operations.file(
        name=sentence, src=StringIO(text), dest=dest, mode="644", user="root", group="root"
    )


def _reader() -> str:
    """The group that reads the drops: of the one who runs `benvung nightly` there."""
    if host.name != "@local":
        return ACCOUNT
    name = os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name
    return grp.getgrgid(pwd.getpwnam(name).pw_gid).gr_name


if is_entry(__name__):
    inbox()
