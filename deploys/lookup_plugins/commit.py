"""`lookup('commit')`: the commit of this tree, as pyinfra's stamp names it."""

import sys
from pathlib import Path
from typing import Any

from ansible.plugins.lookup import LookupBase

sys.path.append(str(Path(__file__).resolve().parents[2]))
from deploys.commit import commit

DOCUMENTATION = """
name: commit
short_description: The commit of this tree
description:
  - As C(git describe) names it; C(-dirty) with uncommitted changes.
  - C(unknown) outside git or without it.
options: {}
"""


class LookupModule(LookupBase):
    """The plugin Ansible looks for."""

    def run(self, terms: Any, variables: Any = None, **kwargs: Any) -> list[str]:
        """One value; it takes no terms."""
        del terms, variables, kwargs
        return [commit()]
