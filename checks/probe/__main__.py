"""Run the probe: `python3 -BIS /usr/local/lib/benvung/probe` on a workstation, or as a module.

-B: no compiled files, which a power cut could tear; the directory stays what was installed.
"""

import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent

sys.dont_write_bytecode = True
if not __package__:
    # Called by its directory: then that directory's parent knows it as a package.
    sys.path[0] = str(HERE.parent)

if __name__ == "__main__":
    sys.exit(import_module(f"{__package__ or HERE.name}.command").main(sys.argv[1:]))
