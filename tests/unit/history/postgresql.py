"""A PostgreSQL server of our own: Debian's programs, a folder of its own, a free port of loopback.

No cluster of this machine is touched or asked.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

LOOPBACK, USER = "127.0.0.1", "benvung"
# Another program may take a free port before the server does.
TRIES = 3
_numbers = count()


def programs() -> Path | None:
    """The folder of the newest installed server's programs."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


class Server:
    """A running server; who knows its password is let in.

    Attributes:
        folder: all it writes.
        password: of its superuser, made for this run.
        port: of loopback.
    """

    def __init__(self, folder: Path, programs: Path) -> None:
        """Made by `server`."""
        self.folder = folder
        self.password = secrets.token_urlsafe()
        self.port = 0
        self._programs = programs

    def run(self, program: str, *arguments: str) -> bool:
        """Run one of the server's programs, which refuse to be root; whether it ended well."""
        as_owner: list[str] = []
        if os.geteuid() == 0:
            owner = self.folder.owner()
            as_owner = ["setpriv", f"--reuid={owner}", f"--regid={owner}", "--init-groups"]
        with (self.folder / "log").open("ab") as said:
            done = subprocess.run(
                [*as_owner, str(self._programs / program), *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=False,
            )
        return done.returncode == 0

    def make(self) -> None:
        """Make the cluster and start it."""
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        self.own(secret)
        logins = ("--auth=scram-sha-256", f"--pwfile={secret}", f"--username={USER}")
        made = self.run("initdb", "-D", self.data, *logins, "-E", "UTF8", "--locale=C")
        assert made, self._log()
        assert any(self._start() for _ in range(TRIES)), self._log()

    @property
    def data(self) -> str:
        """Where the cluster lies."""
        return str(self.folder / "data")

    def _start(self) -> bool:
        with socket.create_server((LOOPBACK, 0)) as free:
            self.port = free.getsockname()[1]
        # Another zone than ours, so that a moment without a zone would be seen.
        settings = (
            f"-c listen_addresses={LOOPBACK} -c port={self.port} -c unix_socket_directories= "
            "-c fsync=off -c timezone=America/Lima"
        )
        return self.run("pg_ctl", "-D", self.data, "-w", "-o", settings, "start")

    def own(self, path: Path) -> None:
        """Give a path to the user the programs run as."""
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def _log(self) -> str:
        return (self.folder / "log").read_text()

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        assert self.run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop"), self._log()

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"history{next(_numbers)}"
        server = f"postgresql://{USER}:{self.password}@{LOOPBACK}:{self.port}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"{server}/{name}"


@contextmanager
def server(programs: Path) -> Iterator[Server]:
    """A server that is there as long as the context is."""
    # Not among pytest's own folders: they are closed to others.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    one = Server(folder, programs)
    one.own(folder)
    try:
        one.make()
        try:
            yield one
        finally:
            one.stop()
    finally:
        shutil.rmtree(folder)
