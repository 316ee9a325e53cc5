"""Load the inventory: read, resolve by Ansible, check, and hand out frozen records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import MappingProxyType

from inventory.addresses import read_addresses
from inventory.cards import CARD_FILE, Card, read_cards
from inventory.declarations import complete, declaration_problems
from inventory.problems import InventoryRefused, Place, Problem, did_you_mean
from inventory.records import Equipment, Inventory, Site, Workstation
from inventory.resolve import AnsibleFailed, Resolved, resolve
from inventory.sites import check_site_wide, sites_of
from inventory.specs import SITE, Specs, load_specs
from inventory.tree import Tree, read_tree
from inventory.vaults import check_vaults, diagnose
from inventory.words import _
from inventory.yaml_files import Unreadable, read

__all__ = ["ROOT", "Inventory", "InventoryRefused", "load", "select"]

WAIVERS_FILE = "inventory/waivers.yml"
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Sources:
    """Everything the files say, and what is wrong with them, before Ansible is asked.

    Attributes:
        passwords: host -> the file with its vault's password, of the vaults that look sound.
    """

    specs: Specs
    tree: Tree
    passwords: Mapping[str, Path]
    cards: Mapping[str, Card]
    addresses: Mapping[str, str]
    problems: tuple[Problem, ...]


def load(root: Path = ROOT) -> Inventory:
    """The inventory of the repository at `root`, checked.

    Raises:
        InventoryRefused: with everything that is wrong, the file, the key and the mend of each.
    """
    root = root.resolve()
    sources = read_sources(root)
    if not sources.tree.readable:
        raise InventoryRefused(sources.problems)
    try:
        resolved = resolve(root, sources.passwords)
    except AnsibleFailed as failed:
        explained = [*sources.problems, *diagnose(root, sources.passwords)]
        raise InventoryRefused(explained or [failed.problem]) from None
    return check(sources, resolved)


def read_sources(root: Path) -> Sources:
    """Read and check every file on its own; no process is started, nothing is raised."""
    problems: list[Problem] = []
    tree = read_tree(root, problems)
    passwords = check_vaults(root, tree.vaults, problems)
    specs = load_specs(root, problems)
    problems.extend(declaration_problems(specs, tree))
    cards = read_cards(root, tree.hosts, problems)
    addresses = read_addresses(root, tree.hosts, problems)
    try:
        read(root / WAIVERS_FILE, WAIVERS_FILE, list)
    except Unreadable as error:
        problems.extend(error.problems)
    return Sources(specs, tree, passwords, cards, addresses, tuple(problems))


def check(sources: Sources, resolved: Resolved) -> Inventory:
    """The records, from the files and Ansible's answer.

    Raises:
        InventoryRefused: with everything that is wrong, in the files and between them.
    """
    problems = list(sources.problems)
    equipment = [
        Equipment(name, card.site, card)
        for name, card in sources.cards.items()
        if name not in sources.tree.hosts and card.site
    ]
    sites = sites_of(resolved, sources.tree, problems)
    variables = complete(sources.specs, sources.tree, resolved, problems)
    check_site_wide(sites, variables, sources.tree, problems)
    for each in equipment:
        if sites and each.site not in sites.values():
            wrong = _("there is no site {name}").format(name=each.site)
            mend = did_you_mean(each.site, set(sites.values()), _("Write the site's group."))
            problems.append(Problem(Place(CARD_FILE.format(host=each.name)), "site", wrong, mend))
    if problems:
        raise InventoryRefused(problems)
    groups = {name: hosts for name, hosts in resolved.members.items() if name != "ungrouped"}
    groups_of: dict[str, list[str]] = {host: [] for host in sources.tree.hosts}
    for group, members in groups.items():
        for host in members if group != "all" else ():
            groups_of[host].append(group)
    hosts = {
        host: Workstation(
            name=host,
            address=sources.addresses[host],
            site=sites[host],
            groups=tuple(groups_of[host]),
            variables=MappingProxyType(variables[host]),
            card=sources.cards[host],
        )
        for host in sources.tree.hosts
    }
    return Inventory(
        hosts=MappingProxyType(hosts),
        sites=MappingProxyType(
            {site: _site(site, groups[site], hosts) for site in dict.fromkeys(sites.values())}
        ),
        groups=MappingProxyType(groups),
        equipment=MappingProxyType({each.name: each for each in equipment}),
    )


def _site(name: str, members: tuple[str, ...], hosts: Mapping[str, Workstation]) -> Site:
    variables = hosts[members[0]].variables
    facts = {key: value for key, value in variables.items() if key.startswith(f"{SITE}_")}
    return Site(name, members, MappingProxyType(facts))


def select(inventory: Inventory, limits: Iterable[str], option: str = "--limit") -> tuple[str, ...]:
    """The hosts a `--limit` means: names of groups, or patterns of host names, as pyinfra has it.

    Args:
        inventory: the whole inventory.
        limits: one entry per `--limit`; none means every host.
        option: the option's name, for the message.

    Raises:
        InventoryRefused: an entry that matches nothing, with the nearest host or group.
    """
    patterns = tuple(limits)
    chosen: dict[str, None] = {}
    problems = []
    for pattern in patterns:
        hosts = inventory.groups.get(pattern) or [h for h in inventory.hosts if fnmatch(h, pattern)]
        chosen |= dict.fromkeys(hosts)
        if not hosts:
            known = [*inventory.groups, *inventory.hosts]
            otherwise = _("Groups here: {names}").format(names=", ".join(inventory.groups))
            mend = did_you_mean(pattern, known, otherwise)
            problems.append(
                Problem(Place(option), pattern, _("no host or group is so named"), mend)
            )
    if problems:
        raise InventoryRefused(problems)
    return tuple(host for host in inventory.hosts if not patterns or host in chosen)
