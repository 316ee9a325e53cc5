"""What the security archive has and a PC lacks, over lists of the test's own."""

import gzip
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.probe import asking, dpkg, upgrades

needs_apt = pytest.mark.skipif(shutil.which("apt") is None, reason="this machine has no apt")
SOURCES = """deb http://mirror.example/debian trixie main
deb http://mirror.example/debian-security trixie-security main
deb http://mirror.example/debian trixie-backports main
"""
INSTALLED = {
    "firefox-esr": "128.5.0esr-1",
    "libc6": "2.41-11",
    "libreoffice": "4:25.2.3-2",
    "openssh-server": "1:10.0p1-7+deb13u4",
    "tzdata": "2025a-2",
}
ARCHIVES = {
    "debian_dists_trixie": {
        "firefox-esr": "140.4.0esr-1",
        "libc6": "2.41-12",
        "openssh-server": "1:10.0p1-7",
        "tzdata": "2025b-4",
    },
    "debian-security_dists_trixie-security": {
        "firefox-esr": "140.5.0esr-1~deb13u1",
        # The main archive's is newer still, and the PC lacks this one all the same.
        "libc6": "2.41-11+deb13u1",
        "openssh-server": "1:10.0p1-7+deb13u2",
        "not-installed": "1.0",
    },
    "debian_dists_trixie-backports": {"libreoffice": "4:26.2-1~bpo13+1"},
}
# What is wanted: newer in the security archive than what is installed.
LACKING = {"firefox-esr", "libc6"}


def paragraphs(versions: dict[str, str], status: str = "") -> str:
    return "".join(
        f"Package: {name}\n{status}Architecture: amd64\nVersion: {version}\nSize: 1\n"
        f"Filename: pool/{name}.deb\nSHA256: {'0' * 64}\nMaintainer: m\nDescription: d\n\n"
        for name, version in versions.items()
    )


@pytest.fixture
def pc(tmp_path: Path) -> Path:
    """The files of a PC: dpkg's, and apt's lists."""
    (tmp_path / "lists").mkdir()
    for archive, versions in ARCHIVES.items():
        name = f"mirror.example_{archive}_main_binary-amd64_Packages"
        (tmp_path / "lists" / name).write_text(paragraphs(versions))
    write(tmp_path, INSTALLED)
    return tmp_path


def counted_by_apt(pc: Path) -> int:
    """What the real apt says of the same files, where it knows the security archive alone."""
    (pc / "sources.list").write_text(SOURCES)
    (pc / "alone").mkdir()
    for one in upgrades.security_lists(pc / "lists"):
        (pc / "alone" / one.name).symlink_to(one)
    options = (
        *(f"Dir::State::status={pc}/status", f"Dir::State::lists={pc}/alone/"),
        *(f"Dir::Etc::SourceList={pc}/sources.list", "Dir::Etc::SourceParts=/dev/null"),
        *("Dir::Etc::Preferences=/dev/null", "APT::Architecture=amd64"),
        *("Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache="),
    )
    words = [word for one in options for word in ("-o", one)]
    return asking.ask("apt", *words, "list", "--upgradable").count("[upgradable from: ")


def write(pc: Path, installed: dict[str, str]) -> None:
    (pc / "status").write_text(paragraphs(installed, "Status: install ok installed\n"))


def lacking(pc: Path) -> int | None:
    return upgrades.security_waiting(dpkg.packages((pc / "status").read_bytes()), pc / "lists")


def test_what_the_security_archive_has_newer_is_counted(pc: Path) -> None:
    assert lacking(pc) == len(LACKING)


@pytest.mark.parametrize("name", sorted(LACKING))
def test_a_correction_that_was_installed_is_counted_no_more(pc: Path, name: str) -> None:
    newest = ARCHIVES["debian-security_dists_trixie-security"][name]
    write(pc, {**INSTALLED, name: newest})
    assert lacking(pc) == len(LACKING) - 1


def test_nothing_is_lacking_where_all_is_installed(pc: Path) -> None:
    write(pc, {**INSTALLED, **ARCHIVES["debian-security_dists_trixie-security"]})
    assert lacking(pc) == 0


def test_one_of_several_versions_that_are_offered_is_enough(pc: Path) -> None:
    write(pc, {"firefox-esr": "140.4.0esr-1"})
    (one,) = (pc / "lists").glob("*security*_Packages")
    one.write_text(paragraphs({"firefox-esr": "140.4.0esr-1"}) + one.read_text())
    assert lacking(pc) == 1


def test_another_machines_packages_are_not_offered(pc: Path) -> None:
    (one,) = (pc / "lists").glob("*security*_Packages")
    one.write_text(one.read_text().replace("amd64", "i386"))
    assert lacking(pc) == 0


@needs_apt
def test_a_compressed_list_is_read(pc: Path) -> None:
    (one,) = (pc / "lists").glob("*security*_Packages")
    one.with_name(f"{one.name}.gz").write_bytes(gzip.compress(one.read_bytes()))
    one.unlink()
    assert lacking(pc) == len(LACKING)


def test_a_half_installed_package_counts_and_one_that_is_gone_does_not(pc: Path) -> None:
    whole = (pc / "status").read_text()
    (pc / "status").write_text(whole.replace("ok installed", "ok half-configured"))
    assert lacking(pc) == len(LACKING)
    (pc / "status").write_text(whole.replace("install ok installed", "deinstall ok config-files"))
    assert lacking(pc) == 0


def test_without_the_security_archives_lists_nobody_can_tell(pc: Path) -> None:
    for one in upgrades.security_lists(pc / "lists"):
        one.unlink()
    assert lacking(pc) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: bytes(len(text)),
        lambda text: text[:-9] + bytes(9),
        # A block of the disk that was never written.
        lambda text: text[:20] + bytes(20) + text[40:],
        lambda text: text[:-9],
        lambda _: b"\x1f\x8btorn",
        lambda _: b"of somebody else\n",
    ],
)
def test_with_a_list_that_is_not_whole_nobody_can_tell(
    pc: Path, spoil: Callable[[bytes], bytes]
) -> None:
    (one,) = (pc / "lists").glob("*security*_Packages")
    one.write_bytes(spoil(one.read_bytes()))
    assert lacking(pc) is None


def test_with_a_list_that_is_gone_nobody_can_tell(
    pc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = (pc / "lists").glob("*security*_Packages")
    one.unlink()
    one.symlink_to(pc / "nowhere")
    assert lacking(pc) is None
    one.unlink()
    one.write_bytes(gzip.compress(b"Package: x\n"))
    monkeypatch.setattr(upgrades, "PLAIN", ("/nonexistent/apt-helper",))
    assert lacking(pc) is None


def test_an_archive_without_corrections_lacks_nothing(pc: Path) -> None:
    (one,) = (pc / "lists").glob("*security*_Packages")
    one.write_bytes(b"")
    assert lacking(pc) == 0


@needs_apt
@pytest.mark.parametrize(("installed", "offered"), [("all", "amd64"), ("amd64", "all")])
def test_a_package_may_become_one_of_the_machines(pc: Path, installed: str, offered: str) -> None:
    status = paragraphs({"tzdata": "1", "dpkg": "1"}, "Status: install ok installed\n")
    before, dpkgs = status.split("Package: dpkg")
    changed = before.replace("amd64", installed)
    (pc / "status").write_text(f"{changed}Package: dpkg{dpkgs}")
    (one,) = (pc / "lists").glob("*security*_Packages")
    one.write_text(paragraphs({"tzdata": "2"}).replace("amd64", offered))
    assert lacking(pc) == counted_by_apt(pc) == 1


@needs_apt
@pytest.mark.parametrize("version", ["0", "140.4.0esr-1", "140.5.0esr-1~deb13u1", "141", "1:0"])
def test_apt_counts_the_same(pc: Path, version: str) -> None:
    write(pc, {**INSTALLED, "firefox-esr": version})
    assert lacking(pc) == counted_by_apt(pc)


def test_the_pcs_own_lists_and_cache_stay_as_they_are(pc: Path) -> None:
    before = sorted(path.name for path in pc.rglob("*"))
    lacking(pc)
    assert sorted(path.name for path in pc.rglob("*")) == before


LISTS = [
    ("m_debian-security_dists_trixie-security_InRelease", True),
    ("m_debian-security_dists_trixie-security_Release", True),
    ("m_debian-security_dists_bookworm-security_main_binary-amd64_Packages.lz4", True),
    ("localhost:3142_debian-security_dists_trixie-security_main_binary-amd64_Packages", True),
    ("m_debian-security_dists_trixie-security_main_i18n_Translation-en", False),
    ("security-mirror_debian_dists_trixie_main_binary-amd64_Packages", False),
    ("m_debian_dists_trixie-updates_InRelease", False),
]


@pytest.mark.parametrize(("name", "wanted"), LISTS)
def test_the_security_archives_lists_are_known_by_their_names(
    tmp_path: Path, name: str, wanted: bool
) -> None:
    (tmp_path / name).touch()
    assert bool(list(upgrades.security_lists(tmp_path))) == wanted


# deb-version(7): what a version may be made of; few letters and digits, so that much is alike.
PART = st.text("ab01+.~", min_size=1, max_size=5).map(lambda text: f"0{text}")
VERSIONS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "0:", "1:", "10:"]),
    PART,
    st.one_of(st.just(""), PART.map("-{}".format)),
)
REAL = ["1:10.0p1-7+deb13u4", "3.5.9-1~deb13u1", "2:4.22.10+dfsg-0+deb13u2", "2:4.22.9+dfsg-1"]


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="this machine has no dpkg")
@settings(max_examples=150, deadline=None)
@given(VERSIONS | st.sampled_from(REAL), VERSIONS | st.sampled_from(REAL))
def test_versions_are_ordered_as_dpkg_orders_them(one: str, other: str) -> None:
    mine = (dpkg.rank(one) > dpkg.rank(other)) - (dpkg.rank(one) < dpkg.rank(other))
    words = {-1: "lt", 0: "eq", 1: "gt"}
    asked = ["dpkg", "--compare-versions", one, words[mine], other]
    assert subprocess.run(asked, check=False).returncode == 0, f"{one} {words[mine]} {other}"


def test_no_revision_is_revision_0() -> None:
    assert dpkg.rank("1.0") == dpkg.rank("1.0-0")
