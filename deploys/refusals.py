"""What a person asked of the desk, and is refused; light to import, for who only shows it."""


class EnrolRefused(Exception):  # noqa: N818 - it names what happened, as a person would say it
    """Enrolment cannot go on; the message is one sentence that says why, and what to do."""
