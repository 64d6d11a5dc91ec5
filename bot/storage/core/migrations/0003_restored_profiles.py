"""A version of a profile may bring an older one back, and says which."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the versions a place to say it."""
    op.add_column("core_profile", sa.Column("restores", sa.Integer, nullable=True))
