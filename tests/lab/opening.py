"""Tell a workstation that its room is open, closed, or about to close."""

import json
from datetime import datetime
from typing import Any

from checks.days import VIETNAM, WEEK
from tests.lab.workstation import Workstation

CONFIG = "/etc/benvung/power.json"


def declare(pc: Workstation, spans: list[list[str]], **more: Any) -> None:
    """Write opening hours, the same every day, as the inventory would; until the next run.

    Args:
        pc: the workstation.
        spans: [from, until] in HH:MM, Việt Nam's time.
        more: other keys of the file.
    """
    config = json.loads(pc.run(["cat", CONFIG]).stdout)
    config |= {"opening_hours": dict.fromkeys(WEEK, spans), "closed_days": [], **more}
    pc.run(["tee", CONFIG], stdin=json.dumps(config))


def open_all_day(pc: Workstation) -> None:
    """Readers are there."""
    declare(pc, [["00:00", "23:59"]])


def closed_all_day(pc: Workstation) -> None:
    """Nobody comes today."""
    declare(pc, [])


def closing_at(pc: Workstation, moment: datetime, **more: Any) -> None:
    """Readers are there until this minute."""
    declare(pc, [["00:00", f"{moment.astimezone(VIETNAM):%H:%M}"]], **more)
