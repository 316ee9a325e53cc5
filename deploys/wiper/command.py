"""What the desk may ask of the wiper: one word, one JSON document back, exit code 0 or 1."""

import json
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .disks import Refused, from_memory, survey, the_one
from .journal import Journal, Notes, alone
from .wiping import begun, journal_path, wipe

FOLDER = Path("/run/benvung/wipes")
UNIT = "benvung-wipe"
# Bus -> the tool that knows what its disks can do by themselves.
TOOLS = {"nvme": "nvme", "ata": "hdparm"}
SYSTEMD = Path("/run/systemd/system")


def main(words: list[str]) -> int:
    """Answer one question of the desk on standard output.

    Args:
        words: `survey`; `start --serial S [--other S]…` with the journal of a cut wipe, or
            nothing, on standard input; `status --serial S`; `run …`, which `start` starts.
    """
    parser = ArgumentParser(prog="wiper")
    parser.add_argument("what", choices=("survey", "start", "status", "run"))
    parser.add_argument("--serial", default="")
    parser.add_argument("--other", action="append", default=[])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args(words)
    asked.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    answers = {"survey": _survey, "start": _start, "status": _status, "run": _run}
    try:
        answer = answers[asked.what](asked)
    except Refused as refused:
        answer = {"refused": refused.why, "detail": refused.detail}
    print(json.dumps(answer))
    return 1 if "refused" in answer else 0


def _survey(_asked: Namespace) -> dict[str, Any]:
    found = survey()
    missing = [
        TOOLS[bus]
        for bus in {d.bus for d in found}
        if bus in TOOLS and not shutil.which(TOOLS[bus])
    ]
    disks = [asdict(disk) for disk in found]
    return {"schema": 1, "memory": from_memory(), "missing": missing, "disks": disks}


def _start(asked: Namespace) -> dict[str, Any]:
    """Start wiping and leave it to itself: it goes on when the desk is gone.

    What an earlier wipe has left here counts only if the desk says so: of another decision, of
    another day, it is worth nothing.
    """
    path = journal_path(asked.folder, asked.serial)
    given = sys.stdin.read().strip()
    with alone(path) as free:
        if not free:
            return {"started": False}
        disk = the_one(asked.serial, set(asked.other), survey())
        earlier = Journal.of(json.loads(given)) if given else None
        Notes(path, begun(disk, earlier)).note()
    _leave([sys.executable, "-B", sys.argv[0], "run", *_again(asked)])
    return {"started": True}


def _again(asked: Namespace) -> list[str]:
    others = [word for other in asked.other for word in ("--other", other)]
    return ["--serial", asked.serial, *others, "--folder", str(asked.folder)]


def _leave(command: list[str]) -> None:
    """Start a program that outlives the login that started it."""
    if SYSTEMD.is_dir() and shutil.which("systemd-run"):
        # A unit of its own: logind ends what a login leaves behind.
        run = ["systemd-run", "--quiet", "--collect", f"--unit={UNIT}-{os.getpid()}"]
        subprocess.run([*run, *command], check=True, stdout=subprocess.DEVNULL)
        return
    null = subprocess.DEVNULL
    subprocess.Popen(command, start_new_session=True, stdin=null, stdout=null, stderr=null)


def _run(asked: Namespace) -> dict[str, Any]:
    path = journal_path(asked.folder, asked.serial)
    # Who asks for the status holds the lock for a moment as well.
    with alone(path, wait=True):
        journal = _kept(path)
        if journal is None or journal.over:
            raise Refused("nothing-to-do", str(path))
        notes = Notes(path, journal)
        try:
            disk = the_one(asked.serial, set(asked.other), survey())
        except Refused as refused:
            journal.stage, journal.why, journal.detail = "failed", refused.why, refused.detail
            notes.note()
            raise
        wipe(disk, notes)
    return journal.plain()


def _status(asked: Namespace) -> dict[str, Any]:
    path = journal_path(asked.folder, asked.serial)
    with alone(path) as free:
        journal = _kept(path)
        return {"running": not free, "journal": journal.plain() if journal else None}


def _kept(path: Path) -> Journal | None:
    try:
        return Journal.of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
