"""Where Alembic begins: on the connection and in the transaction that the caller has opened."""

from alembic import context

from checks.history.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    # SQLite's tables can be made within a transaction; a cut leaves the old schema whole.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
