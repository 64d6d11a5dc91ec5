"""What was decided and is not yet carried out."""

import sqlalchemy as sa
from alembic import op

from bot.sdk import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "rules_owed",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("what", sa.LargeBinary, nullable=False),
    )
    op.create_index("rules_owed_space", "rules_owed", ["space"])
    op.create_index("rules_owed_case", "rules_owed", ["case"])
