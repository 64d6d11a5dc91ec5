"""What is planned lies in no order: a queue of anonymous posts must not tell when which was written."""

import sqlalchemy as sa
from alembic import op

from bot.storage.rows import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of what is due anew, without the order of its rows."""
    op.rename_table("core_due", "core_due_before")
    op.drop_index("ix_core_due_due", "core_due_before")
    op.create_table(
        "core_due",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("due", UtcTime, nullable=False, index=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("cog", sa.Text, nullable=False),
        sa.Column("schedule", sa.Text, nullable=False),
        sa.Column("args", sa.LargeBinary, nullable=False),
        sa.Column("zone", sa.LargeBinary, nullable=False),
        sa.Column("rule", sa.LargeBinary, nullable=False),
        sa.Column("grace_seconds", sa.Integer, nullable=False),
        sa.UniqueConstraint("name"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO core_due (id, name, due, space, cog, schedule, args, zone, rule, grace_seconds) "
        "SELECT id, name, due, space, cog, schedule, args, zone, rule, grace_seconds "
        "FROM core_due_before ORDER BY id"
    )
    op.drop_table("core_due_before")
