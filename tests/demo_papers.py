"""The demo's papers: one lab PC from a failing disk to the write-off, and its whole dossier."""

import json
import shutil
import subprocess
from pathlib import Path

from tests.demo_night import ANSWER, SICK

ROOT = Path(__file__).parent.parent
FOLDER = Path("var/demo/dossier")
HOST, SITE = SICK, "thanh_my"
# The disk that the night finds failing is the one that the papers are about.
SERIAL = json.loads(ANSWER.read_text(encoding="utf-8"))["serial_number"]
SAID = (
    "What people decide is made up here, and recorded in a copy of the repository: the asset "
    f"records of {HOST} stay as they are."
)
STORY = (
    ("inspect", "--condition", "faulty", "--outlook", "repairable",
     "--found", "Ổ cứng báo sắp hỏng, máy chạy rất chậm"),
    ("need", "--why", "Không còn đáp ứng việc tra cứu của bạn đọc"),
    ("propose", "--ground", "a", "--form", "scrap", "--reference", "15/UBND-VHXH"),
    ("decide", "--reference", "12/QĐ-UBND", "--authority", "Chủ tịch UBND xã Thanh Mỹ",
     "--form", "scrap", "--disk", SERIAL),
    ("wipe", "--disk", SERIAL, "--method", "destroyed", "--verified", "khoan thủng các mặt đĩa"),
    ("dispose", "--form", "scrap", "--reference", "03/BB-UBND", "--proceeds", "50.000"),
    ("write-off", "--reference", "CT-07"),
)  # fmt: skip
# The copy's own programs, whichever are installed.
RUN = "from checks.cli import main; main()"


def copied(folder: Path) -> Path:
    """A copy of the repository's data and programs, in which the story may be recorded.

    Args:
        folder: where to; what stands there is deleted.
    """
    shutil.rmtree(folder, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "inventory", "checks", "deploys", "roles", "ansible.cfg"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    card = folder / f"inventory/assets/{HOST}/card.yml"
    said = card.read_text(encoding="utf-8")
    card.write_text(said.replace("  disk:", f"  disk: {SERIAL}", 1), encoding="utf-8")
    return folder


def commands(dossier: Path, *more: str) -> list[list[str]]:
    """What is typed after `benvung`, in order.

    Args:
        dossier: the new folder of the papers.
        more: options of the last command.
    """
    by = ("--by", "Nguyễn Văn An")
    recorded = [["asset", event, HOST, *said, *by] for event, *said in STORY]
    papers = ["dossier", SITE, f"--asset={HOST}", "--all", f"--to={dossier}", *more]
    return [*recorded, papers]
