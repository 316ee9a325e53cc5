"""Which workstation is at which site: each at one, and no site without any."""

from collections.abc import Mapping
from typing import Any

from inventory.problems import Place, Problem
from inventory.resolve import Resolved
from inventory.tree import HOSTS_FILE, Tree
from inventory.words import _

SITES = "sites"
# What holds for a reading room as a whole.
SITE_WIDE = "pull_mode"


def sites_of(resolved: Resolved, tree: Tree, problems: list[Problem]) -> Mapping[str, str]:
    """Host -> its site, the group directly below `sites`.

    Args:
        resolved: Ansible's answer.
        tree: where hosts.yml names what.
        problems: takes a host at no site or at two, and a site without hosts.
    """
    sites = resolved.children.get(SITES, ())
    if not sites:
        wrong = _("there is no site")
        mend = _("Write each reading room as a group below sites: children:")
        problems.append(Problem(tree.groups.get(SITES, Place(HOSTS_FILE)), SITES, wrong, mend))
        return {}
    nowhere = Place(HOSTS_FILE)
    found: dict[str, str] = {}
    for site in sites:
        if not resolved.members.get(site):
            mend = _("Write its workstations below hosts:, or remove the site.")
            place = tree.groups.get(site, nowhere)
            problems.append(Problem(place, site, _("a site without hosts"), mend))
        for host in resolved.members.get(site, ()):
            other = found.setdefault(host, site)
            if other != site:
                wrong = _("at two sites: {one} and {other}").format(one=other, other=site)
                place, mend = tree.hosts.get(host, nowhere), _("Keep it at one site.")
                problems.append(Problem(place, host, wrong, mend))
    for host in resolved.members["all"]:
        if host not in found:
            mend = _("Write it below the hosts: of its site.")
            problems.append(Problem(tree.hosts.get(host, nowhere), host, _("at no site"), mend))
    return found


def check_site_wide(
    sites: Mapping[str, str],
    variables: Mapping[str, Mapping[str, Any]],
    tree: Tree,
    problems: list[Problem],
) -> None:
    """A site is pushed to or pulls as a whole: half a room with two masters drifts apart.

    Args:
        sites: host -> its site.
        variables: host -> name -> value.
        tree: where hosts.yml names what.
        problems: takes each site whose PCs differ.
    """
    modes: dict[str, dict[str, str]] = {}
    for host, site in sites.items():
        if SITE_WIDE in variables.get(host, {}):
            modes.setdefault(site, {}).setdefault(variables[host][SITE_WIDE], host)
    for site, first in modes.items():
        if len(first) > 1:
            told = ", ".join(f"{host}: {mode}" for mode, host in first.items())
            wrong = _("the workstations of a site differ ({hosts})").format(hosts=told)
            mend = _("Declare it once, in {file}.").format(file=f"inventory/group_vars/{site}.yml")
            place = tree.groups.get(site, Place(HOSTS_FILE))
            problems.append(Problem(place, SITE_WIDE, wrong, mend))
