"""Root file systems of Debian workstations: built once, kept in a cache, shared read-only."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from tests.lab.disk import Disk
from tests.lab.machine import LabError, Mirrors, mirrors

SUITES = ("trixie", "bookworm")
CHECKOUT = Path(__file__).resolve().parents[2]
ROOM_GB = 8
# Package lists change often, roots seldom.
KEEP_UNUSED_DAYS = {"root": 7, "debs": 1, "new": 1}

# What Debian's installer leaves after "Xfce", "SSH server" and "standard system utilities".
INSTALLED = (
    "task-desktop",
    "task-xfce-desktop",
    "task-ssh-server",
    "sudo",
    "locales",
    "console-setup",
    "keyboard-configuration",
    "ca-certificates",
    # The lab's own: the desktop has no graphics card (see README.md).
    "xserver-xorg-video-dummy",
    "x11-apps",
)

# Runs outside the new root, which is $1, after everything is installed.
FINISH = """
rm -f "$1"/etc/ssh/ssh_host_* "$1"/etc/apt/apt.conf.d/99mmdebstrap
echo 'en_US.UTF-8 UTF-8' >> "$1"/etc/locale.gen
chroot "$1" locale-gen
chroot "$1" update-locale LANG=en_US.UTF-8
: > "$1"/etc/machine-id
echo debian > "$1"/etc/hostname
"""

# Fills the archive layer; the names wanted come on standard input, a line each.
DOWNLOAD = """
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-cache pkgnames | sort > /tmp/known
sort -u > /tmp/wanted
comm -23 /tmp/wanted /tmp/known | sed 's/^/unknown package: /'
fetch() { apt-get -q -y -o APT::Keep-Downloaded-Packages=true --download-only install "$@"; }
set -- $(comm -12 /tmp/wanted /tmp/known)
rm /tmp/known /tmp/wanted
# Together when they go together, one by one when two of them exclude each other.
fetch "$@" </dev/null || for package; do fetch "$package" </dev/null || true; done
apt-get -q autoclean
"""

Say = Callable[[str], None]


def cache_dir() -> Path:
    """Where root file systems are kept: BENVUNG_LAB_CACHE, or /var/cache/benvung-lab."""
    return Path(os.environ.get("BENVUNG_LAB_CACHE", "/var/cache/benvung-lab")).resolve()


def wanted_packages(checkout: Path = CHECKOUT) -> list[str]:
    """Names of all packages any role's defaults install (`*_packages`), sorted."""
    names: set[str] = set()
    for path in sorted(checkout.glob("roles/*/defaults/main.yml")):
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for key, value in values.items():
            if key.endswith("_packages") and isinstance(value, list):
                names.update(name for name in value if isinstance(name, str))
    return sorted(names)


def layers(suite: str, say: Say = print, *, again: bool = False) -> tuple[Path, ...]:
    """The read-only layers a pristine workstation of a suite stands on, topmost first.

    Args:
        suite: "trixie" or "bookworm".
        say: told what is going on, a short line at a time.
        again: build anew even if the cache has them.

    Raises:
        LabError: no such suite, or a build failed; the message names the log.
    """
    if suite not in SUITES:
        raise LabError(f"No suite {suite!r} in the lab: choose {' or '.join(SUITES)}.")
    source = mirrors()
    with building(suite, say):
        root = cache_dir() / f"root-{suite}-{_key(*source.sources(suite), *INSTALLED, FINISH)}"
        if again:
            _discard(root)
        if not root.is_dir():
            _build_root(suite, source, root, say)
        packages = wanted_packages()
        debs = cache_dir() / f"debs-{suite}-{_key(root.name, DOWNLOAD, *packages)}"
        if again:
            _discard(debs)
        if not debs.is_dir():
            _build_debs(debs, root, packages, say)
        for kept in (root, debs):
            os.utime(kept)
        _prune(keep={root, debs})
    return debs / "tree", root / "tree"


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


@contextmanager
def building(name: str, say: Say) -> Iterator[None]:
    """Be the one process that looks for a thing in the cache, and builds it where it is missing.

    Args:
        name: of the thing; its lock is kept in the cache beside it.
        say: told when another process has to be waited for.
    """
    cache_dir().mkdir(parents=True, exist_ok=True)
    with (cache_dir() / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another process that builds {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """A scratch directory that becomes `target` by one rename if all goes well."""
    scratch = Path(tempfile.mkdtemp(prefix=f"new-{target.name}-", dir=target.parent))
    try:
        scratch.chmod(0o755)
        yield scratch
        scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _logged(argv: list[str], log: Path, say: Say, stdin: str = "") -> None:
    """Run a long build, its words in a log, its headlines told as they come."""
    with log.open("w", encoding="utf-8") as out, tempfile.TemporaryFile("w+") as feed:
        feed.write(stdin)
        feed.seek(0)
        with subprocess.Popen(
            argv, stdin=feed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as running:
            for line in running.stdout or ():
                out.write(line)
                if line.startswith(("I: ", "unknown package", "Get:")):
                    say(line.removeprefix("I: ").strip()[:100])
    if running.returncode:
        last = log.read_text(encoding="utf-8").strip().splitlines()[-3:]
        raise LabError(f"{argv[0]} failed, see {log}: " + " / ".join(last))


def _build_root(suite: str, source: Mirrors, target: Path, say: Say) -> None:
    free = shutil.disk_usage(cache_dir()).free >> 30
    if free < ROOM_GB:
        raise LabError(f"A root file system needs {ROOM_GB} GB under {cache_dir()}; {free} free.")
    say(f"building a Debian {suite} desktop: minutes, once")
    proxy = [f'--aptopt=Acquire::http::Proxy "{source.proxy}"'] if source.proxy else []
    with _scratch(target) as scratch:
        tree = scratch / "tree"
        _logged(
            [
                # Its mounts and processes are gone with it, even when it is killed.
                *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
                *("mmdebstrap", "--mode=root", "--format=directory", "--variant=standard"),
                f"--include={','.join(INSTALLED)}",
                '--aptopt=APT::Install-Recommends "true"',
                '--aptopt=Acquire::Languages "none"',
                *proxy,
                f"--customize-hook={FINISH}",
                *(suite, str(tree), *source.sources(suite)),
            ],
            cache_dir() / f"{target.name}.log",
            say,
        )
        (tree / "etc/apt/sources.list.d/0000mmdebstrap.sources").unlink(missing_ok=True)
        lines = "".join(f"{line}\n" for line in source.sources(suite))
        (tree / "etc/apt/sources.list").write_text(lines, encoding="ascii")
        (tree / "etc/resolv.conf").unlink(missing_ok=True)
        (tree / "etc/resolv.conf").touch()
        if source.proxy:
            setting = f'Acquire::http::Proxy "{source.proxy}";\n'
            (tree / "etc/apt/apt.conf").write_text(setting, encoding="ascii")


def _build_debs(target: Path, root: Path, packages: list[str], say: Say) -> None:
    say(f"fetching {len(packages)} packages the baseline installs, and what they need")
    with _scratch(target) as scratch:
        disk = Disk(scratch, (root / "tree",))
        archives = scratch / "upper/var/cache/apt/archives"
        archives.mkdir(parents=True)
        for older in sorted(cache_dir().glob(f"{target.name.rpartition('-')[0]}-*/tree")):
            for deb in (older / "var/cache/apt/archives").glob("*.deb"):
                if not (archives / deb.name).exists():
                    os.link(deb, archives / deb.name)
        steps = 'mount --bind /etc/resolv.conf "$1/etc/resolv.conf"; exec chroot "$1" sh -ec "$2"'
        argv = disk.command("sh", "-ec", steps, "sh", str(disk.root), DOWNLOAD)
        _logged(argv, cache_dir() / f"{target.name}.log", say, stdin="\n".join(packages) + "\n")
        shutil.rmtree(scratch / "work")
        disk.root.rmdir()
        disk.upper.rename(scratch / "tree")


def _discard(tree: Path) -> None:
    if str(tree) in _mounted_now():
        raise LabError(f"{tree.name} is in use: take the labs that stand on it down first.")
    shutil.rmtree(tree, ignore_errors=True)


def _prune(keep: set[Path]) -> None:
    """Delete what nobody used for days, and what a killed build left."""
    used = _mounted_now()
    for path in cache_dir().iterdir():
        days = KEEP_UNUSED_DAYS.get(path.name.partition("-")[0])
        if days is None or path in keep or not path.is_dir() or str(path) in used:
            continue
        if path.stat().st_mtime < time.time() - days * 86400:
            shutil.rmtree(path, ignore_errors=True)


def _mounted_now() -> str:
    """The overlay mounts of every process, one text to search for a path in."""
    seen: set[str] = set()
    for info in Path("/proc").glob("[0-9]*/mountinfo"):
        try:
            seen.update(line for line in info.read_text().splitlines() if "lowerdir=" in line)
        except OSError:  # the process ended meanwhile
            continue
    return "\n".join(seen)
