"""Unit tests: seconds, no root, no lab."""
