"""Send the notice by Apprise: mail first, or any service Apprise knows.

The address holds a password. It is read from BENVUNG_NOTICE_URL or from a file that nobody else
can read, handed to the sender through a pipe, and never printed. The sender is a process of its
own: a mail server that hangs cannot hold up the morning.
"""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.notice import Notice
from inventory.loader import ROOT
from inventory.words import _

VARIABLE = "BENVUNG_NOTICE_URL"
FILE = ROOT / "var" / "notice-url"
# Seconds for all addresses together.
LIMIT = 90.0


class NoticeRefused(Exception):  # noqa: N818 - it names what happened
    """There is no address to send to; the message says why, and what to do."""


@dataclass(frozen=True)
class Sent:
    """What became of a notice.

    Attributes:
        told: whether it went out to one address at least.
        sentence: what became of it, for the page and the history.
    """

    told: bool
    sentence: str


def addresses(environment: Mapping[str, str] = os.environ, file: Path = FILE) -> list[str]:
    """The URLs to send to: of the variable, or of the file, one to a line.

    Raises:
        NoticeRefused: there is none, or others may read the file.
    """
    said = environment.get(VARIABLE, "").strip()
    if not said:
        said = _of_file(file)
    lines = (line.strip() for line in said.splitlines())
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise NoticeRefused(_no_address(file))
    return found


def _of_file(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as opened:
            about = os.fstat(opened.fileno())
            if about.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise NoticeRefused(
                    _("{file} holds a password and others may open it: chmod 600 {file}").format(
                        file=file
                    )
                )
            return opened.read()
    except FileNotFoundError:
        raise NoticeRefused(_no_address(file)) from None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or _("no text")
        raise NoticeRefused(_("{file} cannot be read: {why}.").format(file=file, why=why)) from None


def _no_address(file: Path) -> str:
    return _(
        "No notice can be sent: write an address, such as "
        "mailtos://user:password@server?from=you@server&to=you@server, into {file} (chmod 600)."
    ).format(file=file)


def send(notice: Notice, urls: Sequence[str], limit: float = LIMIT) -> Sent:
    """Send a notice to every address; whatever goes wrong is told in the answer.

    Args:
        notice: what to send.
        urls: where to, as Apprise writes addresses.
        limit: seconds for all of them together.
    """
    order = json.dumps({"urls": list(urls), "title": notice.title, "body": notice.body})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "checks.sender"],
            input=order.encode(),
            cwd=ROOT,
            # What the sender's libraries complain of may hold the password.
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Sent(False, _failed(_("no answer in {seconds} s").format(seconds=round(limit))))
    except OSError as error:
        return Sent(False, _failed(error.strerror or "?"))
    return _judged(_answers(done.stdout), done.returncode)


def _answers(said: bytes) -> list[dict[str, Any]]:
    try:
        return list(json.loads(said))
    except ValueError:
        return []


def _judged(answers: list[dict[str, Any]], code: int) -> Sent:
    if not answers:
        return Sent(False, _failed(_("the sender ended with {code}").format(code=code)))
    bad = [f"{one['where']}: {one['why']}" for one in answers if not one["sent"]]
    told = len(bad) < len(answers)
    words = [_("The notice was sent.")] if told else []
    words += [_failed("; ".join(bad))] if bad else []
    return Sent(told, " ".join(words))


def _failed(why: str) -> str:
    return _(
        "The notice could not be sent ({why}). Is the line up, and is the address in {variable} "
        "or {file} right?"
    ).format(why=why, variable=VARIABLE, file=FILE)
