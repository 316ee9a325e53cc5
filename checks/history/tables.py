"""The tables of the history; checks/history/migrations makes and changes them."""

from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import (
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from checks.findings import Certainty, Severity, Status
from checks.history.records import Outcome

# Characters: a host name is one label of the domain name system (RFC 1035).
HOST = 63
CONTROL = 120
PART = 400
WORD = 20
DIGEST = 64  # SHA-256 in hexadecimal
RUN = 36  # a UUID
PROCESS = 160


class Utc(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no time zone, so it is taken off and put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _word(of: type[StrEnum]) -> Enum:
    """An enumeration as its word, without a type of the database's own to migrate."""
    return Enum(
        of, native_enum=False, length=WORD, values_callable=lambda all_: [one.value for one in all_]
    )


class Base(DeclarativeBase):
    """Of all tables; every constraint has a name, so that a migration can name it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class NightRow(Base):
    """A run: it begins, and where it was not cut, it ends."""

    __tablename__ = "nights"

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(String(RUN), unique=True)
    began: Mapped[datetime] = mapped_column(Utc)
    ended: Mapped[datetime | None] = mapped_column(Utc)
    day: Mapped[date]
    outcome: Mapped[Outcome] = mapped_column(_word(Outcome))
    hosts: Mapped[str] = mapped_column(Text)  # a JSON list, in the order asked
    notice: Mapped[str] = mapped_column(Text, server_default="")
    told: Mapped[bool] = mapped_column(server_default=text("false"))
    # Who runs it (checks/history/alive.py), and whether every PC of the inventory was asked.
    process: Mapped[str] = mapped_column(String(PROCESS), server_default="")
    whole: Mapped[bool] = mapped_column(server_default=text("true"))


class ReportRow(Base):
    """A report: once for each workstation and moment."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("host", "made_at", "stamp"),
        Index(None, "host", "dated_at"),
        # Holds all that `since` asks, so that no report is read for it.
        Index(None, "host", "made_at", "received_at"),
        Index(None, "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    night_id: Mapped[int] = mapped_column(ForeignKey("nights.id"))
    host: Mapped[str] = mapped_column(String(HOST))
    made_at: Mapped[datetime] = mapped_column(Utc)
    received_at: Mapped[datetime] = mapped_column(Utc)
    dated_at: Mapped[datetime] = mapped_column(Utc)
    day: Mapped[date]
    week: Mapped[int]
    # The digest where the clock is wrong: there one moment may come twice, with other words.
    stamp: Mapped[str] = mapped_column(String(DIGEST), server_default="")
    digest: Mapped[str] = mapped_column(String(DIGEST))
    body: Mapped[str] = mapped_column(Text)


class FindingRow(Base):
    """A finding from its first day to its last; when it comes back it is another row.

    `blind` tells the two lanes apart: what fails (or is waived), and what nobody can tell. So a
    disk that fails and cannot be asked tonight has a row in each.
    """

    __tablename__ = "findings"
    __table_args__ = (
        Index(
            "uq_findings_open",
            *("host", "control", "part", "blind"),
            unique=True,
            # PostgreSQL's too (s0001_first.py): to say it here would load its dialect every night.
            sqlite_where=text("ended IS NULL"),
        ),
        Index(None, "ended_night_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(HOST))
    control: Mapped[str] = mapped_column(String(CONTROL))
    part: Mapped[str] = mapped_column(String(PART))
    blind: Mapped[bool]
    status: Mapped[Status] = mapped_column(_word(Status))
    severity: Mapped[Severity] = mapped_column(_word(Severity))
    certainty: Mapped[Certainty] = mapped_column(_word(Certainty))
    # In English; in Vietnamese below: a paper is Vietnamese, whoever ran the night.
    reason: Mapped[str] = mapped_column(Text)
    remedy: Mapped[str] = mapped_column(Text)
    reason_vi: Mapped[str] = mapped_column(Text, server_default="")
    remedy_vi: Mapped[str] = mapped_column(Text, server_default="")
    waived_until: Mapped[date | None]
    first: Mapped[date]
    last: Mapped[date]
    ended: Mapped[date | None]
    seen: Mapped[bool]
    first_night_id: Mapped[int] = mapped_column(ForeignKey("nights.id"))
    # Since which run it has its status: a waiver that has run out is news.
    turned_night_id: Mapped[int] = mapped_column(ForeignKey("nights.id"))
    last_night_id: Mapped[int] = mapped_column(ForeignKey("nights.id"))
    ended_night_id: Mapped[int | None] = mapped_column(ForeignKey("nights.id"))
