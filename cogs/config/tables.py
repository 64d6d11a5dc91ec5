"""What is kept between a proposal and its confirm. The versions themselves are the core's."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Mapped, mapped_column

from bot.sdk import ACCOUNT_LENGTH, Row, Sealed, person_hash, sealed


class Proposal(Row):
    """A change that somebody was shown and has not confirmed, or the first answers of a set-up: one a
    person and community, gone when it is confirmed or dropped, and by itself after two hours."""

    __tablename__ = "config_proposal"

    space: Mapped[str]
    who: Mapped[bytes] = person_hash(of="account", unique=True, index=False)
    account = sealed(str, length=ACCOUNT_LENGTH)
    payload: Sealed[dict[str, object]] = sealed(dict)
    """`text` and `restores`, or `answers` to the questions of the set-up."""
    base: Mapped[int]
    """The version in force that it was compared with."""
    expires: Mapped[datetime.datetime] = mapped_column(index=True)
