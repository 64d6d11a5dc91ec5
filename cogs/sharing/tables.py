"""What anonymous sharing keeps. No row about a share or a reply bears a hash of a person, and none of these
tables lies in the order in which it was written. What is `unsaved` is left out of every backup.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.sdk import ACCOUNT_LENGTH, Row, Sealed, person_hash, sealed

_UNORDERED = {"sqlite_with_rowid": False}
"""Rows lie by their random ids: where one stands tells nothing about when it came."""


class Share(Row):
    """What somebody shared without their name, kept until its day or until its code takes it down."""

    __tablename__ = "sharing_share"
    __table_args__ = (
        Index("sharing_share_space", "space"),
        Index("sharing_share_until", "until"),
        Index("sharing_share_message", "message"),
        _UNORDERED,
    )

    space: Mapped[str]
    code: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Keyed hash of the receipt's code; the code itself is kept nowhere."""
    handle: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Keyed hash of the short name by which everybody may speak of it."""
    message: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Keyed hash of what the platform calls the post."""
    until: Mapped[datetime.date | None]
    """The day after which it goes; none while it has not been posted."""
    unsaved: Mapped[bool]
    """Whether it has not been posted yet."""
    words: Sealed[dict[str, Any]] = sealed(dict)
    """`text`, `added` (what its author added, in order), `wants`, `theme`, `label`, `warning`."""
    stand: Sealed[dict[str, Any]] = sealed(dict, length=3000)
    """How it stands with it: `state` and all that belongs to that; always of one length."""
    secret = sealed(str)
    """The thread's own secret: voices, taps and the author's panel hang on it."""


class Shown(Row):
    """The picture of a share, made anew without anything but what can be seen; goes with its share."""

    __tablename__ = "sharing_picture"
    __table_args__ = (_UNORDERED,)

    unsaved: Mapped[bool]
    picture: Sealed[dict[str, str]] = sealed(dict)
    """`type`, `data` in base64, and `alt`."""


class Reply(Row):
    """An anonymous reply to a share; goes with its share."""

    __tablename__ = "sharing_reply"
    __table_args__ = (
        Index("sharing_reply_share", "share"),
        Index("sharing_reply_message", "message"),
        Index("sharing_reply_handle", "handle"),
        Index("sharing_reply_code", "code", unique=True),
        Index("sharing_reply_until", "until"),
        _UNORDERED,
    )

    share: Mapped[str]
    code: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Keyed hash of the code of its receipt."""
    until: Mapped[datetime.date | None]
    """The day after which it goes where it did not come out; none once it has been posted."""
    message: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    handle: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    unsaved: Mapped[bool]
    """Whether it has not been posted yet."""
    words: Sealed[dict[str, Any]] = sealed(dict)
    """`text`, `name` (the voice that speaks) and whether it is the `author`; `asked` where moderators would
    like it changed."""
    stand: Sealed[dict[str, Any]] = sealed(dict, length=2400)
    """How it stands with it, as with a share."""


class Voice(Row):
    """A pseudonym within one thread: whose it is, only the thread's own secret tells; dies with that."""

    __tablename__ = "sharing_voice"
    __table_args__ = (UniqueConstraint("share", "mark"), _UNORDERED)

    share: Mapped[str]
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    name: Sealed[dict[str, Any]] = sealed(dict, length=128)
    """`name`, and whether it is the `author`."""


class Tap(Row):
    """A tap under a share, or a report about it, so that it counts once; dies with the thread's secret."""

    __tablename__ = "sharing_tap"
    __table_args__ = (UniqueConstraint("share", "mark"), _UNORDERED)

    share: Mapped[str]
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    kind = sealed(str, length=32)


class Address(Row):
    """Where the author of a share, or whoever appeals, can be told something; gone the moment it is cut."""

    __tablename__ = "sharing_address"
    __table_args__ = (UniqueConstraint("of"), _UNORDERED)

    of: Mapped[str]
    unsaved: Mapped[bool]
    account = sealed(str, length=ACCOUNT_LENGTH)
    wish: Sealed[dict[str, Any]] = sealed(dict, length=2048)
    """`language`, `replies` (whether they want to hear of them), `due`, and `notices` that wait."""


class MuteHandle(Row):
    """What a mute can be made from, and nothing else; kept for the set time, destroyed by nothing earlier."""

    __tablename__ = "sharing_handle"
    __table_args__ = (UniqueConstraint("of"), Index("sharing_handle_until", "until"), _UNORDERED)

    of: Mapped[str]
    until: Mapped[datetime.date]
    account = sealed(str, length=ACCOUNT_LENGTH)


class Mute(Row):
    """A voice may not write here for a time. Each is its own record; nothing ever lists them."""

    __tablename__ = "sharing_mute"
    __table_args__ = (
        Index("sharing_mute_space", "space"),
        Index("sharing_mute_until", "until"),
        _UNORDERED,
    )

    space: Mapped[str]
    until: Mapped[datetime.date]
    account = sealed(str, length=ACCOUNT_LENGTH)
    terms: Sealed[dict[str, str]] = sealed(dict, length=256)
    """`share` (empty: the whole community) and `end`, in UTC."""


class Pending(Row):
    """What was written and is being looked at once more, for half an hour; then only its receipt's code."""

    __tablename__ = "sharing_pending"
    __table_args__ = (_UNORDERED,)

    unsaved: Mapped[bool]
    account = sealed(str, length=ACCOUNT_LENGTH)
    words: Sealed[dict[str, Any]] = sealed(dict)
    picture: Sealed[dict[str, str] | None] = sealed(dict, optional=True)


class Appeal(Row):
    """What the author of a share answers to moderators, until they answered or 14 days have passed."""

    __tablename__ = "sharing_appeal"
    __table_args__ = (Index("sharing_appeal_until", "until"), _UNORDERED)

    space: Mapped[str]
    until: Mapped[datetime.date]
    unsaved: Mapped[bool]
    words: Sealed[dict[str, Any]] = sealed(dict)
    """`text`, `handle`, `state`, `due`."""


class Member(Row):
    """That somebody read the promise and agreed, and which themes they do not want to see unfolded."""

    __tablename__ = "sharing_member"
    __table_args__ = (_UNORDERED,)

    space: Mapped[str]
    who: Mapped[bytes] = person_hash(of="account", unique=True, index=False)
    account = sealed(str, length=ACCOUNT_LENGTH)
    wish: Sealed[dict[str, Any]] = sealed(dict, length=2048)
    """`agreed` (the day), `filter` (themes)."""


class Secret(Row):
    """Random secrets of a community: one under which codes and names are looked up, and one for each day."""

    __tablename__ = "sharing_secret"
    __table_args__ = (UniqueConstraint("space", "name"), _UNORDERED)

    space: Mapped[str]
    name: Mapped[str]
    unsaved: Mapped[bool]
    value = sealed(str)


class Count(Row):
    """How much somebody wrote today, under a secret that goes with the day."""

    __tablename__ = "sharing_count"
    __table_args__ = (UniqueConstraint("day", "mark"), _UNORDERED)

    day: Mapped[str]
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    unsaved: Mapped[bool]
    number = sealed(int)
