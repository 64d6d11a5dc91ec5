"""What has passed is found by its moment, so that dropping what is old reads no more than that."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the ledger a way to be found by when a slot was due."""
    op.create_index("ix_core_slot_due", "core_slot", ["due"])
