"""Rules of the session aspect: what one reader may use and what is swept after."""

import re
from collections.abc import Iterator

from inventory.rules.registry import Variables, Wrong, rule, rule_for
from inventory.words import _


@rule("session_reader_uid")
def uid_is_a_persons(uid: int) -> Iterator[Wrong]:
    """In the range Debian gives to people, beside the installer's first user."""
    if uid not in range(1001, 60000):
        yield Wrong(_("{value} is no number for a reader").format(value=uid), _("Write 2000."))


@rule("session_idle_minutes")
def idle_time_leaves_time_to_read(minutes: int) -> Iterator[Wrong]:
    """0, or at least as long as it takes to read a page."""
    if minutes and minutes not in range(3, 241):
        wrong = _("{value} minutes are too short or too long").format(value=minutes)
        yield Wrong(wrong, _("Write 3 to 240, or 0 never to end a session."))


@rule_for("session_idle_minutes", "session_idle_warning_seconds")
def warning_is_within_the_idle_time(variables: Variables) -> Iterator[Wrong]:
    """The warning takes at most half of the idle time, and can be read."""
    warning, minutes = variables["session_idle_warning_seconds"], variables["session_idle_minutes"]
    if warning not in range(10, max(minutes, 1) * 60 // 2 + 1):
        wrong = _("{value} seconds are too short or too long").format(value=warning)
        mend = _("Let the warning stand for 10 seconds at least, and half the idle time at most.")
        yield Wrong(wrong, mend, (), "session_idle_warning_seconds")


_LEAST_ROOM = 50


@rule("session_processes", "session_memory_percent")
def limits_leave_room_for_a_session(limit: int) -> Iterator[Wrong]:
    """A desktop with a browser needs some hundred processes, and most of the memory."""
    if limit < _LEAST_ROOM:
        yield Wrong(_("{value} is too little for a session").format(value=limit), _("Write more."))


@rule("session_swept_directories", "restrictions_closed_programs")
def paths_are_plain(paths: list[str]) -> Iterator[Wrong]:
    """Each is absolute, below the top, and without spaces or patterns: a shell reads them."""
    for index, path in enumerate(paths):
        if not re.fullmatch(r"(/[\w.+-]+)+", path, re.ASCII) or "/.." in path:
            wrong = _("{value} is not a plain path").format(value=path)
            yield Wrong(wrong, _("Write it from /, without spaces and patterns."), (index,))


# Directories the system itself lives in: nothing a reader owns belongs there, and a sweep that
# meant them would be a mistake.
_NEVER_SWEPT = ("/", "/bin", "/boot", "/etc", "/home", "/lib", "/root", "/sbin", "/usr", "/var")


@rule("session_swept_directories")
def only_shared_places_are_swept(paths: list[str]) -> Iterator[Wrong]:
    """Not the system's own directories, nor anybody's home."""
    for index, path in enumerate(paths):
        if path in _NEVER_SWEPT or path.startswith(("/home/", "/usr/", "/etc/", "/boot/")):
            wrong = _("{value} is not a place to sweep").format(value=path)
            yield Wrong(wrong, _("Name the directory below it in which readers write."), (index,))
