"""Runs on the workstation, as the reader: opens Firefox for real and does what it is told.

The desk brings this program over SSH (tests/acceptance/screen.py) with a JSON list of steps as its
argument; it answers with the JSON list of their results. Standard library only.

Firefox gets a profile of its own, as new as every reader's, and Marionette, its remote control, on
the loopback address. Marionette's own favourite settings are switched off, so that what is seen is
what a reader sees.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .keyboard import Keyboard, screenshot

STARTS_WITHIN = 180  # seconds; a first start on a busy old PC
ANSWERS_WITHIN = 120
BECOMES_TRUE_WITHIN = 60
STROKES = 12
LOST_AFTER = 5  # seconds; only then is a key taken for lost, so that none comes late
# The blank comes last, so no key of a stroke is still on its way.
FIELD_HOLDS = "return document.activeElement.value.endsWith(' ')"
SETTINGS = 'user_pref("remote.prefs.recommended", false);\n'


class Marionette:
    """Firefox's remote control: `<length>:[0, id, command, parameters]` over TCP."""

    def __init__(self, port: int) -> None:
        """Connect and open a session."""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWERS_WITHIN)
        self.stream = self.socket.makefile("rb")
        self.number = 0
        self._receive()
        self.ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {}}})
        # A page that never finishes loading is looked at as it is.
        self.ask("WebDriver:SetTimeouts", {"pageLoad": 60000, "script": 60000})

    def ask(self, command: str, parameters: dict[str, Any]) -> Any:
        """Send one command; its value, or an exception that says what Firefox objects to."""
        self.number += 1
        text = json.dumps([0, self.number, command, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(text), text))
        _kind, _number, error, value = self._receive()
        if error:
            raise RuntimeError(f"{error['error']}: {error['message']}")
        return value.get("value", value) if isinstance(value, dict) else value

    def _receive(self) -> Any:
        length = b""
        while (byte := self.stream.read(1)) != b":":
            if not byte:
                raise RuntimeError("Firefox closed the connection")
            length += byte
        return json.loads(self.stream.read(int(length)))


class Firefox:
    """One Firefox and the steps done in it."""

    def __init__(self, *addresses: str) -> None:
        """Start Firefox with a new profile and wait until it can be asked."""
        self.profile = Path(tempfile.mkdtemp(prefix="firefox-"))
        (self.profile / "user.js").write_text(SETTINGS)
        self.process = subprocess.Popen(
            [
                "firefox-esr", "--no-remote", "--profile", str(self.profile),
                "--marionette", "--remote-allow-system-access", *addresses,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self.began = time.monotonic()
        self.marionette = Marionette(self._port())
        self.seconds_to_start = time.monotonic() - self.began

    def _port(self) -> int:
        told = self.profile / "MarionetteActivePort"
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"Firefox ended with {self.process.returncode}")
            if told.exists() and told.read_text():
                return int(told.read_text())
            time.sleep(0.2)
        raise RuntimeError("Firefox did not open its remote control")

    def close(self) -> None:
        """Quit, and remove the profile."""
        with contextlib.suppress(OSError, RuntimeError):
            self.marionette.ask("Marionette:Quit", {"flags": ["eForceQuit"]})
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
        shutil.rmtree(self.profile, ignore_errors=True)

    # --- steps ----------------------------------------------------------------

    def chrome(self, script: str) -> Any:
        """What a script returns that runs as Firefox itself; it may await."""
        return self._run("chrome", script)

    def page(self, script: str) -> Any:
        """What a script returns that runs in the page; it may await."""
        return self._run("content", script)

    def _run(self, context: str, script: str) -> Any:
        self.marionette.ask("Marionette:SetContext", {"value": context})
        body = (
            "const done = arguments[arguments.length - 1];"
            f"(async () => {{ {script} }})().then(v => done([v]), e => done('' + e));"
        )
        answer = self.marionette.ask(
            "WebDriver:ExecuteAsyncScript", {"script": body, "args": [], "sandbox": "system"}
        )
        if isinstance(answer, str):
            raise RuntimeError(answer)  # noqa: TRY004 - an error told as text
        return answer[0]

    def go(self, address: str) -> str:
        """Open an address; the address of the page that then stands there, or the error."""
        self.marionette.ask("Marionette:SetContext", {"value": "content"})
        try:
            self.marionette.ask("WebDriver:Navigate", {"url": address})
        except RuntimeError as refused:
            return f"refused: {refused}"
        return str(self.marionette.ask("WebDriver:GetCurrentURL", {}))

    def until(self, script: str) -> Any:
        """Ask Firefox itself again and again until the answer is true or the time is up."""
        return self._until("chrome", script)

    def until_page(self, script: str) -> Any:
        """Ask the page again and again until the answer is true or the time is up."""
        return self._until("content", script)

    def _until(self, context: str, script: str, within: float = BECOMES_TRUE_WITHIN) -> Any:
        deadline = time.monotonic() + within
        while not (answer := self._run(context, script)) and time.monotonic() < deadline:
            time.sleep(0.5)
        return answer

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        Keyboard().type(text)

    def takes_keys(self) -> bool:
        """Type until the field in focus holds something, then empty it.

        What is typed into a window first may be lost, while the input method still attaches to it.
        """
        taken = False
        for _stroke in range(STROKES):
            Keyboard().type("a ")
            if taken := bool(self._until("content", FIELD_HOLDS, LOST_AFTER)):
                break
        self.page("document.activeElement.value = ''")
        return taken

    def press(self, *keysyms: str) -> None:
        """Press keys together."""
        Keyboard().press(*keysyms)

    def shot(self) -> str:
        """A picture of the screen: PNG, base64."""
        return screenshot()

    def memory(self) -> int:
        """What Firefox and its children use, proportional set size in MB."""
        total = 0
        for status in Path("/proc").glob("[0-9]*/smaps_rollup"):
            with contextlib.suppress(OSError):
                if os.getpgid(int(status.parent.name)) == self.process.pid:
                    total += int(status.read_text().split("Pss:")[1].split()[0])
        return total // 1024


def main() -> int:
    """Do the steps of the first argument: a list of [name, argument, …]."""
    steps = json.loads(sys.argv[1])
    firefox = Firefox(*sys.argv[2:])
    try:
        print(json.dumps([getattr(firefox, name)(*arguments) for name, *arguments in steps]))
    finally:
        firefox.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
