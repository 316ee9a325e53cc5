"""A night as it is handed to the history: who was asked, what came, what was found."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from checks.days import day_of
from checks.findings import Finding
from checks.report import Report


@dataclass(frozen=True)
class Visit:
    """What came of asking one workstation.

    Attributes:
        host: its name.
        findings: what is said of it. A control that is not named here and was failing has ended,
            unless the PC is unreachable or something of the control's aspect became unknown: so
            every control that looked must be named, or have nothing to say because all is well.
        fresh: the report made just now; None where there is none.
        kept: reports that waited on the PC.
        why: why there is no fresh report; "" when there is one.
        unasked: controls that nobody asked about this time: what is known of them stands.
    """

    host: str
    findings: tuple[Finding, ...] = ()
    fresh: Report | None = None
    kept: tuple[Report, ...] = ()
    why: str = ""
    unasked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Night:
    """One run of the checks, at night or by hand.

    Attributes:
        began: when, with a time zone.
        ended: when the last workstation had answered, with a time zone.
        hosts: every workstation asked, in the order of the inventory.
        visits: what came of it; a host without one was not looked at.
        run: what tells this run from any other; remembering it twice changes nothing.
        whole: whether every PC of the inventory was asked, not only some (`--limit`).
    """

    began: datetime
    ended: datetime
    hosts: tuple[str, ...]
    visits: tuple[Visit, ...] = ()
    run: str = field(default_factory=lambda: str(uuid4()))
    whole: bool = True

    @property
    def resting(self) -> tuple[str, ...]:
        """The workstations that were asked and not looked at, in the order of the inventory."""
        looked = {visit.host for visit in self.visits}
        return tuple(host for host in self.hosts if host not in looked)

    @property
    def day(self) -> date:
        """The day it belongs to, in Việt Nam."""
        return day_of(self.began)
