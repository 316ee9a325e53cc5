"""What a pulling PC believes, applies and remembers: real repositories, keys and Ansible."""

import json
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from tests.unit.pull.pulling import (
    Pc,
    place_,
)


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
