"""The reader's network rules follow the addresses, and closed programs open again when asked."""

from collections.abc import Callable

import pytest

from tests.acceptance.reader import Answer, Reader, until
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab
Start = Callable[..., list[Workstation]]

CONNECT = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5).close()
    print("ok")
except OSError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def pcs(converged: Start) -> tuple[Workstation, Workstation]:
    """Two converged workstations of one reading room."""
    one, other = converged("thapmuoi-06", "thapmuoi-07")
    return one, other


@pytest.fixture
def reader(pcs: tuple[Workstation, Workstation]) -> Reader:
    """The reader of the first."""
    pc, _ = pcs

    def as_root(command: str) -> Answer:
        done = pc.run(["sh", "-c", command], check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    chair = Reader(as_root)
    chair.wait()
    return chair


def reaches(reader: Reader, address: object, port: int = 22, *, root: bool = False) -> bool:
    run = reader.as_root if root else reader.run
    return run(f"python3 -c '{CONNECT}' {address} {port}").stdout.strip() == "ok"


def test_the_neighbour_is_reached_by_root_alone(
    pcs: tuple[Workstation, Workstation], reader: Reader
) -> None:
    _, other = pcs
    assert reaches(reader, other.address, root=True)
    assert not reaches(reader, other.address)


def test_a_neighbour_with_a_public_address_is_a_neighbour(
    pcs: tuple[Workstation, Workstation], reader: Reader
) -> None:
    """Some lines give every PC of the room an address of the internet."""
    pc, other = pcs
    try:
        pc.run("ip addr add 198.51.100.1/24 dev host0")
        other.run("ip addr add 198.51.100.2/24 dev host0")
        until(lambda: "198.51.100.0/24" in sets(pc), "the new network among the cable's")
        assert reaches(reader, "198.51.100.2", root=True)
        assert not reaches(reader, "198.51.100.2")
    finally:
        pc.run("ip addr del 198.51.100.1/24 dev host0", check=False)
        other.run("ip addr del 198.51.100.2/24 dev host0", check=False)
    until(lambda: "198.51.100.0/24" not in sets(pc), "the network to go again")


def sets(pc: Workstation) -> str:
    """The rules in force, elements of their sets included."""
    return pc.run("nft list table inet benvung_reader").stdout


def test_a_new_name_server_is_let_through(pcs: tuple[Workstation, Workstation]) -> None:
    pc, _ = pcs
    before = pc.run("cat /etc/resolv.conf").stdout
    try:
        write_resolv_conf(pc, "nameserver 10.9.8.7\n")
        until(lambda: "10.9.8.7" in sets(pc), "the new name server in the rules")
    finally:
        write_resolv_conf(pc, before)
    until(lambda: "10.9.8.7" not in sets(pc), "the old name server back")


def write_resolv_conf(pc: Workstation, content: str) -> None:
    """As a DHCP client does."""
    pc.run("cat > /etc/resolv.new && mv /etc/resolv.new /etc/resolv.conf", stdin=content)


def test_the_rules_are_there_before_the_first_session(
    pcs: tuple[Workstation, Workstation], reader: Reader
) -> None:
    pc, other = pcs
    pc.kill()
    pc.boot()
    reader.wait()
    assert not reaches(reader, other.address)
    until(lambda: str(pc.lab.network.gateway) in sets(pc), "the router in the rules")


def test_a_program_opens_again_when_it_is_no_longer_declared(
    pcs: tuple[Workstation, Workstation], reader: Reader
) -> None:
    """With the mode it had, the setuid bit included."""
    pc, _ = pcs
    program = "/usr/local/lib/benvung/closed-programs"
    assert reader.run("test -x /usr/bin/su").failed
    pc.run("cp /etc/benvung/restrictions.closed /root/closed")
    try:
        pc.run("sed -i '\\#^/usr/bin/su$#d' /etc/benvung/restrictions.closed")
        assert pc.run([program, "check"], check=False).returncode != 0
        pc.run([program, "apply"])
        assert pc.run("stat -c '%a %U %G' /usr/bin/su").stdout == "4755 root root\n"
        assert pc.run([program, "check"]).returncode == 0
    finally:
        pc.run("cat /root/closed > /etc/benvung/restrictions.closed")
        pc.run([program, "apply"])
    assert reader.run("test -x /usr/bin/su").failed
