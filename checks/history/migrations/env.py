"""Where Alembic begins: on the connection and in the transaction that the caller has opened."""

from alembic import context

from checks.history.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
