"""When the nightly check is due: a while before the day's first reading room closes.

Every PC is on then, and at closing they switch off. The timer on the technician's machine
(deploys/controller.py) and the sentence about missed nights both ask here.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from checks.days import VIETNAM, WEEK, day_of
from inventory.loader import InventoryRefused
from inventory.problems import Place, Problem
from inventory.records import Inventory
from inventory.words import _


def weekly(inventory: Inventory) -> Mapping[str, time]:
    """Day (`mon` … `sun`) -> when the check begins, in Việt Nam's time; no entry, no check.

    Raises:
        InventoryRefused: what is of the technician's machine differs from PC to PC.
    """
    ahead = of_all(inventory, "controller_minutes_before_closing")
    begins = {}
    for day in WEEK:
        closings = [_closing(host.variables, day) for host in inventory.hosts.values()]
        first = min((one for one in closings if one is not None), default=None)
        if first is not None:
            # Never the day before, whose PCs are off.
            begins[day] = time(*divmod(max(first - ahead, 0), 60))
    return begins


def _closing(variables: Mapping[str, Any], day: str) -> int | None:
    """The minute of the day a PC closes; None where its room stays closed."""
    spans = variables["power_opening_hours"].get(day) or []
    if not spans:
        return None
    closes = time.fromisoformat(spans[-1][1])
    return closes.hour * 60 + closes.minute


def of_all(inventory: Inventory, name: str) -> Any:
    """A value of the technician's machine, which is the same for every PC.

    Raises:
        InventoryRefused: it is not.
    """
    values = [host.variables[name] for host in inventory.hosts.values()]
    if any(value != values[0] for value in values):
        wrong = _("it differs from PC to PC, and the technician's machine is one")
        mend = _("Declare it in inventory/group_vars/all/controller.yml alone.")
        raise InventoryRefused([Problem(Place("inventory/group_vars"), name, wrong, mend)])
    return values[0]


def planned(inventory: Inventory, after: datetime, before: datetime) -> int:
    """How many checks were due between two moments, both with a time zone."""
    begins = weekly(inventory)
    hosts = inventory.hosts.values()
    days = [
        day
        for day in _days(day_of(after), day_of(before))
        if any(opens(host.variables, day) for host in hosts)
    ]
    due = (datetime.combine(day, begins[WEEK[day.weekday()]], VIETNAM) for day in days)
    return sum(after < moment < before for moment in due)


def opens(variables: Mapping[str, Any], day: date) -> bool:
    """Whether the room of a PC opens on a day."""
    spans = variables["power_opening_hours"].get(WEEK[day.weekday()])
    return bool(spans) and str(day) not in variables["power_closed_days"]


def rests(variables: Mapping[str, Any], last: datetime | None, now: datetime) -> bool:
    """Whether a PC that is silent is off as it should be: its room has not opened since its report.

    Args:
        variables: what is declared for it.
        last: when its newest known report was made; None where there is none.
        now: with a time zone, as `last`.
    """
    today = day_of(now)
    since = min(day_of(last) + timedelta(days=1), today) if last else today
    return last is not None and not any(opens(variables, day) for day in _days(since, today))


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
