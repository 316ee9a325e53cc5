"""The night's questions, asked by testinfra: one test for each control, named after it.

Written as a testinfra suite would ask them, and to its advantage wherever there is a choice: what
several tests need is asked once a module, several facts of one kind in one command, and the
inventory is resolved once for all PCs. A test passes where the control is ok, fails where it fails,
and is skipped where nobody can tell; `tests.bench` compares the two and counts the same answers.
"""
