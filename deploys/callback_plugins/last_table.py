"""Tell the program that has started a playbook how each PC came out, as pyinfra's last table does.

Enabled by that program alone (ANSIBLE_CALLBACKS_ENABLED); $BENVUNG_LAST_TABLE names the file. The
rows are those of deploys/last_table.py: host, style (red: it did not come through), where.
"""

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: last_table
type: aggregate
short_description: Writes how each host came out to a file
description:
  - Writes rows of host, style and where to the file C($BENVUNG_LAST_TABLE) names.
"""
ROWS = "BENVUNG_LAST_TABLE"


class CallbackModule(CallbackBase):
    """The plugin Ansible looks for."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "last_table"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        """Nobody has stopped yet."""
        super().__init__()
        self.where: dict[str, str] = {}

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Note the task a host stopped at."""
        if not ignore_errors:
            self._note(result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Note why a host was not reached."""
        self._note(result)

    def _note(self, result: Any) -> None:
        said = str(result._result.get("msg", "")).strip()  # noqa: SLF001 - as every callback reads it
        task = result._task.get_name().rpartition(" : ")[2]  # noqa: SLF001
        self.where[result._host.get_name()] = f"{task}: {said}".rstrip(": ")  # noqa: SLF001

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Write the rows: this comes last, also where everybody failed."""
        if not os.environ.get(ROWS):
            return
        rows = [
            {
                "host": host,
                "style": "red" if host in stats.failures or host in stats.dark else "green",
                "where": self.where.get(host, ""),
            }
            for host in sorted(stats.processed)
        ]
        Path(os.environ[ROWS]).write_text(json.dumps(rows), encoding="utf-8")
