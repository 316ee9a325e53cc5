"""Waivers: what somebody has decided to live with until a day, read strictly."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from checks.findings import Waiver
from inventory.problems import InventoryRefused, Key, Problem, as_key, did_you_mean
from inventory.words import _
from inventory.yaml_files import Unreadable, YamlFile, read

WAIVERS_FILE = "inventory/waivers.yml"
KEYS = ("control", "host", "reason", "owner", "until")
EVERY_HOST = "*"


def read_waivers(
    root: Path, hosts: Collection[str], controls: Collection[str]
) -> tuple[Waiver, ...]:
    """The waivers of a repository.

    Args:
        root: the repository's root.
        hosts: the inventory's workstations.
        controls: the ids of everything that can be waived, those of the hardware included.

    Raises:
        InventoryRefused: with everything that is wrong: the file, the key and the mend of each.
    """
    try:
        file = read(root / WAIVERS_FILE, WAIVERS_FILE, list)
    except Unreadable as error:
        raise InventoryRefused(error.problems) from None
    problems: list[Problem] = []
    for index, entry in enumerate(file.data):
        problems.extend(_problems(file, index, entry, hosts, controls))
    if problems:
        raise InventoryRefused(problems)
    return tuple(_waiver(entry) for entry in file.data)


def _waiver(entry: Mapping[str, str]) -> Waiver:
    known = {key: entry[key].strip() for key in KEYS}
    until = date.fromisoformat(known.pop("until"))
    return Waiver(**known, until=until)


def _problems(
    file: YamlFile,
    index: int,
    entry: Any,
    hosts: Collection[str],
    controls: Collection[str],
) -> Iterator[Problem]:
    """Everything that is wrong with one entry."""
    mend = _("Write control, host, reason, owner and until, each on a line of its own.")
    if not isinstance(entry, dict):
        yield Problem(file.place([index]), as_key([index]), _("not a waiver"), mend)
        return
    for key in map(str, entry):
        if key not in KEYS:
            words = did_you_mean(key, KEYS, _("Remove it."))
            place = file.place([index, key])
            yield Problem(place, as_key([index, key]), _("unknown key"), words)
    for key in KEYS:
        path: list[Key] = [index, key]
        value = entry.get(key)
        place = file.place(path if key in entry else [index])
        if not isinstance(value, str) or not value.strip():
            wrong = _("it is missing, or not text")
            yield Problem(place, as_key(path), wrong, _hint(key))
            continue
        wrong, words = _wrong(key, value.strip(), hosts, controls)
        if wrong:
            yield Problem(place, as_key(path), wrong, words)


def _hint(key: str) -> str:
    return {
        "control": _("Write the control's id; benvung controls lists them."),
        "host": _('Write the workstation\'s name, or "*" for every one.'),
        "reason": _("Write why, for the one who reads it in a year."),
        "owner": _("Write who decided, by name: a waiver without an owner is nobody's."),
        "until": _('Write the last day in quotation marks: "2027-01-31"'),
    }[key]


def _wrong(
    key: str, value: str, hosts: Collection[str], controls: Collection[str]
) -> tuple[str, str]:
    """What is wrong with a value, and the mend; ("", "") when it is good."""
    if key == "control" and value not in controls:
        wrong = _("there is no control {name}").format(name=value)
        return wrong, did_you_mean(value, controls, _hint(key))
    if key == "host" and value != EVERY_HOST and value not in hosts:
        wrong = _("there is no host {name}").format(name=value)
        return wrong, did_you_mean(value, hosts, _hint(key))
    if key == "until" and not _is_day(value):
        return _("{value} is not a day").format(value=value), _hint(key)
    return "", ""


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
