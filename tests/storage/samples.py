"""A little cog as the tests see it."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from pathlib import Path

from sqlalchemy.orm import Mapped

from bot.storage.migrations import Source
from bot.storage.rows import ACCOUNT_LENGTH, Row, Sealed, person_hash, sealed

SAMPLE = Source("sample", Path(__file__).parent / "sample_migrations")


class Mood(enum.Enum):
    HEAVY = "zentnerschwer"
    LIGHT = "light"


class Answer(Row):
    __tablename__ = "sample_answer"
    __cog__ = "sample"

    who: Mapped[bytes] = person_hash(of="account")
    account = sealed(str, length=ACCOUNT_LENGTH)
    mood = sealed(Mood)
    note = sealed(str, optional=True)
    extra: Sealed[dict[str, int] | None] = sealed(dict, optional=True)
    at: Mapped[datetime.datetime]


@dataclasses.dataclass(frozen=True)
class Person:
    platform: str
    account: str
    space: str


ADA = Person("matrix", "@ada-lovelace:example.org", "s1")
BEN = Person("discord", "80351110224678912", "s1")


@dataclasses.dataclass(frozen=True)
class Cause:
    lane: str
    event: str
