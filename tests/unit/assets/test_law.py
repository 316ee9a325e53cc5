"""The rules as dated data: which holds when and where, and how a wrong file is answered."""

from datetime import date

import pytest

from checks.assets.law import RULES_FILE, read_law
from checks.assets.wear import over
from inventory.cards import Kind
from inventory.problems import InventoryRefused
from tests.unit.assets.making import LAW, SITE, asset
from tests.unit.conftest import Tree

OWN = """
- rule: useful-life
  site: thanh_my
  kinds: [desktop]
  years: 6
  rate: "16.67"
  from: "2027-01-01"
  until: ""
  source: Quyết định của tỉnh
  doubtful: ""
"""


def test_every_day_since_2009_has_one_life_for_every_kind() -> None:
    for kind in Kind:
        for year in range(2009, 2031):
            assert LAW.life(kind, SITE, date(year, 12, 31)), (kind, year)
        assert LAW.life(kind, SITE, date(2008, 12, 31)) is None


def test_a_rule_ends_on_its_last_day_and_the_next_begins() -> None:
    before = LAW.life(Kind.DESKTOP, SITE, date(2025, 12, 31))
    after = LAW.life(Kind.DESKTOP, SITE, date(2026, 1, 1))
    assert before
    assert after
    assert (before.years, after.years) == (5, 7)
    assert LAW.deadlines(SITE, date(2025, 6, 30)) is None
    assert LAW.deadlines(SITE, date(2025, 7, 1))


def test_a_site_s_own_rule_goes_before_the_general_one_from_its_day(tree: Tree) -> None:
    tree.append(RULES_FILE, OWN)
    law = read_law(tree.root)
    made = asset(year_in_use=2021)
    assert over(made, law, date(2027, 6, 1)) is True
    assert over(made, law, date(2026, 6, 1)) is False
    assert over(made, LAW, date(2027, 6, 1)) is False
    other = law.life(Kind.DESKTOP, "thap_muoi", date(2027, 6, 1))
    assert other
    assert other.years == 7


def test_a_site_s_own_rule_wins_though_the_general_one_is_newer(tree: Tree) -> None:
    tree.append(RULES_FILE, OWN.replace("2027-01-01", "2020-01-01"))
    life = read_law(tree.root).life(Kind.DESKTOP, SITE, date(2026, 6, 1))
    assert life
    assert life.years == 6


def test_what_nobody_has_checked_is_marked() -> None:
    """public-assets: lives of 2026 come from one transcription, those before from memory."""
    lives = [rule for rule in LAW.rules if rule.rule == "useful-life"]
    assert all(rule.doubtful for rule in lives)


WRONG = [
    ("years: 7", 'years: "7"', "[0].years", "not a whole number"),
    ('rate: "14.29"', "rate: 14.29", "[0].rate", "no share"),
    ("kinds: [desktop, printer]", "kinds: [laptop]", "[0].kinds[0]", "laptop is none of"),
    ('from: "2026-01-01"', 'from: "2026-1-1"', "[0].from", "not a day"),
    ('from: "2026-01-01"', 'from: "2024-01-01"', "[2]", "two rules hold on 2024-01-01"),
    ("- rule: useful-life", "- rule: life", "[0]", "life is none of"),
    ("  years: 7", "  year: 7", "[0].year", "unknown key"),
    ("percent: 30", "percent: 0", "[8].percent", "too small"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "wrong"), WRONG)
def test_a_wrong_rule_is_named_with_its_line(
    tree: Tree, old: str, new: str, key: str, wrong: str
) -> None:
    text = (tree.root / RULES_FILE).read_text()
    head, rest = text.split("# --- useful life", 1)
    assert old in rest
    tree.write(RULES_FILE, f"{head}# --- useful life{rest.replace(old, new, 1)}")
    with pytest.raises(InventoryRefused) as refused:
        read_law(tree.root)
    found = {problem.key: problem for problem in refused.value.problems}
    assert key in found, found
    assert wrong in found[key].wrong
    assert found[key].place.line > 0
