"""The inventory as the rest of the repository reads it: frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inventory.cards import Card


@dataclass(frozen=True)
class Workstation:
    """One library PC.

    Attributes:
        address: the name or address ssh_config gives it.
        site: the group below `sites` it belongs to.
        groups: every group it is in, `all` aside.
        variables: every `<aspect>_*` and `site_*` value, role defaults included.
        card: its asset card.
    """

    name: str
    address: str
    site: str
    groups: tuple[str, ...]
    variables: Mapping[str, Any]
    card: Card


@dataclass(frozen=True)
class Equipment:
    """An asset that is no workstation: a monitor, a printer, a UPS, a switch."""

    name: str
    site: str
    card: Card


@dataclass(frozen=True)
class Site:
    """One reading room: the names of its workstations and its `site_*` facts."""

    name: str
    workstations: tuple[str, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Inventory:
    """What we own and what we want, resolved and checked.

    Attributes:
        hosts: name -> workstation, in the order of hosts.yml.
        sites: group name -> site.
        groups: group name -> the names of its hosts, `all` included.
        equipment: name -> what has a card and is no workstation.
    """

    hosts: Mapping[str, Workstation]
    sites: Mapping[str, Site]
    groups: Mapping[str, tuple[str, ...]]
    equipment: Mapping[str, Equipment] = field(default_factory=dict)
