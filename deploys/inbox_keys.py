"""Which PC's key may bring its reports: `inventory/inbox_keys`, a line each, `host type key`."""

from collections.abc import Mapping
from pathlib import Path

from deploys.enrol_desk import replace_file
from inventory.loader import ROOT

FILE = "inventory/inbox_keys"
_PARTS = 3


def read_keys(root: Path = ROOT) -> dict[str, str]:
    """Host -> its public key, as type and key.

    Args:
        root: the repository's root.
    """
    file = root / FILE
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    parts = (line.split() for line in lines if not line.startswith("#"))
    return {words[0]: " ".join(words[1:]) for words in parts if len(words) == _PARTS}


def write_keys(keys: Mapping[str, str], root: Path = ROOT) -> None:
    """Replace the file whole.

    Args:
        keys: host -> type and key.
        root: the repository's root.
    """
    head = "# The PCs' own keys for the inbox, fetched by `benvung inbox trust`: host, type, key.\n"
    lines = "".join(f"{host} {key}\n" for host, key in sorted(keys.items()))
    replace_file(root / FILE, head + lines)
