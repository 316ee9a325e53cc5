"""What a finding says in both languages: until here, in that of the run alone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the Vietnamese sentences; of what was found before, nobody knows which they are."""
    for name in ("reason", "remedy"):
        new: sa.Column[str] = sa.Column(f"{name}_vi", sa.Text(), server_default="", nullable=False)
        op.add_column("findings", new)
        table = sa.table("findings", sa.column(name), sa.column(new.name))
        op.execute(table.update().values({new.name: table.c[name]}))
