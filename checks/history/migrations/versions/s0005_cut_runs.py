"""Who runs a night, so that one that was cut is told at once; and whether it asked every PC."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both to the nights; of those before nobody knows, and they are taken for whole ones."""
    process = sa.Column("process", sa.String(160), server_default="", nullable=False)
    op.add_column("nights", process)
    whole: sa.Column[bool] = sa.Column(
        "whole", sa.Boolean(), server_default=sa.text("true"), nullable=False
    )
    op.add_column("nights", whole)
