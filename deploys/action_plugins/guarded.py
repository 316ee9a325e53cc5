"""Change what lets the technician in, as one change that takes itself back unless it is proved.

The same change as deploys/access.py makes (deploys/doors.py says what it is). This compares, stages
and applies it; the tasks after it prove it by a new login (roles/access/tasks/prove.yml).
"""

import shlex
import sys
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

sys.path.append(str(Path(__file__).resolve().parents[2]))
from deploys.change import (
    PROGRAM,
    STAGED,
    Change,
    admitted,
    archive,
    look,
    not_admitted,
    seen,
)
from deploys.doors import doors

STAGE = f"umask 077; rm -rf {STAGED} && mkdir -p {STAGED} && base64 -d | tar -xp -C {STAGED}"


class ActionModule(ActionBase):
    """The plugin Ansible looks for. It takes no arguments: it reads the aspect's variables."""

    TRANSFERS_FILES = False
    _VALID_ARGS = frozenset()

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Compare, and apply a difference; `changed` means that a proof is due."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        change = doors(self._values(task_vars))
        answer = self._command(shlex.join(look(change)))
        live = seen(answer["stdout"].splitlines())
        change = change.on(live)
        if answer["rc"] == 0 and live == change.state:
            return {**result, "changed": False, "msg": "access is as declared"}
        result |= {"changed": True, "diff": difference(live, change.state)}
        if self._task.check_mode:
            return result
        return {**result, **self._apply(change)}

    def _values(self, task_vars: dict[str, Any]) -> dict[str, Any]:
        names = [name for name in task_vars if name.startswith("access_")]
        return {name: self._templar.template(task_vars[name]) for name in names}

    def _apply(self, change: Change) -> dict[str, Any]:
        """Stage and apply; what went wrong, if anything did."""
        if self._connection.transport == "local":
            # A PC that applies its own state cannot log in to itself as the desk would.
            msg = "who gets in is changed from the desk alone, which can prove it by a login"
            return {"changed": False, "skipped": True, "warnings": [msg], "msg": msg}
        seen_from = self._command('echo "$SSH_CONNECTION"', sudoable=False)["stdout"].split(" ")[0]
        if not admitted(seen_from.strip(), change.admitted):
            return _failed(not_admitted(seen_from, change.admitted))
        staged = self._command(STAGE, in_data=archive(change).encode())
        if staged["rc"]:
            return _failed(_said(staged))
        applied = self._command(f"{PROGRAM} apply {change.seconds}")
        return _failed(_said(applied)) if applied["rc"] else {}

    def _command(self, command: str, **how: Any) -> dict[str, Any]:
        # Not as a module: its arguments and input would be shown, and they hold secrets.
        return dict(self._low_level_execute_command(command, **how))


def difference(live: dict[str, str], wanted: dict[str, str]) -> list[dict[str, str]]:
    """What differs, for --diff: owners, modes and hashes, never content."""
    return [
        {
            "before_header": name,
            "after_header": name,
            "before": f"{live.get(name, 'not there')}\n",
            "after": f"{wanted.get(name, 'not there')}\n",
        }
        for name in sorted(live.keys() | wanted.keys())
        if live.get(name) != wanted.get(name)
    ]


def _failed(msg: str) -> dict[str, Any]:
    return {"changed": False, "failed": True, "msg": msg}


def _said(answer: dict[str, Any]) -> str:
    """The last line a command said: the guard's own sentence."""
    lines = [
        line for line in f"{answer['stdout']}\n{answer['stderr']}".splitlines() if line.strip()
    ]
    return lines[-1].strip() if lines else f"exit code {answer['rc']}"
