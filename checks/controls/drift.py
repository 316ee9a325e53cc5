"""Drift: what a dry run of the declaration would change. pyinfra is asked (checks/drift.py)."""

from checks.controls.control import OK, Control, Look, Untold, Verdict, fail
from checks.findings import Severity
from inventory.words import _, mark, told_again

# Sentences that one finding names; the dry run itself shows the rest.
NAMED = 6


def _judge(look: Look) -> Verdict:
    """Whether nothing would change."""
    if look.drift is None or look.drift.why:
        raise Untold(look.drift.why if look.drift else _("Nobody asked for a dry run."))
    changes = list(dict.fromkeys(look.drift.changes))
    if not changes:
        return OK
    named = [told_again(change) for change in changes[:NAMED]]
    if len(changes) > NAMED:
        named.append(_("and {count} more").format(count=len(changes) - NAMED))
    return fail(_("A run would change: {sentences}.").format(sentences="; ".join(named)))


DRIFT = Control(
    "drift.baseline",
    Severity.NORMAL,
    mark("A dry run of the baseline would change nothing on the PC."),
    mark("What somebody changed by hand, or a run never reached, stays until the next run."),
    mark("Run: pyinfra inventory deploys/baseline.py --limit {host}"),
    _judge,
)
