"""Wear by law (hao mòn): straight line, once a year in December, in whole đồng.

Circular 141/2025/TT-BTC, articles 11 to 16 and 18.1. Its article 5.1 wants whole numbers, rounded
as the law of accounting has it; that text was not at hand, and half a đồng is rounded up here.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from checks.assets.condition import Shape, shape
from checks.assets.law import Law, UsefulLife
from checks.assets.records import Asset


class Kept(StrEnum):
    """How an asset stands in the books."""

    FIXED_ASSET = "fixed-asset"
    TOOL = "tool"  # below the threshold: no wear is counted
    UNKNOWN = "unknown"  # the cost, the year of use or the rule is unknown


class Why(StrEnum):
    """Why a year's wear is what it is, with the article of Circular 141/2025."""

    STRAIGHT = "straight"  # 14.1
    LAST = "last"  # 14.11: the last year takes the rest
    SPREAD = "spread"  # 18.1: the rest over the years left
    WORN_OUT = "worn-out"  # 11.3c
    BROKEN = "broken"  # 11.3d
    GONE = "gone"


@dataclass(frozen=True)
class Year:
    """One December; amounts in đồng, `accumulated` and `net` as of the 31st."""

    year: int
    cost: int
    charged: int
    accumulated: int
    why: Why

    @property
    def net(self) -> int:
        """What is left of the cost (article 16.1)."""
        return self.cost - self.accumulated


@dataclass(frozen=True)
class Wear:
    """An asset's wear up to a year.

    Attributes:
        kept: how it stands in the books.
        years: every December counted; none where `kept` is no fixed asset, or it was put to use
            after the last.
        life: the rule of the last year.
        cost: of a fixed asset, on the last 31 December asked about.
    """

    kept: Kept
    years: tuple[Year, ...] = ()
    life: UsefulLife | None = None
    cost: int | None = None

    @property
    def accumulated(self) -> int | None:
        """In đồng; None where no wear is counted, or nobody can tell."""
        if self.kept is not Kept.FIXED_ASSET:
            return None
        return self.years[-1].accumulated if self.years else 0

    @property
    def net(self) -> int | None:
        """In đồng; None where no wear is counted, or nobody can tell."""
        worn = self.accumulated
        return None if worn is None or self.cost is None else self.cost - worn


@dataclass(frozen=True)
class _Course:
    """Where an asset is on its way: what is charged, and how.

    Attributes:
        accumulated: in đồng.
        used: Decembers that count as used; those in which it lay broken do not.
        yearly: a year's wear under the transition; None is cost times rate.
        life: the rule of the year before.
        cost: the year before.
    """

    accumulated: int = 0
    used: int = 0
    yearly: int | None = None
    life: UsefulLife | None = None
    cost: int | None = None


def wear(asset: Asset, law: Law, year: int) -> Wear:
    """The wear of an asset up to 31 December of a year.

    Args:
        asset: with its card and events.
        law: the dated rules.
        year: the last December counted.
    """
    day = date(year, 12, 31)
    first, cost = asset.card.year_in_use, asset.cost(day)
    threshold = law.fixed_asset(asset.site, day)
    if cost is None or threshold is None:
        return Wear(Kept.UNKNOWN)
    if cost < threshold.cost:
        return Wear(Kept.TOOL)
    if first is None or law.life(asset.card.kind, asset.site, day) is None:
        return Wear(Kept.UNKNOWN)
    course, counted = _start(asset, law, year)
    years: list[Year] = [counted] if counted else []
    for each in range(counted.year + 1 if counted else first, year + 1):
        life = law.life(asset.card.kind, asset.site, date(each, 12, 31))
        if life is None:
            return Wear(Kept.UNKNOWN)
        course, december = _december(asset, law, each, life, course)
        years.append(december)
    return Wear(Kept.FIXED_ASSET, tuple(years), course.life, cost)


def _start(asset: Asset, law: Law, year: int) -> tuple[_Course, Year | None]:
    """From nothing, or from what the books had at the end of an earlier year."""
    booked, first = asset.card.booked_wear, asset.card.year_in_use
    if booked is None or first is None or not first <= booked.year <= year:
        return _Course(), None
    day = date(booked.year, 12, 31)
    cost = asset.cost(day) or 0
    life = law.life(asset.card.kind, asset.site, day)
    used = _used(asset, first, booked.year)
    spread = life is not None and _spreading(asset, law, first, booked.year)
    yearly = _share(cost - booked.amount, life.years - used) if life and spread else None
    course = _Course(booked.amount, used, yearly, life, cost)
    why = Why.WORN_OUT if booked.amount == cost else Why.STRAIGHT
    return course, Year(booked.year, cost, 0, booked.amount, why)


def _used(asset: Asset, first: int, last: int) -> int:
    """The Decembers that count as used, as `_december` counts them."""
    ends = (date(year, 12, 31) for year in range(first, last + 1))
    return sum(shape(asset, day) is Shape.WORKING for day in ends)


def _spreading(asset: Asset, law: Law, first: int, last: int) -> bool:
    """Whether at the end of a year the wear is still that of a transition since the first."""
    found = False
    for year in range(first + 1, last + 1):
        before, now = date(year - 1, 12, 31), date(year, 12, 31)
        lives = [law.life(asset.card.kind, asset.site, day) for day in (before, now)]
        # A part added after it ends the spreading, as it does where nothing is booked.
        found = found and asset.cost(now) == asset.cost(before)
        if lives[1] and _changed(lives[0], lives[1]) and law.spread(asset.site, now):
            found = True
    return found


def _december(
    asset: Asset, law: Law, year: int, life: UsefulLife, before: _Course
) -> tuple[_Course, Year]:
    """One December: what is charged, and where that leaves the asset."""
    day = date(year, 12, 31)
    cost = asset.cost(day) or 0
    yearly = before.yearly if cost == before.cost else None
    if _changed(before.life, life) and law.spread(asset.site, day):
        yearly = _share(cost - before.accumulated, life.years - before.used)
    charged, why = _charge(shape(asset, day), life, before, cost, yearly)
    accumulated = before.accumulated + charged
    used = before.used + (why not in (Why.BROKEN, Why.GONE))
    after = _Course(accumulated, used, yearly, life, cost)
    return after, Year(year, cost, charged, accumulated, why)


def _charge(
    found: Shape, life: UsefulLife, before: _Course, cost: int, yearly: int | None
) -> tuple[int, Why]:
    rest = cost - before.accumulated
    if found is Shape.GONE:
        return 0, Why.GONE
    if rest == 0:
        return 0, Why.WORN_OUT
    if found is Shape.BROKEN:
        return 0, Why.BROKEN
    if before.used + 1 >= life.years:
        return rest, Why.LAST
    if yearly is not None:
        return min(yearly, rest), Why.SPREAD
    return min(_whole(cost * life.rate / 100), rest), Why.STRAIGHT


def _changed(before: UsefulLife | None, now: UsefulLife) -> bool:
    return before is not None and (before.years, before.rate) != (now.years, now.rate)


def _share(rest: int, years: int) -> int | None:
    """A year's wear where a rest is spread over the years left; None where none is left."""
    return _whole(Decimal(rest) / years) if years > 0 else None


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def over(asset: Asset, law: Law, day: date) -> bool | None:
    """Whether the useful life is over on a day (article 13.3); None where nobody can tell.

    The year of use counts as the first, so a PC of 2019 with seven years is past it in 2026.
    """
    life = law.life(asset.card.kind, asset.site, day)
    year = asset.card.year_in_use
    return None if life is None or year is None else day.year - year >= life.years
