"""Hardware findings in the words of the one table: status, severity, remedy."""

import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module

from checks import hardware as room
from checks.findings import Certainty, Finding, Severity, Status
from checks.hardware import findings as hardware
from checks.hardware.rule import Rule
from checks.hardware.verdict import CHEAP, Verdict, kind
from inventory.words import _, mark

ASPECT = "hardware"
# Rule -> what to do; else by the kind of part.
REMEDIES: Mapping[str, str] = {
    "disk": mark("Save what is only there; test the disk (smartctl -t long); replace it."),
    "disk.cable": mark("Change the disk's data cable, or use another connector of the mainboard."),
    "disk.swapped": mark("Write the exchange into the events, or ask who exchanged it."),
    "disk.unknown": mark("Look at the disk on site: another cable, connector or adapter."),
    "memory": mark("Take the modules out and clean the contacts; memtest86+ over a night."),
    "memory.unmeasured": mark("Where the PC crashes: memtest86+ over a night."),
    "heat": mark("Blow the dust out; see that all fans turn; renew the thermal paste."),
    "heat.unmeasured": mark("Feel whether the fans turn and the air comes out cool."),
    "fan": mark("See whether the fan turns; clean or replace it."),
    "clock": mark("Replace the battery on the mainboard (CR2032)."),
    "clock.unmeasured": mark(
        "See whether the PC reaches a time server: timedatectl timesync-status"
    ),
    "power": mark("Try another power supply and another socket; see whether the crashes stop."),
    "power.mains": mark("Show it to the electricity provider; a UPS for the site helper."),
    "power.circuit": mark("Look for a loose plug or an overloaded extension lead."),
    "power.unwitnessed": mark("Leave a second PC on: it tells the mains from this PC."),
    "board": mark("Test with other memory and another power supply before the mainboard."),
    "files": mark("Check the file system at the next start: fsck.mode=force; look at the disk."),
    "usb": mark("Look into the USB ports for bent contacts; unplug what is not needed."),
    "network": mark("Change the cable, then the port of the switch, then the network card."),
    "network.line": mark("Show these days to the provider and ask for the line to be mended."),
    "network.line-unmeasured": mark("Declare health_line_target: a host that answers pings."),
    "network.switch": mark("Replace the switch, or the cable between switch and router."),
    "identity": mark("Compare the labels with the asset cards; correct inventory or card."),
    "kernel": mark("Look at the kernel's messages on the PC: journalctl -k -p warning"),
}
# Of `clock.unknown` and its like: nobody has looked at the part, so nothing is said against it.
UNASKED = mark("Ask the PC itself: sudo python3 -B /usr/local/lib/benvung/probe")
# Data or a whole session may be lost.
GRAVE = frozenset({"disk", "memory", "board"})
SURE = ("certain", "likely")


def table(verdict: Verdict) -> list[Finding]:
    """One PC's hardware findings for the one table; information alone is left out.

    Args:
        verdict: of `examine`.
    """
    return rows(verdict.host, verdict.findings)


def rows(host: str, findings: Iterable[hardware.Finding]) -> list[Finding]:
    """Hardware findings for the one table; those of one rule on one part become one.

    Args:
        host: the PC's name, or the site's for what is of no single PC.
        findings: what was found.
    """
    by_key: dict[tuple[str, str], list[hardware.Finding]] = {}
    for each in findings:
        if each.verdict != "keep":
            by_key.setdefault((each.rule, each.part), []).append(each)
    return [_row(host, alike) for alike in by_key.values()]


def severity(finding: hardware.Finding) -> Severity:
    """How much it matters to the reading room."""
    sure = finding.certainty in SURE
    if finding.verdict == "repair":
        dear = kind(finding.rule) in GRAVE and finding.rule not in CHEAP
        return Severity.GRAVE if sure and dear else Severity.NORMAL
    return Severity.NORMAL if finding.verdict == "watch" and sure else Severity.MINOR


def ids() -> list[str]:
    """The id of every rule of the hardware, as a waiver names it."""
    return [f"{ASPECT}.{rule}" for rule in sorted({each.id for each in rules()})]


def remedies(say: Callable[[str], str] = _) -> dict[str, str]:
    """Every rule that may stand in the one table: its id there -> what to do.

    Args:
        say: as for `remedy`.
    """
    advising = sorted({each.id for each in rules() if each.verdict != "keep"})
    return {f"{ASPECT}.{rule}": remedy(rule, say) for rule in advising}


def rules() -> Iterator[Rule]:
    """Every rule of the hardware, in whichever module of this package it stands as data."""
    for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
        for value in vars(import_module(module.name)).values():
            several = value.values() if isinstance(value, Mapping) else (value,)
            yield from (each for each in several if isinstance(each, Rule))


def remedy(rule: str, say: Callable[[str], str] = _) -> str:
    """What to do, one sentence.

    Args:
        rule: the rule's id, as `disk.points`; of one that advises something.
        say: translates; into the person's language where nothing else is wanted.
    """
    unasked = rule.endswith(".unknown")
    return say(REMEDIES.get(rule) or (UNASKED if unasked else REMEDIES[kind(rule)]))


def _row(host: str, alike: list[hardware.Finding]) -> Finding:
    order = list(Severity)
    worst = min(alike, key=lambda each: order.index(severity(each)))
    unknown = worst.verdict == "unknown"
    return Finding(
        host=host,
        control=f"{ASPECT}.{worst.rule}",
        status=Status.UNKNOWN if unknown else Status.FAIL,
        severity=severity(worst),
        reason=" ".join(dict.fromkeys(each.evidence for each in alike)),
        remedy=remedy(worst.rule),
        certainty=Certainty(worst.certainty),
        part=worst.part,
    )
