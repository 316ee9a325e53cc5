"""`benvung asset`: two whole stories by the command line alone, and how it looks in 80 columns."""

from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from checks import cli_assets
from tests.unit.assets.conftest import CARD, EVENTS, Office, Run
from tests.unit.assets.making import SERIAL

BOARD = 'Bo mạch chủ cháy tụ nguồn, "không lên hình"'


@pytest.fixture
def run(benvung: Run) -> Run:
    """`benvung asset …`."""
    return partial(benvung, "asset")


def plain(result: Result) -> str:
    return " ".join(result.output.split())


def shown(run: Run, name: str, day: str) -> str:
    return plain(run("show", name, day=day))


def test_a_pc_of_2013_goes_by_ground_a(run: Run, office: Office) -> None:
    office.tree.replace(CARD, "  disk:", f"  disk: {SERIAL}")
    name = "thanhmy-03"
    assert "Advice: keep" in shown(run, name, "2026-11-01")
    run(
        "inspect", name, "--condition", "faulty", "--outlook", "repairable",
        "--found", "Ổ cứng có 40 cung hỏng", day="2026-11-02",
    )  # fmt: skip
    assert "Advice: repair" in shown(run, name, "2026-11-02")
    refused = run("propose", name, "--ground", "a", "--form", "scrap", day="2026-11-03", code=2)
    assert "never on age alone" in refused.output
    run("need", name, "--why", "Không còn dùng cho bạn đọc", day="2026-11-03")
    assert "May be proposed on ground a" in shown(run, name, "2026-11-03")
    run("propose", name, "--ground", "a", "--form", "scrap", day="2026-11-04")
    assert "until 24/11/2026: the decision" in shown(run, name, "2026-11-10")
    assert "3 days late" in shown(run, name, "2026-11-27")
    assert "3 days late" in plain(run("list", day="2026-11-27"))
    run(
        "decide", name, "--reference", "12/QĐ-UBND", "--authority", "Chủ tịch UBND xã",
        "--form", "scrap", "--disk", SERIAL, day="2026-11-28",
    )  # fmt: skip
    early = run("dispose", name, "--form", "scrap", day="2026-11-29", code=2)
    assert "neither wiped nor destroyed" in early.output
    run(
        "wipe", name, "--disk", SERIAL, "--method", "overwrite",
        "--verified", "đọc lại toàn bộ", day="2026-11-29",
    )  # fmt: skip
    run("dispose", name, "--form", "scrap", "--proceeds", "50.000", day="2026-12-01")
    assert "until 31/12/2026: write it off" in shown(run, name, "2026-12-02")
    run("write-off", name, "--reference", "CT-07", day="2026-12-03")
    assert name not in run("list", day="2026-12-04").output
    assert name in run("list", "--all", day="2026-12-04").output


def test_a_pc_put_to_use_this_year_has_no_wear_yet(
    run: Run, office: Office, tmp_path: Path
) -> None:
    office.tree.replace(CARD, "year_in_use: 2013", "year_in_use: 2026")
    office.tree.replace(CARD, "original_cost:", "original_cost: 15000000")
    assert "No December has come since" in shown(run, "thanhmy-03", "2026-11-20")
    file = tmp_path / "so.csv"
    run("export", str(file))
    assert ";15000000;0;15000000;" in file.read_text(encoding="utf-8-sig")
    run("import", str(file))
    assert "booked_wear" not in office.text(CARD)


def test_a_younger_pc_goes_by_ground_b_2(run: Run, office: Office) -> None:
    office.tree.replace(CARD, "year_in_use: 2013", "year_in_use: 2023")
    office.tree.replace(CARD, "original_cost:", "original_cost: 12000000")
    name = "thanhmy-03"
    quote = ["quote", name, "--firm", "Công ty Mỹ An", "--what", "thay bo mạch chủ", "--amount"]
    propose = ["propose", name, "--ground", "b-2", "--form", "sale"]
    run(
        "inspect", name, "--condition", "broken", "--outlook", "repairable", "--found", BOARD,
        day="2026-11-02",
    )  # fmt: skip
    assert "no quotation" in run(*propose, day="2026-11-03", code=2).output
    run(*quote, "3.600.000", day="2026-11-03")
    assert "30 % of 12.000.000" in run(*propose, day="2026-11-03", code=2).output
    assert "Advice: repair" in shown(run, name, "2026-11-03")
    run("undo", name, "2", "--why", "Báo giá của máy khác", day="2026-11-04")
    run(*quote, "4.080.000", day="2026-11-04")
    told = shown(run, name, "2026-11-04")
    assert "Advice: propose disposal" in told
    assert "34 % of 12.000.000 đồng, more than 30 %" in told
    # Of 2023, worn for three years by the end of 2025.
    assert "worn 7.200.000 đồng, net value 4.800.000 đồng" in told
    run(*propose, day="2026-11-05")
    assert "already" in run(*propose, day="2026-11-05", code=2).output
    assert "rests on that" in run("undo", name, "4", "--why", "x", day="2026-11-06", code=2).output


WRONG: list[tuple[list[str], str]] = [
    (["repair", "thanhmy-03", "--what", "x", "--cost", "rẻ"], "no amount in đồng"),
    (["need", "thanhmy-03", "--why", "x", "--on", "20/11/2026"], "20/11/2026 is not a day"),
    (["need", "thanhmy-03", "--why", "x", "--on", "2026-11-21"], "to come"),
    (["need", "thanhmy-99x", "--why", "x"], "Did you mean"),
    (["undo", "thanhmy-03", "4", "--why", "x"], "no event 4"),
    (["show", "thanhmy-99x"], "There is no asset"),
    (["list", "--limit", "thanh_mi"], "There is no asset thanh_mi"),
    (["export", "so.ods"], "neither .xlsx nor .csv"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_what_a_person_can_cause_is_one_sentence(
    run: Run, office: Office, words: list[str], said: str
) -> None:
    before = office.text()
    result = run(*words, code=2)
    assert said in result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert office.text() == before


WRITING: list[list[str]] = [
    ["inspect", "thanhmy-03", "--condition", "faulty", "--outlook", "repairable", "--found", "x"],
    ["quote", "thanhmy-03", "--firm", "x", "--amount", "5", "--what", "x"],
    ["repair", "thanhmy-03", "--what", "x"],
    ["replace", "thanhmy-03", "--part", "disk", "--what", "x"],
    ["add", "thanhmy-03", "--part", "memory", "--what", "x"],
    ["need", "thanhmy-03", "--why", "x"],
    ["propose", "thanhmy-03", "--ground", "a", "--form", "scrap"],
    ["decide", "thanhmy-03", "--reference", "x", "--authority", "x", "--form", "scrap"],
    ["wipe", "thanhmy-03", "--disk", SERIAL, "--method", "overwrite", "--verified", "x"],
    ["dispose", "thanhmy-03", "--form", "scrap"],
    ["write-off", "thanhmy-03", "--reference", "x"],
    ["lose", "thanhmy-03", "--what", "x"],
    ["undo", "thanhmy-03", "1", "--why", "x"],
]


def test_every_command_that_takes_a_day_is_asked_with_a_wrong_one() -> None:
    taking = [
        command.callback.__name__
        for command in cli_assets.app.registered_commands
        if command.callback and "on" in signature(command.callback).parameters
    ]
    assert sorted(words[0].replace("-", "_") for words in WRITING) == sorted(taking)


@pytest.mark.parametrize("words", WRITING, ids=[words[0] for words in WRITING])
def test_a_day_that_is_none_is_one_sentence(run: Run, office: Office, words: list[str]) -> None:
    before = office.text()
    for day in ("20/11/2026", "2026-02-30", "20261120", "2026-11-20T09:00"):
        result = run(*words, "--on", day, code=2)
        assert f"{day} is not a day; write 2026-11-20" in plain(result)
    assert office.text() == before


def test_an_edited_past_event_stops_every_command(run: Run, office: Office) -> None:
    run("need", "thanhmy-03", "--why", "Không còn dùng")
    office.tree.replace(EVENTS, "Không còn dùng", "Vẫn còn dùng")
    for words in (["list"], ["show", "thanhmy-01"], ["need", "thanhmy-03", "--why", "x"]):
        assert "changed, moved or removed" in run(*words, code=2).output


def test_an_import_tells_each_line_and_changes_nothing(
    run: Run, office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "so.csv"
    file.write_text("Tên máy;Mã tài sản;Năm sử dụng\nthanhmy-03;TS-3;2013\nthanhmy-04;TS-3;x\n")
    before = office.text(CARD)
    told = run("import", str(file), code=2).output
    assert "nothing was changed; 1 to mend" in told
    assert "line 3, year_in_use" in told
    assert office.text(CARD) == before
    file.write_text("Tên máy;Mã tài sản\nthanhmy-03;TS-3\n")
    run("import", str(file), "--dry")
    assert office.text(CARD) == before
    run("import", str(file))
    assert office.book().one("TS-3").name == "thanhmy-03"


def test_an_export_replaces_a_file_whole(run: Run, tmp_path: Path) -> None:
    for name in ("so.csv", "so.xlsx"):
        run("export", str(tmp_path / name), "--limit", "thanh_my")
        assert (tmp_path / name).stat().st_size > 500
    assert (tmp_path / "so.csv").read_text("utf-8-sig").count("\n") == 1 + 5
    assert sorted(each.name for each in tmp_path.glob(".*.new")) == []


def test_a_stock_take_without_reports_is_counted_by_hand(run: Run) -> None:
    told = plain(run("stocktake", "--limit", "thanh_my"))
    assert "on site: thanhmy-01, thanhmy-02, thanhmy-03, thanhmy-04, thanhmy-05." in told


@pytest.mark.parametrize("language", ["en", "vi"])
def test_list_and_show_fit_into_80_columns(
    run: Run, office: Office, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    card: dict[str, Any] = {
        "code:": 'code: "HTA.2013.0000123"', "original_cost:": "original_cost: 112000000",
        "year_in_use: 2013": "year_in_use: 2023", "  disk:": f"  disk: {SERIAL}",
    }  # fmt: skip
    for old, new in card.items():
        office.tree.replace(CARD, old, new)
    run(
        "inspect", "thanhmy-03", "--condition", "broken", "--outlook", "beyond-repair",
        "--found", BOARD * 3,
    )  # fmt: skip
    run("propose", "thanhmy-03", "--ground", "b-1", "--form", "scrap")
    monkeypatch.setenv("LANGUAGE", language)
    for words in (["list"], ["show", "thanhmy-03"], ["stocktake"]):
        result = run(*words)
        assert "…" not in result.output
        assert max(len(line) for line in result.output.splitlines()) <= 80
