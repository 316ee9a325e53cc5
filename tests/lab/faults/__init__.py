"""What curious readers and power cuts do to a workstation, one list for each aspect."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing broken by hand, and the proof that the next run mends exactly that.

    Attributes:
        aspect: the aspect that must mend it.
        name: what happened, as a person would tell it.
        do: shell command, run as root on the workstation, that breaks it.
        mended_by: the English sentences of the operations that must change something, and no other.
        proof: shell command, run as root, that fails while broken and succeeds when mended.
    """

    aspect: str
    name: str
    do: str
    mended_by: tuple[str, ...]
    proof: str
