"""A host in trouble does not hurt the others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.lab import Lab
from tests.lab.technician import Run, pyinfra
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

Start = Callable[..., list[Workstation]]
POLICY = "/etc/firefox/policies/policies.json"
HEALTHY, OFF, HANGING, FULL, BROKEN, NO_PYTHON = (f"thapmuoi-{n:02}" for n in range(4, 10))

# A tmpfs of 64 kB over the place uploads pass through, filled up: what a full disk does to a run.
FILL = """
set -e
cp -a /home/benvung /run/home
mount -t tmpfs -o size=64k,mode=700 tmpfs /home/benvung
cp -a /run/home/. /home/benvung/
chown -R benvung: /home/benvung
head -c 1M /dev/zero > /home/benvung/filler || true
rm -f /etc/benvung/firefox/10-browser.json
"""

# A package whose configuration fails every time: `dpkg --configure -a` cannot heal it.
BREAK_DPKG = """
set -e
mkdir -p /tmp/hong/DEBIAN && cd /tmp
printf 'Package: hong\\nVersion: 1\\nArchitecture: all\\nMaintainer: lab\\nDescription: x\\n' \
    > hong/DEBIAN/control
printf '#!/bin/sh\\necho "hong cannot be configured" >&2\\nexit 1\\n' > hong/DEBIAN/postinst
chmod 755 hong/DEBIAN/postinst
dpkg-deb -b hong hong.deb
dpkg -i hong.deb || true
"""


@pytest.fixture(scope="module")
def run(lab: Lab, converged: Start) -> Run:
    """One run over five PCs in trouble and one on which a reader broke the browser's policy."""
    healthy, off, hanging, full, broken, no_python = converged(
        HEALTHY, OFF, HANGING, FULL, BROKEN, NO_PYTHON
    )
    for workstation in (healthy, hanging):
        workstation.run(["rm", POLICY])
    off.set_down()
    full.run(["sh", "-c", FILL])
    broken.run(["sh", "-c", BREAK_DPKG])
    no_python.run(["sh", "-c", "rm -f /usr/bin/python3 /usr/bin/python3.*"])

    def hang(line: str) -> None:
        if "Starting operation" in line and hanging.state == "up":
            hanging.freeze()

    return pyinfra(lab, [HEALTHY, OFF, HANGING, FULL, BROKEN, NO_PYTHON], timeout=60, watch=hang)


def test_the_run_ends_and_says_that_not_all_is_well(run: Run) -> None:
    assert run.code == 1
    assert "Traceback" not in run.shown
    assert set(run.failed) == {OFF, HANGING, FULL, BROKEN}


def test_the_healthy_pc_was_made_right(run: Run, lab: Lab) -> None:
    assert "made right" in run.line(HEALTHY)
    assert lab[HEALTHY].run(["test", "-s", POLICY], check=False).returncode == 0


@pytest.mark.parametrize(
    ("host", "words"),
    [
        (OFF, ("unreachable", "switched on")),
        (HANGING, ("failed", HANGING)),
        (FULL, ("failed", "policy", FULL)),
        (BROKEN, ("failed", "package", BROKEN)),
    ],
)
def test_the_last_table_says_where_each_stopped_and_what_to_do(
    run: Run, host: str, words: tuple[str, ...]
) -> None:
    for word in words:
        assert word in run.line(host)


def test_a_pc_without_python_gets_it_back(run: Run, lab: Lab) -> None:
    assert "made right" in run.line(NO_PYTHON)
    done = lab[NO_PYTHON].run(["python3", "-c", "print(1)"], check=False)
    assert done.stdout == "1\n"


def test_the_pc_that_hung_is_mended_by_the_next_run(run: Run, lab: Lab) -> None:
    assert HANGING in run.failed
    lab[HANGING].thaw()
    again = pyinfra(lab, [HANGING])
    assert again.code == 0, again.shown[-4000:]
    assert lab[HANGING].run(["test", "-s", POLICY], check=False).returncode == 0


def test_a_jump_host_with_another_key_costs_only_its_own_site(
    lab: Lab, converged: Start, tmp_path: Path
) -> None:
    near, far = converged("thapmuoi-10", "thanhmy-01")
    jump = lab["thanhmy-jump"]
    pinned = lab.known_hosts.read_text().replace(jump.host_key, near.host_key)
    (tmp_path / "known_hosts").write_text(pinned)
    config = tmp_path / "ssh_config"
    config.write_text(
        lab.ssh_config.read_text().replace(str(lab.known_hosts), str(tmp_path / "known_hosts"))
    )
    run = pyinfra(
        lab, [near.name, far.name], "deploys/browser.py", dry=True, BENVUNG_SSH_CONFIG=str(config)
    )
    assert run.code == 1
    assert "Traceback" not in run.shown
    assert "as declared" in run.line(near.name)
    assert "unreachable" in run.line(far.name)
    assert "host key" in run.line(far.name)
