"""A small Debian archive of a test's own: packages made on the spot, served as slowly as wanted."""

import hashlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PIECE = 4096


@dataclass
class Archive:
    """A flat archive in a directory, signed by nobody (the workstation is told to trust it).

    Args:
        place: its directory, which exists.
        suite: of the workstation, such as trixie.
        label: as in its Release file; `Debian-Security` makes its packages security updates.
        bytes_per_second: how fast files are sent; 0 is as fast as they go.
        asked: the paths that were asked for.
    """

    place: Path
    suite: str
    label: str = "Debian-Security"
    bytes_per_second: int = 0
    asked: list[str] = field(default_factory=list)

    def add(self, name: str, version: str, postinst: str = "", ballast: int = 0) -> Path:
        """Make a package and publish it.

        Args:
            name: of the package.
            version: of the package.
            postinst: shell lines run while it is being set up.
            ballast: bytes that do not compress.

        Returns:
            The .deb file.
        """
        root = self.place / f"{name}_{version}"
        (root / "DEBIAN").mkdir(parents=True)
        (root / "usr/share/thu").mkdir(parents=True)
        (root / "usr/share/thu" / name).write_bytes(_noise(ballast))
        control = f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: lab\n"
        (root / "DEBIAN/control").write_text(f"{control}Description: a package of a test\n")
        script = root / "DEBIAN/postinst"
        script.write_text(f"#!/bin/sh\nset -e\n{postinst}\n")
        script.chmod(0o755)
        deb = self.place / f"{root.name}_all.deb"
        build = ["dpkg-deb", "--root-owner-group", "--build", str(root), str(deb)]
        subprocess.run(build, check=True, capture_output=True)
        self._publish()
        return deb

    def _publish(self) -> None:
        stanzas = []
        for deb in sorted(self.place.glob("*.deb")):
            show = ["dpkg-deb", "--field", str(deb)]
            fields = subprocess.run(show, check=True, capture_output=True, text=True).stdout
            data = deb.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            stanzas.append(f"{fields}Filename: ./{deb.name}\nSize: {len(data)}\nSHA256: {digest}\n")
        packages = "\n".join(stanzas).encode()
        index, release = self.place / "Packages", self.place / "Release"
        # Two of one second would be one to apt, which asks for what is newer by the second.
        moment = max(int(time.time()), int(release.stat().st_mtime) + 1 if release.exists() else 0)
        index.write_bytes(packages)
        release.write_text(
            f"Origin: Debian\nLabel: {self.label}\nSuite: stable-security\n"
            f"Codename: {self.suite}-security\nDate: Sun, 01 Nov 2026 00:00:00 UTC\n"
            f"SHA256:\n {hashlib.sha256(packages).hexdigest()} {len(packages)} Packages\n"
        )
        for file in (index, release):
            os.utime(file, (moment, moment))

    @contextmanager
    def served(self, address: str) -> Iterator[str]:
        """Serve it on an address of this machine; the archive's URL."""
        handler = partial(_Handler, self)
        with ThreadingHTTPServer((address, 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://{address}:{server.server_address[1]}"
            server.shutdown()


class _Handler(SimpleHTTPRequestHandler):
    """Serves the archive; as a proxy too, since it answers whole addresses."""

    def __init__(self, archive: Archive, *arguments: object) -> None:
        self.archive = archive
        super().__init__(*arguments, directory=str(archive.place))  # type: ignore[arg-type]

    def translate_path(self, path: str) -> str:
        """Take a proxy's whole address for its last part."""
        return super().translate_path(path.rpartition("/")[2])

    def copyfile(self, source: object, outputfile: object) -> None:
        """Send at the archive's speed; a workstation that was cut off is nobody's trouble."""
        speed = self.archive.bytes_per_second
        try:
            while piece := source.read(PIECE):  # type: ignore[attr-defined]
                outputfile.write(piece)  # type: ignore[attr-defined]
                if speed:
                    time.sleep(PIECE / speed)  # the line's speed, not a wait for luck
        except OSError:
            self.close_connection = True

    def log_message(self, _format: str, *_arguments: object) -> None:
        """Remember what was asked instead of printing it."""
        self.archive.asked.append(self.path)


def _noise(size: int) -> bytes:
    """Bytes that do not compress, the same each time."""
    blocks = (hashlib.sha256(str(number).encode()).digest() for number in range(size // 32))
    return b"".join(blocks)
