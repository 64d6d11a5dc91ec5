"""The core's tables. Spaces are named by random ids everywhere but in `Space` itself, which is sealed."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..rows import ACCOUNT_LENGTH, Row, Sealed, person_hash, sealed

COG = "core"

secret_table = Table(
    "core_secret",
    Row.metadata,
    Column("slot", Text, primary_key=True),
    Column("purpose", Text, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""Random secrets, sealed under the master key; the slot is a keyed hash of purpose and space."""

handled_table = Table(
    "core_handled",
    Row.metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("lane", Text, nullable=False),
    Column("batch", Integer, nullable=False),
    # No rowid: the order in which things were handled is nobody's business either.
    sqlite_with_rowid=False,
)
"""Keyed hashes of the events that were handled, without command, person or time."""

blob_table = Table(
    "core_blob",
    Row.metadata,
    Column("name", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""Named sealed bytes: a platform's keys, device and position."""

fact_table = Table(
    "core_fact",
    Row.metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Plain facts about this installation; nothing about a person."""


class CoreRow(Row):
    """A row of the core."""

    __abstract__ = True
    __cog__ = COG


class Space(CoreRow):
    """A community. `binding` is [platform, the platform's own id of the server or room]."""

    __tablename__ = "core_space"

    bound: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Keyed hash of the binding."""
    name = sealed(str)
    binding: Sealed[list[str]] = sealed(list, length=ACCOUNT_LENGTH)


class Draft(CoreRow):
    """What somebody typed into a form that could not be accepted."""

    __tablename__ = "core_draft"

    who: Mapped[bytes] = person_hash(of="account")
    account = sealed(str, length=ACCOUNT_LENGTH)
    payload: Sealed[dict[str, object]] = sealed(dict)
    expires: Mapped[datetime.datetime] = mapped_column(index=True)


class Profile(CoreRow):
    """One version of a space's profile; the text is sealed because it may name people."""

    __tablename__ = "core_profile"
    __table_args__ = (UniqueConstraint("space", "number"),)

    space: Mapped[str]
    number: Mapped[int]
    text = sealed(str)
    author = sealed(str, optional=True, length=ACCOUNT_LENGTH)
    """As a list: platform, account, space, and the name that others knew them by."""
    source: Mapped[str]
    """file, chat or shipped."""
    content_hash: Mapped[str | None] = mapped_column(Text)
    """SHA-256 of the imported file, by which a restart sees that nothing changed."""
    created: Mapped[datetime.datetime]
    applied: Mapped[bool]
    undone: Mapped[bool]
    restores: Mapped[int | None]
    """The version whose text this one brought back."""


class Due(CoreRow):
    """A schedule and the moment of its next slot."""

    __tablename__ = "core_due"
    # No rowid: a queue of anonymous posts must not tell in which order it was written.
    __table_args__ = (Index("ix_core_due_lane_due", "lane", "due"), {"sqlite_with_rowid": False})

    name: Mapped[str] = mapped_column(unique=True)
    space: Mapped[str]
    cog: Mapped[str]
    schedule: Mapped[str]
    args: Sealed[dict[str, object]] = sealed(dict)
    due: Mapped[datetime.datetime] = mapped_column(index=True)
    zone = sealed(str)
    rule = sealed(str)
    """Sealed, since a reminder's wall time and zone tell about its person; the moment alone is needed."""
    grace_seconds: Mapped[int]
    lane: Mapped[str]
    """The platform on which it speaks; empty where that is not known."""


class SlotRow(CoreRow):
    """One occurrence of a schedule: the ledger. The rest is as it was when the slot was claimed."""

    __tablename__ = "core_slot"
    __table_args__ = (UniqueConstraint("name", "due"),)

    name: Mapped[str]
    due: Mapped[datetime.datetime] = mapped_column(index=True)
    result: Mapped[str] = mapped_column(index=True)
    """claimed, sent, refused, skipped or unknown."""
    mark: Mapped[str]
    claimed_at: Mapped[datetime.datetime | None]
    finished_at: Mapped[datetime.datetime | None]
    """When it had ended and its cog had heard so."""
    ref = sealed(str, optional=True, length=ACCOUNT_LENGTH)
    space: Mapped[str]
    cog: Mapped[str]
    schedule: Mapped[str]
    args: Sealed[dict[str, object]] = sealed(dict)
    zone = sealed(str)
    rule = sealed(str)
    grace_seconds: Mapped[int]
    lane: Mapped[str]


class Reached(CoreRow):
    """A space in which an account was met, for direct conversations, erasing and restoring."""

    __tablename__ = "core_reach"
    # No rowid: in the order in which people were met, these rows could be laid beside those of a cog.
    __table_args__ = ({"sqlite_with_rowid": False},)

    pair: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Keyed hash of account and space."""
    who: Mapped[bytes] = person_hash(of="account", purpose="account")
    """Keyed hash of the account, in no space."""
    account = sealed(str, length=ACCOUNT_LENGTH)
    chosen: Mapped[bool]
    """Whether this is the space meant in a direct conversation."""


class Erasing(CoreRow):
    """An erasure that is under way; gone with the person's rows."""

    __tablename__ = "core_erasing"

    account = sealed(str, length=ACCOUNT_LENGTH)
    asked: Mapped[datetime.datetime]
