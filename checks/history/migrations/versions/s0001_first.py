"""Nights, reports, findings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the three tables."""
    _nights()
    _reports()
    _findings()


def _nights() -> None:
    op.create_table(
        "nights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(36), nullable=False),
        sa.Column("began", MOMENT, nullable=False),
        sa.Column("ended", MOMENT),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("hosts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_nights"),
        sa.UniqueConstraint("run", name="uq_nights_run"),
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("night_id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(63), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("dated_at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(64), server_default="", nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.ForeignKeyConstraint(["night_id"], ["nights.id"], name="fk_reports_night_id"),
        sa.UniqueConstraint("host", "made_at", "stamp", name="uq_reports_host_made_at_stamp"),
    )
    op.create_index("ix_reports_host_dated_at", "reports", ["host", "dated_at"])
    newest = ["host", "made_at", "received_at"]
    op.create_index("ix_reports_host_made_at_received_at", "reports", newest)
    op.create_index("ix_reports_day", "reports", ["day"])


def _findings() -> None:
    nights = ("first_night_id", "turned_night_id", "last_night_id", "ended_night_id")
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(63), nullable=False),
        sa.Column("control", sa.String(120), nullable=False),
        sa.Column("part", sa.String(400), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("severity", sa.String(20), nullable=False),
        sa.Column("certainty", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("waived_until", sa.Date()),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("ended", sa.Date()),
        sa.Column("seen", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=name == "ended_night_id") for name in nights),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        *(
            sa.ForeignKeyConstraint([name], ["nights.id"], name=f"fk_findings_{name}")
            for name in nights
        ),
    )
    standing = sa.text("ended IS NULL")
    op.create_index(
        "uq_findings_open",
        "findings",
        ["host", "control", "part", "blind"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_index("ix_findings_ended_night_id", "findings", ["ended_night_id"])
