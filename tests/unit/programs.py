"""Load the programs of the roles, which carry no suffix, as modules."""

import importlib.util
import sys
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

ROLES = Path(__file__).parent.parent.parent / "roles"


@cache
def program(aspect: str, name: str) -> ModuleType:
    """The program `roles/<aspect>/files/<name>` as a module, without running it."""
    module_name = f"{aspect}_{name}".replace("-", "_")
    loader = SourceFileLoader(module_name, str(ROLES / aspect / "files" / name))
    spec = importlib.util.spec_from_loader(module_name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    # Nothing is left beside the program: what lies in files/ is shipped.
    keep, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        sys.modules[module_name] = module  # dataclasses look their module up
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = keep
    return module
