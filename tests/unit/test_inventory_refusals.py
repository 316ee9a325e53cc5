"""Everything the loader promises to refuse: spoil a copy of the inventory, look at the answer."""

# ruff: noqa: E501 - a table reads best with a case on a line

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

import pytest

from inventory.loader import load
from inventory.problems import InventoryRefused, Problem
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


NAMES = [
    Case("unknown variable", append(SITE, "site_nam: x\n"), SITE, "site_nam", "unknown", "site_name"),
    Case(
        "unknown variable like nothing",
        append(SITE, "zzzzz: 1\n"),
        SITE, "zzzzz", "unknown variable", "argument specs",
    ),
    Case(
        "unknown variable of a host",
        write("inventory/host_vars/thanhmy-01/site.yml", "site_nmae: x\n"),
        "inventory/host_vars/thanhmy-01/site.yml", "site_nmae", "unknown", "site_name",
    ),
    Case(
        "unknown nested key",
        replace(SITE, "{role: head,", "{role: head, nmae: x,"),
        SITE, "site_signers[0].nmae", "unknown key", "name",
    ),
    Case(
        "nested key left out",
        replace(SITE, 'kind: state_agency\n    from: "2013-08"', 'from: "2013-08"'),
        SITE, "site_holders[0]", "kind is missing", "Add kind",
    ),
    Case(
        "address for Ansible alone",
        write("inventory/host_vars/thanhmy-01/how.yml", "ansible_host: somewhere.internal\n"),
        "inventory/host_vars/thanhmy-01/how.yml", "ansible_host", "only Ansible", "ssh_config",
    ),
    Case(
        "declared twice for one group",
        both(write(EXTRA, "site_name: a\n"), write("inventory/group_vars/all/site.yml", "site_name: b\n")),
        "inventory/group_vars/all/site.yml", "site_name", "inventory/group_vars/all/extra.yml:1", "Keep one",
    ),
    Case(
        "group_vars for no group",
        write("inventory/group_vars/thanh_mi.yml", "site_name: x\n"),
        "inventory/group_vars/thanh_mi.yml", "", "there is no thanh_mi", "thanh_my",
    ),
    Case(
        "host_vars for no host",
        write("inventory/host_vars/thanhmy-1/x.yml", "site_name: x\n"),
        "inventory/host_vars/thanhmy-1/x.yml", "", "there is no thanhmy-1", "thanhmy-",
    ),
    Case(
        "assets for no host",
        write(card("thanhmy-6"), "name: x\n"),
        "inventory/assets/thanhmy-6", "", "there is no host", "thanhmy-",
    ),
    Case("folder nobody reads", write("inventory/group_var/all.yml", "a: 1\n"), "inventory/group_var", "", "nothing reads", "group_vars"),
    Case("file nobody reads", write("inventory/hosts.yaml", "a: 1\n"), "inventory/hosts.yaml", "", "nothing reads", "hosts.yml"),
    Case("waivers no list", write("inventory/waivers.yml", "a: 1\n"), "inventory/waivers.yml", "", "not a list", "[]"),
    Case("Jinja in how to connect", write(EXTRA, "ansible_ssh_extra_args: '{{ x }}'\n"), EXTRA, "ansible_ssh_extra_args", "template", "finished"),
    Case(
        "file Ansible skips",
        write("inventory/group_vars/thanh_my.txt", "x"),
        "inventory/group_vars/thanh_my.txt", "", "as it pleases", "<name>.yml",
    ),
]  # fmt: skip

VALUES = [
    Case(
        "number for text",
        replace(SITE, "site_name: Thư viện xã Thanh Mỹ", "site_name: 5"),
        SITE, "site_name", "5 is not text", '"5"',
    ),
    Case(
        "time that YAML reads as a number",
        replace(SITE, "site_name: Thư viện xã Thanh Mỹ", "site_name: 17:00"),
        SITE, "site_name", "1020 is not text", '"17:00"',
    ),
    Case(
        "date that YAML reads as a date",
        replace(SITE, '"2025-06-30"', "2025-06-30"),
        SITE, "until", "read as a date", '"2025-06-30"',
    ),
    Case(
        "yes for text",
        replace(SITE, "site_name: Thư viện xã Thanh Mỹ", "site_name: no"),
        SITE, "site_name", "false is not text", '"no"',
    ),
    Case(
        "text for a list",
        write(EXTRA, "site_signers: ai\n"),
        EXTRA, "site_signers", '"ai" is not a list', "dash",
    ),
    Case(
        "nested wrong type",
        replace(SITE, '{role: accountant, title: ""', "{role: accountant, title: 7"),
        SITE, "site_signers[1].title", "7 is not text", '"7"',
    ),
    Case(
        "not one of the choices",
        replace(SITE, "role: accountant", "role: acountant"),
        SITE, "site_signers[1].role", "not one of", "accountant",
    ),
    Case("blank", write(EXTRA, "site_name:\n"), EXTRA, "site_name", "blank", '""'),
    Case(
        "blank inside",
        replace(SITE, 'title: "", name: ""', 'title: "", name: '),
        SITE, "site_signers[1].name", "blank", '""',
    ),
    Case(
        "Jinja",
        write(EXTRA, 'site_name: "{{ inventory_hostname }}"\n'),
        EXTRA, "site_name", "template", "finished value",
    ),
    Case(
        "Jinja inside",
        replace(SITE, "title: Chủ tịch Ủy ban nhân dân xã", 'title: "{% if x %}"'),
        SITE, "site_signers[0].title", "template", "finished value",
    ),
    Case(
        "a rule's objection",
        replace(SITE, '"2025-06-30"', '"30/6/2025"'),
        SITE, "site_holders[0].until", "not a date", "2013-08",
    ),
    Case(
        "ends before it begins",
        replace(SITE, '"2025-06-30"', '"2012-06-30"'),
        SITE, "site_holders[0].until", "ends before", "dates",
    ),
    Case("not a number", write(EXTRA, "site_name: .nan\n"), EXTRA, "site_name", "not a number", "digits"),
    Case("inline vault", write(EXTRA, "site_name: !vault x\n"), EXTRA, "site_name", "!vault", "vault.yml"),
    Case("tag", write(EXTRA, "site_name: !unsafe x\n"), EXTRA, "site_name", "unsafe", "without a tag"),
]  # fmt: skip

FILES = [
    Case("broken YAML", write(SITE, "a: b\nc: [1,\n"), SITE, "", "not valid YAML at column", "indentation"),
    Case("broken hosts", write(HOSTS, "all:\n\tx: 1\n"), HOSTS, "", "not valid YAML", "indentation"),
    Case("broken card", write(card("thanhmy-01"), "a: 'b\n"), card("thanhmy-01"), "", "YAML", "quotation"),
    Case("two documents", append(SITE, "---\na: 1\n"), SITE, "", "not valid YAML", "Look"),
    Case("control character", write(SITE, b"a: \x07\n"), SITE, "", "not valid YAML at column 4", "Look"),
    Case("nested absurdly", write(SITE, "a: " + "[" * 100_000), SITE, "", "40 levels", "fewer"),
    Case(
        "an alias inside itself",
        write(SITE, "a: &a [*a]\n"),
        SITE, "", "alias inside itself", "Write the values",
    ),
    Case(
        "duplicate key",
        append(SITE, "site_address: x\n"),
        SITE, "site_address", "written twice, first on line 7", "Keep one",
    ),
    Case(
        "duplicate nested key",
        replace(SITE, "{role: head,", "{role: head, role: head,"),
        SITE, "role", "written twice", "Keep one",
    ),
    Case("key that is not text", append(SITE, "no: 1\n"), SITE, "no", "not read as text", '"no"'),
    Case("key that is a list", append(SITE, "[a]: 1\n"), SITE, "?", "not read as text", "quotation"),
    Case("empty file", write(SITE, "# nothing\n"), SITE, "", "empty", "delete"),
    Case("empty hosts", write(HOSTS, ""), HOSTS, "", "empty", "Write"),
    Case("empty card", write(card("thanhmy-01"), ""), card("thanhmy-01"), "", "empty", "Write"),
    Case("list on top", write(SITE, "- a\n"), SITE, "", "not a list of `key: value`", "key: value"),
    Case("text on top", write(SITE, "hello\n"), SITE, "", "not a list of `key: value`", "key: value"),
    Case("not UTF-8", write(SITE, b"a: 1\nb: \xe1\xbb\n"), SITE, "", "not UTF-8", "Save"),
    Case("hosts missing", lambda tree: (tree.root / HOSTS).unlink(), HOSTS, "", "No such file", "back"),
    Case("a number too long", write(SITE, f"a: {'1' * 5000}\n"), SITE, "", "cannot be read", "quotation"),
]  # fmt: skip

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


@pytest.mark.parametrize(
    "case", [*NAMES, *VALUES, *FILES, *CARDS, *SSH_CONFIG, *HOSTS_YML], ids=attrgetter("name")
)
def test_refused_with_file_key_and_mend(tree: Tree, case: Case) -> None:
    case.spoil(tree)
    problems = tree.problems()
    assert found(case, problems), "\n".join(map(str, problems)) or "nothing was refused"


WHOLE = [
    Case(
        "fact of a site left out",
        replace(SITE, "site_name: Thư viện xã Thanh Mỹ\n", ""),
        SITE, "site_name", "missing", "Declare it",
    ),
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
    Case(
        "at two sites",
        append(HOSTS, "            thapmuoi-01:\n"),
        HOSTS, "thapmuoi-01", "at two sites: thap_muoi and thanh_my", "one site",
    ),
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
    for case in (NAMES[0], VALUES[4], CARDS[0], SSH_CONFIG[0], WHOLE[3]):
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
    WHOLE[0].spoil(tree)
    with pytest.raises(InventoryRefused) as refused:
        load(tree.root)
    assert len(refused.value.problems) == 1


def test_a_value_wrong_for_ten_workstations_is_one_problem(tree: Tree) -> None:
    tree.replace("inventory/group_vars/thap_muoi.yml", "site_name: ", "site_name: 5 # ")
    assert len(tree.problems()) == 1


def test_a_wrong_value_that_another_overrides_is_still_wrong(tree: Tree) -> None:
    tree.write(EXTRA, "site_name: 5\n")
    assert [p.file for p in tree.problems()] == [EXTRA]


def test_what_only_ansible_refuses_is_told_in_its_words(tree: Tree) -> None:
    tree.append(HOSTS, "        round: {children: {sites: }}\n")
    with pytest.raises(InventoryRefused) as refused:
        load(tree.root)
    (problem,) = refused.value.problems
    assert "Ansible cannot read it: " in problem.wrong
    assert "loop" in problem.wrong
    assert "Traceback" not in problem.wrong
    assert "ansible-inventory -i inventory --list" in problem.mend
