"""Both engines write the same bytes from one template."""

from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

from deploys.rendering import ROLES, render
from tests.unit.shipped import shipped

INVENTORY = shipped()
# Not those of the technician's own machine, which Ansible never sees.
TEMPLATES = sorted(
    path
    for path in ROLES.glob("*/templates/**/*")
    if path.is_file() and "controller" not in path.parts
)
# What no inventory declares: the run itself knows it.
RUN: dict[str, dict[str, Any]] = {"health": {"health_commit": "0123456789ab-dirty"}}
# Two sites differ in their values, so one workstation of each.
WORKSTATIONS = [next(iter(site.workstations)) for site in INVENTORY.sites.values()]


def aspect_variables(host: str, aspect: str) -> dict[str, Any]:
    values = INVENTORY.hosts[host].variables
    own = {name: value for name, value in values.items() if name.startswith(f"{aspect}_")}
    return own | RUN.get(aspect, {})


def ansible_render(path: Path, values: dict[str, Any]) -> str:
    """Render as ansible.builtin.template does by default."""
    templar = Templar(loader=DataLoader(), variables=values)
    overrides = {"trim_blocks": True, "lstrip_blocks": False, "newline_sequence": "\n"}
    source = trust_as_template(path.read_text(encoding="utf-8"))
    return str(templar.template(source, escape_backslashes=False, overrides=overrides) or "")


@pytest.mark.parametrize("host", WORKSTATIONS)
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROLES)))
def test_both_engines_render_the_same_bytes(path: Path, host: str) -> None:
    aspect = path.relative_to(ROLES).parts[0]
    name = path.relative_to(ROLES / aspect / "templates")
    values = aspect_variables(host, aspect)
    rendered = render(f"{aspect}/{name}", values)
    assert rendered == ansible_render(path, values)
    assert "None" not in rendered.split(), "a null found its way into a file"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROLES)))
def test_a_template_carries_no_engine_header(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not source.startswith("#jinja2:")
    assert "ansible_managed" not in source
