"""Names, values and files the loader refuses: spoil a copy of the inventory, look at the answer."""

# ruff: noqa: E501 - a table reads best with a case on a line

from operator import attrgetter

import pytest

from tests.unit.conftest import Tree
from tests.unit.spoiling import (
    EXTRA,
    HOSTS,
    SITE,
    Case,
    append,
    both,
    card,
    found,
    replace,
    write,
)

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


@pytest.mark.parametrize("case", [*NAMES, *VALUES, *FILES], ids=attrgetter("name"))
def test_refused_with_file_key_and_mend(tree: Tree, case: Case) -> None:
    case.spoil(tree)
    problems = tree.problems()
    assert found(case, problems), "\n".join(map(str, problems)) or "nothing was refused"


def test_a_value_wrong_for_ten_workstations_is_one_problem(tree: Tree) -> None:
    tree.replace("inventory/group_vars/thap_muoi.yml", "site_name: ", "site_name: 5 # ")
    assert len(tree.problems()) == 1


def test_a_wrong_value_that_another_overrides_is_still_wrong(tree: Tree) -> None:
    tree.write(EXTRA, "site_name: 5\n")
    assert [p.file for p in tree.problems()] == [EXTRA]
