"""The history of the checks: SQLite in `var/`, or PostgreSQL by the URL in BENVUNG_DATABASE.

with open_history() as history:
    history.begin(night)
    …
    history.remember(night)
"""

from checks.history.history import History, open_history
from checks.history.night import Night, Visit
from checks.history.records import Changes, Group, HostState, KeptReport, Known, Outcome, Run
from checks.history.refusals import HistoryRefused

__all__ = [
    "Changes",
    "Group",
    "History",
    "HistoryRefused",
    "HostState",
    "KeptReport",
    "Known",
    "Night",
    "Outcome",
    "Run",
    "Visit",
    "open_history",
]
