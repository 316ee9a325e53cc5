"""Workstations the loader refuses: their names, cards, addresses and sites, and all at once."""

# ruff: noqa: E501 - a table reads best with a case on a line

from operator import attrgetter

import pytest

from inventory.loader import load
from inventory.problems import InventoryRefused
from tests.unit.conftest import Tree
from tests.unit.spoiling import HOSTS, SITE, SSH, Case, append, both, card, found, replace, write
from tests.unit.test_inventory_refusals import NAMES, VALUES

CARDS = [
    Case(
        "no card",
        lambda tree: (tree.root / card("thanhmy-05")).unlink(),
        card("thanhmy-05"), "", "no card", "Copy",
    ),
    Case(
        "no events",
        lambda tree: (tree.root / "inventory/assets/thanhmy-05/events.yml").unlink(),
        "inventory/assets/thanhmy-05/events.yml", "", "No such file", "back",
    ),
    Case(
        "events no list",
        write("inventory/assets/thanhmy-05/events.yml", "a: 1\n"),
        "inventory/assets/thanhmy-05/events.yml", "", "not a list", "[]",
    ),
    Case(
        "unknown key on a card",
        append(card("thanhmy-01"), "holdr: x\n"),
        card("thanhmy-01"), "holdr", "unknown key", "holder",
    ),
    Case(
        "unknown part on a card",
        replace(card("thanhmy-01"), "  monitor:", "  monitr:"),
        card("thanhmy-01"), "serials.monitr", "unknown key", "monitor",
    ),
    Case(
        "code YAML reads as a number",
        replace(card("thanhmy-01"), "code:", "code: 00123"),
        card("thanhmy-01"), "code", "not read as text", '"00123"',
    ),
    Case(
        "serial YAML reads as a number",
        replace(card("thanhmy-01"), "  disk:", "  disk: 0012"),
        card("thanhmy-01"), "serials.disk", "not read as text", '"0012"',
    ),
    Case(
        "a list for text",
        replace(card("thanhmy-01"), "holder:", "holder: [a]"),
        card("thanhmy-01"), "holder", "not read as text", "Correct it",
    ),
    Case(
        "serials as text",
        replace(card("thanhmy-01"), "  machine:", "  - machine:"),
        card("thanhmy-01"), "", "YAML", "indentation",
    ),
    Case("serials that are a number", write(card("thanhmy-01"), "serials: 5\n"), card("thanhmy-01"), "serials", "", "Correct it"),
    Case(
        "cost in words",
        replace(card("thanhmy-01"), "original_cost:", "original_cost: 9.500.000"),
        card("thanhmy-01"), "original_cost", "not a whole number", "9500000",
    ),
    Case(
        "year that cannot be",
        replace(card("thanhmy-01"), "year_in_use: 2013", "year_in_use: 213"),
        card("thanhmy-01"), "year_in_use", "213 is too small", "blank",
    ),
    Case(
        "MAC that is none",
        replace(card("thanhmy-01"), "macs: []", 'macs: ["00:1a:2b:3c:4d"]'),
        card("thanhmy-01"), "macs[0]", "not a MAC address", "quotation",
    ),
    Case(
        "MAC of nobody",
        replace(card("thanhmy-01"), "macs: []", 'macs: ["ff:ff:ff:ff:ff:ff"]'),
        card("thanhmy-01"), "macs[0]", "not a MAC address", "quotation",
    ),
    Case(
        "MACs not a list",
        replace(card("thanhmy-01"), "macs: []", 'macs: "00:1a:2b:3c:4d:5e"'),
        card("thanhmy-01"), "macs", "not a list", "dash",
    ),
    Case(
        "one code on two cards",
        both(
            replace(card("thanhmy-01"), "code:", "code: PC-1"),
            replace(card("thapmuoi-01"), "code:", "code: pc-1 "),
        ),
        card("thanhmy-01"), "code", "PC-1 stands already in inventory/assets/thapmuoi-01", "label",
    ),
    Case(
        "one serial on two cards",
        both(
            replace(card("thapmuoi-01"), "  machine:", "  machine: VN13X001"),
            replace(card("thanhmy-01"), "  mainboard:", "  mainboard: vn13x001"),
        ),
        card("thanhmy-01"), "serials.mainboard", "stands already in", "label",
    ),
    Case(
        "one MAC on two cards, written differently",
        both(
            replace(card("thapmuoi-01"), "macs: []", 'macs: ["00:1A:2B:3C:4D:5E"]'),
            replace(card("thanhmy-01"), "macs: []", "macs: [001a.2b3c.4d5e]"),
        ),
        card("thanhmy-01"), "macs[0]", "stands already in", "label",
    ),
    Case(
        "one MAC twice on one card",
        replace(card("thanhmy-01"), "macs: []", "macs: [00-1a-2b-3c-4d-5e, 00-1a-2b-3c-4d-5e]"),
        card("thanhmy-01"), "macs[1]", "stands already in", "label",
    ),
    *(
        Case(
            f"bogus serial {bogus}",
            replace(card("thanhmy-01"), "  disk:", f'  disk: "{bogus}"'),
            card("thanhmy-01"), "serials.disk", "not a serial", "blank",
        )
        for bogus in ("To be filled by O.E.M.", "System Serial Number", "Default string", "00000000")
    ),
    Case(
        "a card of nobody",
        write(card("thanhmy-06"), "year_in_use: 2013\n"),
        "inventory/assets/thanhmy-06", "", "there is no host thanhmy-06", "thanhmy-0",
    ),
    Case(
        "equipment at no site",
        both(
            write(card("ups-01"), "kind: ups\nsite: thanh_mi\n"),
            write("inventory/assets/ups-01/events.yml", "[]\n"),
        ),
        card("ups-01"), "site", "there is no site thanh_mi", "thanh_my",
    ),
    Case(
        "equipment without events",
        write(card("ups-01"), "kind: ups\nsite: thanh_my\n"),
        "inventory/assets/ups-01/events.yml", "", "No such file", "back",
    ),
    Case(
        "equipment with a workstation's code",
        both(
            replace(card("thanhmy-01"), "code:", "code: TS-1"),
            write(card("ups-01"), "kind: ups\nsite: thanh_my\ncode: ts-1\n"),
        ),
        card("ups-01"), "code", "ts-1 stands already in inventory/assets/thanhmy-01", "label",
    ),
    Case(
        "a workstation that names its site",
        append(card("thanhmy-01"), "site: thanh_my\n"),
        card("thanhmy-01"), "site", "of no use here", "hosts.yml",
    ),
    Case(
        "a kind nobody knows",
        append(card("thanhmy-01"), "kind: laptop\n"),
        card("thanhmy-01"), "kind", "laptop is no kind", "desktop, monitor",
    ),
    Case(
        "more wear in the books than cost",
        both(
            replace(card("thanhmy-01"), "original_cost:", "original_cost: 10000000"),
            append(card("thanhmy-01"), "booked_wear: {year: 2025, amount: 10000001}\n"),
        ),
        card("thanhmy-01"), "booked_wear", "exceeds the original cost", "booked_wear",
    ),
]  # fmt: skip

SSH_CONFIG = [
    Case(
        "one address for two",
        replace(SSH, "HostName thanhmy-02.internal", "HostName THANHMY-01.internal"),
        SSH, "thanhmy-02", "the same address as thanhmy-01", "HostName",
    ),
    Case(
        "one address for a pattern",
        write(SSH, "Host *\n  HostName pc.internal\n"),
        SSH, "thapmuoi-02", "the same address as thapmuoi-01", "HostName",
    ),
    Case("not an ssh_config", write(SSH, "Host\n"), SSH, "", "not an ssh_config", "man ssh_config"),
    Case("no ssh_config", lambda tree: (tree.root / SSH).unlink(), SSH, "", "No such file", "back"),
    Case("ssh_config in Latin-1", write(SSH, b"# \xe9\n"), SSH, "", "not UTF-8", "Save"),
]  # fmt: skip

HOSTS_YML = [
    Case(
        "values in hosts.yml",
        replace(HOSTS, "thanhmy-05:", "thanhmy-05: {site_name: x}"),
        HOSTS, "thanhmy-05", "who is where", "host_vars",
    ),
    Case(
        "vars in hosts.yml",
        append(HOSTS, "  vars: {site_name: x}\n"),
        HOSTS, "vars", "who is where", "group_vars",
    ),
    Case(
        "hosts as a list",
        append(HOSTS, "  hosts: [a]\n"),
        HOSTS, "hosts", "colon", "one host per line",
    ),
    Case(
        "group as text",
        replace(HOSTS, "thanh_my:\n", "other: x\n        thanh_my:\n"),
        HOSTS, "other", "colon", "children",
    ),
    Case("upper case", replace(HOSTS, "thanhmy-05", "ThanhMy-05"), HOSTS, "ThanhMy-05", "host name", "a-z"),
    Case("underscore", replace(HOSTS, "thanhmy-05", "thanhmy_05"), HOSTS, "thanhmy_05", "host name", "a-z"),
    Case("range", replace(HOSTS, "thanhmy-05", "t[05:06]"), HOSTS, "t[05:06]", "host name", "every name"),
    Case("group name", replace(HOSTS, "thanh_my", "thanh-my"), HOSTS, "thanh-my", "group name", "a-z"),
    Case("group as host", replace(HOSTS, "thanhmy-05", "sites"), HOSTS, "sites", "of a group", "Rename"),
]  # fmt: skip


@pytest.mark.parametrize("case", [*CARDS, *SSH_CONFIG, *HOSTS_YML], ids=attrgetter("name"))
def test_refused_with_file_key_and_mend(tree: Tree, case: Case) -> None:
    case.spoil(tree)
    problems = tree.problems()
    assert found(case, problems), "\n".join(map(str, problems)) or "nothing was refused"


FACT_LEFT_OUT = Case(
    "fact of a site left out",
    replace(SITE, "site_name: Thư viện xã Thanh Mỹ\n", ""),
    SITE, "site_name", "missing", "Declare it",
)  # fmt: skip
AT_TWO_SITES = Case(
    "at two sites",
    append(HOSTS, "            thapmuoi-01:\n"),
    HOSTS, "thapmuoi-01", "at two sites: thap_muoi and thanh_my", "one site",
)  # fmt: skip
WHOLE = [
    Case(
        "at no site",
        replace(HOSTS, "    sites:", "    others: {hosts: {thanhmy-06: }}\n    sites:"),
        HOSTS, "thanhmy-06", "at no site", "site",
    ),
    Case(
        "in sites itself",
        replace(HOSTS, "    sites:\n", "    sites:\n      hosts: {thanhmy-06: }\n"),
        HOSTS, "thanhmy-06", "at no site", "site",
    ),
    AT_TWO_SITES,
    Case(
        "a site without hosts",
        append(HOSTS, "        my_qui:\n"),
        HOSTS, "my_qui", "a site without hosts", "workstations",
    ),
    Case(
        "no site at all",
        write(HOSTS, "all: {hosts: {thanhmy-01: }}\n"),
        HOSTS, "sites", "no site", "below sites",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", WHOLE, ids=attrgetter("name"))
def test_what_shows_only_when_ansible_has_resolved_it(tree: Tree, case: Case) -> None:
    case.spoil(tree)
    with pytest.raises(InventoryRefused) as refused:
        load(tree.root)
    assert found(case, list(refused.value.problems)), str(refused.value)


def test_every_problem_is_told_at_once_each_once_in_the_order_of_files(tree: Tree) -> None:
    for case in (NAMES[0], VALUES[4], CARDS[0], SSH_CONFIG[0], AT_TWO_SITES):
        case.spoil(tree)
    with pytest.raises(InventoryRefused) as refused:
        load(tree.root)
    problems = refused.value.problems
    assert len(problems) == len(set(problems)) == 5
    assert [p.file for p in problems] == sorted(p.file for p in problems)
    text = str(refused.value)
    assert "5 to mend" in text
    line = (tree.root / SITE).read_text().count("\n")
    assert f"{SITE}:{line}: site_nam: unknown variable\n    → Did you mean site_name?" in text


def test_a_fact_missing_for_five_workstations_is_one_problem(tree: Tree) -> None:
    FACT_LEFT_OUT.spoil(tree)
    with pytest.raises(InventoryRefused) as refused:
        load(tree.root)
    assert len(refused.value.problems) == 1
    assert found(FACT_LEFT_OUT, list(refused.value.problems))


def test_what_only_ansible_refuses_is_told_in_its_words(tree: Tree) -> None:
    tree.append(HOSTS, "        round: {children: {sites: }}\n")
    with pytest.raises(InventoryRefused) as refused:
        load(tree.root)
    (problem,) = refused.value.problems
    assert "Ansible cannot read it: " in problem.wrong
    assert "loop" in problem.wrong
    assert "Traceback" not in problem.wrong
    assert "ansible-inventory -i inventory --list" in problem.mend
