"""`make bench-disks` counts right, and answers data it cannot use."""

import gzip
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.bench.disks import COLUMNS, Unusable, all_judged, main, rates

HEADER = "disk,model,hours_from,hours_to,failed,smart_5,smart_187,smart_188,smart_197,smart_198"
ROWS = [
    HEADER,
    "1,ST500DM002,0,100,0,0,0,0,0,0",
    "1,ST500DM002,100,200,0,0,0,0,2,0",
    "1,ST500DM002,200,900,1,0,0,0,4,0",
    "2,ST500DM002,0,9000,0,0,0,7,0,0",
    "3,WDC WD10EADS,0,9000,0,0,,,9,0",
]


def written(path: Path, rows: list[str]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")
    return path


def test_the_figures(tmp_path: Path) -> None:
    disks = all_judged(written(tmp_path / "d.csv.gz", ROWS))
    last = [each for each in disks if each.place == 1]
    assert len(disks) == 4
    assert [each.failed for each in last] == [True, False, False]
    assert rates(last, "likely") == (0, 0)
    # Three points for the level, one for its growth; no growth is known at a first reading.
    assert rates(last, "possible") == (100, 0)
    assert rates(last, "possible, no earlier reading") == (0, 0)
    assert rates(last, "any of 5, 187, 188, 197, 198") == (100, 100)
    assert rates(last, "any of 5, 187, 197, 198") == (100, 50)


def test_how_long_a_row_lasts_is_no_evidence(tmp_path: Path) -> None:
    cut = [row.replace(",900,", ",201,").replace(",9000,", ",1,") for row in ROWS]
    before, after = (
        all_judged(written(tmp_path / name, rows))
        for name, rows in (("a.csv.gz", ROWS), ("b.csv.gz", cut))
    )
    assert before == after
    assert "hours_to" not in COLUMNS


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ([HEADER], "holds no disk"),
        ([HEADER.replace("smart_187", "smart_1")], "has no column smart_187"),
        ([HEADER, "1,ST500DM002,soon,9,0,0,0,0,0,0"], "disk 1: "),
        ([HEADER, "1,ST500DM002"], "disk 1: "),
    ],
)
def test_unusable_data_is_answered(rows: list[str], refused: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=refused):
        all_judged(written(tmp_path / "d.csv.gz", rows))


def test_a_file_that_is_not_gzip_is_answered(tmp_path: Path) -> None:
    plain = tmp_path / "d.csv.gz"
    for file in (tmp_path / "missing.csv.gz", plain):
        plain.write_text(HEADER)
        with pytest.raises(Unusable, match="cannot be read"):
            all_judged(file)


def test_the_table_is_printed(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(main)
    shown = CliRunner().invoke(app, [str(written(tmp_path / "d.csv.gz", ROWS))])
    assert shown.exit_code == 0
    assert "likely" in shown.output
    assert CliRunner().invoke(app, [str(tmp_path / "none")]).exit_code == 2
