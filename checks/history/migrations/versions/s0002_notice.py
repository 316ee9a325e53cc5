"""What became of a night's notice: the next one tells what nobody was told yet."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the notice to the nights; those before have told nobody."""
    op.add_column("nights", sa.Column("notice", sa.Text(), server_default="", nullable=False))
    told: sa.Column[bool] = sa.Column(
        "told", sa.Boolean(), server_default=sa.text("false"), nullable=False
    )
    op.add_column("nights", told)
