"""How PCs stood before a roll-out that has not ended well on them.

Written before the engine begins and taken out when a PC came out well. Without it the second run of
a broken change would see what the first one broke as having stood before, and go on to all PCs; so
would one after a roll-out that was cut between applying and judging.
"""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from checks.findings import Status
from deploys.rollout_rings import Stood

FILE = "var/rollout.json"


class Memory:
    """What is remembered, in one file.

    Args:
        file: where; it need not be there.
    """

    def __init__(self, file: Path) -> None:
        """Read it; what cannot be read is as if it were not there."""
        self.file = file
        self._before: dict[str, dict[tuple[str, str], Status]] = {}
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            for host, rows in told.items():
                self._before[host] = {(row[0], row[1]): Status(row[2]) for row in rows}
        except FileNotFoundError:
            pass
        except (ValueError, TypeError, AttributeError, LookupError):
            # Torn: a roll-out that knows of nothing earlier is better than none.
            self._before = {}

    @property
    def unfinished(self) -> frozenset[str]:
        """The PCs on which a roll-out has not ended well."""
        return frozenset(self._before)

    def before(self, host: str, now: Stood) -> Stood:
        """How a PC stood before: as remembered, or else as it stands now."""
        return {**now, **self._before.get(host, {})}

    def begin(self, standing: Mapping[str, Stood]) -> None:
        """Remember how PCs stand before they are changed; what is remembered already counts.

        Raises:
            OSError: it cannot be written.
        """
        for host, stood in standing.items():
            self._before.setdefault(host, dict(stood))
        self._write()

    def well(self, hosts: Collection[str]) -> None:
        """Forget PCs that have come out well.

        Raises:
            OSError: it cannot be written.
        """
        self.leave_out(hosts)
        self._write()

    def leave_out(self, hosts: Collection[str]) -> None:
        """Go on as if nothing were remembered of these PCs; the file still knows."""
        for host in hosts:
            self._before.pop(host, None)

    def _write(self) -> None:
        told = {
            host: [(control, part, status) for (control, part), status in stood.items()]
            for host, stood in self._before.items()
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        new.replace(self.file)
