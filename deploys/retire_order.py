"""What may be wiped at all: the card, the decision and the machine must say the same of a disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checks.assets.records import Asset, State
from checks.assets.refusals import AssetRefused
from checks.assets.states import shown, standing
from checks.assets.words import state_word
from inventory.words import _


class RetireRefused(AssetRefused):
    """Nothing may be wiped, or a wipe did not come to its end; says why and what to do."""


@dataclass(frozen=True)
class Order:
    """What a recorded decision lets us wipe.

    Attributes:
        name: the asset's.
        code: on its card; typed by a person before anything is wiped.
        decision: the paper, in words.
        left: serials still to be wiped; on the card and in the decision alike.
        done: serials wiped or destroyed already.
    """

    name: str
    code: str
    decision: str
    left: tuple[str, ...]
    done: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """A disk as the machine reports it (deploys/wiper/disks.py)."""

    path: str
    serial: str
    model: str
    size: int
    bus: str
    spins: bool
    in_use: bool

    def __str__(self) -> str:
        """For people, who look for it on a label."""
        gigabytes = f"{self.size / 1e9:.1f} GB"
        words = (self.model, gigabytes, self.serial or _("without a serial"), self.path)
        return ", ".join(word for word in words if word)


def seen(survey: Mapping[str, Any]) -> list[Seen]:
    """The disks of a machine's answer."""
    return [Seen(**disk) for disk in survey["disks"]]


def order(asset: Asset) -> Order:
    """What may be wiped of an asset.

    Raises:
        RetireRefused: no decision is recorded, or card and decision do not name the same disks.
    """
    now = standing(asset)
    if now.state is not State.DECIDED or now.decision is None:
        wrong = _("No decision lets anyone wipe {name}: it is {state}.").format(
            name=asset.name, state=state_word(now.state)
        )
        raise RetireRefused(wrong, _("Record the decision first: benvung asset decide"))
    if not asset.card.code:
        wrong = _("The card of {name} has no asset code.").format(name=asset.name)
        raise RetireRefused(wrong, _("Write it on the card (code:), from the register."))
    named, known = now.decision.disks, asset.disks
    _agree(asset.name, known, named)
    return Order(
        name=asset.name,
        code=asset.card.code,
        decision=_("{reference} of {day}, {authority}").format(
            reference=now.decision.reference,
            day=shown(now.decision.date),
            authority=now.decision.authority,
        ),
        left=tuple(disk for disk in known if disk not in now.wiped),
        done=now.wiped,
    )


def _agree(name: str, known: Sequence[str], named: Sequence[str]) -> None:
    """Refuse a disk on the card that the decision does not name; the other way round it cannot be.

    A decision that names a disk the card does not know is refused as it is recorded.
    """
    if not known:
        wrong = _("The card of {name} names no disk.").format(name=name)
        mend = _(
            "Write its serial on the card (serials: disk:), as the label and the decision say."
        )
        raise RetireRefused(wrong, mend)
    if unnamed := [disk for disk in known if disk not in named]:
        wrong = _("The decision does not name the disk {serial}.").format(serial=", ".join(unnamed))
        mend = _("It names: {disks}. Only a decision that names the disk lets it be wiped.")
        raise RetireRefused(wrong, mend.format(disks=", ".join(named) or _("none")))


def refuse_other_code(typed: str, wanted: Order) -> None:
    """Refuse a typed code that is not the one on the card.

    Raises:
        RetireRefused: it differs, in whatever way.
    """
    if typed != wanted.code:
        wrong = _("“{typed}” is not the asset code of {name}.").format(
            typed=typed, name=wanted.name
        )
        raise RetireRefused(wrong, _("Nothing was done. Read the code off the PC's own label."))


def bench_disks(wanted: Order, bench: Asset) -> tuple[str, ...]:
    """The serials of the bench PC's own disks, which stay as they are.

    Raises:
        RetireRefused: its card names none, or one that is to be wiped.
    """
    own = bench.disks
    if not own:
        wrong = _("The card of {name} names no disk.").format(name=bench.name)
        mend = _("Write its own disk's serial on it, so that it is told from the other.")
        raise RetireRefused(wrong, mend)
    if both := [disk for disk in own if disk in (*wanted.left, *wanted.done)]:
        wrong = _("The disk {serial} stands on the cards of both {one} and {other}.").format(
            serial=", ".join(both), one=wanted.name, other=bench.name
        )
        raise RetireRefused(wrong, _("Look at the labels and correct one of the two cards."))
    return own


def to_wipe(wanted: Order, found: Sequence[Seen], bench: Sequence[str] | None) -> list[Seen]:
    """The disks to be wiped, if nothing else is there that could be.

    Args:
        wanted: the order.
        found: every disk of the machine.
        bench: serials of the bench PC's own disks; None where the machine is the asset itself.

    Raises:
        RetireRefused: a USB disk, a disk without a serial or with one nobody named is there, or
            one that is to be wiped is not.
    """
    known = (*wanted.left, *wanted.done, *(bench or ()))
    for disk in found:
        _refuse_stranger(disk, known)
    serials = [disk.serial for disk in found]
    if twice := [serial for serial in dict.fromkeys(serials) if serials.count(serial) > 1]:
        wrong = _("Two disks bear the serial {serial}.").format(serial=", ".join(twice))
        raise RetireRefused(wrong, _("Take one of them out."))
    chosen = [disk for disk in found if disk.serial in wanted.left]
    absent = [serial for serial in wanted.left if serial not in serials]
    if absent and (bench is None or not chosen):
        wrong = _("The disk {serial} is not there.").format(serial=", ".join(absent))
        mend = _(
            "Is it attached, and does its label say so? A dead disk is destroyed, and that is "
            "recorded: benvung asset wipe {name} --disk {serial} --method destroyed"
        )
        raise RetireRefused(wrong, mend.format(name=wanted.name, serial=absent[0]))
    return chosen


def _refuse_stranger(disk: Seen, known: Sequence[str]) -> None:
    nothing = _("Nothing was wiped.")
    if disk.bus == "usb":
        wrong = _("A USB disk is plugged in: {disk}.").format(disk=disk)
        raise RetireRefused(f"{wrong} {nothing}", _("Pull it out, then run this again."))
    if not disk.serial:
        wrong = _("A disk tells no serial: {disk}.").format(disk=disk)
        mend = _("Take it out. If it is the one to be wiped: destroy it and record that.")
        raise RetireRefused(f"{wrong} {nothing}", mend)
    if disk.serial not in known:
        wrong = _("A disk is there that neither card nor decision names: {disk}.")
        mend = _("Take it out; or correct the card, if the decision names it.")
        raise RetireRefused(f"{wrong.format(disk=disk)} {nothing}", mend)


def refuse_without_tools(disks: Sequence[Seen], missing: Sequence[str]) -> None:
    """Refuse a machine that cannot ask a disk what it can do, before it leaves its own disk.

    Raises:
        RetireRefused: with the package's name.
    """
    needs = {"nvme": ("nvme", "nvme-cli"), "ata": ("hdparm", "hdparm")}
    for disk in disks:
        tool, package = needs.get(disk.bus, ("", ""))
        if tool in missing:
            wrong = _("The PC that holds {disk} lacks {tool}.").format(disk=disk, tool=tool)
            mend = _("Install it there: sudo apt-get install {package}").format(package=package)
            raise RetireRefused(wrong, mend)


def refuse_in_use(disks: Sequence[Seen]) -> None:
    """Refuse a disk of which something is mounted.

    Raises:
        RetireRefused: with its name.
    """
    for disk in disks:
        if disk.in_use:
            wrong = _("The disk is in use: {disk}.").format(disk=disk)
            raise RetireRefused(wrong, _("Unmount what is mounted from it, then run this again."))
