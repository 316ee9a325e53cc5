"""The program that wipes a disk: runs on the PC that holds it, by the standard library alone.

It believes nobody: whatever the desk has checked, it finds the disk by its serial again, wipes
nothing that is in use, and calls a disk wiped only after reading all of it back.
"""
