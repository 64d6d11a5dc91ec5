"""What somebody may be asked in a form, and what the steps are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from bot.sdk import Choice, Form, Lines, Option, Plain, Says, Scene, Upto, text

from . import times
from .settings import CheckinSettings, CommunitySettings
from .tables import Mood


class Seen(Choice):
    """Who sees a check-in."""

    PRIVATE = "private"
    GROUP = "group"


class Today(Form):
    """How is it?"""

    mood: Mood
    note: Annotated[str, Upto(1000), Lines(4)] = ""
    seen: Seen = Seen.PRIVATE

    @classmethod
    def offer(cls, scene: Scene) -> Mapping[str, Sequence[Option] | None]:
        """The group's own words for moods; no question about sharing where nothing can be shared."""
        settings: CheckinSettings | None = scene.group
        offered: dict[str, Sequence[Option] | None] = {
            "mood": [Option(mood.value, word_for(mood, settings, scene.settings)) for mood in Mood]
        }
        if settings is None or not settings.share:
            offered["seen"] = None
        if settings is not None and not settings.notes:
            offered["note"] = None
        return offered


class Words(Form):
    """Some words to it"""

    note: Annotated[str, Upto(1000), Lines(4)]


def word_for(mood: Mood, *parts: CheckinSettings | CommunitySettings | None) -> Says:
    """What a step is called: in the words of the first of these settings that has any of its own."""
    for part in parts:
        if part is not None and part.moods is not None:
            return Plain(part.moods[list(Mood).index(mood)])
    return text(f"choice-mood-{mood.value}")


def days_suggested(scene: Scene, typed: str) -> Sequence[Option]:
    """Days of the week, and the usual several, to complete what is typed."""
    found = [
        Option("every day", "days-every"), Option("weekdays", "days-weekdays"),
        Option("weekend", "days-weekend"),
        *(Option(name, f"day-{number}") for number, name in enumerate(times.DAY_NAMES, start=1)),
    ]  # fmt: skip
    wanted = typed.strip().casefold()
    return [one for one in found if wanted in one.value] or found if wanted else found


def zones_suggested(scene: Scene, typed: str) -> Sequence[Option]:
    """Zones like the one that is typed."""
    return [Option(name, Plain(name)) for name in times.zones_like(typed)]
