"""pyinfra executes this file before it looks for hosts: it is where the project has its say."""

from pyinfra import config

from deploys import desk

# Leaned on by a private name (deploys/desk.py), so a newer one is tried on purpose only.
config.REQUIRE_PYINFRA_VERSION = "==3.10.0"
# The maintenance account has sudo without a password; nothing is done as anyone else.
config.SUDO = True
# Uploads pass through the maintenance account's home: readers can write to /tmp. The technician's
# own machine has no such account, and no readers.
if not desk.is_this_machine():
    config.TEMP_DIR = "/home/benvung"

# Let `inventory` be a directory, checked before anything connects; refuse flags that mislead.
desk.open_inventory()
# Whatever happens, the last thing on the screen says how each PC is and what to do.
desk.report_at_exit()
