"""What became of something that went out, as the core calls it; and where it goes."""

from __future__ import annotations

from collections.abc import Awaitable

from bot.sdk.people import Place, PlaceKind
from bot.sdk.ports import Delivery, Later, NotSent, Sent, Unknown, Why

from .history import Unreachable
from .send import Later as Wait
from .send import Outcome, Refused
from .send import Sent as Said

NOT_YET = 5.0
"""Seconds until something is tried again that the server could not be asked about."""


async def done(work: Awaitable[Outcome]) -> Delivery:
    """What became of something that had to look at the room first."""
    try:
        return delivery(await work)
    except Unreachable as unreachable:
        return NotSent(Why.GONE) if unreachable.gone else Later(NOT_YET)


def where(place: Place) -> tuple[str, str | None]:
    """The room of a place, and its thread."""
    if place.kind is PlaceKind.THREAD:
        return place.parent or "", place.id
    return place.id, None


_WHY = {
    "gone": Why.GONE,
    "M_NOT_FOUND": Why.GONE,
    "M_FORBIDDEN": Why.FORBIDDEN,
    "M_INVITE_BLOCKED": Why.CLOSED,
    "not private": Why.CLOSED,
    "no encryption": Why.CLOSED,
}


def delivery(outcome: Outcome) -> Delivery:
    """What an outcome means for a post."""
    if isinstance(outcome, Said):
        return Sent(outcome.event_id)
    if isinstance(outcome, Wait):
        return Later(outcome.seconds)
    if isinstance(outcome, Refused):
        if outcome.why in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"):
            return Later(60.0)  # a new device is being made
        return NotSent(_WHY.get(outcome.why, Why.INVALID))
    return Unknown()
