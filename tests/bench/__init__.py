"""Measurements by hand, on data that is not in the repository."""
