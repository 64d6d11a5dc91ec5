"""How check-ins were shown to the group: so that each goes out once, and can be taken back."""

import sqlalchemy as sa
from alembic import op

from bot.sdk import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table. Its rows lie in no order."""
    op.create_table(
        "checkins_shown",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False, index=True),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("at", UtcTime, nullable=False, index=True),
        sa.Column("pending", sa.Boolean, nullable=False),
        sa.Column("plan", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("checkins_shown_pending", "checkins_shown", ["space", "pending"])
