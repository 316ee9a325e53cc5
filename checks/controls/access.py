"""Controls of the aspect access: the technician gets in, nobody else does."""

import base64
import hashlib
from ipaddress import ip_network

from checks.controls.control import (
    DEPLOY,
    OK,
    Control,
    Look,
    Verdict,
    as_declared,
    enabled,
    fail,
    here,
    known,
    shown,
    so,
)
from checks.findings import Severity
from inventory.words import _, mark

ACCOUNT = "benvung"
# The maintenance account's home, its .ssh, its authorized_keys: sshd(8), StrictModes.
MODES = ["700", "700", "600"]
KEY = mark(
    "Run pyinfra inventory deploys/{aspect}.py --limit {host}; without declared keys, take out of "
    "/home/benvung/.ssh/authorized_keys on the PC what is no key."
)


def door(look: Look, name: str, wanted: str, user: str = ACCOUNT) -> Verdict:
    """Whether sshd decides a question as the role has it."""
    access = here(look.report.access)
    found = known(access.sshd.get(user)).get(name)
    sentence = _("sshd has {name} {found} instead of {wanted}.")
    return so(found == wanted, sentence.format(name=name, found=shown(found), wanted=wanted))


def passwords_refused(look: Look) -> Verdict:
    """No way of logging in but a key."""
    for name, wanted in (
        ("passwordauthentication", "no"),
        ("kbdinteractiveauthentication", "no"),
        ("pubkeyauthentication", "yes"),
        ("authenticationmethods", "publickey"),
    ):
        verdict = door(look, name, wanted)
        if verdict != OK:
            return verdict
    return door(look, "passwordauthentication", "no", "root")


def no_tunnels(look: Look) -> Verdict:
    """SSH carries a login and nothing else."""
    tcp = door(look, "allowtcpforwarding", "no")
    return tcp if tcp != OK else door(look, "x11forwarding", "no")


def packet_filter(look: Look) -> Verdict:
    """The rules in force are those of the files."""
    in_force = known(here(look.report.access).packet_filter)
    return so(in_force, _("The rules in force are not those of /etc/nftables.conf."))


def management_addresses(look: Look) -> Verdict:
    """SSH is let in from where it is declared."""
    found = known(here(look.report.access).admitted)
    declared = look.value("access_management_addresses") or ["any"]
    if {*map(_network, found)} == {*map(_network, declared)}:
        return OK
    return as_declared(found, declared)


def _network(address: str) -> str:
    try:
        return str(ip_network(address))
    except ValueError:
        return address


def no_change_waits(look: Look) -> Verdict:
    """No change is armed that nobody has proved."""
    waiting = known(here(look.report.access).change_waiting)
    return so(not waiting, _("A change of access is armed and was neither kept nor taken back."))


def keys(look: Look) -> Verdict:
    """The declared keys, or at least one, and no torn line among them."""
    access = here(look.report.access)
    found, broken = known(access.keys), known(access.keys_broken)
    declared = [fingerprint(one) for one in look.value("access_authorized_keys")]
    if broken:
        return fail(_("{count} lines among the keys are no keys.").format(count=broken))
    if not found:
        return fail(_("No key opens the maintenance account."))
    if not declared:
        return OK
    # Reports of an older probe only count.
    if access.key_prints is None:
        return as_declared(found, len(declared))
    return as_declared(sorted(access.key_prints), sorted(declared))


def fingerprint(key: str) -> str:
    """A line of authorized_keys as `ssh-keygen -l` names it: RFC 4253, 6.6, hashed by SHA-256."""
    for word in key.split():
        if word.startswith("AAAA"):
            digest = hashlib.sha256(base64.b64decode(word)).digest()
            return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"
    return key


def keys_private(look: Look) -> Verdict:
    """Nobody else can read or change the keys."""
    found = known(here(look.report.access).key_modes)
    sentence = _("The permissions are {found} instead of {wanted}.")
    return so(found == MODES, sentence.format(found=shown(found), wanted=shown(MODES)))


def sudo(look: Look) -> Verdict:
    """The maintenance account becomes root without a question."""
    works = known(here(look.report.access).sudo)
    return so(works, _("sudo asks for a password, or refuses."))


def console_password(look: Look) -> Verdict:
    """A console password where the vault holds one, none elsewhere."""
    found = known(here(look.report.access).console_password)
    if found == ("access_console_password_hash" in look.declared.variables):
        return OK
    if found:
        return fail(_("A password opens the maintenance account, and the vault knows none."))
    return fail(_("The vault holds a console password, and the PC has none."))


def other_passwords(look: Look) -> Verdict:
    """No other account opens with a password."""
    found = known(here(look.report.access).other_passwords)
    return so(not found, _("{count} other accounts have a password.").format(count=found))


CONTROLS = (
    Control(
        "access.root-login",
        Severity.GRAVE,
        mark("Nobody logs in as root over SSH."),
        mark("Root is the account every attacker tries first."),
        DEPLOY,
        lambda look: door(look, "permitrootlogin", "no", "root"),
    ),
    Control(
        "access.keys-only",
        Severity.GRAVE,
        mark("SSH takes keys and no passwords."),
        mark("Passwords are guessed, and one PC taken over reaches all others."),
        DEPLOY,
        passwords_refused,
    ),
    Control(
        "access.only-maintenance",
        Severity.GRAVE,
        mark("Only the maintenance account may log in over SSH."),
        mark("Every further account is a further way in."),
        DEPLOY,
        lambda look: door(look, "allowusers", ACCOUNT),
    ),
    Control(
        "access.no-tunnels",
        Severity.NORMAL,
        mark("SSH carries a login and no tunnels."),
        mark("A tunnel would lead around the packet filter."),
        DEPLOY,
        no_tunnels,
    ),
    Control(
        "access.ssh-at-start",
        Severity.GRAVE,
        mark("SSH starts with the PC."),
        mark("After the next start nobody could reach this PC any more."),
        DEPLOY,
        enabled("ssh.service", "ssh.socket"),
    ),
    Control(
        "access.packet-filter",
        Severity.GRAVE,
        mark("The declared packet filter is in force."),
        mark("Without it everything that listens on the PC is open to the room."),
        DEPLOY,
        packet_filter,
    ),
    Control(
        "access.filter-at-start",
        Severity.GRAVE,
        mark("The packet filter starts with the PC."),
        mark("After the next start the PC would stand open."),
        DEPLOY,
        enabled("nftables.service"),
    ),
    Control(
        "access.management-addresses",
        Severity.NORMAL,
        mark("SSH is let in from the declared addresses."),
        mark("A change that did not arrive locks out the technician, or lets in others."),
        DEPLOY,
        management_addresses,
    ),
    Control(
        "access.no-change-waiting",
        Severity.NORMAL,
        mark("No change of access waits for its proof."),
        mark("An unproved change takes itself back at the next start."),
        mark("Run the aspect access again, or on the PC: /usr/local/lib/benvung/guard revert"),
        no_change_waits,
    ),
    Control(
        "access.guard-at-start",
        Severity.NORMAL,
        mark("The guard takes back an unproved change at start."),
        mark("A change cut by the mains could otherwise lock the technician out."),
        DEPLOY,
        enabled("benvung-guard.service"),
    ),
    Control(
        "access.keys",
        Severity.NORMAL,
        mark("The declared keys open the maintenance account, and no others."),
        mark("A key too many is a stranger's; one that is torn lets nobody in."),
        KEY,
        keys,
    ),
    Control(
        "access.keys-private",
        Severity.NORMAL,
        mark("Only the maintenance account reads its home and its keys."),
        mark("Whoever can write the keys can log in."),
        DEPLOY,
        keys_private,
    ),
    Control(
        "access.sudo",
        Severity.GRAVE,
        mark("The maintenance account becomes root without a question."),
        mark("Without sudo nothing can be mended from the desk."),
        mark("Put /etc/sudoers.d/benvung back at the PC's console, or enrol the PC again."),
        sudo,
    ),
    Control(
        "access.console-password",
        Severity.NORMAL,
        mark("The console password is the one in the vault, or none."),
        mark("A password somebody else chose opens the PC to him."),
        DEPLOY,
        console_password,
    ),
    Control(
        "access.other-passwords",
        Severity.NORMAL,
        mark("No other account opens with a password."),
        mark("The installer's user has the same password on every PC, and sudo."),
        mark("Declare a console password (benvung enrol), run the aspect access, lock the others."),
        other_passwords,
    ),
)
