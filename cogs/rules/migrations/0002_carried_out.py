"""What is still to be carried out, and who was asked to agree."""

import sqlalchemy as sa
from alembic import op

from bot.sdk import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the column for who was told."""
    op.add_column("rules_sanction", sa.Column("told_at", UtcTime, nullable=True))
    op.create_table(
        "rules_break",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("place", sa.LargeBinary, nullable=False),
        sa.Column("until", UtcTime, nullable=False),
    )
    op.create_index("rules_break_who", "rules_break", ["who"])
    op.create_index("rules_break_space", "rules_break", ["space"])
    op.create_table(
        "rules_back",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.UniqueConstraint("case"),
    )
    op.create_index("rules_back_space", "rules_back", ["space"])
    op.create_table(
        "rules_asked",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.UniqueConstraint("who"),
    )
