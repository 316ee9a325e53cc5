"""Restrictions: what the reader cannot do, tried as the reader."""

import pytest
from testinfra.host import Host

from checks.probe.reader import HOLES
from inventory.records import Workstation
from tests.bench.questions.conftest import Run, lines, runs


def shut(as_reader: Run, *holes: str) -> None:
    """None of these lines of shell succeeds for the reader."""
    tries = " || ".join(f"( {HOLES[hole]} )" for hole in holes)
    assert as_reader(f"{tries} >/dev/null 2>&1 </dev/null").rc != 0


def test_no_root(as_reader: Run) -> None:
    shut(as_reader, "sudo")


def test_no_writing(as_reader: Run) -> None:
    shut(as_reader, "write_system", "write_home_source")


def test_no_secrets(as_reader: Run) -> None:
    shut(as_reader, "read_shadow", "read_maintenance_home", "read_journal", "read_disk")


def test_no_jobs(as_reader: Run) -> None:
    shut(as_reader, "plan_jobs")


def test_programs_closed(host: Host, as_reader: Run, declared: Workstation) -> None:
    listed = lines(host.file("/etc/benvung/restrictions.closed").content_string)
    paths = [line for line in listed if line.startswith("/")]
    assert len(paths) == len(declared.variables["restrictions_closed_programs"])
    assert as_reader(" || ".join(f"test -x {path}" for path in paths)).rc != 0


def test_programs_kept_closed(host: Host) -> None:
    assert host.run("/usr/local/lib/benvung/closed-programs check").rc == 0


def test_menu_hidden(host: Host) -> None:
    assert host.run("/usr/local/lib/benvung/hidden-entries check").rc == 0


def test_network(host: Host) -> None:
    rules = host.check_output("nft list table inet benvung_reader")
    assert "reject" in rules
    assert "skuid" in rules
    runs(host, "benvung-reader-network.service")


def test_network_filled(host: Host) -> None:
    runs(host, "benvung-reader-network-fill.path")


def test_console(host: Host) -> None:
    assert host.file("/etc/systemd/logind.conf.d/50-benvung-restrictions.conf").is_file


def test_magic_keys(host: Host, virtual: str) -> None:
    assert host.file("/etc/sysctl.d/90-benvung-restrictions.conf").is_file
    if virtual in ("none", "kvm", "qemu"):
        assert host.sysctl("kernel.sysrq") == 0


def test_restart_keys(host: Host) -> None:
    assert host.service("ctrl-alt-del.target").is_masked


def test_permissions(host: Host) -> None:
    assert host.file("/etc/polkit-1/rules.d/40-benvung-restrictions.rules").is_file


def test_sticks_run_nothing(host: Host) -> None:
    assert host.file("/etc/udisks2/mount_options.conf").is_file


def test_boot_menu(host: Host) -> None:
    asked = host.run("grep -F 'set superusers=\"benvung\"' /boot/grub/grub.cfg")
    if asked.rc == 2:
        pytest.skip("this PC has no boot menu of its own")
    assert asked.rc == 0
