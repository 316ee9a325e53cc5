"""What a paper prints as unknown, remembered for the clerk: nothing is invented, nothing hidden."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from checks.assets.law import Rule
from checks.assets.words import UNKNOWN
from checks.reports.forms import Form

DOTS = "………………"


@dataclass(frozen=True)
class Gap:
    """One place to fill in.

    Attributes:
        paper: the title of the paper it stands in.
        what: what is missing.
        mend: where to write it, or whom to ask.
        asset: of which asset; "" where it is of none.
    """

    paper: str
    what: str
    mend: str
    asset: str = ""


@dataclass(frozen=True)
class ToFill:
    """A line of the clerk's page: the same gap in all its papers and assets."""

    what: str
    assets: str
    papers: str
    mend: str


@dataclass
class Gaps:
    """The gaps and doubts of one paper, filled as it is printed."""

    paper: str
    found: list[Gap] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def or_unknown(self, value: object, what: str, mend: str, asset: str = "") -> str:
        """A value as text, or "chưa xác định"."""
        if value is not None and value != "":
            return str(value)
        self.found.append(Gap(self.paper, what, mend, asset))
        return UNKNOWN

    def or_dots(self, value: object, what: str, mend: str) -> str:
        """A value as text, or a dotted line to be filled in by hand."""
        return self.or_unknown(value, what, mend).replace(UNKNOWN, DOTS)

    def rests_on(self, rule: Rule | None) -> None:
        """Remember what nobody has checked of a rule that is used."""
        if rule and rule.doubtful:
            what = f"{self.paper} ({rule.source})" if isinstance(rule, Form) else rule.source
            self.doubts.append(f"{what}: {rule.doubtful}.")


def to_fill(gaps: Sequence[Gap]) -> list[ToFill]:
    """The lines of the clerk's page, in the order of the papers."""
    together: dict[tuple[str, str], list[Gap]] = {}
    for gap in gaps:
        together.setdefault((gap.what, gap.mend), []).append(gap)
    return [
        ToFill(
            what[:1].upper() + what[1:],
            ", ".join(dict.fromkeys(each.asset for each in same if each.asset)),
            "; ".join(dict.fromkeys(each.paper for each in same)),
            mend,
        )
        for (what, mend), same in together.items()
    ]
