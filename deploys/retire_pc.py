"""The machine that holds the disk, over SSH: the wiper sent to it, asked, and left to itself."""

import contextlib
import io
import json
import shlex
import time
import zipfile
from pathlib import Path
from typing import Any, Self

from paramiko import AuthenticationException

from deploys.enrol_desk import Route
from deploys.enrol_pc import explained, login
from deploys.refusals import EnrolRefused
from deploys.retire_order import RetireRefused
from deploys.retire_words import leaving, refusal
from inventory.words import _

WIPER = Path(__file__).parent / "wiper"
PLACE = "/run/benvung"
# Seconds: one question; a shutdown and a new system; a line that is down while a disk is wiped.
ANSWER_LIMIT, MEMORY_LIMIT, LINE_LIMIT = 120, 420, 180
PAUSE = 2.0


def program() -> bytes:
    """The wiper as one file that Python runs: its modules, uncompressed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for module in sorted(WIPER.glob("*.py")):
            archive.writestr(f"wiper/{module.name}", module.read_bytes())
        start = "import sys\nfrom wiper.command import main\nsys.exit(main(sys.argv[1:]))\n"
        archive.writestr("__main__.py", start)
    return packed.getvalue()


class Machine:
    """The machine that holds the disk. A context manager: leaving it leaves the wipe alone.

    Args:
        target: how it is reached.
    """

    def __init__(self, target: Route) -> None:
        """Nothing is asked yet."""
        self.target = target
        self._open = contextlib.ExitStack()
        self._client: Any = None

    def __enter__(self) -> Self:
        """Logged in.

        Raises:
            EnrolRefused: it does not answer.
            RetireRefused: it refuses the key.
        """
        self.connect()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Logged out."""
        self._open.close()

    def connect(self) -> None:
        """Log in, anew if there was a login already; raises as `__enter__`."""
        self._open.close()
        self._client = None
        try:
            with explained(self.target):
                self._client = self._open.enter_context(login(self.target, None, None))
        except AuthenticationException as error:
            wrong = _("{host} refuses the login by key ({reason}).").format(
                host=self.target.name, reason=error
            )
            raise RetireRefused(wrong, _("Enrol it first: benvung enrol")) from None

    def send(self) -> None:
        """Bring the wiper there; it lies in memory and is gone with the power."""
        self._put("wiper.pyz", program())

    def survey(self) -> dict[str, Any]:
        """Which disks it holds, and whether its system lies in memory."""
        return self._asked("survey")

    def start(self, serial: str, others: list[str], journal: str) -> None:
        """Start wiping a disk, or go on with a cut wipe.

        Args:
            serial: the disk's.
            others: serials of the disks that may be there as well.
            journal: what a cut wipe noted, as JSON; "" for none.
        """
        words = [word for other in others for word in ("--other", other)]
        self._asked("start", "--serial", serial, *words, stdin=journal.encode())

    def status(self, serial: str) -> dict[str, Any]:
        """How far it is; over a line that is down for a while."""
        until = time.monotonic() + LINE_LIMIT
        while True:
            try:
                return self._asked("status", "--serial", serial)
            except EnrolRefused:
                if time.monotonic() > until:
                    raise
                self._client = None
                time.sleep(PAUSE)

    def into_memory(self) -> None:
        """Let the machine leave its disks, and log in to the system it then runs in memory.

        Raises:
            RetireRefused: it cannot, or did not come back.
        """
        self._put("into-memory", (WIPER / "into-memory").read_bytes())
        self._put("process-1", (WIPER / "process-1").read_bytes())
        code, said = 0, ""
        # It may be gone before it could say how the command ended.
        with contextlib.suppress(EnrolRefused):
            command = f"sudo -n sh {PLACE}/into-memory {PLACE}/process-1"
            code, _out, said = self._run(command, limit=MEMORY_LIMIT)
        if code > 0:
            wrong = _("{host} cannot leave its disk: {reason}").format(
                host=self.target.name, reason=leaving(said)
            )
            mend = _("Nothing was changed. Attach the disk to another PC: --bench")
            raise RetireRefused(wrong, mend)
        until = time.monotonic() + MEMORY_LIMIT
        while not self._is_in_memory():
            if time.monotonic() > until:
                wrong = _("{host} did not come back in memory; its disk is as it was.").format(
                    host=self.target.name
                )
                mend = _("Switch it on and run this again, or attach the disk to another PC.")
                raise RetireRefused(wrong, mend)
            time.sleep(PAUSE)

    def off(self) -> None:
        """Switch the machine off; it has no disk to come back from."""
        self._run("sudo -n sh -c '(sleep 1; echo o >/proc/sysrq-trigger) >/dev/null 2>&1 &'")

    def _is_in_memory(self) -> bool:
        try:
            self.connect()
            return bool(self.survey()["memory"])
        except (EnrolRefused, RetireRefused):
            return False

    def _put(self, name: str, content: bytes) -> None:
        script = f"umask 077; mkdir -p {PLACE}; cat >{PLACE}/{name}"
        code, _out, said = self._run(f"sudo -n sh -c {shlex.quote(script)}", content)
        if code:
            wrong = _("{host} does not take the wiping program: {reason}").format(
                host=self.target.name, reason=said
            )
            raise RetireRefused(wrong, _("Does `ssh {host} sudo -n true` work?").format(
                host=self.target.name
            ))  # fmt: skip

    def _asked(self, *words: str, stdin: bytes = b"") -> dict[str, Any]:
        """One question to the wiper.

        Raises:
            RetireRefused: it refuses, or does not answer as it should.
            EnrolRefused: the line is down.
        """
        wiper = ["python3", "-B", f"{PLACE}/wiper.pyz", *words, "--folder", f"{PLACE}/wipes"]
        command = shlex.join(["sudo", "-n", *wiper])
        _code, out, said = self._run(command, stdin)
        try:
            answer: dict[str, Any] = json.loads(out)
        except ValueError:
            wrong = _("The wiping program on {host} gave no answer: {reason}").format(
                host=self.target.name, reason=said or "-"
            )
            raise RetireRefused(wrong, _("Run this again.")) from None
        if "refused" in answer:
            raise refusal(answer["refused"], answer["detail"])
        return answer

    def _run(
        self, command: str, stdin: bytes = b"", limit: float = ANSWER_LIMIT
    ) -> tuple[int, str, str]:
        """Run a command: exit code, output, and the last line of its complaints."""
        if self._client is None:
            self.connect()
        with explained(self.target):
            there, out, err = self._client.exec_command(command, timeout=limit)
            there.write(stdin)
            there.channel.shutdown_write()
            answer = out.read().decode(errors="replace")
            said = err.read().decode(errors="replace").strip().splitlines()
            return out.channel.recv_exit_status(), answer, (said or [""])[-1]
