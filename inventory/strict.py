"""One value against its spec, by ansible-core's ArgumentSpecValidator, strictly.

Ansible converts what it can ("no" becomes false, "5" becomes 5) and its two engines convert
differently; here a value the validator would change is a wrong type. The validator decides; the
walk through the value only finds the exact place and the words.
"""

import _socket
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inventory.problems import Key, did_you_mean
from inventory.words import _

# Ansible replaces socket.getaddrinfo for the whole process when it is imported. In pyinfra's
# process that one belongs to gevent and has to stay: let Ansible try, and replace, the system's.
_getaddrinfo = socket.getaddrinfo
socket.getaddrinfo = _socket.getaddrinfo  # type: ignore[assignment]
try:
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
finally:
    socket.getaddrinfo = _getaddrinfo

Spec = Mapping[str, Any]
Path = tuple[Key, ...]
_JINJA = ("{{", "{%", "{#")
# What YAML and JSON give for each type; whatever else Ansible takes for one, it has to convert.
_PLAIN: Mapping[str, type] = {
    "str": str, "path": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict,
}  # fmt: skip
_SHOWN = 60


@dataclass(frozen=True)
class Fault:
    """What is wrong inside one variable's value.

    Attributes:
        path: the steps from the variable to the value, as `(2, "url")`; () is the variable itself.
        wrong: what is wrong, for people.
        mend: what to do; "" lets the caller write what fits the place.
    """

    path: Path
    wrong: str
    mend: str


def faults(spec: Spec, value: object) -> list[Fault]:
    """Everything wrong with `value`; an empty list means both engines read it alike.

    Args:
        spec: one option of an `argument_specs.yml`.
        value: plain data, as YAML or JSON gives it.
    """
    found = list(_walk(spec, value, ()))
    refusal = "" if found else _refusal(spec, value)
    if refusal:
        found.append(Fault((), refusal, _("Correct it as the role's argument specs say.")))
    return found


def _refusal(spec: Spec, value: object) -> str:
    """Ansible's own objection, "" when it takes the value unchanged."""
    result = ArgumentSpecValidator({"value": spec}).validate({"value": value})
    if result.error_messages:
        return _("a secret of the wrong form") if spec.get("no_log") else result.error_messages[0]
    if not _same(value, result.validated_parameters["value"]):
        return _("Ansible would change the value")
    return ""


def _same(given: object, validated: object) -> bool:
    """Equal in value and type; options nobody gave, which the validator adds as null, aside."""
    if isinstance(given, dict) and isinstance(validated, dict):
        added = [validated[key] for key in validated.keys() - given.keys()]
        return added == [None] * len(added) and all(
            key in validated and _same(value, validated[key]) for key, value in given.items()
        )
    if isinstance(given, list) and isinstance(validated, list):
        return len(given) == len(validated) and all(map(_same, given, validated))
    return type(given) is type(validated) and given == validated


def _walk(spec: Spec, value: object, path: Path) -> Iterator[Fault]:
    if value is None:
        mend = _('Write a value, or "" (text), [] (list), 0 (number) for none.')
        yield Fault(path, _("blank"), mend)
    elif not _has_type(spec["type"], value):
        yield _wrong_type(spec, value, path)
    elif isinstance(value, list):
        # A list within the list says nothing of its own elements: argument specs have no words.
        element = {**spec, "type": spec.get("elements", "raw"), "elements": "raw"}
        for index, item in enumerate(value):
            yield from _walk(element, item, (*path, index))
    elif isinstance(value, dict):
        yield from _walk_dict(spec, value, path)
    else:
        yield from _leaf_faults(spec, value, path)


def _has_type(wanted: str, value: object) -> bool:
    """Whether Ansible takes `value` as `wanted` without changing it; true is not the number 1.

    It is not asked to convert anything: its way from "1e999999999" to a number has no end, and from
    some lists ends in an OverflowError (check_type_int in ansible-core 2.19).
    """
    if wanted == "raw":
        return True
    # A path is text that Ansible may still change: it writes out ~ and $HOME.
    plain = type(value) is _PLAIN[wanted]
    return plain and (wanted != "path" or not _refusal({"type": wanted}, value))


def _walk_dict(spec: Spec, value: dict[object, object], path: Path) -> Iterator[Fault]:
    options = spec.get("options")
    for key, item in value.items():
        if not isinstance(key, str):
            yield Fault(path, _("the key {key} is not text").format(key=key), _("Quote the key."))
        elif any(mark in key for mark in _JINJA):
            yield from _leaf_faults({}, key, (*path, key))
        elif options is None:
            yield from _walk({"type": "raw"}, item, (*path, key))
        elif key in options:
            secret = {"no_log": True} if spec.get("no_log") else {}
            yield from _walk({**options[key], **secret}, item, (*path, key))
        else:
            otherwise = _("Known here: {names}").format(names=", ".join(options))
            yield Fault((*path, key), _("unknown key"), did_you_mean(key, options, otherwise))
    for key, option in (options or {}).items():
        if option.get("required") and key not in value:
            wrong = _("{key} is missing").format(key=key)
            yield Fault(path, wrong, _("Add {key}.").format(key=key))


def _leaf_faults(spec: Spec, value: object, path: Path) -> Iterator[Fault]:
    if isinstance(value, str) and any(mark in value for mark in _JINJA):
        wrong = _("a template ({{ or {% or {#) in a value")
        yield Fault(path, wrong, _("Write the finished value: inventory values are data."))
    elif not isinstance(value, str | int | float):
        wrong = _("a value of a kind YAML alone knows ({kind})").format(kind=type(value).__name__)
        yield Fault(path, wrong, _("Put the value in quotation marks."))
    elif "choices" in spec and _refusal({"type": spec["type"], "choices": spec["choices"]}, value):
        choices = ", ".join(str(choice) or '""' for choice in spec["choices"])
        wrong = _("{value} is not one of the choices").format(value=_show(spec, value))
        yield Fault(path, wrong, _("Choose one of: {choices}").format(choices=choices))


def _wrong_type(spec: Spec, value: object, path: Path) -> Fault:
    names = {
        "str": (_("text"), ""),
        "path": (_("an absolute path"), _("Write the whole path, without ~ or $.")),
        "int": (_("a whole number"), _("Write digits only, without quotation marks.")),
        "float": (_("a number"), _("Write digits and a point, as 1.5, without quotation marks.")),
        "bool": (_("true or false"), _("Write true or false, without quotation marks.")),
        "list": (_("a list"), _("Write each entry after a dash, or [] for none.")),
        "dict": (_("keys with values"), _("Write `key: value` on each line.")),
    }
    name, mend = names[spec["type"]]
    wrong = _("{value} is not {type}").format(value=_show(spec, value), type=name)
    return Fault(path, wrong, mend)


def _show(spec: Spec, value: object) -> str:
    """The value for a message, short, as YAML writes it; never a secret."""
    if spec.get("no_log"):
        return _("the secret")
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
