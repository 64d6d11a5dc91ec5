"""The core's first tables."""

import sqlalchemy as sa
from alembic import op

from bot.storage.rows import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "core_secret",
        sa.Column("slot", sa.Text, primary_key=True),
        sa.Column("purpose", sa.Text, nullable=False, index=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "core_handled",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("batch", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "core_blob",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "core_fact",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "core_space",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("bound", sa.LargeBinary(32), nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("binding", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("bound"),
    )
    op.create_table(
        "core_draft",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("who", sa.LargeBinary(32), nullable=False, index=True),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("expires", UtcTime, nullable=False, index=True),
    )
    op.create_table(
        "core_profile",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("author", sa.LargeBinary, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=True),
        sa.Column("created", UtcTime, nullable=False),
        sa.Column("applied", sa.Boolean, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False),
        sa.UniqueConstraint("space", "number"),
    )
    schedule = (
        ("space", sa.Text),
        ("cog", sa.Text),
        ("schedule", sa.Text),
        ("args", sa.LargeBinary),
        ("zone", sa.Text),
        ("rule", sa.Text),
        ("grace_seconds", sa.Integer),
    )
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
    op.create_table(
        "core_reach",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("pair", sa.LargeBinary(32), nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False, index=True),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("chosen", sa.Boolean, nullable=False),
        sa.UniqueConstraint("pair"),
    )
    op.create_table(
        "core_erasing",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("asked", UtcTime, nullable=False),
    )
