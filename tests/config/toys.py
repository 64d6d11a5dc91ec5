"""Sections of cogs that exist for these tests only, shaped like those of real ones."""

from __future__ import annotations

from pydantic import Field

from bot.config.fields import (
    CountryCode,
    Cron,
    Days,
    Duration,
    Language,
    Line,
    RoomName,
    Settings,
    WallTime,
    Words,
)
from bot.config.profile import build_profile_model


class At(Settings):
    """A prompt at a time of day."""

    at: WallTime = Field(description="The time of day.")
    days: Days | None = Field(None, description="The days of the week.")
    id: str | None = Field(None, description="A name that stays.")
    grace: Duration | None = Field(None, description="How late it may be.")
    texts: str = Field("gentle", description="A set of prompts.")


class ByCron(Settings):
    """A prompt by a cron expression."""

    cron: Cron = Field(description="When it comes.")
    id: str | None = Field(None, description="A name that stays.")


class Picture(Settings):
    """The picture of a group."""

    from_people: int = Field(5, ge=5, description="How many people it takes.")


class Mood(Settings):
    """A step."""

    words: str = Field(description="The step in words.")
    id: str | None = Field(None, description="A name that stays.")


class Checkins(Settings):
    """Scheduled check-ins."""

    prompts: tuple[At | ByCron, ...] = Field((), description="When prompts come.")
    moods: tuple[Line | Mood, ...] | None = Field(None, min_length=5, max_length=5, description="Five steps.")
    notes: bool = Field(True, description="Whether notes are taken.")
    share: bool = Field(True, description="Whether sharing is offered.")
    group_picture: Picture = Field(Picture(), description="The picture.")
    also_in: RoomName | None = Field(None, description="Another room.")


class Crisis(Settings):
    """Crisis lines."""

    country: CountryCode | None = Field(None, description="Whose lines come first.")
    language: Language | None = Field(None, description="Which language comes first.")
    lines: tuple[Words, ...] = Field((), description="Lines of one's own.")
    hide: tuple[str, ...] = Field((), description="Lines not shown.")
    extra_text: Words | None = Field(None, description="A sentence below.")


Profile = build_profile_model({"crisis": Crisis}, {"checkins": Checkins})
