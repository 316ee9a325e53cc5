"""What a rule found on a part: the evidence, how sure it is, and what it advises."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Certainty = Literal["certain", "likely", "possible", "unknown"]
# Disposal is no verdict: a machine proposes a repair, people decide the rest.
Verdict = Literal["keep", "unknown", "watch", "repair"]
_WORST_LAST: tuple[Verdict, ...] = ("keep", "unknown", "watch", "repair")


@dataclass(frozen=True)
class Finding:
    """One thing a person should know about one part.

    Attributes:
        rule: the rule's id, as `disk.points`.
        part: the part's key, as `disk sda Z1D5` (checks/hardware/parts.py).
        certainty: how sure the rule is that the part is at fault; `unknown` is cannot tell.
        verdict: what it advises for the part.
        evidence: the numbers, as a sentence in the person's language.
        source: where the rule comes from.
    """

    rule: str
    part: str
    certainty: Certainty
    verdict: Verdict
    evidence: str
    source: str


def verdict(findings: Iterable[Finding]) -> Verdict:
    """What all findings on one part come to: the gravest advice, `keep` where there is none."""
    return max((each.verdict for each in findings), key=_WORST_LAST.index, default="keep")
