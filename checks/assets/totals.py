"""Totals of a list: the sum of what is known, and a word, never 0, where nothing is."""

from collections.abc import Sequence

from checks.assets.records import RegisterRow
from checks.assets.words import NO_WEAR, UNKNOWN

# In đồng; None is unknown, NO_WEAR a tool's.
Amount = int | str | None


def of_wear(row: RegisterRow, amount: int | None) -> Amount:
    """The wear or net value of a row: of a tool there is none, and that is nothing unknown."""
    return NO_WEAR if row.fixed_asset is False else amount


def summed(amounts: Sequence[Amount]) -> int | str:
    """The sum of what is known; where nothing is, the word for it."""
    known = [each for each in amounts if isinstance(each, int)]
    if known or not amounts:
        return sum(known)
    return UNKNOWN if None in amounts else NO_WEAR


def left_out(amounts: Sequence[Amount]) -> int:
    """How many a sum does not have because they are unknown; 0 where there is no sum."""
    return amounts.count(None) if isinstance(summed(amounts), int) else 0


def note(costs: Sequence[Amount], nets: Sequence[Amount]) -> str:
    """What the totals of a list leave out; "" where that is nothing.

    Args:
        costs: the original costs.
        nets: the net values; one whose cost is unknown is unknown too, and is told once.
    """
    cost, net = left_out(costs), left_out(nets)
    said = [f"{cost:02} tài sản chưa xác định nguyên giá"] if cost else []
    if net > cost:
        said.append(f"{net:02} tài sản chưa xác định giá trị còn lại")
    return f"Chưa kể {'; '.join(said)}" if said else ""
