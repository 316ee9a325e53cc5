"""Is it so? Reads the inventory and the workstations, changes neither."""
