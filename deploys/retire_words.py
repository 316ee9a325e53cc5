"""What the wiper's words mean to a person, and how a wipe is told in the papers."""

from deploys.retire_order import RetireRefused
from deploys.wiper.journal import Journal
from inventory.words import _

_AGAIN = "benvung asset wipe {name} --disk {serial} --method destroyed --verified …"


def refusal(why: str, detail: str) -> RetireRefused:
    """A refusal of the wiper, in words for a person.

    Args:
        why: its word (deploys/wiper/disks.py: Refused).
        detail: what it is about.
    """
    pull = _("Pull it out, then run this again.")
    known = {
        "usb": (_("A USB disk is plugged in: {detail}."), pull),
        "no-serial": (_("A disk tells no serial: {detail}."), _("Take it out.")),
        "extra": (_("A disk is there that nobody named: {detail}."), _("Take it out.")),
        "twice": (_("Two disks bear the serial {detail}."), _("Take one of them out.")),
        "not-there": (_("The disk {detail} is not there."), _("Is it attached?")),
        "in-use": (
            _("The disk is in use: {detail}."),
            _("Unmount what is mounted from it, then run this again."),
        ),
        "disk-gone": (
            _("The disk no longer answers ({detail})."),
            _("See to its cable, then run this again: the wipe goes on where it was cut."),
        ),
        "no-tool": (
            _("{detail} is missing on the PC that holds the disk."),
            _("Install it there (apt-get install nvme-cli hdparm), then run this again."),
        ),
        "hidden-part": (
            _("The disk hides its end (host protected area): {detail}."),
            _("Give it back its whole length (hdparm -N p<sectors>), or destroy the disk."),
        ),
    }
    wrong, mend = known.get(
        why, (_("The wiping program stops: {detail}."), _("Run this again."))
    )  # fmt: skip
    return RetireRefused(wrong.format(detail=detail or why), mend)


def leaving(said: str) -> str:
    """Why a machine cannot go on in memory.

    Args:
        said: the last line of deploys/wiper/into-memory.
    """
    word, _space, detail = said.partition(" ")
    known = {
        "no-memory": _("too little free memory ({detail} MB)"),
        "no-program": _("the program {detail} is missing"),
        "no-start": _("{detail} does not start in memory"),
        "no-keys": _("{detail} has no authorized_keys"),
        "no-initramfs-tools": _("initramfs-tools is not installed"),
        "no-systemd": _("it was not started by systemd"),
    }
    return known[word].format(detail=detail) if word in known else said


def not_wiped(name: str, journal: Journal) -> RetireRefused:
    """Why a disk could not be wiped, and what becomes of it.

    Args:
        name: the asset's.
        journal: of the wipe that failed.
    """
    if journal.why not in ("bad-places", "not-zero", "device-failed"):
        return refusal(journal.why, journal.detail)
    wrong = {
        "bad-places": _("The disk {serial} cannot be wiped: bad places ({detail})."),
        "not-zero": _("The disk {serial} cannot be wiped: it does not keep what is written."),
        "device-failed": _("The disk {serial} cannot be wiped: {detail}."),
    }[journal.why].format(serial=journal.serial, detail=journal.detail)
    mend = _(
        "It does not leave the house with data on it: destroy it (drill through the platters or "
        "the chips), then record that: {command}"
    )
    command = _AGAIN.format(name=name, serial=journal.serial)
    return RetireRefused(wrong, mend.format(command=command))


def stage(journal: Journal) -> tuple[str, int]:
    """What is being done, and how far it is in percent."""
    whole = journal.size or 1
    return {
        "begun": (_("beginning"), 0),
        "device": (_("the disk wipes itself ({method})").format(method=journal.method),
                   journal.progress),
        "write": (_("overwriting"), journal.written * 100 // whole),
        "read": (_("reading back"), journal.read * 100 // whole),
        "verified": (_("read back"), 100),
        "failed": (_("stopped"), 0),
    }[journal.stage]  # fmt: skip


def proof(journal: Journal) -> str:
    """How a wipe was verified, as the wipe record prints it: in Vietnamese, whoever ran it."""
    size = f"{journal.size:,}".replace(",", ".")
    words = f"Đọc lại toàn bộ ổ đĩa, {size} byte: mọi byte đều là 0x{journal.found or 0:02X}"
    if journal.overwritten:
        words += "; sau lệnh của ổ đĩa đã ghi đè thêm toàn bộ bằng số 0"
    if journal.tried:
        ways = ", ".join(each.partition(":")[0] for each in journal.tried)
        words += f"; lệnh {ways} của ổ đĩa không thành công nên không dùng"
    if journal.method == "overwrite" and not journal.spins:
        words += "; ổ đĩa thể rắn: ghi đè không tới được các ô nhớ dự phòng"
    return words
