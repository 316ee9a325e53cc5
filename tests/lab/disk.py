"""A workstation's disk: read-only layers below, what it wrote itself above.

The overlay is mounted in a mount namespace of its own, made for the one process that uses it.
So no mount outlives that process, however it ends.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.lab.machine import LabError

MOUNT_AND_EXEC = (
    'mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$4"; shift 4; exec "$@"'
)


@dataclass(frozen=True)
class Disk:
    """An overlay.

    Args:
        base: directory of this disk alone; `upper`, `work` and `root` are made in it.
        layers: directories below, the topmost first.
    """

    base: Path
    layers: tuple[Path, ...]

    @property
    def upper(self) -> Path:
        """What the workstation wrote itself."""
        return self.base / "upper"

    @property
    def root(self) -> Path:
        """Where the whole file system is seen, by the process of `command` alone."""
        return self.base / "root"

    def command(self, *argv: str) -> list[str]:
        """The command line that mounts the disk at `root` and becomes `argv`.

        Raises:
            LabError: a layer is gone (its root file system was pruned or its snapshot deleted).
        """
        for layer in self.layers:
            if not layer.is_dir():
                raise LabError(f"Layer {layer} is gone: take the lab down and up again.")
        for part in (self.upper, self.base / "work", self.root):
            part.mkdir(parents=True, exist_ok=True)
        lower = ":".join(map(str, self.layers))
        places = (lower, str(self.upper), str(self.base / "work"), str(self.root))
        private = ("unshare", "--mount", "--propagation", "private")
        return [*private, "sh", "-ec", MOUNT_AND_EXEC, "sh", *places, *argv]

    def chroot(self, script: str) -> list[str]:
        """The command line that runs a shell script inside the file system, nothing booted."""
        return self.command("chroot", str(self.root), "/bin/sh", "-ec", script)

    def wipe(self) -> None:
        """Forget all that was written: the next mount is pristine."""
        for part in (self.upper, self.base / "work"):
            # Work directories of a killed overlay have mode 0; as root that is no hindrance.
            shutil.rmtree(part, ignore_errors=True)
