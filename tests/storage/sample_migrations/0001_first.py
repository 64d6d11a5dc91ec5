import sqlalchemy as sa
from alembic import op

from bot.storage.rows import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sample_answer",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("who", sa.LargeBinary(32), nullable=False, index=True),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("mood", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("extra", sa.LargeBinary, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
    )
