"""All assets with their cards and events, read and checked; and the one way events are added."""

import fcntl
import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from checks.assets import committed, seals
from checks.assets.events import EVENT, AnyEvent, as_plain
from checks.assets.faults import why
from checks.assets.newcomers import refuse_newcomer
from checks.assets.records import Asset
from checks.assets.refusals import AssetRefused
from checks.assets.states import standing
from checks.days import VIETNAM
from inventory.cards import EVENTS_FILE
from inventory.problems import InventoryRefused, Problem, as_key, nearest
from inventory.records import Inventory
from inventory.words import _
from inventory.yaml_files import Unreadable, YamlFile, read

LOCK_FILE = "var/assets.lock"
_WIDTH = 100


@dataclass(frozen=True)
class Book:
    """Every asset by the name of its folder, in the order of the inventory, equipment last."""

    root: Path
    assets: Mapping[str, Asset]

    def one(self, name: str) -> Asset:
        """An asset by its name, or by the code on its card.

        Raises:
            AssetRefused: there is none; with the nearest name.
        """
        by_code = {asset.card.code: asset for asset in self.assets.values() if asset.card.code}
        found = self.assets.get(name) or by_code.get(name)
        if found is None:
            guess = nearest(name, [*self.assets, *by_code])
            mend = _("Did you mean {name}?").format(name=guess) if guess else _("See them all: {}")
            raise AssetRefused(
                _("There is no asset {name}.").format(name=name), mend.format("benvung asset list")
            )
        return found


def read_book(root: Path, inventory: Inventory) -> Book:
    """Read the events of every asset of the inventory.

    Args:
        root: the repository's root.
        inventory: its cards are those of the assets.

    Raises:
        InventoryRefused: with everything that is wrong: the file, the key and the mend of each.
    """
    problems: list[Problem] = []
    assets: dict[str, Asset] = {}
    places = [(host.name, host.site, True, host.card) for host in inventory.hosts.values()]
    places += [(each.name, each.site, False, each.card) for each in inventory.equipment.values()]
    known = committed.files(root, [EVENTS_FILE.format(host=name) for name, *_rest in places])
    for name, site, host, card in places:
        file = EVENTS_FILE.format(host=name)
        try:
            document = read(root / file, file, list)
        except Unreadable as error:
            problems.extend(error.problems)
            continue
        found = list(_problems(document, known.get(file, ())))
        problems.extend(found)
        if not found:
            events = tuple(EVENT.validate_python(event) for event in document.data)
            assets[name] = Asset(name, site, host, card, events)
            problems.extend(_contradictions(assets[name], document))
    if problems:
        raise InventoryRefused(problems)
    return Book(root, assets)


def _problems(file: YamlFile, before: tuple[str, ...]) -> Iterator[Problem]:
    """What is wrong with a file of events; the first broken seal hides those after it.

    Args:
        file: as it was read.
        before: the seals that are committed, in order.
    """
    unreadable = False
    for index, event in enumerate(file.data):
        try:
            EVENT.validate_python(event)
        except ValidationError as error:
            unreadable = True
            for each in error.errors():
                path = [index, *each["loc"][1:]]
                wrong = _("this event cannot be read: {why}").format(why=why(each))
                yield Problem(file.place(path), as_key(path), wrong, _put_back(file.file))
    if unreadable:
        return
    index_broken = seals.broken(file.data)
    if index_broken is not None:
        wrong = _("this event was changed, moved or removed after it was written")
        yield Problem(
            file.place([index_broken]), as_key([index_broken]), wrong, _put_back(file.file)
        )
        return
    now = tuple(str(event["seal"]) for event in file.data)
    if now[: len(before)] != before:
        wrong = _("events are missing that are committed in git")
        yield Problem(file.place(), "", wrong, _put_back(file.file))
    for index, event in enumerate(file.data):
        if event["number"] != index + 1:
            wrong = _("event {number} is not the {place}th").format(
                number=event["number"], place=index + 1
            )
            yield Problem(file.place([index]), as_key([index]), wrong, _put_back(file.file))


def _put_back(file: str) -> str:
    mend = _(
        "Put the file back: git diff {file}. What was wrong is undone by a new event: "
        "benvung asset undo"
    )
    return mend.format(file=file)


def _contradictions(asset: Asset, file: YamlFile) -> Iterator[Problem]:
    try:
        standing(asset)
    except AssetRefused as refused:
        yield Problem(file.place(), "", refused.wrong, refused.mend)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the lock under which cards and events are read and written; others wait."""
    path = root / LOCK_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def add(
    root: Path,
    asset: Asset,
    said: Mapping[str, object],
    now: datetime,
    check: Callable[[Asset], None] = lambda _after: None,
) -> Asset:
    """Write one event; to be called within `alone`, with the asset read within it.

    Args:
        root: the repository's root.
        asset: as it was read.
        said: what the event says, without number, seal and time.
        now: with a time zone.
        check: looks at the asset as it would be, and refuses it.

    Returns:
        The asset with the event.

    Raises:
        AssetRefused: the event is not whole, or may not come here; nothing is written.
    """
    event = sealed(asset, said, now)
    after = replace(asset, events=(*asset.events, event))
    standing(after)
    refuse_newcomer(asset, event)
    check(after)
    file = EVENTS_FILE.format(host=asset.name)
    yaml = round_trip()
    document = yaml.load((root / file).read_text(encoding="utf-8"))
    if not isinstance(document, CommentedSeq):
        raise AssetRefused(_("{file} is not a list.").format(file=file), _put_back(file))
    document.fa.set_block_style()
    document.append(as_yaml(as_plain(event)))
    write_whole(root / file, yaml, document)
    return after


def sealed(asset: Asset, said: Mapping[str, object], now: datetime) -> AnyEvent:
    """The event that would be written next.

    Raises:
        AssetRefused: it is not whole.
    """
    recorded = now.astimezone(VIETNAM).isoformat(timespec="seconds")
    plain = {
        **{key: value for key, value in said.items() if value is not None},
        "number": len(asset.events) + 1,
        "recorded": recorded,
        "seal": "0" * seals.LENGTH,
    }
    try:
        # Once to bring it into the form it is written in, and again with its seal.
        written = as_plain(EVENT.validate_python(plain))
        before = asset.events[-1].seal if asset.events else ""
        return EVENT.validate_python({**written, "seal": seals.seal(before, written)})
    except ValidationError as error:
        first = error.errors()[0]
        key = as_key(first["loc"][1:])
        wrong = _("{key} cannot be so: {why}").format(key=key, why=why(first))
        raise AssetRefused(wrong, _("Write it again; --help tells the form.")) from None


def as_yaml(plain: Mapping[str, object]) -> CommentedMap:
    """Every text in quotation marks: YAML 1.1 would read some as dates, numbers or yes and no."""
    written = CommentedMap()
    for key, value in plain.items():
        if isinstance(value, str) and key != "event":
            written[key] = DoubleQuotedScalarString(value)
        elif isinstance(value, list):
            written[key] = [DoubleQuotedScalarString(str(each)) for each in value]
        else:
            written[key] = value
    return written


def round_trip() -> YAML:
    """YAML that keeps comments and order, in the style of our own files."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.explicit_start = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def write_whole(path: Path, yaml: YAML, document: object) -> None:
    """Write a YAML file so that a cut leaves the old one or the new one, never a part."""
    text = io.StringIO()
    yaml.dump(document, text)
    write_bytes(path, text.getvalue().encode())


def write_bytes(path: Path, whole: bytes) -> None:
    """Write a file so that a cut leaves the old one or the new one, never a part."""
    beside(path, whole).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def beside(path: Path, whole: bytes) -> Path:
    """A whole new file beside the old one, on the disk, ready to be renamed."""
    scratch = path.with_name(f".{path.name}.new")
    with scratch.open("wb") as file:
        file.write(whole)
        file.flush()
        os.fsync(file.fileno())
    return scratch
