"""A pulling PC in a directory of a test: what it trusts, what it fetches, what it remembers."""

import json
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.published import Published

ROLE = Path(__file__).parent.parent.parent.parent / "roles/pull/files"
sys.path.insert(0, str(ROLE))
command = import_module("pull.command")
place_ = import_module("pull.place")
playbook_ = import_module("pull.playbook")

HOST, OTHER = "thanhmy-03", "thanhmy-04"
ANSIBLE_CFG = """[defaults]
inventory = inventory
vault_id_match = True
interpreter_python = {python}
[inventory]
enable_plugins = ansible.builtin.yaml
ignore_patterns = ^(?!hosts\\.yml$)
"""
HOSTS = (
    f"all: {{children: {{sites: {{children: {{thanh_my: {{hosts: {{{HOST}: , {OTHER}: }}}}}}}}}}}}"
)
PLAY = """- hosts: all
  gather_facts: false
  tasks:
    - name: Write the state
      ansible.builtin.copy:
        content: "{words}"
        dest: "{target}"
        mode: "644"
    - name: Stamp the commit as the baseline does
      ansible.builtin.copy:
        content: "{{{{ lookup('env', 'BENVUNG_COMMIT') }}}}"
        dest: "{target}-commit"
        mode: "644"
"""
FAILING = """- hosts: all
  gather_facts: false
  tasks:
    - name: Declare the opening hours
      ansible.builtin.command: "false"
"""


# What most tests ask is which tree is applied, so this applies it; Ansible itself does where it is
# asked how that went.
STAND_IN = """cp words {made}; echo "$2 : ok=1 changed=1 unreachable=0 failed=0" """
ANSIBLE = (sys.executable, "-m", "ansible.cli.playbook")


class Pc:
    """A workstation's files in a directory of the test, and what it fetches from."""

    def __init__(self, here: Path, published: Published, url: str, signer: str) -> None:
        """Its state, keys and declaration below `here`; it trusts one signer."""
        self.published, self.here = published, here
        self.place = place_.Place(
            state=here / "state",
            keys=here / "keys",
            config=here / "pull.json",
            stamp=here / "applied.json",
            lock=here / "lock",
            programs=here / "programs",
            playbook=("sh", "-c", STAND_IN.format(made=here / "made")),
        )
        self.place.keys.mkdir()
        self.trust(signer)
        self.declare(repository=url, branch="main", jitter_minutes=0, limit_minutes=2)

    def trust(self, *signers: str) -> None:
        """Install these public keys, and no other."""
        lines = [f'benvung namespaces="git" {signer}\n' for signer in signers]
        self.place.signers.write_text("".join(lines))

    def declare(self, **values: Any) -> None:
        """Declare values of /etc/benvung/pull.json."""
        known = place_.read(self.place.config)
        self.place.config.write_text(json.dumps({**known, **values}))

    def files(self, words: str, play: str = PLAY) -> dict[str, str]:
        """A tree whose playbook writes these words."""
        return {
            "ansible.cfg": ANSIBLE_CFG.format(python=sys.executable),
            "inventory/hosts.yml": HOSTS,
            "deploys/baseline.yml": play.format(words=words, target=self.made),
            "words": words,
        }

    @property
    def made(self) -> Path:
        """What the playbook writes."""
        return self.here / "made"

    def publish(self, words: str, **how: Any) -> str:
        """Commit such a tree and publish it; the commit."""
        commit = self.published.commit(self.files(words, how.pop("play", PLAY)), **how)
        self.published.publish()
        return commit

    def pull(self, kind: str = "now", patience: float = 0) -> int:
        """One run; its exit code."""
        # A shell lets what it starts beside itself ignore Ctrl-C, and so these tests, too.
        before = {number: signal.signal(number, signal.SIG_DFL) for number in command.STOPS}
        try:
            return int(command.go(kind, self.place, HOST, patience))
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @property
    def state(self) -> dict[str, Any]:
        """What it remembers."""
        return dict(place_.read(self.place.state / "state.json"))

    @property
    def current(self) -> str:
        """The commit whose tree is in force."""
        return str(self.place.current.readlink().name)

    def nothing_half_done(self) -> None:
        """Only what is whole lies about."""
        left = {path.name for path in self.place.trees.iterdir()}
        assert left <= {self.current}
        assert not list(self.place.state.rglob("*.new"))
        assert not list(self.place.state.rglob("*.lock"))
        assert not list(self.place.repository.rglob("tmp_*"))


RUN = """
import os, subprocess, sys
from pathlib import Path
sys.path.insert(0, {role!r})
from pull import command, place
where = place.Place(**{{k: (tuple(v) if isinstance(v, list) else v if k == "protocols" else Path(v))
                       for k, v in {values!r}.items()}})
"""
GO = 'command.go("now", where, {host!r}, 0)'


def program(pc: Pc, before: str = "") -> list[str]:
    """A run in a process of its own.

    Args:
        pc: where.
        before: what is done first.
    """
    values = {
        key: list(value) if isinstance(value, tuple) else str(value)
        for key, value in vars(pc.place).items()
    }
    code = [RUN.format(role=str(ROLE), values=values), before, GO.format(host=HOST)]
    return [sys.executable, "-c", "\n".join(code)]
