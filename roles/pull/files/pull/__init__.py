"""Fetch the repository, verify it, and apply it to this very PC: the aspect `pull`."""
