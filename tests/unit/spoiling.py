"""Ways to spoil a copy of the inventory, and the answer each deserves."""

from collections.abc import Callable
from dataclasses import dataclass

from inventory.problems import Problem
from tests.unit.conftest import Tree

SITE = "inventory/group_vars/thanh_my.yml"
HOSTS = "inventory/hosts.yml"
SSH = "inventory/ssh_config"
EXTRA = "inventory/group_vars/all/extra.yml"


def card(host: str) -> str:
    return f"inventory/assets/{host}/card.yml"


@dataclass(frozen=True)
class Case:
    """One way to spoil the inventory, and the answer.

    Attributes:
        spoil: what a person did to the files.
        file: the file the answer names.
        key: the setting it names.
        wrong: words of what it says is wrong.
        mend: words of what it says to do.
    """

    name: str
    spoil: Callable[[Tree], None]
    file: str
    key: str
    wrong: str
    mend: str


def found(case: Case, problems: list[Problem]) -> bool:
    return any(
        (p.file, p.key) == (case.file, case.key) and case.wrong in p.wrong and case.mend in p.mend
        for p in problems
    )


def append(file: str, text: str) -> Callable[[Tree], None]:
    return lambda tree: tree.append(file, text)


def write(file: str, text: str | bytes) -> Callable[[Tree], None]:
    return lambda tree: tree.write(file, text)


def replace(file: str, old: str, new: str) -> Callable[[Tree], None]:
    return lambda tree: tree.replace(file, old, new)


def both(*spoils: Callable[[Tree], None]) -> Callable[[Tree], None]:
    def spoil(tree: Tree) -> None:
        for each in spoils:
            each(tree)

    return spoil
