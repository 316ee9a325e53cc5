"""Printers: set up when they are on, missed by nobody when they are off, gone when undeclared."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.acceptance.reader import until
from tests.lab.declared import declared
from tests.lab.lab import Lab
from tests.lab.technician import Run, pyinfra
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

PC = "thapmuoi-05"
DEPLOY = "deploys/desktop.py"
SPOOL = "/var/tmp/printed"
EVERYWHERE = {
    "name": "may-in-moi", "about": "Máy in phòng đọc", "uri": "ipp://localhost:8631/ipp/print",
    "driver": "everywhere", "default": True,
}  # fmt: skip
OLD = {
    "name": "may-in-cu", "about": "Máy in cũ", "uri": "socket://localhost:9199",
    "driver": "drv:///sample.drv/generic.ppd", "default": False,
}  # fmt: skip
Converge = Callable[..., Run]


@pytest.fixture(scope="module")
def pc(converged: Callable[..., list[Workstation]]) -> Workstation:
    """A converged workstation, with a printer beside it that is off."""
    (workstation,) = converged(PC)
    workstation.run("command -v ippeveprinter || apt-get install -qy cups-ipp-utils")
    return workstation


@pytest.fixture(scope="module")
def converge(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Converge:
    """Declare printers for the workstation and run the aspect."""

    def run(*printers: dict[str, Any]) -> Run:
        target = tmp_path_factory.mktemp("repository") / "r"
        root = declared(target, {PC: {"desktop_printers": list(printers)}})
        done = pyinfra(lab, [PC], DEPLOY, root=root, PYTHONPATH=str(root))
        assert done.code == 0, done.shown[-3000:]
        return done

    return run


@pytest.fixture
def switched_on(pc: Workstation) -> Iterator[None]:
    """The printer, switched on."""
    pc.run(
        f"mkdir -p {SPOOL} && systemd-run --unit=printer"
        f" ippeveprinter -p 8631 -r off -k -d {SPOOL} -f application/pdf,image/urf May-in"
    )
    try:
        until(lambda: "LISTEN" in said(pc, "ss -ltn 'sport = :8631'"), "the printer to be on")
        yield
    finally:
        pc.run(f"systemctl stop printer; rm -rf {SPOOL}")


def said(pc: Workstation, command: str) -> str:
    return pc.run(command).stdout


def queues(pc: Workstation) -> set[str]:
    lines = said(pc, "LC_ALL=C lpstat -v 2>/dev/null || true").splitlines()
    return {line.split(":")[0].rpartition(" ")[2] for line in lines if line}


def test_a_printer_that_is_off_stops_nothing(pc: Workstation, converge: Converge) -> None:
    converge(EVERYWHERE, OLD)
    assert queues(pc) == {"may-in-cu"}
    assert converge(EVERYWHERE, OLD).changed == {}, "nothing can be done about it yet"


@pytest.mark.usefixtures("switched_on")
def test_it_is_set_up_when_it_is_on_and_a_reader_prints(
    pc: Workstation, converge: Converge
) -> None:
    converge(EVERYWHERE, OLD)
    assert queues(pc) == {"may-in-cu", "may-in-moi"}
    assert "may-in-moi" in said(pc, "LC_ALL=C lpstat -d")
    pc.run("echo 'Xin chào' | runuser -u bandoc -- lp -")
    until(lambda: said(pc, f"find {SPOOL} -type f"), "the page on the printer", 120)


@pytest.mark.usefixtures("switched_on")
def test_the_workstation_sees_by_itself_that_it_is_on(pc: Workstation, converge: Converge) -> None:
    pc.run("lpadmin -x may-in-moi || true")
    converge(OLD)
    pc.run("systemctl stop printer")
    converge(EVERYWHERE, OLD)
    assert queues(pc) == {"may-in-cu"}
    pc.run(f"systemd-run --unit=printer ippeveprinter -p 8631 -r off -d {SPOOL} May-in")
    until(lambda: "LISTEN" in said(pc, "ss -ltn 'sport = :8631'"), "the printer to be on")
    # What the timer does every twenty minutes.
    pc.run("systemctl start benvung-printers.service")
    assert queues(pc) == {"may-in-cu", "may-in-moi"}


def test_another_address_or_driver_is_taken_over(pc: Workstation, converge: Converge) -> None:
    converge({**OLD, "uri": "socket://localhost:9200"})
    assert "socket://localhost:9200" in said(pc, "LC_ALL=C lpstat -v may-in-cu")
    before = said(pc, "cat /etc/cups/ppd/may-in-cu.ppd")
    converge({**OLD, "driver": "drv:///sample.drv/laserjet.ppd"})
    assert said(pc, "cat /etc/cups/ppd/may-in-cu.ppd") != before


def test_a_neighbours_printer_is_no_queue_of_this_pc(pc: Workstation) -> None:
    """One that announces itself was not set up here, and no run could take it away."""
    assert queues(pc)
    pc.run(
        f"mkdir -p {SPOOL} && systemd-run --unit=neighbour"
        f" ippeveprinter -p 8632 -d {SPOOL} -f application/pdf,image/urf May-hang-xom"
    )
    try:
        until(lambda: "May_hang_xom" in said(pc, "lpstat -e"), "its announcement", 60)
        report = json.loads(said(pc, "python3 -B /usr/local/lib/benvung/probe"))
        assert set(report["desktop"]["printers"]) == queues(pc)
    finally:
        pc.run(f"systemctl stop neighbour; rm -rf {SPOOL}")


def test_what_is_no_longer_declared_goes(lab: Lab, pc: Workstation) -> None:
    assert queues(pc)
    done = pyinfra(lab, [PC], DEPLOY)
    assert done.code == 0, done.shown[-3000:]
    assert done.changed == {PC: ["desktop | Declare the printers",
                                 "desktop | Set up the declared printers"]}  # fmt: skip
    assert queues(pc) == set()
