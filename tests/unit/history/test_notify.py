"""Sending: to a real mail server, to one that refuses, to one that hangs; never a traceback."""

import email
import socket
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from checks import notify
from checks.notice import Notice
from checks.notify import NoticeRefused, addresses, send

NOTICE = Notice("Máy thư viện: 1 mới", "thapmuoi-01: ổ đĩa <sda> sắp hỏng & lỗi\nViệc cần làm\n")
SECRET = "vung-oi-mo-ra"


class Mailbox:
    """Keeps what comes; refuses recipients or texts where it is told to."""

    def __init__(self) -> None:
        """Empty, and open to all."""
        self.mails: list[EmailMessage] = []
        self.refuse = ""

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _more: list[str]
    ) -> str:
        """Take a recipient, or not."""
        if self.refuse == "recipient":
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, or not."""
        if self.refuse == "mail":
            return "452 4.2.2 mailbox full"
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@pytest.fixture
def mailbox() -> Mailbox:
    """What came."""
    return Mailbox()


@pytest.fixture
def url(mailbox: Mailbox) -> Iterator[str]:
    """The address of a mail server on this machine that wants no password."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=0)
    with socket.create_server(("127.0.0.1", 0)) as free:
        controller.port = free.getsockname()[1]
    controller.start()
    yield f"mailto://127.0.0.1:{controller.port}?from=desk@library.example&to=ky.thuat@library.example"
    controller.stop()


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def test_a_mail_arrives_as_it_was_written(url: str, mailbox: Mailbox) -> None:
    sent = send(NOTICE, [url])
    assert (sent.told, sent.sentence) == (True, "The notice was sent.")
    (mail,) = mailbox.mails
    assert mail["Subject"] == NOTICE.title
    assert "ky.thuat@library.example" in mail["To"]
    assert text_of(mail).split() == NOTICE.body.split()


@pytest.mark.parametrize("refuse", ["recipient", "mail"])
def test_a_server_that_refuses_is_told(url: str, mailbox: Mailbox, refuse: str) -> None:
    mailbox.refuse = refuse
    sent = send(NOTICE, [url])
    assert not sent.told
    assert "could not be sent (mailto 127.0.0.1: " in sent.sentence


def test_a_password_that_is_refused_is_not_shown() -> None:
    def refuse(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False, message=f"535 {SECRET} is wrong")

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        Mailbox(), hostname="127.0.0.1", port=port, authenticator=refuse, auth_require_tls=False
    )
    controller.start()
    try:
        sent = send(
            NOTICE, [f"mailto://desk:{SECRET}@127.0.0.1:{port}?from=d@b.example&to=a@b.example"]
        )
    finally:
        controller.stop()
    assert not sent.told
    assert "535" in sent.sentence
    assert SECRET not in sent.sentence


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sent = send(NOTICE, [f"mailto://u:{SECRET}@127.0.0.1:{port}?from=d@b.example&to=a@b.example"])
    assert not sent.told
    assert "refused" in sent.sentence
    assert SECRET not in sent.sentence


def test_a_token_in_an_address_is_not_shown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sent = send(NOTICE, [f"json://127.0.0.1:{port}/{SECRET}"])
    assert "(json: the service did not take it)" in sent.sentence


def test_a_server_that_hangs_holds_nothing_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        sent = send(NOTICE, [f"mailto://127.0.0.1:{port}?from=d@b.example&to=a@b.example"], limit=4)
    assert not sent.told
    assert "no answer in 4 s" in sent.sentence


def test_one_address_that_fails_does_not_hide_the_other(url: str, mailbox: Mailbox) -> None:
    sent = send(NOTICE, [f"nonsense://{SECRET}", url])
    assert sent.told
    assert sent.sentence.startswith("The notice was sent. The notice could not be sent (nonsense: ")
    assert SECRET not in sent.sentence
    assert len(mailbox.mails) == 1


def test_a_sender_that_dies_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert "the sender ended with 1" in send(NOTICE, ["mailto://x"]).sentence
    monkeypatch.setattr(sys, "executable", str(tmp_path / "absent"))
    assert "No such file" in send(NOTICE, ["mailto://x"]).sentence


def test_the_address_is_in_no_process_list(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    run = subprocess.run

    def watched(command: list[str], **options: Any) -> Any:
        called.append(command)
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    assert send(NOTICE, [url]).told
    assert "127.0.0.1" not in " ".join(called[0])


# --- where the address comes from -----------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with two addresses, for its owner alone."""
    path = tmp_path / "notice-url"
    path.write_text(f"# mail first\nmailtos://u:{SECRET}@h\n\nntfy://topic\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_addresses_come_from_the_file(file: Path) -> None:
    assert addresses({}, file) == [f"mailtos://u:{SECRET}@h", "ntfy://topic"]


def test_the_variable_goes_before_the_file(file: Path) -> None:
    assert addresses({notify.VARIABLE: "mailto://x"}, file) == ["mailto://x"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_may_open_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(NoticeRefused, match="chmod 600") as refused:
        addresses({}, file)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"# none yet\n\n"])
def test_without_an_address_it_says_where_to_write_one(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(NoticeRefused, match="No notice can be sent: write an address"):
        addresses({}, file)


def test_without_a_file_it_says_where_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(NoticeRefused, match="No notice can be sent"):
        addresses({}, tmp_path / "none")


def test_a_file_of_no_text_is_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(NoticeRefused, match="cannot be read"):
        addresses({}, file)


def test_a_folder_is_no_address(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    with pytest.raises(NoticeRefused, match="Is a directory"):
        addresses({}, folder)
