"""The reader's session."""
from testinfra.host import Host
from tests.acceptance.reader import Reader


def test_x(reader: Reader, root: Host) -> None:
    said = reader.run("id; loginctl show-session $(loginctl session-status | head -1 | cut -d' ' -f1); echo $DISPLAY; xprintidle")
    assert said.rc == 3, said
