"""Wipe the disks of exactly one PC before it leaves the house, by a recorded decision.

The PC itself, from a system that lies in memory alone; or, where it no longer starts, its disk
attached to another PC. Every step can be cut and repeated: a wipe goes on where it was cut, and is
recorded only after the whole disk was read back.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checks.assets.book import Book, read_book, write_bytes
from checks.assets.pages import WORDS
from checks.assets.recording import person as who
from checks.assets.recording import record
from checks.days import day_of
from deploys import enrol_desk as desk
from deploys.retire_order import (
    Order,
    RetireRefused,
    Seen,
    bench_disks,
    order,
    refuse_in_use,
    refuse_other_code,
    refuse_without_tools,
    seen,
    to_wipe,
)
from deploys.retire_pc import PAUSE, Machine
from deploys.retire_words import not_wiped, proof, stage
from deploys.wiper.journal import Journal
from deploys.wiper.wiping import journal_path
from inventory.addresses import ssh_config_path
from inventory.loader import ROOT, load
from inventory.problems import did_you_mean
from inventory.records import Inventory
from inventory.words import _

JOURNALS = "var/retire"
# Questions without an answer that anything goes on, before a wipe counts as cut.
PATIENCE = 15
# Percent; how often the person is told.
STEP = 10


@dataclass(frozen=True)
class Asked:
    """What the technician asked for.

    Attributes:
        name: the asset's name, or its code.
        bench: the PC its disk is attached to; "" is the asset itself.
        by: who answers for it; "" is whom the desk knows.
    """

    name: str
    bench: str = ""
    by: str = ""


@dataclass(frozen=True)
class Person:
    """The person at the desk.

    Attributes:
        say: shows a line.
        code: asks for the asset code of an asset, to be typed.
    """

    say: Callable[[str], None]
    code: Callable[[str], str]


@dataclass(frozen=True)
class Work:
    """One run: what it is about, and who does it."""

    wanted: Order
    bench: tuple[str, ...] | None
    by: str
    person: Person
    root: Path

    def chosen(self, survey: dict[str, Any]) -> list[Seen]:
        """The disks to be wiped of those a machine holds; raises as `to_wipe`."""
        return to_wipe(self.wanted, seen(survey), self.bench)


def retire(asked: Asked, person: Person, root: Path = ROOT) -> None:
    """Wipe the disks of one asset and record it.

    Args:
        asked: the command line.
        person: the one who answers.
        root: the repository's root.

    Raises:
        RetireRefused: why nothing was wiped, or why it is not done, and what to do.
        EnrolRefused: the machine does not answer.
        AssetRefused: the asset or the person is not known.
        InventoryRefused: the inventory is wrong.
    """
    inventory = load(root)
    book = read_book(root, inventory)
    wanted = order(book.one(asked.name))
    if not wanted.left:
        done = ", ".join(wanted.done)
        person.say(_("{name}: nothing is left to wipe ({done}).").format(
            name=wanted.name, done=done
        ))  # fmt: skip
        return
    machine, own = _machine(asked, wanted, inventory, book)
    work = Work(wanted, own, who(asked.by or None), person, root)
    target = desk.route(machine, ssh_config_path(root))
    person.say(_("{name} is to be retired by decision {decision}.").format(
        name=wanted.name, decision=wanted.decision
    ))  # fmt: skip
    person.say(_("Everything on these disks will be gone: {disks}").format(
        disks=", ".join(wanted.left)
    ))  # fmt: skip
    refuse_other_code(person.code(wanted.name), wanted)
    with Machine(target) as there:
        _wipe_all(there, work)


def _machine(
    asked: Asked, wanted: Order, inventory: Inventory, book: Book
) -> tuple[str, tuple[str, ...] | None]:
    """The machine that holds the disk, and the serials of its own disks if it is a bench PC."""
    name = asked.bench or wanted.name
    if name not in inventory.hosts:
        otherwise = _("Attach its disk to a PC that is one: --bench thapmuoi-02")
        mend = did_you_mean(name, inventory.hosts, otherwise)
        raise RetireRefused(_("{name} is no workstation.").format(name=name), mend)
    if not asked.bench:
        return name, None
    if name == wanted.name:
        wrong = _("{name} is the PC to be retired.").format(name=name)
        raise RetireRefused(wrong, _("Name another PC, or leave --bench out."))
    return name, bench_disks(wanted, book.one(name))


def _wipe_all(there: Machine, work: Work) -> None:
    there.send()
    found = there.survey()
    chosen = work.chosen(found)
    refuse_without_tools(chosen, found["missing"])
    if work.bench is None:
        chosen = _in_memory(there, work, found, chosen)
    refuse_in_use([disk for disk in chosen if not _at_it(there, disk)])
    left = [serial for serial in work.wanted.left if serial not in {d.serial for d in chosen}]
    refused: RetireRefused | None = None
    for disk in chosen:
        try:
            _wipe(there, work, disk)
        except RetireRefused as error:
            # One dead disk is no reason to leave the others as they are.
            work.person.say(str(error))
            refused, left = error, [*left, disk.serial]
    if refused:
        wrong = _("Not done. Still to be wiped: {disks}").format(disks=", ".join(left))
        raise RetireRefused(wrong, refused.mend)
    if left:
        work.person.say(_("Still to be wiped: {disks}").format(disks=", ".join(left)))
    elif work.bench is None:
        there.off()
        work.person.say(_("{host} switches itself off.").format(host=there.target.name))


def _in_memory(there: Machine, work: Work, found: dict[str, Any], chosen: list[Seen]) -> list[Seen]:
    """The machine's disks once its system lies in memory alone."""
    if found["memory"]:
        return chosen
    work.person.say(_("{host} leaves its disk and goes on in memory.").format(
        host=there.target.name
    ))  # fmt: skip
    there.into_memory()
    return work.chosen(there.survey())


def _at_it(there: Machine, disk: Seen) -> bool:
    """Whether an earlier run of ours is wiping this disk: then it is in use by us."""
    return bool(there.status(disk.serial)["running"])


def _wipe(there: Machine, work: Work, disk: Seen) -> None:
    """Wipe one disk, or follow and take up what an earlier run began; then record it."""
    kept = journal_path(work.root / JOURNALS / work.wanted.name, disk.serial)
    now = there.status(disk.serial)
    earlier = _earlier(kept, now["journal"])
    if not now["running"] and not _is_done(now["journal"], earlier):
        work.person.say(_begins(disk, earlier))
        others = (*work.wanted.left, *work.wanted.done, *(work.bench or ()))
        there.start(
            disk.serial,
            [serial for serial in others if serial != disk.serial],
            earlier,
        )
    journal = _followed(there, work, disk, kept)
    if journal.stage != "verified":
        raise not_wiped(work.wanted.name, journal)
    words = proof(journal)
    now_ = datetime.now(UTC)
    said = {
        "event": "wipe", "date": day_of(now_).isoformat(), "by": work.by, "disk": disk.serial,
        "method": journal.method, "verified": words,
    }  # fmt: skip
    record(work.root, work.wanted.name, said, now_, load)
    # What is recorded is over: no later wipe goes on from these notes.
    kept.replace(kept.with_suffix(f".{day_of(now_).isoformat()}.done"))
    work.person.say(_("Recorded: the disk {serial} is wiped by {method}. {proof}.").format(
        serial=disk.serial, method=_(WORDS[journal.method]), proof=words
    ))  # fmt: skip


def _is_done(there: dict[str, Any] | None, earlier: str) -> bool:
    """Whether the machine ended, while the desk was away, what the desk has notes of."""
    return bool(earlier and there) and Journal.of(there or {}).stage == "verified"


def _earlier(kept: Path, there: dict[str, Any] | None) -> str:
    """The notes to go on from: none without the desk's own, the machine's where they are newer."""
    if not kept.exists():
        return ""
    return json.dumps(there) if there else kept.read_text(encoding="utf-8")


def _begins(disk: Seen, earlier: str) -> str:
    if earlier:
        return _("{disk}: the wipe that was cut goes on.").format(disk=disk)
    return _("{disk}: the wipe begins. It goes on there if this desk is switched off.").format(
        disk=disk
    )


def _followed(there: Machine, work: Work, disk: Seen, kept: Path) -> Journal:
    """Follow a wipe to its end, keeping at the desk what the machine notes.

    Raises:
        RetireRefused: it was cut.
    """
    kept.parent.mkdir(parents=True, exist_ok=True)
    told, silent, before = "", 0, None
    while True:
        now = there.status(disk.serial)
        journal = Journal.of(now["journal"] or {"serial": disk.serial, "size": disk.size})
        if now["journal"] != before:
            before, silent = now["journal"], 0
            write_bytes(kept, json.dumps(before).encode())
        words, percent = stage(journal)
        line = f"{disk.serial}: {words}, {percent - percent % STEP} %"
        if line != told:
            work.person.say(line)
            told = line
        if journal.over and not now["running"]:
            return journal
        silent = 0 if now["running"] else silent + 1
        if silent > PATIENCE:
            wrong = _("The wipe of {serial} was cut while {stage}.").format(
                serial=disk.serial, stage=words
            )
            raise RetireRefused(wrong, _("It is not done: run this again, it goes on from there."))
        time.sleep(PAUSE)
