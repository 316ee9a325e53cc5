"""`python -m checks.failed`: tell at once that the nightly check could not do its work.

systemd starts it when benvung-nightly.service fails, and says in MONITOR_* which run that was
(systemd.exec(5)). Findings are no failure, and told by the check itself.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from checks import notify
from checks.answers import console
from checks.days import day_of, shown
from checks.notice import Notice
from checks.report import printable
from inventory.words import _

# Lines of the journal that are told.
LINES = 12
# systemd's word for how a service ended -> what happened.
TIMED_OUT = "timeout"
BY_SIGNAL = ("signal", "core-dump", "oom-kill")


def told(environment: Mapping[str, str], said: str, now: datetime) -> Notice:
    """The notice about a run that failed.

    Args:
        environment: with what systemd says of it.
        said: the last lines of the run.
        now: with a time zone.
    """
    result = environment.get("MONITOR_SERVICE_RESULT", "")
    status = environment.get("MONITOR_EXIT_STATUS", "?")
    if result == TIMED_OUT:
        what = _("It took longer than it may (controller_limit_minutes), and was ended.")
    elif result in BY_SIGNAL:
        what = _("It was killed ({signal}).").format(signal=status)
    else:
        what = _("It ended with exit code {code}.").format(code=status)
    title = _("Library PCs {day}: the check could not do its work")
    lines = [
        _("The nightly check failed at {moment}: nobody has looked at the PCs.").format(
            moment=shown(now)
        ),
        what,
        "",
        *([_("It said:"), *said.splitlines(), ""] if said else []),
        _("What to do: {remedy}").format(
            remedy=_("mend what it says, then run it by hand: benvung nightly")
        ),
    ]
    return Notice(title.format(day=f"{day_of(now):%d/%m/%Y}"), "\n".join(lines) + "\n")


def _journal(invocation: str) -> str:
    """What the run said last; "" where the journal does not tell."""
    if not invocation:
        return ""
    try:
        done = subprocess.run(
            ["journalctl", "--no-pager", "-q", "-o", "cat", f"-n{LINES}",
             f"_SYSTEMD_INVOCATION_ID={invocation}"],
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return "\n".join(printable(line) for line in lines)


def main() -> None:
    """Send the notice; where it cannot be sent, end with 1, so that systemd shows it as failed."""
    said = _journal(os.environ.get("MONITOR_INVOCATION_ID", ""))
    notice = told(os.environ, said, datetime.now(UTC))
    try:
        sent = notify.send(notice, notify.addresses())
    except notify.NoticeRefused as why:
        sent = notify.Sent(told=False, sentence=str(why))
    console.print(sent.sentence)
    sys.exit(0 if sent.told else 1)


if __name__ == "__main__":
    main()
