"""The inbox forgets what was handled long ago: an index to find it."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """The inbox forgets what was handled long ago: an index to find it."""
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_handled", ["handled_at"], unique=False)
