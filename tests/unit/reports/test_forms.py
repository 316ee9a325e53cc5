"""The forms as dated data: which holds on a day, whose, and what is refused."""

from datetime import date

import pytest

from checks.reports.forms import FORMS_FILE, Paper, read_forms
from inventory.loader import ROOT
from inventory.problems import InventoryRefused
from tests.unit.assets.making import SITE, TODAY
from tests.unit.conftest import Tree

FORMS = read_forms(ROOT)
STATE, UNIT = "state_agency", "public_service_unit"
OWN = """
- rule: form
  site: thanh_my
  paper: letter
  form: Mẫu riêng
  title: ""
  subject: V/v thanh lý
  basis: []
  recipients: []
  archive: VT
  mark: /UBND
  from: "2026-01-01"
  until: ""
  source: Công văn của tỉnh
  doubtful: ""
"""


@pytest.mark.parametrize("paper", Paper)
def test_every_paper_has_a_form(paper: Paper) -> None:
    assert FORMS.form(paper, SITE, TODAY)


def test_a_paper_before_the_decree_has_no_form() -> None:
    assert FORMS.form(Paper.LETTER, SITE, date(2025, 6, 30)) is None
    assert FORMS.form(Paper.LETTER, SITE, date(2025, 7, 1)) is not None


def decides(kind: str, *, fixed: bool, cost: int) -> str:
    found = FORMS.decider(kind, SITE, TODAY, fixed_asset=fixed, cost=cost)
    return found.authority if found else ""


def test_the_kind_of_holder_and_the_cost_say_who_decides() -> None:
    chairman = "Chủ tịch Ủy ban nhân dân tỉnh Đồng Tháp"
    assert decides(STATE, fixed=True, cost=12_000_000) == chairman
    assert decides(STATE, fixed=False, cost=8_000_000) == "{holder}"
    assert decides(UNIT, fixed=True, cost=499_999_999) == "{holder}"
    assert decides(UNIT, fixed=True, cost=500_000_000) == chairman
    assert decides("", fixed=True, cost=12_000_000) == ""


def test_what_is_doubtful_says_so() -> None:
    """The delegation of the province, and the vouchers of a circular that was replaced."""
    found = FORMS.decider(STATE, SITE, TODAY, fixed_asset=True, cost=12_000_000)
    assert found
    assert "159/2025" in str(found.doubtful)
    for paper in (Paper.MINUTES, Paper.STOCK_TAKE):
        form = FORMS.form(paper, SITE, TODAY)
        assert form
        assert "24/2024" in str(form.doubtful)


def test_a_sites_own_form_goes_before_the_general_one(tree: Tree) -> None:
    tree.append(FORMS_FILE, OWN)
    forms = read_forms(tree.root)
    mine, other = (forms.form(Paper.LETTER, site, TODAY) for site in (SITE, "thap_muoi"))
    assert mine
    assert other
    assert [mine.form, other.form] == ["Mẫu riêng", "Mẫu số 01/TSC-XLTS"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("archive: VT\n", "archive: VT\n  colour: red\n", "colour"),
        ("paper: letter", "paper: leter", "paper"),
        ('from: "2025-07-01"', "from: 2025-07-01", "from"),
        ('until: ""\n  source: Nghị định 186/2025/NĐ-CP, Điều 29.1 và',
         "until: tomorrow\n  source: Nghị định 186/2025/NĐ-CP, Điều 29.1 và", "until"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_refused_with_its_place(tree: Tree, old: str, new: str, said: str) -> None:
    tree.replace(FORMS_FILE, old, new)
    with pytest.raises(InventoryRefused) as refused:
        read_forms(tree.root)
    assert f"{FORMS_FILE}:" in str(refused.value)
    assert said in str(refused.value)


def test_two_forms_of_one_day_are_refused(tree: Tree) -> None:
    tree.append(FORMS_FILE, OWN + OWN.replace("Mẫu riêng", "Mẫu khác"))
    with pytest.raises(InventoryRefused, match="two rules hold on 2026-01-01"):
        read_forms(tree.root)
