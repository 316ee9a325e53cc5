"""Load a program's modules without searching for garbage among them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Import within it what stays until the program ends.

    Python searches again and again all it has loaded for garbage, at its end too, and finds none:
    a third of what loading a night's modules costs.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if searching:
            gc.enable()
