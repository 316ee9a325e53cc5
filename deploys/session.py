"""Let every reader in without a name, into the same fresh home, and leave nothing behind.

pyinfra inventory deploys/session.py [--dry] [--limit thanh_my]
"""

from pyinfra import host
from pyinfra.api import deploy
from pyinfra.api.operation import OperationMeta

from deploys.vocabulary import (
    directory,
    ensure,
    is_entry,
    packages,
    put,
    reload_units,
    run,
    step,
    template,
    unit,
)
from inventory.words import _

READER = "bandoc"
HOME_SOURCE = "/usr/local/share/benvung/home"
PROGRAMS = "/usr/local/lib/benvung"
UNITS = "/etc/systemd/system"


@deploy("session")
def session() -> None:
    """Login without a name, the same home for everybody, nothing left behind."""
    packages(
        _("Install the login screen; remove what could lock the reader's screen"),
        host.data.session_packages,
        host.data.session_packages_absent,
    )
    reader_account()
    _programs()
    _limits()
    _units()
    _login()


def reader_account() -> None:
    """Make the account every reader uses: no password, no group but its own."""
    uid = host.data.session_reader_uid
    ensure(
        _("Make the reader's account"),
        f"{{ getent group {READER} || groupadd --gid {uid} {READER}; }} && useradd --uid {uid}"
        f" --gid {READER} --no-create-home --password '*' --shell /bin/bash"
        f" --comment 'Bạn đọc' {READER}",
        unless=f"getent passwd {READER}",
    )
    ensure(
        _("Give the reader's account its number"),
        f"groupmod --gid {uid} {READER} && usermod --uid {uid} --gid {uid} {READER}",
        unless=f'test "$(id -u {READER}):$(id -g {READER})" = {uid}:{uid}',
    )
    ensure(
        _("Take the reader out of every other group"),
        f"usermod --groups '' {READER}",
        unless=f'test "$(id -G {READER})" = "$(id -g {READER})"',
    )
    # "*" opens for nobody, and unlike "!" no tool unlocks it into an empty password.
    ensure(
        _("Leave the reader's account without a password"),
        f"usermod --password '*' --expiredate '' --shell /bin/bash {READER}",
        unless=f"test \"$(getent shadow {READER} | cut -d: -f2,8)\" = '*:' &&"
        f' test "$(getent passwd {READER} | cut -d: -f6,7)" = /home/{READER}:/bin/bash',
    )


def _programs() -> None:
    for path in (
        PROGRAMS,
        "/etc/benvung",
        "/etc/benvung/session.d",
        "/var/lib/benvung",
        "/usr/local/share/benvung",
        HOME_SOURCE,
    ):
        directory(_("Make room for {path}").format(path=path), path)
    template(
        _("Say what a session is made of"), "session/session.conf.j2", "/etc/benvung/session.conf"
    )
    template(
        _("Say it to the reader in the reader's words"),
        "session/session-words.json.j2",
        "/etc/benvung/session-words.json",
    )
    for name, sentence in (
        ("session-reset", _("Put the reset of the home in place")),
        ("session-over", _("Put the change from one reader to the next in place")),
        ("session-end", _("Put the end of a session in place")),
        ("session-idle", _("Put the idle watch in place")),
        ("session-warning", _("Put the idle warning in place")),
        ("session-watch", _("Put the watch over the login screen in place")),
        ("session-apply", _("Put the restart that waits for the reader in place")),
    ):
        put(sentence, f"session/{name}", f"{PROGRAMS}/{name}", mode="755")


def _limits() -> None:
    template(
        _("Limit the processes of a session"),
        "session/limits.conf.j2",
        "/etc/security/limits.d/benvung-session.conf",
    )
    logind = put(
        _("End a reader's processes with the session"),
        "session/logind.conf",
        "/etc/systemd/logind.conf.d/50-benvung-session.conf",
    )
    # A reload keeps the sessions that are open.
    run(
        _("Let logind read its settings"),
        "systemctl kill --signal=HUP systemd-logind.service",
        when=[logind],
    )
    journald = put(
        _("Keep the journal from the reader"),
        "session/journald.conf",
        "/etc/systemd/journald.conf.d/50-benvung-session.conf",
    )
    run(
        _("Let the journal read its settings"),
        "systemctl restart systemd-journald.service",
        when=[journald],
    )


def _units() -> None:
    uid = host.data.session_reader_uid
    changed = [
        template(
            _("Limit the memory of a session"),
            "session/slice.conf.j2",
            f"{UNITS}/user-{uid}.slice.d/50-benvung-session.conf",
        ),
        template(
            _("End an unused session after its time"),
            "session/benvung-session-idle.service.j2",
            f"{UNITS}/benvung-session-idle.service",
        ),
        _unit_file("benvung-session-reset.service", _("Reset the home at every start")),
        _unit_file("benvung-session-end.service", _("Let a session be ended")),
        _unit_file("benvung-session-watch.service", _("Look after the login screen")),
        _unit_file("benvung-session-watch.timer", _("Look after the login screen every minute")),
        put(
            _("Reset the home when LightDM dies, and start it again"),
            "session/lightdm.service.conf",
            f"{UNITS}/lightdm.service.d/50-benvung-session.conf",
        ),
    ]
    reload_units(_("Tell systemd about the session's units"), when=changed)
    unit(_("Enable the reset at start"), "benvung-session-reset.service", running=None)
    unit(_("Start the watch over the login screen"), "benvung-session-watch.timer")


def _unit_file(name: str, sentence: str) -> OperationMeta:
    return put(sentence, f"session/{name}", f"{UNITS}/{name}")


def _login() -> None:
    lightdm = [
        put(
            _("Log the reader in without a name"),
            "session/lightdm.conf",
            "/etc/lightdm/lightdm.conf.d/90-benvung-session.conf",
        ),
        put(
            _("Keep the login screen bare"),
            "session/greeter.conf",
            "/etc/xdg/lightdm/lightdm-gtk-greeter.conf.d/90-benvung-session.conf",
        ),
    ]
    unit(_("Start LightDM with the PC"), "lightdm.service", running=None)
    run(
        _("Let LightDM take its settings, once no reader is at the PC"),
        f"{PROGRAMS}/session-apply",
        when=lightdm,
    )
    step(_("Bring the login screen back"), "session/login_screen")


if is_entry(__name__):
    session()
