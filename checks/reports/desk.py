"""What every paper of a site is made from, and the questions papers ask of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from checks.assets.events import Proposal
from checks.assets.fields import Ground
from checks.assets.grounds import Case, case
from checks.assets.law import Law
from checks.assets.records import Asset, RegisterRow
from checks.assets.register import holds_on, row
from checks.history.records import Known
from checks.reports.forms import Decider, Forms
from inventory.records import Inventory

HEAD, ACCOUNTANT = "head", "accountant"


@dataclass(frozen=True)
class Desk:
    """All that is recorded.

    Attributes:
        inventory: tells who holds and who signs.
        law: the dated rules of the assets.
        forms: the dated forms of the papers.
        site: whose papers they are.
        today: the day they are made.
        findings: host -> what stands of it in the history.
        seen: host -> the day of its newest report.
    """

    inventory: Inventory
    law: Law
    forms: Forms
    site: str
    today: date
    findings: Mapping[str, tuple[Known, ...]] = field(default_factory=dict)
    seen: Mapping[str, date] = field(default_factory=dict)

    @property
    def facts(self) -> Mapping[str, object]:
        """The `site_*` facts."""
        return self.inventory.sites[self.site].facts

    def row(self, asset: Asset, day: date) -> RegisterRow:
        """The asset's row in the register of a day."""
        return row(asset, self.law, self.inventory, day)

    def case(self, asset: Asset, day: date) -> Case:
        """What is recorded for and against its disposal."""
        return case(asset, self.law, day)

    def holder_kind(self, holder: str | None, day: date) -> str:
        """`state_agency` or `public_service_unit`; "" while nobody has confirmed it."""
        for entry in self.inventory.sites[self.site].facts["site_holders"]:
            if entry["name"] and entry["name"] == holder and holds_on(entry, day):
                return str(entry["kind"])
        return ""

    def signer(self, role: str, day: date) -> Mapping[str, str]:
        """Who signs in a role on a day; blank where nobody is named."""
        for entry in self.inventory.sites[self.site].facts["site_signers"]:
            if entry["role"] == role and holds_on(entry, day):
                signer: Mapping[str, str] = entry
                return signer
        return {"title": "", "name": ""}

    def decider(self, found: RegisterRow) -> Decider | None:
        """Who decides on the disposal of an asset; None where that cannot be told."""
        kind = self.holder_kind(found.holder, found.day)
        if not kind or found.fixed_asset is None or found.original_cost is None:
            return None
        return self.forms.decider(
            kind, self.site, found.day, fixed_asset=found.fixed_asset, cost=found.original_cost
        )


def last_day(*days: date | None) -> date | None:
    """The newest of the days that are known."""
    return max((day for day in days if day), default=None)


def grounds_of(desk: Desk, asset: Asset, proposal: Proposal | None) -> tuple[Ground, ...]:
    """The grounds a paper names: as proposed, or as they stand while nothing is proposed."""
    if proposal:
        return (proposal.ground,)
    return desk.case(asset, desk.today).grounds
