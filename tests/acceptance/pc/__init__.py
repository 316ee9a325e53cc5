"""Programs the acceptance tests bring to the workstation and run there as the reader."""
