"""The first tables of moderation."""

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
        "rules_case",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("opened", UtcTime, nullable=False),
        sa.Column("expires", UtcTime, nullable=False),
        sa.Column("waits", sa.Boolean, nullable=False),
        sa.Column("erased", sa.Boolean, nullable=False),
        sa.UniqueConstraint("space", "number"),
    )
    op.create_index("rules_case_who", "rules_case", ["who", "opened"])
    op.create_index("rules_case_opened", "rules_case", ["space", "opened"])
    op.create_index("rules_case_expires", "rules_case", ["expires"])
    op.create_table(
        "rules_entry",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("told", sa.LargeBinary, nullable=False),
    )
    op.create_index("rules_entry_case", "rules_entry", ["case", "at"])
    op.create_table(
        "rules_doer",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("holds", sa.Boolean, nullable=False),
    )
    op.create_index("rules_doer_entry", "rules_doer", ["entry"])
    op.create_index("rules_doer_who", "rules_doer", ["who"])
    op.create_table(
        "rules_sanction",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("until", UtcTime, nullable=False),
        sa.Column("kind", sa.LargeBinary, nullable=False),
    )
    op.create_index("rules_sanction_who", "rules_sanction", ["who"])
    op.create_index("rules_sanction_until", "rules_sanction", ["until"])
    op.create_table(
        "rules_agreed",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.UniqueConstraint("who"),
    )
    op.create_table(
        "rules_silenced",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("who"),
    )
    op.create_table(
        "rules_count",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("cases", sa.Integer, nullable=False),
        sa.UniqueConstraint("space"),
    )
