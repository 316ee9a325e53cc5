"""The technician's own machine: its timer, a whole night by it, and nights that go wrong."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from checks.controls import DRIFT
from checks.schedule import weekly
from deploys.controller import FAILED, SERVICE, TIMER
from inventory.loader import load
from tests.lab.conftest import Start
from tests.lab.desk import ACCOUNT, HOME, Desk
from tests.lab.lab import Lab
from tests.lab.technician import ROOT

pytestmark = pytest.mark.lab

# The desk stands outside the room; the lab has only names of the inventory to give.
DESK, PC, CONVERGED = "thanhmy-05", "thapmuoi-08", "thapmuoi-09"
INSTALL = ".venv/bin/pyinfra @local deploys/controller.py -y"
# Seconds; a run over fifteen PCs of which one is there, on shared cores.
PATIENCE = 600.0


class Inbox(ThreadingHTTPServer):
    """Takes what Apprise sends to json://."""

    def __init__(self, address: str) -> None:
        """Listen where the lab's machines reach it."""
        super().__init__((address, 0), _Handler)
        self.came: list[dict[str, str]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        """Keep one notice."""
        said = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append(json.loads(said))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def inbox(lab: Lab, desk: Desk) -> Iterator[Inbox]:  # noqa: ARG001 - the desk brings up the bridge
    server = Inbox(str(lab.network.gateway))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def desk(lab: Lab) -> Iterator[Desk]:
    lab.start([DESK, PC])
    made = Desk(lab[DESK])
    made.make()
    yield made
    for name in (DESK, PC):
        lab[name].delete()


@pytest.fixture(scope="module")
def installed(desk: Desk, inbox: Inbox) -> Desk:
    """With the timer, and a notice to be sent."""
    done = desk.type(INSTALL)
    assert done.returncode == 0, done.stderr[-4000:]
    host, port = inbox.server_address[:2]
    desk.settings(
        BENVUNG_SSH_CONFIG=f"{HOME}/.ssh/lab", BENVUNG_NOTICE_URL=f"json://{host!s}:{port}/"
    )
    return desk


def until(holds: Callable[[], bool], what: Callable[[], str], patience: float = PATIENCE) -> None:
    """Wait for something to become so; what is told of it else is asked at the end."""
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(what())
        time.sleep(0.5)


def run(desk: Desk) -> str:
    """A night by systemd; how it came out."""
    desk.machine.run(["systemctl", "start", SERVICE], check=False, timeout=PATIENCE)
    return desk.shows(SERVICE, "Result")


def test_the_second_run_changes_nothing(installed: Desk) -> None:
    again = installed.type(INSTALL)
    assert again.returncode == 0, again.stderr[-4000:]
    assert "as declared" in again.stderr


def test_root_is_sent_away(installed: Desk) -> None:
    line = f"cd {ROOT} && LANGUAGE=en {INSTALL}"
    done = installed.machine.run(["/bin/sh", "-c", line], check=False)
    assert done.returncode == 2
    assert "Run it as yourself, not as root" in done.stderr


def test_the_timer_waits_for_a_declared_moment(installed: Desk) -> None:
    assert installed.shows(TIMER, "ActiveState") == "active"
    assert installed.shows(TIMER, "UnitFileState") == "enabled"
    due = installed.machine.run(
        f'TZ=Asia/Ho_Chi_Minh date +%H:%M -d "$(systemctl show -P NextElapseUSecRealtime {TIMER})"'
    ).stdout.strip()
    assert due in {f"{at:%H:%M}" for at in weekly(load()).values()}


def test_what_it_keeps_is_closed_to_others(installed: Desk) -> None:
    said = installed.machine.run(["stat", "-c", "%a %U", f"{ROOT}/var"]).stdout.strip()
    assert said == f"700 {ACCOUNT}"


@pytest.fixture(scope="module")
def whole_night(installed: Desk, inbox: Inbox) -> tuple[str, str]:
    """A whole night by the timer's service, sandbox and all: how it came out, and its notice."""
    result = run(installed)
    assert inbox.came, installed.journal(SERVICE)[-4000:]
    return result, inbox.came[-1]["message"]


def test_a_night_by_systemd_looks_and_tells_in_vietnamese(
    installed: Desk, whole_night: tuple[str, str]
) -> None:
    result, notice = whole_night
    # One of fifteen is on: findings are no failure.
    assert (result, installed.shows(SERVICE, "ExecMainStatus")) == ("success", "1")
    assert notice.startswith("Số máy: ")


def test_a_night_that_is_killed_is_told_at_once_and_by_the_next(
    lab: Lab, installed: Desk, inbox: Inbox, whole_night: tuple[str, str]
) -> None:
    assert whole_night[0] == "success"
    before = len(inbox.came)
    lab[PC].freeze()
    try:
        installed.machine.run(["systemctl", "start", "--no-block", SERVICE])
        running = (
            f'{ROOT}/.venv/bin/python -c "from checks.history import open_history as o; '
            'print(o().last_run().outcome)"'
        )
        until(
            lambda: "running" in installed.type(running).stdout,
            lambda: f"it never began: {installed.type(running)} {installed.journal(SERVICE)}",
            300,
        )
        installed.machine.run(["systemctl", "kill", "-s", "KILL", SERVICE])
    finally:
        lab[PC].thaw()
    until(lambda: len(inbox.came) > before, lambda: installed.journal(FAILED))
    assert "bị ngắt (KILL)" in inbox.came[-1]["message"]
    assert run(installed) == "success"
    assert "bị ngắt giữa chừng" in " ".join(inbox.came[-1]["message"].split())


def test_a_night_that_was_missed_runs_as_soon_as_the_machine_is_on(
    installed: Desk, inbox: Inbox, whole_night: tuple[str, str]
) -> None:
    assert whole_night[0] == "success"
    before = len(inbox.came)
    installed.machine.run(
        f"systemctl stop {TIMER}; touch -d '8 days ago' /var/lib/systemd/timers/stamp-{TIMER}; "
        f"systemctl start {TIMER}"
    )
    until(lambda: len(inbox.came) > before, lambda: installed.journal(SERVICE))
    until(lambda: installed.shows(SERVICE, "ActiveState") == "inactive", lambda: "it does not end")


def test_a_key_nobody_unlocked_is_told_as_the_desks_own_fault(
    installed: Desk, inbox: Inbox, whole_night: tuple[str, str]
) -> None:
    assert whole_night[0] == "success"
    before = len(inbox.came)
    key = f"{HOME}/.ssh/key"
    installed.type(f"ssh-keygen -q -p -N secret -f {key}")
    assert run(installed) == "exit-code"
    until(lambda: len(inbox.came) > before, lambda: installed.journal(FAILED))
    assert f"{key} đòi mật khẩu" in inbox.came[-1]["message"]
    warned = installed.type(INSTALL)
    assert warned.returncode == 0
    assert "asks for its passphrase" in " ".join(warned.stderr.split())
    installed.type(f"ssh-keygen -q -p -P secret -N '' -f {key}")
    assert run(installed) == "success"


def test_it_compares_with_the_declaration_in_its_sandbox(
    installed: Desk, converged: Start, whole_night: tuple[str, str]
) -> None:
    assert whole_night[0] == "success"
    (pc,) = converged(CONVERGED)
    pc.run("rm /etc/benvung/health.json")
    installed.reach()
    assert run(installed) == "success"
    asked = f".venv/bin/benvung nightly --json --no-tell --no-drift --limit {CONVERGED}"
    said = json.loads(installed.type(asked).stdout)["hosts"][0]["findings"]
    # The night spoke Vietnamese; the technician who looks now speaks English.
    assert [one["reason"] for one in said if one["control"] == DRIFT.id] == [
        "A run would change: Declare what is recorded."
    ]
