"""Measurements by hand: see README.md."""
