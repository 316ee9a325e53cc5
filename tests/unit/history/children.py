"""Work done in a process of its own, which may be killed at any point."""

import os
import signal
import sys
import traceback
from collections.abc import Callable

from sqlalchemy import Engine, event

from checks.history import open_history
from tests.unit.history.nights import A, B, found, night


def start(work: Callable[[], None]) -> int:
    """Fork a child that does the work; its process id."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    # A test that fails leaves no child waiting for ever.
    signal.alarm(120)
    try:
        work()
    except BaseException:  # noqa: BLE001 - nothing may leave the child but its status
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def ended(pid: int) -> int:
    """How a child ended: its exit code, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def in_child(work: Callable[[], None]) -> int:
    """Do the work in a child and wait for it."""
    return ended(start(work))


def remember(database: str, number: int) -> None:
    """Remember a night of two PCs, as a run does."""
    with open_history(database) as history:
        whole = night(number, found(), found(host=B), hosts=(A, B))
        history.begin(whole)
        history.remember(whole)


def die_at(step: int) -> None:
    """Let this process be killed after so many statements and commits, as by the mains."""
    left = step

    def count(*_event: object, **_more: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", count)
    # Told just before the database is; the statement after it comes when the commit is done.
    event.listen(Engine, "commit", count)
