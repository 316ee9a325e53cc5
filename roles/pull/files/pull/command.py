"""Fetch the repository, verify it, and apply it to this very PC.

    pull start       after a start: applied at once, or at closing where readers are there already
    pull closing     between the end of the last session and power off
    pull now         at once, for a technician

What is declared is in /etc/benvung/pull.json, how it went in /var/lib/benvung/pull/state.json. The
keys in /etc/benvung/pull were put there by the desk; nothing that is fetched can change them.
Standard library, git and Ansible from Debian, Python 3.11 and newer.
"""

import errno
import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .place import BROKEN, FULL, UNKNOWN_APPLIED, Place, Stopped, now, read, replace, stamped
from .playbook import Playbook
from .repository import Repository
from .trees import Trees

KINDS = ("start", "closing", "now")
# The PC goes down; a technician presses Ctrl-C, or his line breaks.
STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# Seconds to wait for a run from the desk to end; it is nearly done, or the next time will do.
PATIENCE = 900
# So many times the limit is given to what was never applied yet: the first time everything is
# installed, on a PC that may be ten years old.
FIRST_TIME = 3
# systemd's word for a condition that does not hold would hide it: a plain failure is shown.
FAILED = 1


class Run:
    """One run on one workstation.

    Args:
        place: the workstation's files.
        host: its name in the inventory.
        lock: the lock of all runs, held.
    """

    def __init__(self, place: Place, host: str, lock: int) -> None:
        """Read what is declared and what is remembered."""
        self.place = place
        self.declared = read(place.config)
        self.repository = Repository(place)
        self.trees = Trees(place, self.repository)
        self.playbook = Playbook(place, host, lock)
        self.memory: dict[str, Any] = read(place.state / "state.json")
        self.memory.setdefault("schema", 1)
        self.memory.setdefault("since", now())
        self.cut = self._part("apply").get("outcome") == "running"

    # --- remembering ----------------------------------------------------------

    def _part(self, name: str) -> dict[str, Any]:
        part = self.memory.get(name)
        return part if isinstance(part, dict) else {}

    def remember(self, name: str, **facts: Any) -> None:
        """Note how fetching or applying went; a full disk keeps the older note."""
        self.memory[name] = {**self._part(name), "at": now(), **facts}
        self.memory["current"] = self.trees.current()
        try:
            replace(self.place.state / "state.json", json.dumps(self.memory, indent=1) + "\n")
        except OSError as error:
            print(f"pull: the state cannot be kept: {error.strerror}", flush=True)

    # --- fetching -------------------------------------------------------------

    def fetch(self) -> None:
        """Fetch, verify and switch; whatever is wrong, the tree in force stays in force."""
        offered = None
        try:
            with _disk_told():
                self.repository.heal()
                self.trees.tidy()
                offered = self._offered()
                self._accept(offered)
        except Stopped as stopped:
            print(f"pull: {stopped.outcome}: {stopped}", flush=True)
            if offered and stopped.reason == BROKEN:
                # An object that came whole can no longer be read: the next run fetches anew.
                self.repository.forget()
            facts: dict[str, Any] = {"reached": now()} if offered else {}
            self.remember(
                "fetch",
                outcome=stopped.outcome,
                reason=stopped.reason,
                detail=stopped.detail,
                offered=offered,
                **facts,
            )
        else:
            good = {"outcome": "ok", "reason": "", "detail": "", "offered": offered}
            self.remember("fetch", **good, reached=now(), accepted=now())

    def _offered(self) -> str:
        seconds = float(self.declared["limit_minutes"]) * 60
        return self.repository.fetch(self.declared["repository"], self.declared["branch"], seconds)

    def _accept(self, offered: str) -> None:
        self.repository.verify(offered)
        current = self.trees.current()
        self.repository.follows(offered, current)
        if offered != current:
            print(f"pull: {offered} is verified and follows what was applied", flush=True)
            self.trees.switch(offered)

    # --- applying -------------------------------------------------------------

    def may_apply(self, kind: str) -> bool:
        """Whether applying may begin: never beside readers, but for what a cut left half done."""
        if kind != "start" or self.cut or "succeeded" not in self._part("apply"):
            return True
        return not self._room_is_open()

    def _room_is_open(self) -> bool:
        try:
            asked = subprocess.run([self.place.programs / "hours", "--open-now"], check=False)
        except OSError:
            return False
        return asked.returncode == 0

    def apply(self) -> int:
        """Apply the tree in force; 0 when the PC is as declared afterwards."""
        commit = self.trees.current()
        if commit is None:
            self.remember("apply", outcome="never", reason="", detail="")
            return FAILED
        if newer := self._newer_from_the_desk(commit):
            print(f"pull: {newer}, from the desk, is not here yet: it stays", flush=True)
            self.remember("apply", outcome="waiting", reason=UNKNOWN_APPLIED, detail=newer)
            return 0
        began = time.monotonic()
        self.remember("apply", outcome="running", reason="", detail="", commit=commit)
        try:
            with _disk_told():
                self.trees.mend(commit)
                scratch = self.place.state / "tmp"
                # What Ansible had unpacked there when it was cut.
                shutil.rmtree(scratch, ignore_errors=True)
                scratch.mkdir(mode=0o700)
                name = self._short(commit)
                recap = self.playbook.run(commit, name, self._limit())
                self._stamp(name)
        except Stopped as stopped:
            print(f"pull: {stopped.outcome}: {stopped}", flush=True)
            told = {"reason": stopped.reason, "detail": stopped.detail}
            self.remember("apply", outcome=stopped.outcome, **told, commit=commit)
            return FAILED
        self.remember(
            "apply",
            outcome="ok",
            reason="",
            detail="",
            commit=commit,
            stamped=name,
            changed=recap.changed,
            minutes=round((time.monotonic() - began) / 60, 1),
            succeeded=now(),
        )
        return 0

    def _newer_from_the_desk(self, current: str) -> str:
        """The commit a push has left here that the tree in force does not have; "" for none."""
        last = stamped(self.place)
        if not last or last == self._part("apply").get("stamped"):
            return ""
        return "" if self.repository.has(last, current) else last

    def _limit(self) -> float:
        """Seconds that applying may take."""
        times = 1 if "succeeded" in self._part("apply") else FIRST_TIME
        return float(self.declared["limit_minutes"]) * 60 * times

    def _stamp(self, name: str) -> None:
        """Leave the commit as a run from the desk does (deploys/health.py), the same bytes."""
        wanted = json.dumps({"schema": 1, "commit": name}) + "\n"
        stamp = self.place.stamp
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
            replace(stamp, wanted)

    def _short(self, commit: str) -> str:
        try:
            return self.repository.short(commit)
        except Stopped:
            return commit[:12]


@contextmanager
def _disk_told() -> Iterator[None]:
    """Turn what the disk refuses into the end of a step.

    Raises:
        Stopped: the disk is full, or the system refuses something else.
    """
    try:
        yield
    except OSError as error:
        reason = FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else "system"
        raise Stopped("failed", reason, f"{error.filename}: {error.strerror}") from None


@contextmanager
def alone(place: Place, patience: float) -> Iterator[int | None]:
    """Wait for the lock that runs from the desk take too: a handle of it, None if another has it.

    Args:
        place: the workstation's files.
        patience: seconds to wait.
    """
    deadline = time.monotonic() + patience
    with place.lock.open("a") as lock:
        held = _try(lock.fileno())
        while not held and time.monotonic() < deadline:
            time.sleep(1)
            held = _try(lock.fileno())
        yield lock.fileno() if held else None


def _try(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_a_while(minutes: float) -> None:
    """Spread the PCs of many sites: a random part of so many minutes."""
    time.sleep(random.uniform(0, minutes * 60))  # noqa: S311 - nobody is to be kept from guessing


def go(kind: str, place: Place, host: str, patience: float = PATIENCE) -> int:
    """One run, of one of KINDS; 0 when all is well, 1 when the state tells what is not."""
    with alone(place, patience) as lock:
        if lock is None:
            print("pull: another run is at work on this PC: the next time will do", flush=True)
            return FAILED
        run = Run(place, host, lock)
        for number in STOPS:
            # Whoever started it with nohup wants it to go on.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda *_: _told_to_stop(run))
        run.fetch()
        if not run.may_apply(kind):
            print("pull: the room is open: applied at closing", flush=True)
            return 0
        code = run.apply()
        return code or int(run.memory["fetch"]["outcome"] in ("refused", "failed"))


class ToldToStop(Exception):  # noqa: N818 - it names what happened
    """Told to end while nothing is being applied."""


def _told_to_stop(run: Run) -> None:
    """End in order: what is being applied is told to, anything else is left as it is."""
    if not run.playbook.stop("down"):
        raise ToldToStop


def main(arguments: list[str]) -> int:
    """Do what the command line asks."""
    place = Place()
    declared = read(place.config)
    if len(arguments) != 1 or arguments[0] not in KINDS:
        print(__doc__, file=sys.stderr)
        return 2
    if not declared:
        print(f"pull: {place.config} cannot be read: run deploys/pull.py", file=sys.stderr)
        return 2
    try:
        if arguments[0] == "closing":
            wait_a_while(float(declared["jitter_minutes"]))
        return go(arguments[0], place, os.uname().nodename.split(".")[0])
    except ToldToStop:
        print("pull: told to stop: the next run goes on", flush=True)
        return FAILED
