"""Applying on a pulling PC: limits, stops, the lock, readers, secrets."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.unit.pull.pulling import (
    FAILING,
    HOST,
    OTHER,
    PLAY,
    ROLE,
    Pc,
    command,
    place_,
    playbook_,
    program,
)


def test_a_task_that_fails_is_named_and_tried_again(with_ansible: Pc) -> None:
    pc = with_ansible
    pc.publish("one", play=FAILING)
    assert pc.pull() == 1
    apply = pc.state["apply"]
    assert (apply["outcome"], apply["detail"]) == ("failed", "Declare the opening hours")
    assert not pc.place.stamp.exists()
    pc.publish("two")
    assert pc.pull() == 0


def test_a_pc_the_inventory_does_not_have_is_said(with_ansible: Pc) -> None:
    pc = with_ansible
    files = pc.files("one") | {"inventory/hosts.yml": "all: {hosts: {khac-01: }}"}
    pc.published.commit(files)
    pc.published.publish()
    assert pc.pull() == 1
    assert pc.state["apply"]["outcome"] == "failed"
    assert not pc.made.exists()


def test_a_playbook_that_is_not_about_this_pc_is_no_success(with_ansible: Pc) -> None:
    """Ansible ends well where its --limit leaves nobody."""
    pc = with_ansible
    pc.publish("one", play=PLAY.replace("hosts: all", f"hosts: {OTHER}"))
    assert pc.pull() == 1
    assert pc.state["apply"]["reason"] == "not-in-inventory"


def test_a_limit_ends_it_and_the_next_run_finishes(with_ansible: Pc) -> None:
    pc = with_ansible
    hanging = PLAY + "    - name: Hang\n      ansible.builtin.command: sleep 600\n"
    pc.publish("one", play=hanging)
    pc.declare(limit_minutes=0.1)
    assert pc.pull() == 1
    assert (pc.state["apply"]["outcome"], pc.state["apply"]["reason"]) == ("cut", "limit")
    pc.declare(limit_minutes=2)
    pc.publish("two")
    assert pc.pull() == 0


def test_the_first_time_may_take_three_times_as_long(
    pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is installed then; cut at the limit of every day it would take until tomorrow."""
    given: list[float] = []

    def run(_playbook: Any, _commit: str, _name: str, seconds: float) -> Any:
        given.append(seconds)
        if len(given) == 1:
            raise place_.Stopped("cut", place_.LIMIT)
        return playbook_.Recap(found=True)

    monkeypatch.setattr(command.Playbook, "run", run)
    pc.publish("one")
    assert [pc.pull() for _ in range(3)] == [1, 0, 0]
    assert given == [360, 360, 120]


def test_a_stop_of_the_pc_ends_it_in_order(with_ansible: Pc) -> None:
    pc = with_ansible
    hanging = PLAY + "    - name: Hang\n      ansible.builtin.command: sleep 600\n"
    pc.publish("one", play=hanging)

    def stop_when_it_hangs() -> None:
        deadline = time.monotonic() + 60
        while not pc.made.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    stopper = threading.Thread(target=stop_when_it_hangs)
    stopper.start()
    assert pc.pull() == 1
    stopper.join()
    assert (pc.state["apply"]["outcome"], pc.state["apply"]["reason"]) == ("cut", "down")


@pytest.mark.parametrize("number", command.STOPS)
def test_told_to_stop_while_it_fetches_it_applies_nothing(
    pc: Pc, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Also where a cut run is still to be finished."""
    pc.publish("one")
    pc.pull()
    state = pc.state
    state["apply"]["outcome"] = "running"
    (pc.place.state / "state.json").write_text(json.dumps(state))
    pc.made.unlink()
    monkeypatch.setattr(command.Repository, "verify", lambda *_: os.kill(os.getpid(), number))
    with pytest.raises(command.ToldToStop):
        pc.pull()
    assert not pc.made.exists()


def test_what_goes_on_without_it_keeps_the_lock(pc: Pc) -> None:
    """A technician's line breaks, and what applies is still at work."""
    pc.publish("one")
    begun, end = pc.here / "begun", pc.here / "end"
    waits = f"touch {begun}; until test -e {end}; do sleep 0.05; done"
    pc.place = replace(pc.place, playbook=("sh", "-c", waits))
    with subprocess.Popen(program(pc), stdout=subprocess.DEVNULL) as run:
        seen(begun)
        run.kill()
    with pc.place.lock.open("w") as other:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        end.touch()
        fcntl.flock(other, fcntl.LOCK_EX)


def seen(file: Path) -> None:
    """Wait until a file is there."""
    deadline = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < deadline, file
        time.sleep(0.05)


def test_a_server_that_trickles_leaves_nothing_behind(pc: Pc) -> None:
    class Trickling(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                while True:
                    self.wfile.write(b"0")
                    time.sleep(0.05)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Trickling) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        pc.declare(repository=f"http://127.0.0.1:{server.server_port}/x.git", limit_minutes=0.02)
        assert pc.pull() == 1
        assert pc.state["fetch"]["reason"] == "limit"
        left = [
            line
            for line in Path("/proc").glob("[0-9]*/cmdline")
            if f":{server.server_port}/".encode() in content(line)
        ]
        server.shutdown()
    assert left == []


def content(file: Path) -> bytes:
    """Of a file that may be gone."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


def room(pc: Pc, code: int) -> None:
    hours = pc.place.programs / "hours"
    hours.parent.mkdir(exist_ok=True)
    hours.write_text(f"#!/bin/sh\nexit {code}\n")
    hours.chmod(0o755)


@pytest.mark.parametrize(("code", "applied"), [(0, "one"), (1, "two"), (3, "two")])
def test_nothing_begins_beside_readers(pc: Pc, code: int, applied: str) -> None:
    pc.publish("one")
    assert pc.pull("start") == 0
    pc.publish("two")
    room(pc, code)
    assert pc.pull("start") == 0
    assert pc.made.read_text() == applied
    assert pc.pull("closing") == 0
    assert pc.made.read_text() == "two"


def test_what_a_cut_ansible_had_unpacked_goes(pc: Pc) -> None:
    pc.publish("one")
    pc.pull()
    left = pc.place.state / "tmp/ansible-local-1/half"
    left.mkdir(parents=True)
    assert pc.pull() == 0
    assert not left.exists()


def test_what_a_cut_left_half_applied_is_finished_even_beside_readers(pc: Pc) -> None:
    pc.publish("one")
    pc.pull()
    state = pc.state
    state["apply"]["outcome"] = "running"
    (pc.place.state / "state.json").write_text(json.dumps(state))
    pc.made.unlink()
    room(pc, 0)
    assert pc.pull("start") == 0
    assert pc.made.read_text() == "one"


def test_never_two_runs_at_once(pc: Pc) -> None:
    pc.publish("one")
    with pc.place.lock.open("w") as desk:
        fcntl.flock(desk, fcntl.LOCK_EX)
        assert pc.pull() == 1
        assert not pc.made.exists()
    assert pc.pull(patience=5) == 0


# --- secrets ---------------------------------------------------------------------------


SECRET = """- hosts: all
  gather_facts: false
  tasks:
    - name: Use the secret
      ansible.builtin.copy:
        content: "{{{{ hostvars['{whose}']['access_console_password'] }}}}"
        dest: "{target}"
        mode: "600"
"""


def vault(host: str, password: str) -> str:
    library = VaultLib([(host, VaultSecret(password.encode()))])
    text = f"access_console_password: of {host}\n"
    return str(library.encrypt(text, vault_id=host).decode())


@pytest.mark.parametrize(("whose", "opens"), [(HOST, True), (OTHER, False)])
def test_a_pc_opens_its_own_vault_and_no_other(
    with_ansible: Pc, whose: str, *, opens: bool
) -> None:
    pc = with_ansible
    pc.place.vault_password.write_text("own\n")
    pc.published.commit(
        {
            **pc.files("", SECRET.replace("{whose}", whose)),
            f"inventory/host_vars/{HOST}/vault.yml": vault(HOST, "own"),
            f"inventory/host_vars/{OTHER}/vault.yml": vault(OTHER, "another"),
        }
    )
    pc.published.publish()
    assert (pc.pull() == 0) is opens
    assert pc.made.exists() is opens
    if opens:
        assert pc.made.read_text() == f"of {HOST}"
    text = json.dumps(pc.state)
    assert "of thanhmy" not in text


def test_the_same_password_does_not_open_a_vault_of_another_name(with_ansible: Pc) -> None:
    """`vault_id_match`: even a technician's slip, one password twice, opens nothing else."""
    pc = with_ansible
    pc.place.vault_password.write_text("own\n")
    pc.published.commit(
        {
            **pc.files("", SECRET.replace("{whose}", OTHER)),
            f"inventory/host_vars/{OTHER}/vault.yml": vault(OTHER, "own"),
        }
    )
    pc.published.publish()
    assert pc.pull() == 1
    assert not pc.made.exists()


# --- the program -----------------------------------------------------------------------


def test_a_wrong_word_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["khi-khac"]) == 2
    assert "pull closing" in capsys.readouterr().err


def test_it_is_called_by_its_directory() -> None:
    done = subprocess.run(
        [sys.executable, "-B", str(ROLE / "pull"), "x"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_without_ansible_the_reason_is_said(pc: Pc) -> None:
    pc.publish("one")
    pc.place = replace(pc.place, playbook=("/nonexistent/ansible-playbook",))
    assert pc.pull() == 1
    assert pc.state["apply"]["reason"] == "system"
    assert "ansible-playbook" in pc.state["apply"]["detail"]
