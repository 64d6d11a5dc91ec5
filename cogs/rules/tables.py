"""What moderation keeps. Who, what was written and what was done are sealed; times and counts are not."""

from __future__ import annotations

import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from bot.sdk import ACCOUNT_LENGTH, Row, Sealed, person_hash, sealed


class Case(Row):
    """What was done about one person on one occasion, under a number that moderators say to each other.
    Gone when its retention ends, or with its person unless it is open or a sanction of it is in force."""

    __tablename__ = "rules_case"
    __table_args__ = (
        UniqueConstraint("space", "number"),
        Index("rules_case_who", "who", "opened"),
        Index("rules_case_opened", "space", "opened"),
        Index("rules_case_expires", "expires"),
    )

    space: Mapped[str]
    number: Mapped[int]
    who: Mapped[bytes] = person_hash(of="account", index=False)
    account = sealed(str, length=ACCOUNT_LENGTH)
    name = sealed(str)
    """What its person was called then."""
    opened: Mapped[datetime.datetime]
    expires: Mapped[datetime.datetime]
    waits: Mapped[bool]
    """Whether it waits for a moderator."""
    erased: Mapped[bool]
    """Its person erased their data: it goes as soon as it waits no more and no sanction is in force."""


class Entry(Row):
    """One line of the record: what a rule, a moderator or the person did in a case, why, and when. Never
    edited; it goes with its case."""

    __tablename__ = "rules_entry"
    __table_args__ = (Index("rules_entry_case", "case", "at"),)

    case: Mapped[str]
    at: Mapped[datetime.datetime]
    told: Sealed[dict[str, object]] = sealed(dict)
    """`kind` (see `Done`), and what belongs to it: rules with their versions, actions, words, reason."""


class Doer(Row):
    """Which moderator did what an entry says. Goes with the entry, or when that moderator erases their data;
    the entry then says that it was a moderator, and no more."""

    __tablename__ = "rules_doer"
    __table_args__ = (Index("rules_doer_entry", "entry"), Index("rules_doer_who", "who"))

    space: Mapped[str]
    entry: Mapped[str]
    who: Mapped[bytes] = person_hash(of="account", index=False)
    account = sealed(str, length=ACCOUNT_LENGTH)
    name = sealed(str)
    at: Mapped[datetime.datetime]
    holds: Mapped[bool]
    """Whether this entry put the case into their hands."""


class Sanction(Row):
    """A limit on what one person can do that is in force until then. Gone when it ends or is lifted; erasing
    one's data lifts none."""

    __tablename__ = "rules_sanction"
    __table_args__ = (Index("rules_sanction_who", "who"), Index("rules_sanction_until", "until"))

    space: Mapped[str]
    who: Mapped[bytes] = person_hash(of="account", index=False)
    account = sealed(str, length=ACCOUNT_LENGTH)
    case: Mapped[str]
    until: Mapped[datetime.datetime]
    kind = sealed(str)
    """`slow` or `time_out`."""
    told_at: Mapped[datetime.datetime | None]
    """When its person was told, once, that they wrote too soon."""


class Break(Row):
    """That somebody may not write in a place until then: not every platform ends that by itself. Gone when
    it was ended there; erasing one's data ends none."""

    __tablename__ = "rules_break"
    __table_args__ = (Index("rules_break_who", "who"), Index("rules_break_space", "space"))

    space: Mapped[str]
    who: Mapped[bytes] = person_hash(of="account", index=False)
    account = sealed(str, length=ACCOUNT_LENGTH)
    place = sealed(str)
    until: Mapped[datetime.datetime]


class Back(Row):
    """That what was held in a case is to be posted again. Gone when it was."""

    __tablename__ = "rules_back"
    __table_args__ = (Index("rules_back_space", "space"), UniqueConstraint("case"))

    space: Mapped[str]
    case: Mapped[str]
    at: Mapped[datetime.datetime]


class Owed(Row):
    """Something that was decided in a case and is not yet carried out, as far as is known. Gone when it is,
    with its case, and after two days at the latest; erasing one's data takes what has words in it."""

    __tablename__ = "rules_owed"
    __table_args__ = (Index("rules_owed_space", "space"), Index("rules_owed_case", "case"))

    space: Mapped[str]
    case: Mapped[str]
    at: Mapped[datetime.datetime]
    what: Sealed[dict[str, object]] = sealed(dict)
    """`kind` (see `owing.Kind`), and what is needed to do it."""


class Agreed(Row):
    """That somebody agreed to the community's agreement, and to which words. Kept until they erase it."""

    __tablename__ = "rules_agreed"

    space: Mapped[str]
    who: Mapped[bytes] = person_hash(of="account", unique=True, index=False)
    account = sealed(str, length=ACCOUNT_LENGTH)
    mark: Mapped[str]
    at: Mapped[datetime.datetime]


class Asked(Row):
    """That somebody was asked to agree to the community's agreement, and to which words. Kept until they
    erase it."""

    __tablename__ = "rules_asked"

    space: Mapped[str]
    who: Mapped[bytes] = person_hash(of="account", unique=True, index=False)
    account = sealed(str, length=ACCOUNT_LENGTH)
    mark: Mapped[str]


class Silenced(Row):
    """That somebody wants no nudges by direct message. Kept until they want them again or erase it."""

    __tablename__ = "rules_silenced"

    space: Mapped[str]
    who: Mapped[bytes] = person_hash(of="account", unique=True, index=False)
    account = sealed(str, length=ACCOUNT_LENGTH)


class Count(Row):
    """How many cases a community has had, so that no number comes twice."""

    __tablename__ = "rules_count"
    __table_args__ = (UniqueConstraint("space"),)

    space: Mapped[str]
    cases: Mapped[int]
