"""A site of the lab that pulls: its tree, signed and published on the lab's bridge."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from inventory.loader import load
from inventory.records import Workstation as Declared
from tests.lab.declared import PARTS, declare_secrets
from tests.lab.lab import Lab
from tests.lab.technician import ROOT, Run, pyinfra
from tests.lab.workstation import Workstation
from tests.published import Published, new_key

SITE = "thap_muoi"
STATE = "/var/lib/benvung/pull"
LOCK = "/run/benvung-run.lock"
# What a crypt(5) hash looks like; nobody logs in with it.
HASH = "$6$rounds=5000$muoi$" + "a" * 86
# What pulling stands on, and itself: the whole baseline is another test's.
SOME = """from deploys.health import health
from deploys.power import power
from deploys.pull import pull

power()
health()
pull()
"""
PLAY = """- hosts: all
  gather_facts: false
  tasks:
    - name: Write the words
      ansible.builtin.copy:
        content: "{words}"
        dest: /etc/benvung/words
        mode: "644"
"""
WAITS = """    - name: Wait in the middle
      ansible.builtin.shell: touch /run/thu-began; while [ ! -e /run/thu-go ]; do sleep 0.2; done
    - name: Go on
      ansible.builtin.copy:
        content: "{words}"
        dest: /etc/benvung/words-too
        mode: "644"
"""


@dataclass
class Site:
    """The technician's tree, its publication, and the desk's vault passwords.

    Attributes:
        name: the site that pulls.
    """

    published: Published
    passwords: Path
    lab: Lab
    name: str = SITE

    @property
    def root(self) -> Path:
        """The tree."""
        return self.published.tree

    def publish(self, words: str, *, play: str = PLAY, **how: Any) -> str:
        """Commit and publish a tree that writes these words; the commit."""
        text = play.replace("{words}", words)
        commit = self.published.commit({"deploys/baseline.yml": text}, **how)
        self.published.publish()
        return commit

    def deploy(self, host: str, deploy: str = "deploys/pull.py") -> Run:
        """The technician runs the aspect from this tree."""
        return pyinfra(
            self.lab,
            [host],
            deploy,
            root=self.root,
            PYTHONPATH=str(self.root),
            BENVUNG_VAULT_DIR=str(self.passwords),
        )

    def declared(self, host: str) -> Declared:
        """What the tree declares for a workstation."""
        with pytest.MonkeyPatch.context() as desk:
            desk.setenv("BENVUNG_VAULT_DIR", str(self.passwords))
            return load(self.root).hosts[host]

    def declare(self, **values: Any) -> None:
        """Declare values for the whole site."""
        file = self.root / f"inventory/group_vars/{self.name}.yml"
        known = yaml.safe_load(file.read_text(encoding="utf-8"))
        text = yaml.safe_dump({**known, **values}, allow_unicode=True, sort_keys=False)
        file.write_text(text, encoding="utf-8")


@contextmanager
def site(lab: Lab, place: Path, host: str, name: str = SITE) -> Iterator[Site]:
    """A tree whose site pulls, served on the lab's bridge.

    Args:
        lab: whose bridge.
        place: an empty directory.
        host: a workstation of the site, which has a vault.
        name: of the site.
    """
    public = new_key(place / "key")
    published = Published(place / "published", place / "key")
    ours = Site(published, place / "passwords", lab, name)
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, ours.root / part, ignore=ignore, dirs_exist_ok=True)
        else:
            shutil.copy(source, ours.root)
    (ours.root / ".gitignore").write_text("__pycache__/\n/var/\n", encoding="utf-8")
    declare_secrets(ours.root, ours.passwords, host, {"access_console_password_hash": HASH})
    with published.served(str(lab.network.gateway)) as url:
        ours.declare(
            pull_mode="pull",
            pull_repository=url,
            pull_signers=[public],
            pull_jitter_minutes=0,
            access_management_addresses=[str(lab.network.subnet)],
        )
        yield ours


def pull(pc: Workstation, kind: str = "start") -> int:
    """Let the PC pull, as its units do; the exit code."""
    command = ["python3", "-B", "/usr/local/lib/benvung/pull", kind]
    return pc.run(command, check=False, timeout=600).returncode


def state(pc: Workstation) -> dict[str, Any]:
    """What the PC remembers of its pulling."""
    return dict(json.loads(pc.run(["cat", f"{STATE}/state.json"]).stdout))


def current(pc: Workstation) -> str:
    """The commit whose tree is in force."""
    return pc.run(["readlink", f"{STATE}/current"]).stdout.strip().rpartition("/")[2]


def words(pc: Workstation, name: str = "words") -> str:
    """What the playbook wrote last."""
    return pc.run(["cat", f"/etc/benvung/{name}"]).stdout


def left_over(pc: Workstation) -> list[str]:
    """What is half made below the state, and every tree but the one in force."""
    look = f"cd {STATE}; find . -name '*.new' -o -name '*.lock' -o -name 'tmp_*'; ls trees"
    found = pc.run(look).stdout.split()
    return [name for name in found if name != current(pc)]
