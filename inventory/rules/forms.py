"""Forms of values that several aspects know."""

import re

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
URL = re.compile(r"(https?://[^\s\"'<>\\^`{|}]+|file:///[^\s\"'<>\\^`{|}]+)")
