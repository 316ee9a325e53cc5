"""Ask pyinfra itself what it would change: a dry run of the baseline, a process for each PC.

So the declaration is written once. A process of its own, because pyinfra goes in step over all the
PCs of one run, and what fails on one may end the run for all.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from checks.findings import Drift
from checks.report import printable
from deploys.commit import STAMP
from deploys.last_table import ROWS
from inventory.loader import ROOT
from inventory.words import _

BASELINE = "deploys/baseline.py"
# Seconds for one PC: hundreds of small questions through a slow line and a jump host.
DEADLINE = 300.0
# Processes at the same time: each takes a whole processor until it has read the inventory.
AT_ONCE = max(2, os.cpu_count() or 2)
# Characters of a complaint that are worth reading.
COMPLAINT = 200


def ask(
    hosts: Sequence[str],
    *,
    ssh_config: Path,
    done: Callable[[str], None] = lambda _host: None,
    deadline: float = DEADLINE,
    root: Path = ROOT,
) -> Mapping[str, Drift]:
    """Compare workstations with their declaration; nothing is changed.

    Args:
        hosts: names in the inventory.
        ssh_config: how to reach them.
        done: told of each workstation that is compared.
        deadline: seconds for each.
        root: the repository whose baseline is asked.
    """

    async def all_of_them() -> list[Drift]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(host: str) -> Drift:
            async with gate:
                try:
                    drift = await _compare(host, ssh_config, deadline, root)
                except OSError as error:  # no memory, no room: not worth the whole night
                    drift = _blind(error.strerror or str(error))
            done(host)
            return drift

        return list(await asyncio.gather(*map(one, hosts)))

    return dict(zip(hosts, asyncio.run(all_of_them()), strict=True))


async def _compare(host: str, ssh_config: Path, deadline: float, root: Path) -> Drift:
    """One workstation's drift; whatever goes wrong with it is told in the answer."""
    with TemporaryDirectory(prefix="benvung-drift-") as place:
        rows = Path(place, "rows")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pyinfra", "--json", "--dry"),
            *("inventory", BASELINE, "--limit", host),
            cwd=root,
            env=_environment(os.environ, ssh_config, rows),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(deadline):
                plan, complaint = await process.communicate()
        except TimeoutError:
            seconds = _("The dry run gave no answer in {seconds} s.")
            return Drift(why=seconds.format(seconds=round(deadline)))
        finally:
            await _end(process)
        if process.returncode == 0:
            return read(host, plan)
        return _blind(_why(rows, complaint))


def _environment(environment: Mapping[str, str], ssh_config: Path, rows: Path) -> dict[str, str]:
    # With PYINFRA_YES the run would no longer be a dry one, and change the PC.
    ours = {name: value for name, value in environment.items() if not name.startswith("PYINFRA_")}
    # pyinfra's progress can hold up its connecting for ever.
    return {
        **ours,
        # The history keeps both languages: the sentences are told again when they are judged.
        "LANGUAGE": "en",
        "PYINFRA_PROGRESS": "off",
        "BENVUNG_SSH_CONFIG": str(ssh_config),
        ROWS: str(rows),
    }


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a process that still runs, with whatever it has started."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def read(host: str, said: bytes) -> Drift:
    """Read pyinfra's plan of a dry run.

    Args:
        host: the workstation asked.
        said: pyinfra's JSON. An operation that runs only when another has changed something is no
            change of its own, and the stamp of a newer commit is none of the PC.
    """
    try:
        plan: list[dict[str, Any]] = json.loads(said)["plan"]
        changing = [one["names"][0] for one in plan if host in one["hosts_with_change"]]
    except (ValueError, KeyError, IndexError, TypeError):
        plan = []
    if not plan:
        return Drift(why=_("The dry run said nothing that can be read."))
    # `<aspect> | <sentence>`
    sentences = [name.partition(" | ")[2] or name for name in changing]
    return Drift(tuple(one for one in sentences if one != STAMP))


def _why(rows: Path, complaint: bytes) -> str:
    """Why the dry run failed: the last table's words, or the last line it said."""
    try:
        (row,) = json.loads(rows.read_text(encoding="utf-8"))
        words = [row["outcome"], row["where"]]
    except (OSError, ValueError, KeyError, TypeError):
        words = complaint.decode("utf-8", "replace").strip().splitlines()[-1:]
    return ": ".join(word for word in words if word)


def _blind(why: str) -> Drift:
    said = printable(why[:COMPLAINT]).rstrip(".") or "?"
    return Drift(why=_("The dry run could not look ({why}).").format(why=said))
