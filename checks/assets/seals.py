"""The seals that make events.yml append-only: each covers its event and the seal before it.

A changed, removed or moved event breaks every seal after it, and its own. Comments and the way a
file is laid out are not sealed. What a seal cannot show, that the last events were cut off, shows
in git: what is committed must still be there (checks/assets/committed.py).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

LENGTH = 16


def seal(before: str, event: Mapping[str, object]) -> str:
    """The seal of an event.

    Args:
        before: the seal of the event before; "" for the first.
        event: as it is written; its own seal is left out.
    """
    said = {key: value for key, value in event.items() if key != "seal"}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()[:LENGTH]


def broken(events: Sequence[Mapping[str, object]]) -> int | None:
    """The index of the first event whose seal does not fit; None where all do.

    Args:
        events: as they are written, all of a file.
    """
    before = ""
    for index, event in enumerate(events):
        if event.get("seal") != seal(before, event):
            return index
        before = str(event["seal"])
    return None
