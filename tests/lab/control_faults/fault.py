"""What an entry of the table is, which entries can stand side by side, and shell they share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ControlFault:
    """One thing broken by hand.

    Attributes:
        control: the control that must fail then.
        do: shell command, run as root on the workstation, that breaks just that.
        mend: shell command a technician types to mend it; "" where a run of the baseline does.
        cascade: other controls that must fail with it -> why, in a word.
        perhaps: those that fail with it on some days -> which days.
        hides: controls that cannot be judged meanwhile, or whose own faults it would undo.
        before: mended by hand before the baseline, which could not run on such a PC.
    """

    control: str
    do: str
    mend: str = ""
    cascade: Mapping[str, str] = field(default_factory=dict)
    perhaps: Mapping[str, str] = field(default_factory=dict)
    hides: frozenset[str] = frozenset()
    before: bool = False

    @property
    def aspect(self) -> str:
        """The aspect of its control."""
        return self.control.partition(".")[0]

    @property
    def fails(self) -> frozenset[str]:
        """Every control that must fail while it stands."""
        return frozenset({self.control, *self.cascade})

    @property
    def shows(self) -> frozenset[str]:
        """Every control that fails or may fail while it stands."""
        return self.fails | {*self.perhaps}

    @property
    def moves(self) -> frozenset[str]:
        """Every control that says something else, or nothing, while it stands."""
        return self.shows | self.hides


@dataclass(frozen=True)
class CannotBeStaged:
    """A control no lab container can fail.

    Attributes:
        control: the control.
        why: what a container does not have.
        proved: the tests that prove it instead, as pytest names them.
    """

    control: str
    why: str
    proved: tuple[str, ...]


def side_by_side(one: ControlFault, other: ControlFault) -> bool:
    """Whether two faults can stand on one PC, and each still be seen by itself."""
    return not (one.shows & other.moves or one.moves & other.shows)


def batches(faults: Iterable[ControlFault], count: int) -> list[list[ControlFault]]:
    """Spread faults over so many PCs, about as many on each.

    Args:
        faults: all of them.
        count: how many PCs there are.

    Raises:
        ValueError: one gets along with no PC's others; the message names it.
    """
    waiting = list(faults)
    against = {
        one.control: {o.control for o in waiting if not side_by_side(one, o)} for one in waiting
    }
    spread: dict[int, list[ControlFault]] = {number: [] for number in range(count)}

    def free(fault: ControlFault) -> list[int]:
        foes = against[fault.control]
        return [pc for pc, there in spread.items() if not any(o.control in foes for o in there)]

    while waiting:
        # The one with the least choice first (Brélaz's rule for colouring a graph).
        fault = min(waiting, key=lambda one: (len(free(one)), -len(against[one.control])))
        places = free(fault)
        if not places:
            raise ValueError(f"{fault.control} gets along with none of {count} PCs' faults")
        spread[min(places, key=lambda pc: len(spread[pc]))].append(fault)
        waiting.remove(fault)
    return list(spread.values())


# --- where else a control is proved ----------------------------------------------

BY_ONE_FACT = "tests/unit/test_controls.py::test_one_wrong_fact_fails_its_control_alone"
BOOT_MENU = (
    "tests/lab/test_qemu_boot.py::test_the_boot_menu_starts_debian_for_all_and_lets_nobody_edit_it"
)

# --- shell ----------------------------------------------------------------------

STATE = "/var/lib/benvung"
SHARE = "/usr/local/share/benvung"


def change(file: str, **facts: object) -> str:
    """A command that changes facts of a JSON file, or makes one of them."""
    code = (
        "import json, pathlib, sys;"
        "p = pathlib.Path(sys.argv[1]); p.parent.mkdir(parents=True, exist_ok=True);"
        "d = json.loads(p.read_text()) if p.exists() else {};"
        f"d.update({facts!r}); p.write_text(json.dumps(d))"
    )
    return f'python3 -c "{code}" {file}'


def record(file: str, **facts: object) -> str:
    """The same for what a program of ours has noted; `back` puts the first state back."""
    kept = f"{{ test -e {file}.before || test -e {file}.none; }}"
    return f"{kept} || cp -a {file} {file}.before 2>/dev/null || touch {file}.none;" + change(
        file, **facts
    )


def back(file: str) -> str:
    """The command that takes such changes back, whether one or several."""
    return (
        f"if test -e {file}.before; then mv {file}.before {file};"
        f" elif test -e {file}.none; then rm -f {file} {file}.none; fi"
    )


def removed(package: str) -> str:
    """A command that removes a package, and what needs it."""
    return f"DEBIAN_FRONTEND=noninteractive apt-get -q -y remove {package}"


# What apt itself would mend on its way, or stumble over.
DPKG = frozenset({"updates.database-whole"})


def until(condition: str, otherwise: str = "true") -> str:
    """A command that waits for a condition, half a minute at most.

    Args:
        condition: shell.
        otherwise: shell that is run before each look.
    """
    look = f"{otherwise}; {{ {condition}; }} && break; sleep 0.3"
    return f"for i in $(seq 100); do {look}; done; {condition}"
