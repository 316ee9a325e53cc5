"""Talk to a running qemu: its machine protocol is one JSON object to a line on a socket."""

import json
import socket
import time
from pathlib import Path
from typing import Any, Self

from tests.lab.machine import LabError

# Seconds for one answer; saving a picture of an emulated screen takes well under one.
ANSWER_LIMIT = 60.0


class Qmp:
    """A connection to qemu's QMP socket.

    Raises:
        LabError: nobody listens at `path` within `wait` seconds, or qemu refuses a command.
    """

    def __init__(self, path: Path, wait: float = 15.0) -> None:
        """Connect and greet."""
        self._socket = _connect(path, wait)
        self._socket.settimeout(ANSWER_LIMIT)
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self._read()  # the greeting
        self.execute("qmp_capabilities")

    def __enter__(self) -> Self:
        """Connected."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave."""
        self.close()

    def close(self) -> None:
        """Leave; qemu goes on."""
        self._lines.close()
        self._socket.close()

    def execute(self, command: str, **arguments: Any) -> Any:
        """Run one command and return its value.

        Args:
            command: such as `query-status`.
            arguments: its arguments; `_` in their names becomes `-`.
        """
        named = {name.replace("_", "-"): value for name, value in arguments.items()}
        message = {"execute": command, "arguments": named}
        self._socket.sendall(json.dumps(message).encode() + b"\n")
        while True:
            answer = self._read()
            if "error" in answer:
                raise LabError(f"qemu refuses {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def monitor(self, line: str) -> str:
        """Run a command of qemu's human monitor; what it says."""
        return str(self.execute("human-monitor-command", command_line=line))

    def _read(self) -> dict[str, Any]:
        line = self._lines.readline()
        if not line:
            raise LabError("qemu closed its control socket: the virtual PC is off.")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _connect(path: Path, wait: float) -> socket.socket:
    until = time.monotonic() + wait
    while True:
        there = socket.socket(socket.AF_UNIX)
        try:
            there.connect(str(path))
        except OSError as why:
            there.close()
            if time.monotonic() > until:
                raise LabError(f"qemu does not listen at {path}: {why}") from why
            time.sleep(0.05)
        else:
            return there
