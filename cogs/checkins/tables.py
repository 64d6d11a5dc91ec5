"""What check-ins keep. Who, how somebody is and what they wrote are sealed; times and counts are not."""

from __future__ import annotations

import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.sdk import ACCOUNT_LENGTH, Choice, Row, Sealed, person_hash, sealed


class Mood(Choice):
    """How it is, in five steps. What a step is called is the group's affair; the order is fixed."""

    VERY_HEAVY = "very-heavy"
    HEAVY = "heavy"
    BETWEEN = "between"
    LIGHTER = "lighter"
    LIGHT = "light"


class Checkin(Row):
    """One check-in, kept so that its person can look back. Gone when they say so, or by age.

    An answer to a prompt has an id that follows from person and slot, so that there can be only one.
    """

    __tablename__ = "checkins_entry"
    __table_args__ = (
        Index("checkins_entry_mine", "who", "at"),
        Index("checkins_entry_space", "space", "at"),
        Index("checkins_entry_at", "at"),
    )

    space: Mapped[str]
    who: Mapped[bytes] = person_hash(of="account", index=False)
    account = sealed(str, length=ACCOUNT_LENGTH)
    at: Mapped[datetime.datetime]
    """In whole minutes: a finer time would be found again in the id of a message that was shown."""
    mood = sealed(Mood)
    note = sealed(str, optional=True)
    group = sealed(str, optional=True)
    """The group in whose room, or to whose prompt, it was said."""
    shared = sealed(bool)
    """Whether its person showed it to the group."""


class Shown(Row):
    """How a check-in was shown to the group, or is about to be. Gone with it, or when it could not."""

    __tablename__ = "checkins_shown"
    __table_args__ = (Index("checkins_shown_pending", "space", "pending"), {"sqlite_with_rowid": False})

    space: Mapped[str]
    who: Mapped[bytes] = person_hash(of="account")
    account = sealed(str, length=ACCOUNT_LENGTH)
    at: Mapped[datetime.datetime] = mapped_column(index=True)
    """The check-in's own time, in whole minutes."""
    pending: Mapped[bool]
    """Whether it is on its way. What names it in the ledger is sealed: see `showing`."""
    plan: Sealed[dict[str, object]] = sealed(dict, length=2048)
    """`token`, `entry`, `name`, `language`, `place`, `at` (seconds), and later `missed` or `ref`."""


class Reminder(Row):
    """A reminder somebody asked for, kept until they stop it."""

    __tablename__ = "checkins_reminder"
    __table_args__ = (Index("checkins_reminder_space", "space"),)

    space: Mapped[str]
    who: Mapped[bytes] = person_hash(of="account", unique=True, index=False)
    account = sealed(str, length=ACCOUNT_LENGTH)
    plan: Sealed[dict[str, object]] = sealed(dict, length=256)
    """`at` (HH:MM on the wall), `days` (ISO numbers), `zone` (an IANA name), `language` (or None)."""
    paused = sealed(str, optional=True)
    """Until when it is silent (ISO, in UTC), `always` for until it is resumed, None for not at all."""


class PromptPause(Row):
    """A group's prompts are silent until then (None: until they are resumed). Who asked is not kept."""

    __tablename__ = "checkins_pause"
    __table_args__ = (UniqueConstraint("space", "group"),)

    space: Mapped[str]
    group: Mapped[str]
    until: Mapped[datetime.datetime | None]


class Asked(Row):
    """Which text a prompt had at a due time: the same again after a crash, and no text twice a round."""

    __tablename__ = "checkins_asked"
    __table_args__ = (UniqueConstraint("space", "prompt", "due"),)

    space: Mapped[str]
    prompt: Mapped[str]
    due: Mapped[datetime.datetime]
    round: Mapped[int]
    text: Mapped[str]


class GroupPicture(Row):
    """What was shown of a group for a period, frozen: a second look can never tell a difference."""

    __tablename__ = "checkins_picture"
    __table_args__ = (UniqueConstraint("space", "group", "period"),)

    space: Mapped[str]
    group: Mapped[str]
    period: Mapped[str]
    """`week` or `four-weeks`, and its first day."""
    shares: Sealed[dict[str, str]] = sealed(dict)
    """Mood -> about how much of it, as a word."""
    made: Mapped[datetime.datetime]
