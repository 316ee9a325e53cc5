"""The literal command: what pyinfra's command line does with our inventory and our flags.

These run the real `pyinfra`; none of them reaches a workstation.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.shipped import shipped

ROOT = Path(__file__).parent.parent.parent
PYINFRA = Path(sys.executable).parent / "pyinfra"


def pyinfra(
    *arguments: str, root: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PYINFRA), *arguments],
        cwd=root,
        env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "COLUMNS": "80", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An ssh_config under which every workstation refuses the connection at once."""
    path = tmp_path_factory.mktemp("ssh") / "config"
    addresses = enumerate(shipped().hosts, start=1)
    path.write_text(
        "".join(f"Host {name}\n  HostName 127.0.0.{n}\n  Port 1\n" for n, name in addresses)
    )
    return str(path)


# A run takes a second or two: "inventory" and "./inventory" are spelled further down.
@pytest.mark.parametrize("spelling", ["inventory/", str(ROOT / "inventory")])
def test_the_directory_is_an_inventory_in_every_spelling(spelling: str) -> None:
    """Also the test that fails when a new pyinfra keeps its compiled files elsewhere."""
    done = pyinfra(spelling, "debug-inventory", "--json")
    assert done.returncode == 0, done.stderr
    hosts = {host["name"]: host for host in json.loads(done.stdout)}
    assert len(hosts) == 15
    assert {"sites", "thanh_my"} <= set(hosts["thanhmy-03"]["groups"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--limit", "thanh_mi", "--limit", "thanhmy-03", "--limit", "thanhmy-30"],
            ["Did you mean thanh_my?", "--limit: thanhmy-30"],
        ),
        (["--dry", "-y"], ["--dry -y"]),
    ],
)
def test_what_would_mislead_is_refused_before_anything_connects(
    arguments: list[str], said: list[str], nowhere: str
) -> None:
    done = pyinfra("inventory", "deploys/baseline.py", *arguments, BENVUNG_SSH_CONFIG=nowhere)
    assert done.returncode == 2
    assert all(words in done.stderr for words in said)
    assert "Traceback" not in done.stderr
    assert "Connecting" not in done.stderr


def test_a_wrong_inventory_is_refused_with_its_file_and_key(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(".venv", "var", ".git", ".*_cache"))
    with (root / "inventory/group_vars/thanh_my.yml").open("a") as policy:
        policy.write("browser_homepag: https://thuvien.example/\n")
    done = pyinfra("inventory", "deploys/baseline.py", "-y", root=root)
    assert done.returncode == 2
    assert "inventory/group_vars/thanh_my.yml" in done.stderr
    assert "browser_homepag" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("spelling", "how"), [("inventory", "-y"), ("./inventory", "--dry")])
def test_the_last_table_says_that_every_pc_is_unreachable(
    spelling: str, how: str, nowhere: str
) -> None:
    command = (spelling, "deploys/baseline.py", "--limit", "thanh_my", how)
    done = pyinfra(*command, BENVUNG_SSH_CONFIG=nowhere)
    assert done.returncode == 1
    table = done.stderr[done.stderr.rindex("Result") :]
    for number in range(1, 6):
        assert f"thanhmy-0{number}" in table
    assert table.count("unreachable") == 5
    assert "switched on" in table
    assert all(len(line) <= 80 for line in table.splitlines())
    assert "Traceback" not in done.stderr


def test_another_inventory_is_left_to_pyinfra() -> None:
    done = pyinfra("@local", "debug-inventory", "--json")
    assert done.returncode == 0, done.stderr
    assert [host["name"] for host in json.loads(done.stdout)] == ["@local"]


LOOKED_UP = """
import inspect
from deploys.desk import _name_files
executed = compile("", "deploys/baseline.py", "exec")
assert inspect.getmodule(executed) is None
_name_files(["deploys/baseline.py"])
assert inspect.getmodule(executed) is not None
"""


def test_a_deploy_file_is_found_at_once_by_what_looks_frames_up() -> None:
    """`inspect` searches all modules, for each operation of each PC, for a file that has none."""
    # A process of its own: pyinfra's command line makes all waiting gevent's.
    subprocess.run([sys.executable, "-c", LOOKED_UP], cwd=ROOT, check=True)
