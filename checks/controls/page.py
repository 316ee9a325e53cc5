"""The handbook's page about the controls, and the table of `benvung controls`.

python -m checks.controls.page     write docs/handbook/controls.md anew
"""

from functools import partial

from rich.table import Table

from checks.controls.drift import DRIFT
from checks.controls.judge import CONTROLS
from checks.findings import Severity
from checks.hardware import told
from inventory.loader import ROOT
from inventory.words import _, mark, translated

PAGE = ROOT / "docs/handbook/controls.md"
# Everything that is asked of a PC's report, and then of pyinfra.
EVERY = (*CONTROLS, DRIFT)
# The handbook's page of what has none of its own.
HANDBOOK = {DRIFT.aspect: "nightly"}
COLUMNS = (
    *(mark("control"), mark("when it is ok"), mark("why it matters"), mark("what to do")),
    mark("severity"),
)
SEVERITIES = {
    Severity.GRAVE: mark("grave"),
    Severity.NORMAL: mark("normal"),
    Severity.MINOR: mark("minor"),
}
HARDWARE_COLUMNS = (mark("hardware rule"), mark("What to do"))
HEADING = mark("What is checked every night")
WRITTEN = mark(
    "This page is written from the controls themselves (python -m checks.controls.page): "
    "change nothing by hand."
)
RESULTS = mark(
    "Each comes out as ok, failed, waived (until the day written in inventory/waivers.yml), "
    "unknown, or unreachable; what a PC cannot say is unknown, never ok."
)
LEVELS = mark(
    "Grave: readers or their data are in danger, or the PC cannot be used; normal: mend it this "
    "week; minor: mend it when somebody is there anyway."
)


def page() -> str:
    """The page's text, in Vietnamese."""
    # The handbook is Vietnamese, whatever the language of the one who writes it.
    say = partial(translated, of="vi")
    lines = [f"# {say(HEADING)}", *(f"\n{say(text)}" for text in (WRITTEN, RESULTS, LEVELS)), ""]
    aspects = dict.fromkeys(one.aspect for one in EVERY)
    for aspect in aspects:
        lines.append(f"## [{aspect}]({HANDBOOK.get(aspect, aspect)}.md)\n")
        lines.append(f"| {' | '.join(map(say, COLUMNS))} |")
        lines.append("|---|---|---|---|---|")
        for one in EVERY:
            if one.aspect == aspect:
                remedy = say(one.remedy).format(aspect=aspect, host="<máy>")
                cells = (say(one.title), say(one.reason), remedy, say(SEVERITIES[one.severity]))
                lines.append(f"| `{one.id}` | {' | '.join(map(_cell, cells))} |")
        lines.append("")
    lines += [f"## {told.ASPECT}\n", f"| {' | '.join(map(say, HARDWARE_COLUMNS))} |", "|---|---|"]
    lines += [f"| `{rule}` | {_cell(mend)} |" for rule, mend in told.remedies(say).items()]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def controls_table() -> Table:
    """Every control with its title and severity, for 80 columns, in the person's language."""
    table = Table(box=None, pad_edge=False)
    table.add_column(_("control"), no_wrap=True)
    table.add_column(_("when it is ok"), ratio=1)
    table.add_column(_("severity"), no_wrap=True)
    last = ""
    for one in EVERY:
        if last and one.aspect != last:
            table.add_section()
        last = one.aspect
        table.add_row(one.id, _(one.title), _(SEVERITIES[one.severity]))
    return table


def hardware_table() -> Table:
    """Every rule on hardware with what to do, for 80 columns, in the person's language."""
    table = Table(box=None, pad_edge=False)
    table.add_column(_(HARDWARE_COLUMNS[0]), no_wrap=True)
    table.add_column(_(HARDWARE_COLUMNS[1]), ratio=1)
    for rule, mend in told.remedies().items():
        table.add_row(rule, mend)
    return table


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
