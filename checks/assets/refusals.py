"""What a person asked of the assets, and is refused: nothing was written."""


class AssetRefused(Exception):  # noqa: N818 - it names what happened
    """What was asked cannot be; says what is wrong and what to do.

    Attributes:
        wrong: what is wrong, in the person's language.
        mend: what to do about it.
    """

    def __init__(self, wrong: str, mend: str) -> None:
        """Carry both sentences."""
        self.wrong = wrong
        self.mend = mend
        super().__init__(wrong, mend)

    def __str__(self) -> str:
        """Two short lines, ready for the terminal."""
        return f"{self.wrong}\n    → {self.mend}"
