"""What moderators see and do in conversations about their community's profile; the same on every face."""

from __future__ import annotations

from bot.platforms.terminal import Seen
from bot.testing.chat import Person, Room


def words(seen: Seen) -> str:
    return "\n".join([seen.text, *(part for field in seen.fields for part in (field.name, field.text))])


def labels(seen: Seen) -> list[str]:
    return [one.label for one in seen.buttons]


async def begins_set_up(mod: Person, room: Room, zone: str = "Berlin") -> None:
    """The first questions of `/setup`, up to the time zone."""
    await mod.says(room, "/setup")
    await mod.answers("Evening people")
    await mod.presses("English")
    await mod.answers(zone)
