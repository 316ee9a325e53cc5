"""A repository of a test's own: signed by throw-away keys, published on a plain web server."""

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# No setting of the person who runs the tests reaches git.
SURROUNDINGS = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    **{f"GIT_{who}_NAME": "Kỹ thuật viên" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "ktv@thuvien.example" for who in ("AUTHOR", "COMMITTER")},
}


def new_key(path: Path) -> str:
    """Make an SSH key; its public half as a line of type and key."""
    quiet = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)]
    subprocess.run(quiet, check=True)
    return " ".join(path.with_name(f"{path.name}.pub").read_text().split()[:2])


@dataclass
class Published:
    """A technician's working tree, and what is published of it.

    Args:
        place: a directory for both, which is there.
        key: the private key commits are signed with.
        asked: the paths the web server was asked for.
    """

    place: Path
    key: Path
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with an empty tree, nothing published."""
        self.tree.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.bare))

    @property
    def tree(self) -> Path:
        """The working tree."""
        return self.place / "tree"

    @property
    def bare(self) -> Path:
        """What the server shows."""
        return self.place / "www" / "benvung.git"

    def git(self, *words: str) -> str:
        """Run git in the working tree; what it printed."""
        done = subprocess.run(
            ["git", "-c", "gpg.format=ssh", "-c", f"user.signingKey={self.key}", *words],
            cwd=self.tree,
            env=SURROUNDINGS,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def commit(
        self, files: Mapping[str, str], *, key: Path | None = None, sign: bool = True
    ) -> str:
        """Commit files; the commit.

        Args:
            files: path → content.
            key: another key to sign with.
            sign: whether it is signed.
        """
        for name, content in files.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        self.git("add", "--all")
        who = ["-c", f"user.signingKey={key}"] if key else []
        how = ["--gpg-sign"] if sign else ["--no-gpg-sign"]
        self.git(*who, "commit", "--quiet", "--allow-empty", *how, "-m", f"The state {len(files)}")
        return self.git("rev-parse", "HEAD")

    def publish(self, what: str = "HEAD") -> None:
        """Push, and write what a plain web server needs."""
        self.git("push", "--quiet", "--force", str(self.bare), f"{what}:refs/heads/main")
        self.git(f"--git-dir={self.bare}", "gc", "--quiet", "--prune=now")
        self.git(f"--git-dir={self.bare}", "update-server-info")

    @contextmanager
    def served(self, address: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
        """Show it on an address of this machine; the repository's URL."""
        handler = partial(_Handler, self)
        with ThreadingHTTPServer((address, port), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                yield f"http://{address}:{server.server_address[1]}/{self.bare.name}"
            finally:
                server.shutdown()


class _Handler(SimpleHTTPRequestHandler):
    """A plain web server: files, and nothing that knows git."""

    def __init__(self, published: Published, *arguments: object) -> None:
        self.published = published
        super().__init__(*arguments, directory=str(published.bare.parent))  # type: ignore[arg-type]

    def log_message(self, _format: str, *_arguments: object) -> None:
        """Remember what was asked instead of printing it."""
        self.published.asked.append(self.path)
