"""Access: the technician gets in, nobody else does."""

import re

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.bench.questions.conftest import lines

ACCOUNT = "benvung"
HOME = "/home/benvung"
KEYS = f"{HOME}/.ssh/authorized_keys"


def effective(host: Host, user: str) -> dict[str, str]:
    """How sshd would judge a user."""
    said = host.check_output("sshd -T -C user=%s,host=desk,addr=127.0.0.1", user)
    return dict(line.partition(" ")[::2] for line in said.splitlines())


@pytest.fixture(scope="module")
def sshd(host: Host) -> dict[str, str]:
    return effective(host, ACCOUNT)


@pytest.fixture(scope="module")
def sshd_root(host: Host) -> dict[str, str]:
    return effective(host, "root")


@pytest.fixture(scope="module")
def passwords(host: Host) -> dict[str, str]:
    """Account -> the field of its password."""
    shadow = host.file("/etc/shadow").content_string.splitlines()
    return {line.split(":")[0]: line.split(":")[1] for line in shadow}


def test_root_login(sshd_root: dict[str, str]) -> None:
    assert sshd_root["permitrootlogin"] == "no"


def test_keys_only(sshd: dict[str, str], sshd_root: dict[str, str]) -> None:
    assert sshd["passwordauthentication"] == "no"
    assert sshd["kbdinteractiveauthentication"] == "no"
    assert sshd["pubkeyauthentication"] == "yes"
    assert sshd["authenticationmethods"] == "publickey"
    assert sshd_root["passwordauthentication"] == "no"


def test_only_maintenance(sshd: dict[str, str]) -> None:
    assert sshd["allowusers"] == ACCOUNT


def test_no_tunnels(sshd: dict[str, str]) -> None:
    assert sshd["allowtcpforwarding"] == "no"
    assert sshd["x11forwarding"] == "no"


def test_ssh_at_start(host: Host) -> None:
    assert host.service("ssh.service").is_enabled or host.service("ssh.socket").is_enabled


def test_packet_filter(host: Host) -> None:
    assert host.run("/usr/local/lib/benvung/firewall in-force").rc == 0


def test_filter_at_start(host: Host) -> None:
    assert host.service("nftables.service").is_enabled


def test_management_addresses(host: Host, declared: Workstation) -> None:
    chain = host.check_output("nft list chain inet benvung management")
    rules = re.findall(r"^\s*(?:ip6? saddr (\S+) )?accept$", chain, re.MULTILINE)
    wanted = declared.variables["access_management_addresses"] or [""]
    assert {rule.removesuffix("/32") for rule in rules} == {
        one.removesuffix("/32") for one in wanted
    }


def test_no_change_waiting(host: Host) -> None:
    assert not host.file("/var/lib/benvung/guard/armed").exists


def test_guard_at_start(host: Host) -> None:
    assert host.service("benvung-guard.service").is_enabled


def test_keys(host: Host, declared: Workstation) -> None:
    keys = [line for line in lines(host.file(KEYS).content_string) if not line.startswith("#")]
    known = lines(host.check_output("ssh-keygen -l -f %s", KEYS))
    assert 0 < len(known) == len(keys)
    wanted = declared.variables["access_authorized_keys"]
    assert not wanted or len(known) == len(wanted)


def test_keys_private(host: Host) -> None:
    assert lines(host.check_output(f"stat -c %a {HOME} {HOME}/.ssh {KEYS}")) == [
        "700",
        "700",
        "600",
    ]


def test_sudo(host: Host) -> None:
    assert host.run("runuser -u benvung -- sudo -n true").rc == 0


def test_console_password(passwords: dict[str, str], declared: Workstation) -> None:
    opens = passwords[ACCOUNT].startswith("$")
    assert opens == ("access_console_password_hash" in declared.variables)


def test_other_passwords(passwords: dict[str, str]) -> None:
    opened = {name for name, field in passwords.items() if field.startswith("$")}
    assert opened <= {ACCOUNT}
