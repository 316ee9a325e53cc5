"""A PostgreSQL server of our own: Debian's programs, a folder of its own, a socket and no port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

_numbers = count()


def programs() -> Path | None:
    """The folder of the newest installed server's programs."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


class Server:
    """A running server; whoever may open its folder is let in."""

    def __init__(self, folder: Path, programs: Path) -> None:
        """Made by `server`."""
        self.folder = folder
        self._programs = programs

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs, which refuse to be root."""
        as_owner: list[str] = []
        if os.geteuid() == 0:
            owner = self.folder.owner()
            as_owner = ["setpriv", f"--reuid={owner}", f"--regid={owner}", "--init-groups"]
        log = self.folder / "log"
        with log.open("ab") as said:
            done = subprocess.run(
                [*as_owner, str(self._programs / program), *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=False,
            )
        assert done.returncode == 0, log.read_text()

    def make(self) -> None:
        """Make the cluster and start it."""
        data = str(self.folder / "data")
        superuser = "--username=benvung"
        self.run("initdb", "-D", data, superuser, "--auth=trust", "-E", "UTF8", "--locale=C")
        # Another zone than ours, so that a moment without a zone would be seen.
        settings = (
            f"-c listen_addresses= -c unix_socket_directories={self.folder} "
            "-c fsync=off -c timezone=America/Lima"
        )
        self.run("pg_ctl", "-D", data, "-w", "-o", settings, "start")

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"history{next(_numbers)}"
        with psycopg.connect(
            host=str(self.folder), user="benvung", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql://benvung@/{name}?host={self.folder}"


@contextmanager
def server(programs: Path) -> Iterator[Server]:
    """A server that is there as long as the context is."""
    # A socket's path may have 107 characters, and pytest's own folders are closed to others.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    one = Server(folder, programs)
    try:
        one.make()
        yield one
    finally:
        one.stop()
        shutil.rmtree(folder)
