"""Faults of the aspect pull: one on a PC that is pushed to, the others on one that pulls."""

from tests.lab.control_faults.fault import STATE, CannotBeStaged, ControlFault, back, record

PULL = f"{STATE}/pull/state.json"
DECLARED = "/etc/benvung/pull.json"
PROVED = ("tests/lab/test_pull.py::test_each_control_of_pulling_is_broken_and_mended",)
WHY = "the table's PCs are pushed to; a PC that pulls has a test of its own"

FAULTS = (ControlFault("pull.mode", f"echo '{{}}' > {DECLARED}"),)
# Of tests/lab/test_pull.py.
ON_A_PC_THAT_PULLS = (
    ControlFault("pull.source", record(DECLARED, branch="khac")),
    ControlFault(
        "pull.signers",
        "echo 'benvung namespaces=\"git\" ssh-ed25519 AAAA' >> /etc/benvung/pull/signers",
    ),
    ControlFault(
        "pull.nothing-refused",
        record(PULL, fetch={"outcome": "refused", "reason": "unsigned", "offered": "0" * 40}),
        back(PULL),
        perhaps={"pull.reached": "the same record"},
    ),
    ControlFault(
        "pull.reached",
        record(PULL, fetch={"outcome": "offline", "reached": "2026-01-05T00:00:00+00:00"}),
        back(PULL),
    ),
    ControlFault(
        "pull.applied",
        record(PULL, apply={"outcome": "failed", "reason": "task", "detail": "a test"}),
        back(PULL),
    ),
)
CANNOT_BE_STAGED = tuple(CannotBeStaged(one.control, WHY, PROVED) for one in ON_A_PC_THAT_PULLS)
