"""`python -m checks.sender`: send one notice; asked and answered in JSON through pipes.

A process of its own, so that it can be killed when a server hangs.
"""

import json
import logging
import sys
from typing import Any

import apprise

from inventory.words import _

# How Apprise's log names what a server or a socket said.
_TOLD = ("Socket Exception: ", " was refused: ")


class _Heard(logging.Handler):
    """Keeps what Apprise says of a failure."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.why = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the first line in which a server or a socket says why."""
        said = record.getMessage()
        for words in _TOLD:
            if words in said and not self.why:
                self.why = said.partition(words)[2]


def send(url: str, title: str, body: str) -> dict[str, Any]:
    """Send to one address.

    Args:
        url: the address, with its password.
        title: one line.
        body: plain text.

    Returns:
        `sent`, `where` and `why`; nothing of the address but the kind and a mail server's name.
    """
    kind = url.partition("://")[0][:20]
    service = apprise.Apprise.instantiate(url)
    if service is None:
        return {"sent": False, "where": kind, "why": _("no address Apprise understands")}
    heard = _listen()
    sender = apprise.Apprise()
    sender.add(service)
    result = sender.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
    where = f"{kind} {getattr(service, 'smtp_host', '')}".strip()
    return {"sent": bool(result), "where": where, "why": _without_secrets(heard.why, service)}


def _listen() -> _Heard:
    """Take Apprise's log, and let nothing of it out."""
    heard = _Heard()
    log = logging.getLogger("apprise")
    log.handlers = [heard]
    log.setLevel(logging.DEBUG)
    log.propagate = False
    return heard


def _without_secrets(why: str, service: object) -> str:
    """What a mail server said; the errors of other services show the address with its token."""
    if not hasattr(service, "smtp_host"):
        return _("the service did not take it")
    password = getattr(service, "password", None)
    if isinstance(password, str) and password:
        why = why.replace(password, "***")
    return " ".join(why.split())[:160] or "?"


def main() -> None:
    """Read one order from standard input, send, and print what became of it."""
    _listen()
    order = json.load(sys.stdin)
    answers = [send(url, order["title"], order["body"]) for url in order["urls"]]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
