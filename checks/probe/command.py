"""Say how this workstation is, as one JSON report; change nothing.

    probe                 a fresh report on standard output
    probe --keep          the same, kept on the PC until it is fetched
    probe --since WHEN    a fresh report, then those kept after WHEN (ISO 8601), one to a line

Standard library only, Python 3.11 and newer: it runs on the workstation, as root. Every part
stands alone: one that fails or takes too long says why, and the rest goes on. It counts and never
identifies: no names of readers, of their files or of addresses visited.
"""

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import doors, hardware, journal, reader, software, system
from .asking import STATE, begin_part, moment, record

SCHEMA = 1
KEPT = STATE / "reports"
# Reports kept until they are fetched: a month of openings and closings.
KEEP = 60
# Parts asked at once: two cores, and a disk that seeks.
AT_ONCE = 4
# Seconds for everything, whatever hangs.
TOTAL = 60.0

Part = Callable[[], Any]
PARTS: tuple[Part, ...] = (
    # The slow ones first, so that the others fill the time beside them.
    *(software.desktop, reader.restrictions, software.packages, reader.session, hardware.disks),
    *(doors.access, journal.starts, journal.kernel, system.clock, software.antivirus),
    *(software.browser, doors.services, system.power, software.shortcuts, system.system),
    *(hardware.identity, hardware.memory, hardware.temperatures, system.line, system.usage),
    *(system.applied, system.pull),
)


def report(parts: tuple[Part, ...] = PARTS, total: float = TOTAL) -> dict[str, Any]:
    """The report: part → what was found, or `{"error": why}`.

    Args:
        parts: the parts to ask.
        total: seconds after which parts without an answer are left out.
    """
    began = time.monotonic()
    waiting: queue.SimpleQueue[Part] = queue.SimpleQueue()
    answers: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    for part in parts:
        waiting.put(part)
    # Daemons: one that hangs in a dead disk cannot hold the end of the program.
    for _ in range(AT_ONCE):
        threading.Thread(target=work, args=(waiting, answers), daemon=True).start()
    found = {part.__name__: {"error": f"no answer in {total:g} s"} for part in parts}
    for _ in parts:
        try:
            name, said = answers.get(timeout=max(0.0, began + total - time.monotonic()))
        except queue.Empty:
            break
        found[name] = said
    return {
        "schema": SCHEMA,
        "host": os.uname().nodename.split(".")[0],
        "at": moment(time.time()),
        "seconds": round(time.monotonic() - began, 2),
        **found,
    }


def work(waiting: "queue.SimpleQueue[Part]", answers: "queue.SimpleQueue[tuple[str, Any]]") -> None:
    """Ask one part after another until none is left."""
    while True:
        try:
            part = waiting.get_nowait()
        except queue.Empty:
            return
        answers.put((part.__name__, answer(part)))


def answer(part: Part) -> Any:
    """One part's answer, or why there is none."""
    begin_part()
    try:
        return part()
    except Exception as why:  # noqa: BLE001 - whatever it is, the other parts go on
        kind = "" if isinstance(why, RuntimeError) else f"{type(why).__name__}: "
        return {"error": f"{kind}{why}"[:200]}


def keep(fresh: dict[str, Any], where: Path = KEPT) -> Path:
    """Keep a report until it is fetched; the oldest go first.

    Raises:
        OSError: the disk refuses.
    """
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    for torn in where.glob("*.new"):
        torn.unlink(missing_ok=True)
    name = str(fresh["at"]).replace(":", "").replace("+0000", "Z")
    place = where / f"{name}.json"
    new = place.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(as_json(fresh))
        file.flush()
        os.fsync(file.fileno())
    new.replace(place)
    for old in sorted(where.glob("*.json"))[:-KEEP]:
        old.unlink(missing_ok=True)
    return place


def kept_since(when: datetime, where: Path = KEPT) -> Iterator[dict[str, Any]]:
    """Reports kept after a moment, the oldest first; one a power cut tore is passed over."""
    for file in sorted(where.glob("*.json")):
        old = record(file)
        try:
            if old and datetime.fromisoformat(str(old["at"])) > when:
                yield old
        except (KeyError, ValueError, TypeError):
            continue


def as_json(data: dict[str, Any]) -> str:
    """One line of JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def main(arguments: list[str]) -> int:
    """Print what the command line asks for; 2 when it asks for something else."""
    match arguments:
        case []:
            print(as_json(report()))
        case ["--keep"]:
            fresh = report()
            try:
                keep(fresh)
            except OSError as error:
                print(f"probe: the report cannot be kept: {error.strerror}", file=sys.stderr)
                return 1
            print(f"probe: a report kept, {fresh['seconds']} s")
        case ["--since", when]:
            try:
                moment_ = datetime.fromisoformat(when)
            except ValueError:
                print(f"probe: {when} is no moment (ISO 8601)", file=sys.stderr)
                return 2
            after = moment_ if moment_.tzinfo else moment_.replace(tzinfo=UTC)
            print(as_json(report()), flush=True)
            for old in kept_since(after):
                print(as_json(old))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0
