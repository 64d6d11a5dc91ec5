"""What is to come out later, as the rules tell it to the face, which enters it in the agenda."""

from __future__ import annotations

import dataclasses
import datetime
import enum


class What(enum.Enum):
    """What will be done then."""

    POST = "post"
    """A share or reply comes out, or comes before moderators."""
    UPDATE = "update"
    """What stands in the room is shown anew, or taken away."""
    TELL = "tell"
    """Somebody is told something privately."""
    APPEAL = "appeal"
    """An appeal comes before moderators."""


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """Do this with what has this id, then (UTC). The row itself stays the truth."""

    what: What
    name: str
    due: datetime.datetime
