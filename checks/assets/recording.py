"""One event, from what a person said to the file: read, checked and written under one lock."""

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from checks.assets.book import Book, add, alone, read_book
from checks.assets.events import Proposal
from checks.assets.grounds import refuse_without_ground
from checks.assets.law import Law, read_law
from checks.assets.records import Asset, State
from checks.assets.refusals import AssetRefused
from checks.assets.states import standing
from checks.days import day_of
from inventory.loader import load
from inventory.records import Inventory
from inventory.words import _

PERSON = "BENVUNG_PERSON"
Reader = Callable[[Path], Inventory]


def record(
    root: Path, name: str, said: Mapping[str, object], now: datetime, reader: Reader = load
) -> Asset:
    """Record one event of an asset.

    Args:
        root: the repository's root.
        name: the asset's name, or the code on its card.
        said: what the event says, without number, time and seal.
        now: with a time zone.
        reader: reads the inventory.

    Returns:
        The asset with the event.

    Raises:
        AssetRefused: the event may not come here; nothing is written.
        InventoryRefused: the inventory or the events are wrong already.
    """
    with alone(root):
        book: Book = read_book(root, reader(root))
        asset, law = book.one(name), read_law(root)
        return add(root, asset, said, now, lambda after: _refuse_groundless(asset, after, law))


def _refuse_groundless(before: Asset, after: Asset, law: Law) -> None:
    """Refuse a proposal without a ground, and what takes away the ground of an open one.

    Whether the event may come at all was told before: by its day, by the state of the asset.
    """
    event = after.events[-1]
    if isinstance(event, Proposal):
        refuse_without_ground(before, law, event.ground, event.date)
        _refuse_overtaken(before, law, event)
    _still_grounded(before, after, law)


def _refuse_overtaken(before: Asset, law: Law, event: Proposal) -> None:
    """Refuse to write a proposal down late, when what came since has taken its ground away."""
    try:
        refuse_without_ground(before, law, event.ground, event.date, day_of(event.recorded))
    except AssetRefused as refused:
        wrong = _("What is recorded since {day} has overtaken that. {why}").format(
            day=f"{event.date:%d/%m/%Y}", why=refused.wrong
        )
        raise AssetRefused(wrong, refused.mend) from None


def _still_grounded(before: Asset, after: Asset, law: Law) -> None:
    """Refuse to take away what an open proposal rests on."""
    now = standing(after)
    if now.proposal is None or now.state not in (State.PROPOSED, State.DECIDED):
        return
    ground, day = now.proposal.ground, now.proposal.date
    if now.proposal not in before.standing:
        return
    try:
        # A card that was corrected since is no fault of this event.
        refuse_without_ground(before, law, ground, day)
    except AssetRefused:
        return
    try:
        refuse_without_ground(after, law, ground, day)
    except AssetRefused as refused:
        wrong = _("The proposal of {day} rests on that. {why}").format(
            day=f"{day:%d/%m/%Y}", why=refused.wrong
        )
        raise AssetRefused(wrong, _("Undo the proposal first.")) from None


def person(given: str | None) -> str:
    """Who answers for an event: as said, or BENVUNG_PERSON, or git's user.name.

    Raises:
        AssetRefused: nobody is named.
    """
    named = given or os.environ.get(PERSON, "") or _git_name()
    if not named.strip():
        raise AssetRefused(
            _("Who answers for this is not known."),
            _('Say --by "Full name", or set {variable}.').format(variable=PERSON),
        )
    return named.strip()


def _git_name() -> str:
    try:
        answer = subprocess.run(
            ["git", "config", "user.name"],
            capture_output=True, text=True, timeout=10, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def money(text: str) -> int:
    """An amount in đồng as people type it: 4080000 or 4.080.000.

    Raises:
        AssetRefused: it is none.
    """
    bare = text.strip().removesuffix("đ").removesuffix("đồng").strip()
    if not re.fullmatch(r"\d+|\d{1,3}([. ]\d{3})+", bare, re.ASCII):
        raise AssetRefused(
            _("{text} is no amount in đồng.").format(text=text),
            _("Write digits: 4080000 or 4.080.000"),
        )
    return int(re.sub(r"[. ]", "", bare))
