"""The checked-out trees: made beside the one in force, put in its place by one rename."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from .place import Place, sync_directory
from .repository import Repository


class Trees:
    """The trees of one workstation.

    Args:
        place: the workstation's files.
        repository: what they are checked out from.
    """

    def __init__(self, place: Place, repository: Repository) -> None:
        """Nothing is read yet."""
        self.place = place
        self.repository = repository

    def current(self) -> str | None:
        """The commit whose tree is in force; None before the first."""
        try:
            return self.place.current.readlink().name
        except OSError:
            return None

    def tidy(self) -> None:
        """Take away every tree but the one in force, and what a cut left half made."""
        keep = self.current()
        for path in self._all():
            if path.name == keep:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        self._new_link().unlink(missing_ok=True)

    def _all(self) -> Iterator[Path]:
        return iter(sorted(self.place.trees.glob("*")))

    def _new_link(self) -> Path:
        return self.place.current.with_name("current.new")

    def switch(self, commit: str) -> None:
        """Check a commit out into a directory of its own and make it the one in force.

        The files are on the disk before any name points at them: whenever the mains fails, the old
        tree or the new one is in force, whole.

        Raises:
            Stopped: it could not be checked out; the old tree stays in force.
        """
        self._check_out(commit)
        link = self._new_link()
        link.unlink(missing_ok=True)
        link.symlink_to(Path(self.place.trees.name, commit))
        link.replace(self.place.current)
        sync_directory(self.place.state)
        self.tidy()

    def _check_out(self, commit: str) -> None:
        self.place.trees.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh, target = self.place.trees / f"{commit}.new", self.place.trees / commit
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            self.repository.check_out(commit, fresh)
            os.sync()
            shutil.rmtree(target, ignore_errors=True)
            fresh.rename(target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        sync_directory(self.place.trees)

    def mend(self, commit: str) -> None:
        """Check the tree in force out again if a file in it is no longer what was signed.

        Raises:
            Stopped: it cannot be.
        """
        if self.repository.same(commit, self.place.trees / commit) is False:
            print("pull: the tree has changed on this PC: it is checked out again", flush=True)
            self._check_out(commit)
