"""What a control is, what it looks at, and the few words all of them use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from checks.findings import Certainty, Drift, Severity, Status
from checks.report import Missing, Report, Unit
from inventory.records import Workstation
from inventory.words import _, mark

T = TypeVar("T")
# Nearly every remedy: the next run of the aspect undoes what somebody did.
DEPLOY = mark("Run: pyinfra inventory deploys/{aspect}.py --limit {host}")


@dataclass(frozen=True)
class Verdict:
    """How a control came out: the status, and a sentence with the evidence.

    Attributes:
        part: what it is about where a PC has several, the same in every language; "" else.
    """

    status: Status
    reason: str = ""
    certainty: Certainty = Certainty.CERTAIN
    part: str = ""


@dataclass(frozen=True)
class Look:
    """What a control looks at.

    Attributes:
        declared: the workstation in the inventory.
        report: what it says of itself.
        now: when it was asked, in UTC.
        commit: the desk's own commit; "" where the desk has no git.
        drift: what a dry run said of it; None where none was asked for.
    """

    declared: Workstation
    report: Report
    now: datetime
    commit: str = ""
    drift: Drift | None = None

    def value(self, name: str) -> Any:
        """What the inventory declares for this workstation.

        Args:
            name: of a variable of a role, which has a default.
        """
        return self.declared.variables[name]

    def unit(self, name: str) -> Unit | None:
        """A unit of systemd; None when it is not installed.

        Raises:
            Untold: the PC could not say.
        """
        return here(self.report.services).units.get(name)


Judge = Callable[[Look], Verdict]


@dataclass(frozen=True)
class Control:
    """One compliance rule.

    Attributes:
        id: `<aspect>.<words>`, the same in waivers, history and handbook.
        severity: how much it matters.
        title: what is true when it is ok, one sentence.
        reason: why it matters to a reading room, one sentence.
        remedy: what to do, one sentence; {aspect} and {host} are filled in.
        judge: looks, and says; may raise Untold.
    """

    id: str
    severity: Severity
    title: str
    reason: str
    remedy: str
    judge: Judge

    @property
    def aspect(self) -> str:
        """The aspect it belongs to."""
        return self.id.split(".", 1)[0]

    def look(self, look: Look) -> Verdict:
        """How it comes out; `unknown` where the report does not say enough."""
        try:
            return self.judge(look)
        except Untold as untold:
            return Verdict(Status.UNKNOWN, untold.why, Certainty.UNKNOWN)

    def remedy_for(self, host: str) -> str:
        """What to do on one workstation, in the person's language."""
        return _(self.remedy).format(aspect=self.aspect, host=host)


class Untold(Exception):  # noqa: N818 - it names what happened
    """The report does not say what a control needs; the reason is one sentence."""

    def __init__(self, why: str) -> None:
        """Keep the sentence."""
        self.why = why
        super().__init__(why)


OK = Verdict(Status.OK)
# Of systemctl(1), is-enabled: nothing starts such a unit with the PC.
OFF = ("disabled", "linked", "bad")


def not_while_closing(look: Look) -> None:
    """See that the report was not made in the middle of a closing.

    Raises:
        Untold: it was: the session is over then, and the timer waits for the closing to end.
    """
    unit = look.unit("benvung-close.service")
    if unit is not None and unit.ActiveState == "activating":
        raise Untold(_("The report was made while the PC closed."))


def fail(reason: str) -> Verdict:
    """It is not so, and the evidence."""
    return Verdict(Status.FAIL, reason)


def so(holds: bool, otherwise: str) -> Verdict:
    """It is so, or the evidence that it is not."""
    return OK if holds else fail(otherwise)


def here(part: T | Missing) -> T:
    """A part of the report.

    Raises:
        Untold: it is missing, and why.
    """
    if isinstance(part, Missing):
        raise Untold(_("The PC could not say: {why}.").format(why=part.why.rstrip(".")))
    return part


def known(value: T | None) -> T:
    """A fact of the report.

    Raises:
        Untold: the PC does not know it.
    """
    if value is None:
        raise Untold(_("The PC could not find this out."))
    return value


def as_declared(found: object, wanted: object) -> Verdict:
    """Whether a value is the declared one."""
    sentence = _("It is {found}; declared is {wanted}.")
    return so(found == wanted, sentence.format(found=shown(found), wanted=shown(wanted)))


def shown(value: object) -> str:
    """A value in a sentence."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("nothing") if value in (None, "") else str(value)


def enabled(*names: str) -> Judge:
    """A judge: one of these units starts with the PC."""

    def judge(look: Look) -> Verdict:
        units = [look.unit(name) for name in names]
        states = [unit.UnitFileState for unit in units if unit]
        if not states:
            return fail(_("{unit} is not installed.").format(unit=names[0]))
        if not any(states):
            raise Untold(_("The PC could not find this out."))
        state = _("{unit} does not start with the PC ({state}).")
        on = any(one and one not in OFF and not one.startswith("masked") for one in states)
        return so(on, state.format(unit=names[0], state=states[0] or _("unknown")))

    return judge


def active(name: str) -> Judge:
    """A judge: this unit runs now and starts with the PC."""

    def judge(look: Look) -> Verdict:
        unit = look.unit(name)
        if unit is None:
            return fail(_("{unit} is not installed.").format(unit=name))
        if unit.ActiveState not in ("active", "activating", "reloading"):
            words = _("{unit} does not run ({state}).")
            return fail(words.format(unit=name, state=unit.ActiveState or _("unknown")))
        return enabled(name)(look)

    return judge
