"""What the roles' files say for one workstation: the same bytes for both engines.

Jinja2's own filters, `trim_blocks`, the variables of one aspect and nothing else: as Ansible's
template module does by default.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROLES = Path(__file__).parent.parent / "roles"

_templates = Environment(  # noqa: S701 - configuration files, not pages; Ansible does the same
    loader=FileSystemLoader(ROLES),
    undefined=StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
)


def render(source: str, values: Mapping[str, Any]) -> str:
    """Render `roles/<aspect>/templates/<name>`.

    Args:
        source: `<aspect>/<name>`, such as `browser/policies.json.j2`.
        values: the aspect's variables.

    Raises:
        jinja2.UndefinedError: the template uses a name the aspect does not declare.
    """
    aspect, name = source.split("/", 1)
    return _templates.get_template(f"{aspect}/templates/{name}").render(values)


def static(source: str) -> bytes:
    """The bytes of `roles/<aspect>/files/<name>`, given as `<aspect>/<name>`."""
    aspect, name = source.split("/", 1)
    return (ROLES / aspect / "files" / name).read_bytes()


def filled(value: Any, values: Mapping[str, Any]) -> Any:
    """Fill in what a text says in braces, and again what that says; other values stay."""
    if isinstance(value, Mapping):
        return {key: filled(each, values) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, values) for each in value]
    while isinstance(value, str) and "{{" in value:
        value = _templates.from_string(value).render(values)
    return value
