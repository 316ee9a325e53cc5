"""What happens to the reader's session on a workstation, and what the next run mends."""

from tests.lab.faults import Fault

FAULTS = [
    Fault(
        # The account is the session's, but restrictions stand on it too and come first.
        aspect="restrictions",
        name="somebody gives the reader a password and the administrators' group",
        do="usermod --append --groups sudo bandoc && echo bandoc:thuvien | chpasswd",
        mended_by=(
            "Take the reader out of every other group",
            "Leave the reader's account without a password",
        ),
        proof="test \"$(id -Gn bandoc)\" = bandoc && getent shadow bandoc | grep -q '^bandoc:\\*:'",
    ),
    Fault(
        aspect="session",
        name="a power cut leaves the reset program empty",
        do=": > /usr/local/lib/benvung/session-reset",
        mended_by=("Put the reset of the home in place",),
        proof="grep -q setpriv /usr/local/lib/benvung/session-reset",
    ),
    Fault(
        aspect="session",
        name="the automatic login is taken out of LightDM",
        do="rm /etc/lightdm/lightdm.conf.d/90-benvung-session.conf",
        mended_by=(
            "Log the reader in without a name",
            "Let LightDM take its settings, once no reader is at the PC",
        ),
        proof="lightdm --show-config 2>&1 | grep -q 'autologin-user=bandoc'",
    ),
]
