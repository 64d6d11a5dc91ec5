"""The first tables of sharing. None of them lies in the order in which it was written."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.Text, primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _hash(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(32), nullable=nullable)


def _sealed(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _unsaved() -> sa.Column[bool]:
    return sa.Column("unsaved", sa.Boolean, nullable=False)


def _until(*, nullable: bool = False) -> sa.Column[object]:
    return sa.Column("until", sa.Date, nullable=nullable)


def upgrade() -> None:
    """Make them."""
    unordered = {"sqlite_with_rowid": False}
    op.create_table(
        "sharing_share", _id(), _text("space"), _hash("code"), _hash("handle"),
        _hash("message", nullable=True), _until(nullable=True), _unsaved(),
        _sealed("words"), _sealed("stand"), _sealed("secret"),
        sa.UniqueConstraint("code"), sa.UniqueConstraint("handle"), **unordered,
    )  # fmt: skip
    op.create_index("sharing_share_space", "sharing_share", ["space"])
    op.create_index("sharing_share_until", "sharing_share", ["until"])
    op.create_index("sharing_share_message", "sharing_share", ["message"])
    op.create_table("sharing_picture", _id(), _unsaved(), _sealed("picture"), **unordered)
    op.create_table(
        "sharing_reply", _id(), _text("share"), _hash("message", nullable=True),
        _hash("handle", nullable=True), _unsaved(), _sealed("words"), _sealed("stand"), **unordered,
    )  # fmt: skip
    op.create_index("sharing_reply_share", "sharing_reply", ["share"])
    op.create_index("sharing_reply_message", "sharing_reply", ["message"])
    op.create_index("sharing_reply_handle", "sharing_reply", ["handle"])
    op.create_table(
        "sharing_voice", _id(), _text("share"), _hash("mark"), _sealed("name"),
        sa.UniqueConstraint("share", "mark"), **unordered,
    )  # fmt: skip
    op.create_table(
        "sharing_tap", _id(), _text("share"), _hash("mark"), _sealed("kind"),
        sa.UniqueConstraint("share", "mark"), **unordered,
    )  # fmt: skip
    op.create_table(
        "sharing_address", _id(), _text("of"), _unsaved(), _sealed("account"), _sealed("wish"),
        sa.UniqueConstraint("of"), **unordered,
    )  # fmt: skip
    op.create_table(
        "sharing_handle", _id(), _text("of"), _until(), _sealed("account"),
        sa.UniqueConstraint("of"), **unordered,
    )  # fmt: skip
    op.create_index("sharing_handle_until", "sharing_handle", ["until"])
    op.create_table(
        "sharing_mute", _id(), _text("space"), _until(), _sealed("account"), _sealed("terms"), **unordered
    )
    op.create_index("sharing_mute_space", "sharing_mute", ["space"])
    op.create_index("sharing_mute_until", "sharing_mute", ["until"])
    op.create_table(
        "sharing_pending", _id(), _unsaved(), _sealed("account"), _sealed("words"), _sealed("picture"),
        **unordered,
    )  # fmt: skip
    op.create_table(
        "sharing_appeal", _id(), _text("space"), _until(), _unsaved(), _sealed("words"), **unordered
    )
    op.create_index("sharing_appeal_until", "sharing_appeal", ["until"])
    op.create_table(
        "sharing_member", _id(), _text("space"), _hash("who"), _sealed("account"), _sealed("wish"),
        sa.UniqueConstraint("who"), **unordered,
    )  # fmt: skip
    op.create_table(
        "sharing_secret", _id(), _text("space"), _text("name"), _unsaved(), _sealed("value"),
        sa.UniqueConstraint("space", "name"), **unordered,
    )  # fmt: skip
    op.create_table(
        "sharing_count", _id(), _text("day"), _hash("mark"), _unsaved(), _sealed("number"),
        sa.UniqueConstraint("day", "mark"), **unordered,
    )  # fmt: skip
