"""How it stands with a share or a reply: one small record, sealed as a whole."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from typing import Any

from bot.sdk import Place, PlaceKind


class State(enum.Enum):
    """Where a share or reply is on its way."""

    QUEUED = "queued"
    """It waits for its random moment."""
    POSTING = "posting"
    """It was handed to the platform; what became of it is not known yet."""
    REVIEW = "review"
    """Moderators have it before them."""
    CHANGE = "change"
    """They asked its author to change something."""
    DECLINED = "declined"
    POSTED = "posted"
    HIDDEN = "hidden"
    """It stands there, but what it says was covered by moderators."""
    FAILED = "failed"
    """The platform would not have it."""
    HELD = "held"
    """It may stand there, and nobody can tell: its author is asked."""
    GONE = "gone"
    """Taken down, or its time was over."""


WAITING = frozenset({State.QUEUED, State.POSTING})
IN_SIGHT = frozenset({State.POSTED, State.HIDDEN})


class Goal(enum.Enum):
    """Where a share goes next."""

    ROOM = "room"
    REVIEW = "review"


@dataclasses.dataclass
class Stand:
    """`due` and `update` are moments in UTC (ISO); `slot` is the due time under which it was handed out."""

    state: State
    goal: Goal = Goal.ROOM
    reviewed: bool = False
    """Whether moderators read it first: then its words stay as they saw them."""
    due: str = ""
    slot: str = ""
    room: str = ""
    """What the profile calls the room."""
    group: str = ""
    place: list[str | None] = dataclasses.field(default_factory=list)
    ref: str = dataclasses.field(default="", repr=False)
    desk: list[str | None] = dataclasses.field(default_factory=list)
    desk_ref: str = dataclasses.field(default="", repr=False)
    handle: str = dataclasses.field(default="", repr=False)
    open: bool = True
    """Whether replies are taken."""
    generation: int = 0
    """A cut raises it: what was shown to the author before is stale then."""
    taps: dict[str, int] = dataclasses.field(default_factory=dict)
    """How many tapped, by kind."""
    shown: dict[str, str] = dataclasses.field(default_factory=dict)
    """The words for its taps as they stand there now."""
    update: str = ""
    replies: int = 0
    reason: str = ""
    worried: bool = False
    """Whether somebody who read it was worried about whoever wrote it."""
    keep: int = 90

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Stand:
        """From what a row holds."""
        return cls(**{**kept, "state": State(kept["state"]), "goal": Goal(kept["goal"])})

    def kept(self) -> dict[str, Any]:
        """As a row holds it; what is as it always begins is left out."""
        found = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if getattr(self, field.name) or field.name == "open"
        }
        return found | {"state": self.state.value, "goal": self.goal.value}

    @property
    def due_at(self) -> datetime.datetime | None:
        """When it comes out, if it waits."""
        return datetime.datetime.fromisoformat(self.due) if self.due else None


def place_kept(place: Place) -> list[str | None]:
    """A place as a row holds it."""
    return [place.platform, place.id, place.space, place.kind.value, place.name, place.parent]


def place_read(kept: list[str | None]) -> Place:
    """A place from a row."""
    platform, id, space, kind, name, parent = kept
    return Place(str(platform), str(id), str(space), PlaceKind(kind), str(name), parent)
