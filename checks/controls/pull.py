"""Controls of the aspect pull: the PC takes what is signed, and goes on taking it."""

from checks.controls.control import (
    DEPLOY,
    OK,
    Control,
    Look,
    Untold,
    Verdict,
    enabled,
    fail,
    here,
    known,
    shown,
    so,
)
from checks.controls.open_days import open_days_since
from checks.days import shown_day
from checks.findings import Severity, Status
from checks.report import Pull
from inventory.words import _, mark

# Open days. A line that is down for longer is a fault, and so is a PC that never closes in order.
REACHED_DAYS = 3
APPLIED_DAYS = 3
# roles/pull/files/pull/place.py: why a PC took nothing new, in words.
WHY = {
    "offline": mark("the line or the server is down"),
    "absent": mark("there is no such repository or branch at that address"),
    "broken": mark("what the server has is not whole"),
    "full": mark("the disk is full"),
    "limit": mark("it took longer than its limit"),
    "down": mark("the PC was switched off, or the run told to stop"),
    "system": mark("the system refused it"),
    "never": mark("nothing was fetched that could be applied"),
    "task": mark("a task failed"),
    "not-in-inventory": mark("the published inventory does not have this PC"),
    "unsigned": mark("it is not signed"),
    "stranger": mark("its signature is not that of a key installed here"),
    "no-keys": mark("no key of a signer is installed here"),
    "older": mark("it is older than what was applied"),
    "other-line": mark("it does not follow what was applied"),
    "unknown-applied": mark("it does not have the commit that was applied"),
}


def pulling(look: Look) -> Pull | None:
    """What the PC says of its pulling; None where its site is pushed to.

    Raises:
        Untold: it should pull, and does not.
    """
    pull = here(look.report.pull)
    if look.value("pull_mode") != "pull":
        return None
    if pull.mode != "pull":
        raise Untold(_("The PC does not pull."))
    return pull


def why(reason: str | None, detail: str | None) -> str:
    """A reason in a sentence, with what was said."""
    words = _(WHY[reason]) if reason in WHY else reason or _("unknown")
    return f"{words} ({detail})" if detail else words


def mode(look: Look) -> Verdict:
    """The PC pulls, or is pushed to, as its site is declared."""
    wanted, found = look.value("pull_mode"), known(here(look.report.pull).mode)
    if wanted != found:
        words = _("Declared is {wanted}, the PC is set up for {found}.")
        return fail(words.format(wanted=wanted, found=found))
    if wanted != "pull":
        return OK
    for unit in ("benvung-pull-start.timer", "benvung-pull.service"):
        verdict = enabled(unit)(look)
        if verdict.status is not Status.OK:
            return verdict
    return OK


def source(look: Look) -> Verdict:
    """It pulls from the declared repository."""
    pull = pulling(look)
    if pull is None:
        return OK
    found = (known(pull.repository), known(pull.branch))
    declared = (look.value("pull_repository"), look.value("pull_branch"))
    words = _("It pulls {found}; declared is {wanted}.")
    return so(found == declared, words.format(found=shown(found), wanted=shown(declared)))


def signers(look: Look) -> Verdict:
    """It trusts the declared signers and nobody else."""
    pull = pulling(look)
    if pull is None:
        return OK
    declared = {" ".join(key.split()[:2]) for key in look.value("pull_signers")}
    found = set(known(pull.signers))
    words = _("{more} keys are trusted that are not declared, {fewer} declared ones are not.")
    more, fewer = len(found - declared), len(declared - found)
    return so(found == declared, words.format(more=more, fewer=fewer))


def nothing_refused(look: Look) -> Verdict:
    """What was offered the last time was not refused."""
    pull = pulling(look)
    if pull is None:
        return OK
    if pull.fetch is None:
        raise Untold(_("The PC has not pulled yet."))
    words = _("{commit} was offered and refused: {why}.")
    told = why(pull.fetch.reason, None)
    refused = pull.fetch.outcome == "refused"
    return so(not refused, words.format(commit=(pull.fetch.offered or "")[:12], why=told))


def reached(look: Look) -> Verdict:
    """The repository was fetched within a few open days."""
    pull = pulling(look)
    if pull is None:
        return OK
    since = (pull.fetch.reached if pull.fetch else None) or pull.since
    missed = open_days_since(look, known(since))
    told = why(pull.fetch.reason, pull.fetch.detail) if pull.fetch else _("unknown")
    words = _("Not reached since {day}, {count} open days: {why}.")
    sentence = words.format(day=shown_day(known(since)), count=missed, why=told)
    return so(missed <= REACHED_DAYS, sentence)


def applied(look: Look) -> Verdict:
    """Applying went well the last time, and within a few open days."""
    pull = pulling(look)
    if pull is None:
        return OK
    if pull.apply is None:
        raise Untold(_("The PC has not pulled yet."))
    if pull.apply.outcome in ("failed", "never"):
        told = why(pull.apply.reason or pull.apply.outcome, pull.apply.detail)
        return fail(_("Applying failed: {why}.").format(why=told))
    since = pull.apply.succeeded or pull.since
    missed = open_days_since(look, known(since))
    words = _("Not applied to its end since {day}, {count} open days: {why}.")
    told = why(pull.apply.reason, pull.apply.detail)
    sentence = words.format(day=shown_day(known(since)), count=missed, why=told)
    return so(missed <= APPLIED_DAYS, sentence)


CONTROLS = (
    Control(
        "pull.mode",
        Severity.NORMAL,
        mark("The PC pulls, or is pushed to, as its site is declared."),
        mark("A PC nobody pushes to and that does not pull stays as it is for ever."),
        DEPLOY,
        mode,
    ),
    Control(
        "pull.source",
        Severity.NORMAL,
        mark("It pulls from the declared repository."),
        mark("What is published elsewhere never arrives."),
        DEPLOY,
        source,
    ),
    Control(
        "pull.signers",
        Severity.GRAVE,
        mark("It trusts the declared signers and nobody else."),
        mark("Whoever may sign is root on every PC of the site."),
        DEPLOY,
        signers,
    ),
    Control(
        "pull.nothing-refused",
        Severity.GRAVE,
        mark("What is published was not refused."),
        mark("A bad signature or an older state is a slip at the desk, or somebody's attempt."),
        mark("See who published it (git log --show-signature); publish a signed commit after it."),
        nothing_refused,
    ),
    Control(
        "pull.reached",
        Severity.NORMAL,
        mark("The published repository was reached within three open days."),
        mark("What was decided since has not arrived."),
        mark("See the line and the server: git ls-remote with the declared address."),
        reached,
    ),
    Control(
        "pull.applied",
        Severity.NORMAL,
        mark("What was fetched was applied to its end within three open days."),
        mark("A PC that stopped half way is half protected."),
        mark("See on the PC: journalctl -u benvung-pull -u benvung-pull-start"),
        applied,
    ),
)
