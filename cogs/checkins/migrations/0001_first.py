"""The first tables of check-ins."""

import sqlalchemy as sa
from alembic import op

from bot.sdk import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "checkins_entry",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("mood", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("group", sa.LargeBinary, nullable=False),
        sa.Column("shared", sa.LargeBinary, nullable=False),
    )
    op.create_index("checkins_entry_mine", "checkins_entry", ["who", "at"])
    op.create_index("checkins_entry_space", "checkins_entry", ["space", "at"])
    op.create_index("checkins_entry_at", "checkins_entry", ["at"])
    op.create_table(
        "checkins_reminder",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("plan", sa.LargeBinary, nullable=False),
        sa.Column("paused", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("who"),
    )
    op.create_index("checkins_reminder_space", "checkins_reminder", ["space"])
    op.create_table(
        "checkins_pause",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("group", sa.Text, nullable=False),
        sa.Column("until", UtcTime, nullable=True),
        sa.UniqueConstraint("space", "group"),
    )
    op.create_table(
        "checkins_asked",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("due", UtcTime, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.UniqueConstraint("space", "prompt", "due"),
    )
    op.create_table(
        "checkins_picture",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("group", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("shares", sa.LargeBinary, nullable=False),
        sa.Column("made", UtcTime, nullable=False),
        sa.UniqueConstraint("space", "group", "period"),
    )
