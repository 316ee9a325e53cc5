"""What a scan's end means, and that a finding is taken away and nothing else."""

import json
from hashlib import sha256
from pathlib import Path
from stat import S_IMODE
from typing import Any

import pytest

from tests.unit.programs import program

scan = program("antivirus", "scan")


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(scan, "QUARANTINE", tmp_path / "quarantine")
    monkeypatch.setattr(scan, "RESULT", tmp_path / "last-scan.json")
    monkeypatch.setattr(scan, "SEEN", tmp_path / "seen")
    monkeypatch.setattr(scan, "SIGNATURES", tmp_path / "signatures")
    monkeypatch.setattr(scan, "TELL", tmp_path / "no-screen")
    return tmp_path


@pytest.mark.parametrize(
    ("code", "said", "why"),
    [
        (0, b"", ""),
        (1, b"", ""),
        (-9, b"", "killed"),
        (2, b"LibClamAV Error: cli_loaddbdir: No supported database files found", "no signatures"),
        (2, b"LibClamAV Error: mpool_malloc(): Can't allocate memory", "memory"),
        (2, b"WARNING: /home/bandoc/secret.doc: Can't open file", "could not be read"),
    ],
)
def test_only_a_clean_end_is_ok(code: int, said: bytes, why: str) -> None:
    answer = scan.reason(code, said)
    assert why in answer
    assert bool(answer) == bool(why)
    assert "secret" not in answer


def test_findings_are_read_whatever_the_files_are_called() -> None:
    names = ["bài tập: cuối kỳ.doc", "a FOUND", "x\udcff.exe"]
    out = b"".join(
        scan.os.fsencode(f"/media/bandoc/S/{name}") + b": Win.Test FOUND\n" for name in names
    )
    findings = scan.parse(out)
    assert [finding.path.name for finding in findings] == names
    assert {finding.signature for finding in findings} == {"Win.Test"}


def test_a_finding_moves_to_where_nobody_can_open_it(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    bad, good = stick / "thư mời.docx", stick / "good.txt"
    bad.write_bytes(b"infected")
    good.touch()
    assert scan.quarantine(scan.Finding(bad, "Win.Test"), "stick")
    assert not bad.exists()
    assert good.exists()
    kept, record = sorted((tmp_path / "quarantine").iterdir())
    assert S_IMODE(kept.stat().st_mode) == 0
    assert S_IMODE((tmp_path / "quarantine").stat().st_mode) == 0o700
    known = json.loads(record.read_text())
    assert known["sha256"] == sha256(b"infected").hexdigest()
    # Count, never identify: the file's own name says who.
    assert "thư mời" not in record.read_text()
    assert known["kind_of_file"] == ".docx"


def test_a_link_planted_on_the_way_leads_nowhere(tmp_path: Path) -> None:
    """A reader swaps the scanned directory for a link to somebody else's file of the same name."""
    treasure = tmp_path / "etc"
    treasure.mkdir()
    (treasure / "passwd").write_text("root")
    (tmp_path / "downloads").symlink_to(treasure)
    assert not scan.quarantine(scan.Finding(tmp_path / "downloads/passwd", "Win.Test"), "downloads")
    assert (treasure / "passwd").read_text() == "root"
    (tmp_path / "here").mkdir()
    (tmp_path / "here/passwd").symlink_to(treasure / "passwd")
    assert not scan.quarantine(scan.Finding(tmp_path / "here/passwd", "Win.Test"), "downloads")
    assert (treasure / "passwd").read_text() == "root"
    assert list((tmp_path / "quarantine").iterdir()) == []


def test_what_vanished_meanwhile_is_left(tmp_path: Path) -> None:
    assert not scan.quarantine(scan.Finding(tmp_path / "gone/file", "Win.Test"), "stick")


def test_a_file_too_large_to_keep_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "LARGEST", 3)
    large = tmp_path / "large"
    large.write_bytes(b"1234")
    assert not scan.quarantine(scan.Finding(large, "Win.Test"), "stick")
    assert large.exists()


CONFIG: dict[str, Any] = {
    "limit_minutes": 1,
    "media": "/media/bandoc",
    "on_stick": "trên USB",
    "in_downloads": "trong tải về",
    "title": "Vi-rút",
    "found": "{name} {where}",
    "left": "{name} {where} còn",
}


@pytest.mark.parametrize("outcome", ["ok", "found", "unknown"])
def test_the_result_is_remembered(
    outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = [scan.Finding(tmp_path / "gone", "Win.Test")] if outcome == "found" else []
    result = scan.Scan(outcome, "killed" if outcome == "unknown" else "", findings)
    monkeypatch.setattr(scan, "run", lambda _targets, _seconds: result)
    scan.scan("stick", [tmp_path], CONFIG)
    known = json.loads((tmp_path / "last-scan.json").read_text())
    assert known["outcome"] == outcome
    assert known["found"] == len(findings)
    assert known["quarantined"] == 0
    assert known["signatures_built"] is None
    assert (tmp_path / "last-found.json").exists() == (outcome == "found")
    assert not (tmp_path / "last-closing.json").exists()


def test_a_later_scan_hides_neither_what_was_found_nor_that_of_the_closing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = [scan.Finding(tmp_path / "gone", "Win.Test")]
    said = {
        "stick": scan.Scan("found", "", findings),
        "closing": scan.Scan("unknown", "killed", []),
    }
    for kind in ("stick", "closing"):
        monkeypatch.setattr(scan, "run", lambda _targets, _seconds, kind=kind: said[kind])
        scan.scan(kind, [tmp_path], CONFIG)
    monkeypatch.setattr(scan, "run", lambda _targets, _seconds: scan.Scan("ok", "", []))
    scan.scan("downloads", [tmp_path], CONFIG)
    kept = {
        name: json.loads((tmp_path / f"last-{name}.json").read_text())["what"]
        for name in ("scan", "closing", "found")
    }
    assert kept == {"scan": "downloads", "closing": "closing", "found": "stick"}


def test_downloads_are_scanned_once(tmp_path: Path) -> None:
    place = tmp_path / "downloads"
    place.mkdir()
    assert not scan.has_new(place)
    (place / "file").touch()
    assert scan.has_new(place)
    seen = tmp_path / "seen"
    seen.touch()
    after = (place / "file").stat().st_ctime + 1
    scan.os.utime(seen, (after, after))
    assert not scan.has_new(place)


def test_the_age_of_signatures_is_in_their_headers(tmp_path: Path) -> None:
    """By the form of ClamAV's CVD header; the build time is ClamAV's own."""
    place = tmp_path / "signatures"
    place.mkdir()
    header = "ClamAV-VDB:{}:27800:2070000:90:md5:sign:builder:1".ljust(512)
    (place / "main.cvd").write_text(header.format("16 Sep 2021 08-32 -0400"))
    (place / "daily.cld").write_text(header.format("22 Nov 2026 03-26 -0400"))
    (place / "torn.cvd").write_text("")
    assert scan.signatures_built() == "2026-11-22T07:26:00+00:00"


@pytest.mark.parametrize(
    ("does", "seconds", "why"),
    [
        # As ClamAV 1.4 does without memory, for ever: the lab shows the real one.
        ('exec yes "mpool_malloc(): Can\'t allocate memory" >&2', 60, "not enough memory"),
        ("echo /x: Lab FOUND; exec sleep 60", 0.2, "longer than its limit"),
        ("kill -KILL $$", 60, "killed"),
    ],
)
def test_a_scanner_that_does_not_end_well_is_ended(
    does: str, seconds: float, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "scanner", lambda: ["sh", "-c", does])
    assert why in scan.run([Path("/x")], seconds).reason
