"""What alembic runs a step in: the connection and the transaction that it is given, nothing of its own."""

from alembic import context

from mindzie.store.migrations import VERSION_TABLE
from mindzie.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
