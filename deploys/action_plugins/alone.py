"""Take the lock of a PC that pulls: its own runs and those of two desks never meet.

At a site that is pushed to nothing else runs by itself, and the connection Ansible keeps open for a
minute would make the desk's next run wait for it.
"""

import sys
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

sys.path.append(str(Path(__file__).resolve().parents[2]))
from deploys.run_lock import BUSY, HOLD


class ActionModule(ActionBase):
    """The plugin Ansible looks for. It takes no arguments; a check takes no lock."""

    TRANSFERS_FILES = False
    _VALID_ARGS = frozenset()

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Hold the lock for as long as the connection lives."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        # A PC that pulls holds it itself while Ansible works there.
        local = self._connection.transport == "local"
        if local or self._task.check_mode or task_vars.get("pull_mode") != "pull":
            return {**result, "changed": False}
        answer = self._low_level_execute_command(HOLD)
        if answer["rc"]:
            busy = "another run is at work on this PC" if answer["rc"] == BUSY else answer["stderr"]
            return {**result, "failed": True, "msg": busy.strip()}
        return {**result, "changed": False}
