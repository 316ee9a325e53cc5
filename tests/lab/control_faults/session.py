"""Faults of the aspect session: no login, or something of the last reader is left."""

from tests.lab.control_faults.fault import STATE, ControlFault, back, record, until

RESET = f"{STATE}/session/reset.json"
BEGAN = "/run/benvung/session-began"
# As roles/session/files/session-reset writes it.
BEGINS = f"cut -d' ' -f1 /proc/uptime >{BEGAN}"
IDLE = "benvung-session-idle.service"
DROPIN = f"/run/systemd/system/{IDLE}.d"
WATCHED = "/run/benvung-session-idle/state"
COMPLAINTS = "journalctl --quiet --lines=1 -t benvung-session --priority=err"

FAULTS = (
    ControlFault(
        "session.account",
        # In the file itself: usermod refuses while a session is open.
        r"sed -i 's/^bandoc:\([^:]*\):2000:/bandoc:\1:2777:/' /etc/passwd",
        # What is left is found by the reader's number.
        hides=frozenset({"session.nothing-left"}),
    ),
    ControlFault("session.no-groups", "usermod --append --groups audio bandoc"),
    ControlFault(
        "session.no-password",
        "echo bandoc:thuvien | chpasswd",
        cascade={"access.other-passwords": "it is an account like others"},
    ),
    ControlFault("session.reset-whole", record(RESET, failed=["sweep"]), back(RESET)),
    ControlFault("session.home-on-disk", record(RESET, emergency_home=True), back(RESET)),
    ControlFault(
        "session.reset-since-start",
        "rm /run/benvung/session-reset.lock",
        "touch /run/benvung/session-reset.lock",
    ),
    ControlFault(
        "session.resets-work",
        "logger -t benvung-session -p user.err 'of the test' && journalctl --sync",
        # The journal forgets nothing by itself.
        until(
            f'test -z "$({COMPLAINTS})"',
            "journalctl --quiet --rotate; journalctl --quiet --vacuum-time=1s",
        ),
    ),
    ControlFault(
        "session.nothing-left",
        f"cp -p {BEGAN} {BEGAN}.before && install -o bandoc -m 600 /dev/null /var/tmp/con-lai"
        # The next session has begun since: by the clock of the file system, which ticks.
        f" && {until(f'test {BEGAN} -nt /var/tmp/con-lai', BEGINS)}",
        f"rm /var/tmp/con-lai && mv {BEGAN}.before {BEGAN}",
    ),
    ControlFault("session.swept", "sed -i 's|/var/crash ||' /etc/benvung/session.conf"),
    ControlFault("session.reset-at-start", "systemctl disable benvung-session-reset.service"),
    ControlFault(
        "session.login-screen",
        "systemctl stop lightdm.service",
        # The session ends, and its end makes the home anew. The mending of the login without a
        # name would bring the screen back too.
        hides=frozenset(
            {
                *("session.account", "session.reset-whole", "session.home-on-disk"),
                *("session.reset-since-start", "session.nothing-left", "session.idle-watch"),
                *("session.idle-measured", "session.no-name", "browser.no-user-js"),
            }
        ),
    ),
    ControlFault(
        "session.no-name",
        "rm /etc/lightdm/lightdm.conf.d/90-benvung-session.conf",
    ),
    ControlFault("session.login-watched", "systemctl disable --now benvung-session-watch.timer"),
    ControlFault(
        "session.idle-limit",
        "sed -i -E 's/session-idle [0-9]+/session-idle 999999/'"
        f" /etc/systemd/system/{IDLE} && systemctl daemon-reload",
    ),
    ControlFault(
        "session.idle-watch",
        # Without the drop-in the end of the watch would end the session as well.
        f"mkdir -p {DROPIN} && printf '[Service]\\nRestart=no\\nExecStopPost=\\n' > {DROPIN}/x.conf"
        f" && systemctl daemon-reload && systemctl stop {IDLE}",
        f"rm {DROPIN}/x.conf; systemctl daemon-reload; systemctl start {IDLE}",
        hides=frozenset({"session.idle-measured"}),
    ),
    ControlFault(
        "session.idle-measured",
        # The watch writes its state every five seconds: it is held meanwhile.
        f"systemctl kill --kill-whom=all --signal=STOP {IDLE};"
        f" sed -i 's/suspect=0/suspect=1/' {WATCHED}",
        f"systemctl kill --kill-whom=all --signal=CONT {IDLE};"
        + until(f"grep -qx suspect=0 {WATCHED}"),
    ),
)
CANNOT_BE_STAGED = ()
