"""What a pulling PC believes, applies and remembers: real repositories, keys, cuts and Ansible."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.published import Published, new_key
from tests.unit.pulling import (
    ANSIBLE,
    FAILING,
    HOST,
    OTHER,
    PLAY,
    ROLE,
    Pc,
    command,
    place_,
    playbook_,
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """Throw-away keys: name → private key, public key."""
    where = tmp_path_factory.mktemp("keys")
    return {name: (where / name, new_key(where / name)) for name in ("ours", "stranger")}


@pytest.fixture
def pc(tmp_path: Path, keys: dict[str, tuple[Path, str]]) -> Iterator[Pc]:
    private, public = keys["ours"]
    published = Published(tmp_path / "published", private)
    with published.served() as url:
        yield Pc(tmp_path, published, url, public)


@pytest.fixture
def with_ansible(pc: Pc) -> Pc:
    """The same with the real Ansible."""
    pc.place = replace(pc.place, playbook=ANSIBLE)
    return pc


# --- the good way --------------------------------------------------------------


def test_what_is_published_and_signed_is_applied_and_remembered(with_ansible: Pc) -> None:
    pc = with_ansible
    commit = pc.publish("one")
    assert pc.pull() == 0
    assert pc.made.read_text() == "one"
    assert pc.current == commit
    assert json.loads(pc.place.stamp.read_text()) == {"schema": 1, "commit": commit[:12]}
    fetch, apply = pc.state["fetch"], pc.state["apply"]
    assert (fetch["outcome"], fetch["offered"]) == ("ok", commit)
    assert (apply["outcome"], apply["commit"], apply["changed"]) == ("ok", commit, 2)
    assert Path(f"{pc.made}-commit").read_text() == commit[:12]
    pc.nothing_half_done()
    # Files and nothing that knows git: the server was asked like any other.
    assert any(path.endswith("info/refs?service=git-upload-pack") for path in pc.published.asked)


def test_a_second_run_changes_nothing_and_a_new_commit_takes_its_place(with_ansible: Pc) -> None:
    pc = with_ansible
    pc.publish("one")
    pc.pull()
    stamped = pc.place.stamp.stat().st_mtime_ns
    assert pc.pull() == 0
    assert pc.state["apply"]["changed"] == 0
    assert pc.place.stamp.stat().st_mtime_ns == stamped
    commit = pc.publish("two")
    assert pc.pull() == 0
    assert (pc.made.read_text(), pc.current) == ("two", commit)
    pc.nothing_half_done()


def test_offline_the_last_verified_tree_is_applied(pc: Pc) -> None:
    pc.publish("one")
    pc.pull()
    reached = pc.state["fetch"]["reached"]
    pc.declare(repository="http://127.0.0.1:9/benvung.git")
    pc.made.write_text("spoilt by a reader")
    assert pc.pull() == 0
    assert pc.made.read_text() == "one"
    fetch = pc.state["fetch"]
    assert (fetch["outcome"], fetch["reason"], fetch["reached"]) == ("offline", "offline", reached)


# --- what is refused -------------------------------------------------------------


def refused(pc: Pc, reason: str, commit: str | None) -> None:
    """The tree in force stays, is applied, and the state says why nothing newer is."""
    before = pc.current
    pc.made.unlink()
    assert pc.pull() == 1
    fetch = pc.state["fetch"]
    assert (fetch["outcome"], fetch["reason"]) == ("refused", reason)
    assert fetch["offered"] == commit
    assert pc.current == before
    assert pc.made.read_text() == "one"
    pc.nothing_half_done()


def test_an_unsigned_commit_is_refused(pc: Pc) -> None:
    pc.publish("one")
    pc.pull()
    refused(pc, "unsigned", pc.publish("evil", sign=False))


def test_a_strangers_commit_is_refused(pc: Pc, keys: dict[str, tuple[Path, str]]) -> None:
    pc.publish("one")
    pc.pull()
    refused(pc, "stranger", pc.publish("evil", key=keys["stranger"][0]))


def test_a_signature_over_something_else_is_refused(pc: Pc) -> None:
    """A good signature of ours, moved to a commit it was not made for."""
    good = pc.publish("one")
    pc.pull()
    pc.published.commit(pc.files("evil"), sign=False)
    evil = pc.published.git("cat-file", "commit", "HEAD").partition("\n\n")
    signed = pc.published.git("cat-file", "commit", good)
    signature = "gpgsig " + signed.partition("gpgsig ")[2].partition("\n\n")[0]
    text = f"{evil[0]}\n{signature}\n\n{evil[2]}\n"
    (pc.here / "forged").write_text(text)
    forged = pc.published.git("hash-object", "-t", "commit", "-w", str(pc.here / "forged"))
    pc.published.publish(forged)
    refused(pc, "stranger", forged)


def test_our_signature_for_another_purpose_is_refused(pc: Pc) -> None:
    """A file the technician signed for something else is no commit of this repository."""
    pc.publish("one")
    pc.pull()
    pc.published.commit(pc.files("evil"), sign=False)
    text = pc.published.git("cat-file", "commit", "HEAD") + "\n"
    message = pc.here / "message"
    message.write_text(text)
    sign = ["ssh-keygen", "-Y", "sign", "-n", "file", "-f", str(pc.published.key), str(message)]
    subprocess.run(sign, check=True, capture_output=True)
    signature = (pc.here / "message.sig").read_text().strip().replace("\n", "\n ")
    head, _, body = text.partition("\n\n")
    message.write_text(f"{head}\ngpgsig {signature}\n\n{body}")
    forged = pc.published.git("hash-object", "-t", "commit", "-w", str(message))
    pc.published.publish(forged)
    refused(pc, "stranger", forged)


def test_no_other_program_may_call_a_signature_good(
    pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An OpenPGP signature would be judged by a key ring: here by nothing."""
    pc.publish("one")
    pc.pull()
    pc.published.commit(pc.files("evil"), sign=False)
    head, _, body = pc.published.git("cat-file", "commit", "HEAD").partition("\n\n")
    armour = "-----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----"
    (pc.here / "forged").write_text(f"{head}\ngpgsig {armour}\n\n{body}\n")
    forged = pc.published.git("hash-object", "-t", "commit", "-w", str(pc.here / "forged"))
    pc.published.publish(forged)
    # A gpg that likes everything, where a search would find it first.
    liar = pc.here / "bin/gpg"
    liar.parent.mkdir()
    words = ("NEWSIG", "GOODSIG 0123456789ABCDEF x", "TRUST_ULTIMATE 0 pgp")
    liar.write_text(
        "#!/bin/sh\ncat >/dev/null\necho\n" + "".join(f"echo '[GNUPG:] {one}'\n" for one in words)
    )
    liar.chmod(0o755)
    module = import_module("pull.repository")
    path = f"{liar.parent}:{module._ENVIRONMENT['PATH']}"  # noqa: SLF001
    monkeypatch.setitem(module._ENVIRONMENT, "PATH", path)  # noqa: SLF001
    refused(pc, "stranger", forged)


def test_without_keys_nothing_is_believed(pc: Pc) -> None:
    pc.publish("one")
    pc.pull()
    commit = pc.publish("two")
    pc.trust()
    refused(pc, "no-keys", commit)


def test_a_key_is_never_taken_from_what_is_fetched(
    pc: Pc, keys: dict[str, tuple[Path, str]]
) -> None:
    """A signed tree may bring files named as ours; the keys stay those of enrolment."""
    pc.publish("one")
    pc.pull()
    line = f'benvung namespaces="git" {keys["stranger"][1]}\n'
    pc.published.commit({"keys/signers": line, ".gitconfig": "[gpg]\n"})
    pc.published.publish()
    assert pc.pull() == 0
    evil = pc.publish("evil", key=keys["stranger"][0])
    refused(pc, "stranger", evil)


def test_an_older_commit_is_refused_though_it_is_signed(pc: Pc) -> None:
    older = pc.publish("zero")
    pc.publish("one")
    pc.pull()
    pc.published.publish(older)
    refused(pc, "older", older)


def test_another_line_of_history_is_refused_though_it_is_signed(pc: Pc) -> None:
    pc.publish("zero")
    pc.publish("one")
    pc.pull()
    pc.published.git("reset", "--quiet", "--hard", "HEAD~1")
    refused(pc, "other-line", pc.publish("two"))


def test_what_the_desk_applied_later_counts_too(pc: Pc) -> None:
    """A push from the desk leaves a stamp: a server that lags behind it cannot undo it."""
    pc.publish("one")
    pc.pull()
    middle, pushed = pc.publish("two"), pc.publish("three")
    pc.place.stamp.write_text(json.dumps({"schema": 1, "commit": pushed[:12]}))
    pc.published.publish(middle)
    pc.made.write_text("three, by the desk")
    for _time in range(2):
        assert pc.pull() == 1
        fetch, apply = pc.state["fetch"], pc.state["apply"]
        assert (fetch["outcome"], fetch["reason"]) == ("refused", "unknown-applied")
        assert fetch["detail"] == apply["detail"] == pushed[:12]
        assert apply["outcome"] == "waiting"
        assert pc.made.read_text() == "three, by the desk"
        assert json.loads(pc.place.stamp.read_text())["commit"] == pushed[:12]
    pc.published.publish(pushed)
    assert pc.pull() == 0
    assert pc.made.read_text() == "three"


def test_offline_a_push_of_the_desk_is_not_undone(pc: Pc) -> None:
    pc.publish("one")
    pc.pull()
    pushed, url = pc.publish("two"), place_.read(pc.place.config)["repository"]
    pc.place.stamp.write_text(json.dumps({"schema": 1, "commit": pushed[:12]}))
    pc.declare(repository="http://127.0.0.1:9/benvung.git")
    pc.made.write_text("two, by the desk")
    assert pc.pull() == 0
    assert pc.made.read_text() == "two, by the desk"
    assert (pc.state["apply"]["outcome"], pc.state["apply"]["commit"]) == ("waiting", pc.current)
    pc.declare(repository=url)
    assert pc.pull() == 0
    assert (pc.state["apply"]["outcome"], pc.made.read_text()) == ("ok", "two")


def test_the_desks_older_stamp_does_not_stand_in_the_way(pc: Pc) -> None:
    older = pc.publish("zero")
    pc.place.stamp.write_text(json.dumps({"schema": 1, "commit": f"{older[:12]}-dirty"}))
    pc.publish("one")
    assert pc.pull() == 0


# --- what is cut ------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_repository_still_being_uploaded_is_taken_the_next_time(pc: Pc, share: float) -> None:
    pc.publish("one")
    pc.pull()
    commit = pc.publish("two")
    (pack,) = pc.published.bare.glob("objects/pack/*.pack")
    whole = pack.read_bytes()
    pack.chmod(0o644)
    pack.write_bytes(whole[: int(len(whole) * share)])
    pc.pull()
    assert pc.state["fetch"]["outcome"] in {"offline", "failed"}
    assert pc.made.read_text() == "one"
    pc.nothing_half_done()
    pack.write_bytes(whole)
    assert pc.pull() == 0
    assert (pc.current, pc.made.read_text()) == (commit, "two")


def test_a_branch_that_is_not_there_is_said(pc: Pc) -> None:
    pc.publish("one")
    pc.declare(branch="khac")
    assert pc.pull() == 1
    assert pc.state["fetch"]["reason"] == "absent"
    assert pc.state["apply"]["outcome"] == "never"


@pytest.mark.parametrize("protocol", ["file", "ext"])
def test_only_declared_ways_are_fetched_by(pc: Pc, protocol: str) -> None:
    pc.publish("one")
    ways = {"file": f"file://{pc.published.bare}", "ext": "ext::sh -c touch% /tmp/evil"}
    pc.declare(repository=ways[protocol])
    assert pc.pull() == 1
    assert pc.state["fetch"]["reason"] == "absent"


def torn_objects(pc: Pc) -> None:
    """Ext4 leaves new files empty when the mains fails before they are synced."""
    for file in pc.place.repository.rglob("objects/*/*"):
        if file.is_file() and file.suffix != ".idx":
            file.chmod(0o644)
            file.write_bytes(b"")


def torn_head(pc: Pc) -> None:
    (pc.place.repository / "HEAD").write_bytes(b"\0" * 24)


def left_locks(pc: Pc) -> None:
    for name in ("refs/benvung/offered.lock", "packed-refs.lock", "config.lock", "HEAD.lock"):
        (pc.place.repository / name).touch()
    (pc.place.repository / "objects/pack/tmp_pack_x").write_text("half")


def half_trees(pc: Pc) -> None:
    half = pc.place.trees / f"{'f' * 40}.new/deploys"
    half.mkdir(parents=True)
    (half / "baseline.yml").write_text("half")
    pc.place.current.with_name("current.new").symlink_to("trees/x")
    (pc.place.state / "repository.git.new").mkdir()


def torn_state(pc: Pc) -> None:
    (pc.place.state / "state.json").write_bytes(b"\0" * 300)


@pytest.mark.parametrize("cut", [torn_objects, torn_head, left_locks, half_trees, torn_state])
def test_what_a_power_cut_leaves_is_healed(pc: Pc, cut: Any) -> None:
    pc.publish("one")
    pc.pull()
    commit = pc.publish("two")
    cut(pc)
    assert pc.pull() == 0
    assert (pc.current, pc.made.read_text()) == (commit, "two")
    pc.nothing_half_done()


@pytest.mark.parametrize("cut", [torn_objects, torn_head])
def test_a_torn_repository_offline_leaves_the_tree_in_force(pc: Pc, cut: Any) -> None:
    pc.publish("one")
    pc.pull()
    cut(pc)
    pc.declare(repository="http://127.0.0.1:9/benvung.git")
    pc.made.unlink()
    assert pc.pull() == 0
    assert pc.made.read_text() == "one"


def test_a_tree_changed_on_the_pc_is_checked_out_again(pc: Pc) -> None:
    commit = pc.publish("one")
    pc.pull()
    (pc.place.trees / commit / "words").write_text("evil")
    assert pc.pull() == 0
    assert pc.made.read_text() == "one"
    shutil.rmtree(pc.place.trees / commit)
    assert pc.pull() == 0
    pc.nothing_half_done()


def test_a_changed_tree_is_mended_offline_too(pc: Pc) -> None:
    commit = pc.publish("one")
    pc.pull()
    pc.declare(repository="http://127.0.0.1:9/benvung.git")
    (pc.place.trees / commit / "words").write_text("evil")
    assert pc.pull() == 0
    assert pc.made.read_text() == "one"
    shutil.rmtree(pc.place.trees / commit)
    assert pc.pull() == 0
    pc.nothing_half_done()


# Where a run can be cut: it dies there as by SIGKILL, with everything it had begun.
CUTS = ("os.sync", "Path.rename", "Path.replace", "Path.symlink_to", "Popen")
RUN = """
import os, subprocess, sys
from pathlib import Path
sys.path.insert(0, {role!r})
from pull import command, place
where = place.Place(**{{k: (tuple(v) if isinstance(v, list) else v if k == "protocols" else Path(v))
                       for k, v in {values!r}.items()}})
"""
GO = 'command.go("now", where, {host!r}, 0)'
KILL = """
def die(*_a, **_k): os._exit(137)
of, _, name = {cut!r}.partition(".")
target = {{"os": os, "Path": Path, "Popen": None}}[of]
left = {left}
def dying(real):
    def call(*a, **k):
        global left
        left -= 1
        return die() if left < 0 else real(*a, **k)
    return call
if target is None:
    from pull import playbook
    playbook.subprocess.Popen = die
else:
    setattr(target, name, dying(getattr(target, name)))
"""


def program(pc: Pc, before: str = "") -> list[str]:
    """A run in a process of its own.

    Args:
        pc: where.
        before: what is done first.
    """
    values = {
        key: list(value) if isinstance(value, tuple) else str(value)
        for key, value in vars(pc.place).items()
    }
    code = [RUN.format(role=str(ROLE), values=values), before, GO.format(host=HOST)]
    return [sys.executable, "-c", "\n".join(code)]


@pytest.mark.parametrize(
    ("cut", "left"), [*((cut, 0) for cut in CUTS), ("Path.rename", 1), ("Path.replace", 2)]
)
def test_a_cut_at_any_step_leaves_one_whole_tree(pc: Pc, cut: str, left: int) -> None:
    pc.publish("one")
    pc.pull()
    old, new = pc.current, pc.publish("two")
    dying = program(pc, KILL.format(cut=cut, left=left))
    done = subprocess.run(dying, check=False, capture_output=True, text=True)
    if left == 0:
        assert done.returncode == 137, done.stderr
    assert pc.current in {old, new}
    words = "one" if pc.current == old else "two"
    for name, content in pc.files(words).items():
        assert (pc.place.current / name).read_text() == content
    assert pc.pull() == 0
    assert (pc.current, pc.made.read_text()) == (new, "two")
    pc.nothing_half_done()


# --- applying ------------------------------------------------------------------------


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
