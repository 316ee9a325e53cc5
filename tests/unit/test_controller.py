"""The technician's own machine: its units, what refuses it, and what tells of a failed night."""

import os
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from checks.failed import told
from deploys.controller import FAILED, SERVICE, TIMER, values_of
from deploys.rendering import render
from inventory.loader import ROOT
from tests.unit.history.nights import A
from tests.unit.history.test_notify import Mailbox
from tests.unit.shipped import shipped
from tests.unit.test_collect import Fleet
from tests.unit.test_desk import pyinfra
from tests.unit.test_drift import obeys
from tests.unit.test_schedule import declared

NAMES = (SERVICE, FAILED, TIMER)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def rendered(**values: Any) -> dict[str, str]:
    """The three units."""
    inventory = declared(**values) if values else shipped()
    filled = values_of(inventory, "root")
    return {name: render(f"controller/{name}.j2", filled) for name in NAMES}


def test_the_timer_follows_the_opening_hours() -> None:
    hours = {"mon": [["07:30", "11:30"], ["13:30", "17:00"]], "sat": [["07:30", "11:30"]]}
    said = rendered(power_opening_hours=hours)[TIMER].splitlines()
    assert [line for line in said if line.startswith("OnCalendar")] == [
        "OnCalendar=Mon *-*-* 16:15:00 Asia/Ho_Chi_Minh",
        "OnCalendar=Sat *-*-* 10:45:00 Asia/Ho_Chi_Minh",
    ]
    assert "Persistent=true" in said


def test_what_is_declared_reaches_the_units() -> None:
    said = rendered(
        controller_limit_minutes=33, controller_agent_socket="/run/a", controller_language="en"
    )
    assert "TimeoutStartSec=33min" in said[SERVICE]
    for name in (SERVICE, FAILED):
        assert "Environment=SSH_AUTH_SOCK=/run/a\n" in said[name]
        assert "Environment=LANGUAGE=en\n" in said[name]
    assert "SSH_AUTH_SOCK" not in rendered()[SERVICE]


def test_systemd_takes_the_units_as_they_are(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    for name, text in rendered().items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in NAMES)],
        capture_output=True,
        text=True,
        check=False,
    )
    # What it says of the machine's own units is none of ours.
    assert [line for line in done.stderr.splitlines() if "benvung" in line] == []


def test_it_is_for_this_machine_alone(tmp_path: Path) -> None:
    """A library PC is asked nothing and given nothing."""
    fleet = Fleet(tmp_path)
    fleet.add(A, obeys(tmp_path))
    try:
        done = pyinfra(
            *("inventory", "deploys/controller.py", "--dry", "--limit", A),
            BENVUNG_SSH_CONFIG=str(fleet.ssh_config),
        )
    finally:
        fleet.close()
    assert done.returncode == 2
    assert "pyinfra @local deploys/controller.py" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root is refused")
def test_root_is_refused_with_one_sentence() -> None:
    done = pyinfra("@local", "deploys/controller.py", "--dry", SUDO_USER="")
    assert done.returncode == 2
    assert "Run it as yourself, not as root" in done.stderr
    assert "Traceback" not in done.stderr


# --- a night that failed --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "status", "words"),
    [
        ("exit-code", "2", "It ended with exit code 2."),
        ("timeout", "TERM", "It took longer than it may (controller_limit_minutes)"),
        ("signal", "KILL", "It was killed (KILL)."),
        ("oom-kill", "KILL", "It was killed (KILL)."),
    ],
)
def test_the_notice_says_how_it_ended_and_what_it_said(
    result: str, status: str, words: str
) -> None:
    environment = {"MONITOR_SERVICE_RESULT": result, "MONITOR_EXIT_STATUS": status}
    notice = told(environment, "No SSH key opens.\nOne more line.", NOW)
    assert notice.title == "Library PCs 24/11/2026: the check could not do its work"
    assert "failed at 16:30 24/11/2026: nobody has looked at the PCs." in notice.body
    for line in (words, "No SSH key opens.", "One more line.", "benvung nightly"):
        assert line in notice.body


def failed(address: str) -> subprocess.CompletedProcess[str]:
    """What systemd starts."""
    return subprocess.run(
        [sys.executable, "-m", "checks.failed"],
        cwd=ROOT,
        env={**os.environ, "BENVUNG_NOTICE_URL": address, "MONITOR_SERVICE_RESULT": "signal"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_goes_out_by_mail() -> None:
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        done = failed(f"mailto://127.0.0.1:{port}?from=d@b.example&to=a@b.example")
    finally:
        controller.stop()
    assert done.returncode == 0, done.stderr
    (mail,) = mailbox.mails
    assert "could not do its work" in str(mail["subject"])


def test_a_failure_nobody_is_told_of_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    done = failed(f"mailto://127.0.0.1:{port}?from=d@b.example&to=a@b.example")
    assert done.returncode == 1
    assert "The notice could not be sent" in done.stderr
    assert "Traceback" not in done.stderr
