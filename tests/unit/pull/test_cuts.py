"""What a pulling PC makes of cuts: half uploads, power cuts, torn repositories and trees."""

import shutil
import subprocess
from typing import Any

import pytest

from tests.unit.pull.pulling import (
    Pc,
    program,
)


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
