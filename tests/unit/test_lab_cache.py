"""What the lab keeps in its cache is built by one process, however many ask for it at once."""

import multiprocessing
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.lab.qemu_image import Image

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

# A process of its own, with nothing of ours open: as two runs of pytest are.
OTHER = multiprocessing.get_context("spawn")


class Drawn(Image):
    """An image that is made without qemu; its disk says of what."""

    def build(self, tree: Sequence[Path], say: object = print) -> None:  # noqa: ARG002
        """Make it."""
        self.place.mkdir(exist_ok=True)
        self.disk.write_text(str(tree[0]))


@pytest.fixture
def image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """An image that is not in the cache yet."""
    monkeypatch.setenv("BENVUNG_LAB_CACHE", str(tmp_path))
    return Drawn(tmp_path / "pc-0")


def second(place: Path, told: "SimpleQueue[str]") -> None:
    """The other process, which comes too late."""
    image = Drawn(place)
    image.ensure(lambda: [Path("second")], told.put)
    told.put(image.disk.read_text())


def test_who_comes_while_an_image_is_built_waits_and_takes_that(image: Drawn) -> None:
    told: SimpleQueue[str] = OTHER.SimpleQueue()
    other = OTHER.Process(target=second, args=(image.place, told))
    before: list[str] = []

    def first() -> list[Path]:
        """What the image is made of is not there before the other has come."""
        other.start()
        before.append(told.get())
        return [Path("first")]

    image.ensure(first)
    assert before == ["waiting for another process that builds pc-0"]
    assert told.get() == "first"
    other.join()
    assert other.exitcode == 0


def test_what_failed_is_built_by_the_next_who_asks(image: Drawn) -> None:
    def fails() -> list[Path]:
        raise OSError("the mains fail")

    with pytest.raises(OSError, match="mains"):
        image.ensure(fails)
    image.ensure(lambda: [Path("again")])
    assert image.disk.read_text() == "again"
