"""The demo's story of one PC is accepted by the programs, and ends in a whole dossier."""

import os
import subprocess
import sys
from pathlib import Path

from tests import demo_papers
from tests.unit.reports.reading import text


def test_the_story_of_the_demo_ends_in_a_whole_dossier(tmp_path: Path) -> None:
    copy = demo_papers.copied(tmp_path / "office")
    database = f"sqlite:///{tmp_path / 'history.sqlite'}"
    for words in demo_papers.commands(tmp_path / "papers", "--no-pdf"):
        done = subprocess.run(
            [sys.executable, "-c", demo_papers.RUN, *words],
            cwd=copy, env={**os.environ, "BENVUNG_DATABASE": database},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (words, done.stdout, done.stderr)
    told = {path.name[:2]: text(path.read_bytes()) for path in (tmp_path / "papers").glob("*.docx")}
    assert sorted(told) == ["00", "01", "02", "03", "04", "05"]
    assert "Không còn đáp ứng việc tra cứu của bạn đọc" in told["01"]
    assert "Tiêu hủy ổ đĩa" in told["03"]
    assert "chứng từ số CT-07" in told["05"]
