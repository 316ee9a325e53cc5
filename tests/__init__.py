"""Proof: unit, lab (real workstations), acceptance (from the reader's chair)."""
