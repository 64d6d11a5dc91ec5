"""The first table of proposals."""

import sqlalchemy as sa
from alembic import op

from bot.sdk import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "config_proposal",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("expires", UtcTime, nullable=False, index=True),
        sa.UniqueConstraint("who"),
    )
