"""What is due says on which platform it speaks, so that one that is away keeps no other waiting.

What stands there already is in the lane of everything else: those rows are told their own when a start plans
anew, with the moment that they wait for; a slot that is on its way ends in that lane.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give both tables the column, and what is due a way to be found by it."""
    for table in ("core_due", "core_slot"):
        op.add_column(table, sa.Column("lane", sa.Text, nullable=False, server_default=""))
    op.create_index("ix_core_due_lane_due", "core_due", ["lane", "due"])
