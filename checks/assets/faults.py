"""What pydantic says of a value, in a person's words."""

from pydantic_core import ErrorDetails

from inventory.words import _


def why(error: ErrorDetails) -> str:
    """What is wrong with one value, as the end of a sentence.

    Args:
        error: one of a ValidationError's.
    """
    said = {
        "missing": _("it is missing"),
        "extra_forbidden": _("unknown key"),
        "string_too_short": _("it is blank"),
        "string_too_long": _("it is too long"),
        "string_type": _("not read as text"),
        "int_type": _("not a whole number"),
        "int_from_float": _("not a whole number"),
        "bool_type": _("neither true nor false"),
        "greater_than": _("{value} is too small"),
        "greater_than_equal": _("{value} is too small"),
        "less_than_equal": _("{value} is too large"),
        "day": _("{value} is not a day; write 2026-11-20"),
        "moment": _("{value} is not a moment with a time zone"),
        "percent": _('{value} is no share; write it as "14.29"'),
        "string_pattern_mismatch": _("{value} is no seal"),
        "enum": _("{value} is none of: {expected}"),
        "union_tag_invalid": _("{value} is none of: {expected}"),
        "union_tag_not_found": _("it does not say what it is"),
    }.get(error["type"], error["msg"])
    context = error.get("ctx", {})
    expected = str(context.get("expected") or context.get("expected_tags") or "")
    value = str(context.get("tag") or error["input"])
    return said.replace("{value}", value).replace("{expected}", expected.replace("'", ""))
