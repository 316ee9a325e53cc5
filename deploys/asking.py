"""One wide question to a PC instead of many small ones.

Each execution costs a round trip, a shell and sudo, and nearly every operation of a run that
changes nothing is one question. What an operation will ask is known when it is declared; so the one
whose turn it is asks for those that follow as well. An answer holds only while this run has changed
nothing on the PC, and some seconds at the most: a run goes in step, and another PC may be slow.
From the first change on, each operation asks for itself again. No answer is used twice, and what
could not be answered is asked again alone.

A fact may say by GATHERS which of its arguments is a list of things, so that the things of several
operations are looked at in one go; its answer names each.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from pyinfra.api import FactBase, Host, StringCommand
from pyinfra.context import ctx_host

# The most that is asked in one execution: one slow answer must not hold up too many others, and the
# kernel takes 128 KiB in one argument, in which every quote is quoted again.
MOST, LONGEST = 40, 12_000
# Seconds an answer holds.
HOLDS = 20.0

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Question:
    """What one operation asks.

    Attributes:
        fact: the fact.
        about: its arguments by name.
    """

    fact: type[FactBase[Any]]
    about: Mapping[str, Any]

    @property
    def command(self) -> str:
        """The shell command that answers it."""
        asked: Callable[..., str | StringCommand] = self.fact().command
        command = asked(**self.about)
        return command.get_raw_value() if isinstance(command, StringCommand) else command

    def read(self, lines: list[str]) -> Any:
        """What pyinfra makes of an answer."""
        fact = self.fact()
        return fact.process(lines) if lines else fact.default()


@dataclass(frozen=True)
class Wide:
    """The commands of many questions; in a log, how many."""

    commands: tuple[str, ...]

    def __repr__(self) -> str:
        """Short: pyinfra shows it with -v."""
        return f"{len(self.commands)} questions"


class Answers(FactBase[list[list[str] | None]]):
    """The answers to many questions in their order, as lines; None where one could not be had."""

    default = list

    def command(self, wide: Wide) -> str:
        """Run the commands one after the other, each in a shell of its own."""
        # No answer can know it, so none can look like the end of another one.
        self._mark = secrets.token_hex(16)
        end = f"printf '\\n%s %s\\n' {self._mark} $?"
        return "\n".join(f"(\n{command}\n) </dev/null\n{end}" for command in wide.commands)

    def process(self, output: list[str]) -> list[list[str] | None]:
        """Cut the answers apart."""
        answers: list[list[str] | None] = []
        lines: list[str] = []
        for line in output:
            mark, _, code = line.partition(" ")
            if mark != self._mark:
                lines.append(line)
                continue
            # The mark stands on a line of its own: a whole last line leaves an empty one before it.
            whole = lines[:-1] if lines[-1:] == [""] else lines
            answers.append(whole if code == "0" else None)
            lines = []
        return answers


@dataclass
class _Pc:
    """What is still to be asked of one PC, in order, and the answers that wait to be used."""

    expected: list[Question] = field(default_factory=list)
    answers: list[tuple[Question, list[str]]] = field(default_factory=list)
    asked: float = 0.0
    changed: bool = False


_pcs: WeakKeyDictionary[Host, _Pc] = WeakKeyDictionary()


def expect(fact: type[FactBase[Any]], **about: Any) -> None:
    """Say what the operation that is being declared will ask.

    Args:
        fact: the fact.
        about: its arguments.
    """
    _pcs.setdefault(ctx_host.get(), _Pc()).expected.append(Question(fact, about))


def ask(fact: type[FactBase[Answer]], **about: Any) -> Answer:
    """The answer for the operation whose turn it is, before it does anything.

    Args:
        fact: the fact.
        about: its arguments.
    """
    question, host = Question(fact, about), ctx_host.get()
    lines = _told(host, question)
    answer: Answer = host.get_fact(fact, **about) if lines is None else question.read(lines)
    return answer


def _told(host: Host, question: Question) -> list[str] | None:
    """What is known, asked now if need be; None where it must be asked alone."""
    pc = _pcs.setdefault(host, _Pc())
    pc.changed = pc.changed or _has_changed(host)
    # Before a run executes, its operations ask as they are declared, one by one.
    if pc.changed or not host.state.is_executing:
        return None
    if time.monotonic() - pc.asked > HOLDS:
        # Each is asked alone now: a PC this slow must not be asked for all again and again.
        pc.answers.clear()
    lines = _taken(pc, question)
    if lines is None and question in pc.expected:
        _ask_for_all(host, pc, pc.expected.index(question))
        lines = _taken(pc, question)
    return lines


def _taken(pc: _Pc, question: Question) -> list[str] | None:
    """An answer that waits, which then waits no more."""
    for number, (answered, lines) in enumerate(pc.answers):
        if answered == question:
            del pc.answers[number]
            return lines
    return None


def _ask_for_all(host: Host, pc: _Pc, first: int) -> None:
    """Ask a question and those declared after it, as many as one execution takes."""
    ends = accumulate(len(question.command) for question in pc.expected[first : first + MOST])
    last = first + max(1, sum(length <= LONGEST for length in ends))
    asked = pc.expected[first:last]
    del pc.expected[first:last]
    pc.asked = time.monotonic()
    # What goes wrong here is told by the operation that asks again alone. The limit is that of the
    # PC: an operation may have a longer one for what it does itself.
    gathered = _gathered(asked)
    answers = host.get_fact(
        Answers,
        wide=Wide(tuple(question.command for question, _answers in gathered)),
        _timeout=host.data.get("_timeout"),
        _ignore_errors=True,
    )
    for (_question, answered), lines in zip(gathered, answers, strict=False):
        if lines is not None:
            pc.answers += [(question, lines) for question in answered]


def _gathered(asked: Sequence[Question]) -> list[tuple[Question, list[Question]]]:
    """What is really asked, and the questions each answers: one program looks at many things."""
    alone: list[tuple[Question, list[Question]]] = []
    together: dict[tuple[type[FactBase[Any]], str], list[Question]] = {}
    for question in asked:
        name = getattr(question.fact, "GATHERS", "")
        if name:
            together.setdefault((question.fact, name), []).append(question)
        else:
            alone.append((question, [question]))
    for (fact, name), questions in together.items():
        things = dict.fromkeys(thing for question in questions for thing in question.about[name])
        alone.append((Question(fact, {name: [*things]}), questions))
    return alone


def _has_changed(host: Host) -> bool:
    """Whether an operation of this run has done anything on the PC."""
    return any(each.operation_meta.executed for each in host.state.ops[host].values())
