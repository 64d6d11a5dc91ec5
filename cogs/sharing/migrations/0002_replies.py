"""Anonymous replies have a receipt of their own, and go in time where they did not come out."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what that needs. Replies from before have no code; they go with their shares."""
    op.add_column("sharing_reply", sa.Column("code", sa.LargeBinary(32), nullable=True))
    op.add_column("sharing_reply", sa.Column("until", sa.Date, nullable=True))
    op.create_index("sharing_reply_code", "sharing_reply", ["code"], unique=True)
    op.create_index("sharing_reply_until", "sharing_reply", ["until"])
