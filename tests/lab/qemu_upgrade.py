"""An upgrade of the virtual PC that is cut in the middle, and whether it was healed."""

import shlex
from pathlib import Path

from tests.lab.machine import call
from tests.lab.qemu import QemuPC
from tests.lab.virtual_pc import PATIENCE, eventually

PACKAGE = "lab-hangs"
CUT = "/var/lib/lab-cut"
# While this file is there, healing takes as long as it takes.
HOLD = "/var/lib/lab-hold"
CONTROL = f"""Package: {PACKAGE}
Version: 1
Architecture: all
Maintainer: lab <lab@lab.internal>
Description: hangs while it is set up
"""
# Hangs the first time, until the plug is pulled.
SET_UP = f"""#!/bin/sh
if [ ! -e {CUT} ]; then
    touch {CUT}
    sync
    sleep 3600
fi
while [ -e {HOLD} ]; do sleep 1; done
"""


def upgrade_that_hangs(pc: QemuPC, place: Path) -> None:
    """Start to install a package and return in the middle of its set-up, for the plug to be pulled.

    Args:
        pc: a PC that answers.
        place: an empty directory of this machine.
    """
    tree = place / "tree"
    control = tree / "DEBIAN"
    control.mkdir(parents=True)
    (control / "control").write_text(CONTROL)
    (control / "postinst").write_text(SET_UP)
    (control / "postinst").chmod(0o755)
    call(["dpkg-deb", "--root-owner-group", "--build", tree, place / "lab.deb"])
    content = (place / "lab.deb").read_bytes()
    call(["ssh", "-F", pc.ssh_config, pc.name, "cat > lab.deb"], stdin=content)
    script = shlex.quote("dpkg -i /home/benvung/lab.deb")
    pc.run(f"systemd-run --unit lab-dpkg sh -c {script}")
    reached = f"test -e {CUT}"
    eventually(lambda: pc.ok(reached) and _state(pc) == "half-configured", PATIENCE, "set-up")


def healed(pc: QemuPC) -> bool:
    """Whether that package is whole."""
    return _state(pc) == "installed"


def _state(pc: QemuPC) -> str:
    return pc.run(f"dpkg-query -W -f '${{db:Status-Status}}' {PACKAGE}", check=False).stdout
