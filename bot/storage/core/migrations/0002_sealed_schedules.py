"""A reminder's zone and wall time are its person's affair: they are sealed. And nobody's rows lie in order.

What is due is planned anew at every start, so those rows go instead of being kept readable; what was
posted is not posted again, since plans begin after the present.
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.rows import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables of schedules anew, and the one of meetings without the order of its rows."""
    schedule = (
        ("space", sa.Text),
        ("cog", sa.Text),
        ("schedule", sa.Text),
        ("args", sa.LargeBinary),
        ("zone", sa.LargeBinary),
        ("rule", sa.LargeBinary),
        ("grace_seconds", sa.Integer),
    )
    op.drop_table("core_due")
    op.drop_table("core_slot")
    op.create_table(
        "core_due",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("due", UtcTime, nullable=False, index=True),
        *(sa.Column(name, kind, nullable=False) for name, kind in schedule),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "core_slot",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("due", UtcTime, nullable=False),
        sa.Column("result", sa.Text, nullable=False, index=True),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("claimed_at", UtcTime, nullable=True),
        sa.Column("finished_at", UtcTime, nullable=True),
        sa.Column("ref", sa.LargeBinary, nullable=False),
        *(sa.Column(name, kind, nullable=False) for name, kind in schedule),
        sa.UniqueConstraint("name", "due"),
    )
    op.rename_table("core_reach", "core_reach_before")
    op.drop_index("ix_core_reach_who", "core_reach_before")
    op.create_table(
        "core_reach",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("pair", sa.LargeBinary(32), nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False, index=True),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("chosen", sa.Boolean, nullable=False),
        sa.UniqueConstraint("pair"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO core_reach (id, pair, who, account, chosen) "
        "SELECT id, pair, who, account, chosen FROM core_reach_before ORDER BY id"
    )
    op.drop_table("core_reach_before")
