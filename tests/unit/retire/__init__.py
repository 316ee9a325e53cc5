"""Retiring a PC: what may be wiped, how it is wiped, and what is told."""
