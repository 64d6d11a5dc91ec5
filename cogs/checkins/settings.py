"""What a group sets up about its check-ins, in the space's profile."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bot.sdk import Cron as CronRule
from bot.sdk import Daily, Profile
from bot.sdk.settings import (
    Cron,
    Days,
    Duration,
    Line,
    Phrases,
    WallTime,
    Words,
    day_numbers,
    duration_text,
    known,
    wrong,
)

from .questions import DEFAULT_SET

phrase = Phrases("checkins", Path(__file__).parent / "texts")
"""What findings about check-ins say."""

MoodWord = Annotated[Line, StringConstraints(max_length=30)]
PromptId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]


def _a_day_at_most(grace: datetime.timedelta) -> datetime.timedelta:
    if grace > datetime.timedelta(days=1):
        raise wrong(phrase("finding-length", length=duration_text(grace)), phrase("want-a-day-most"))
    return grace


class Prompt(Profile):
    """A question that comes round: at a time on some days, or by a cron line."""

    id: PromptId | None = Field(
        None, description="Its short name, which never changes. By default its place in the list."
    )
    at: WallTime | None = Field(None, description="The time of day in the group's zone, such as 19:00.")
    days: Days = Field(
        ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), description="On which days. By default every day."
    )
    cron: Cron | None = Field(None, description="Instead of at and days: a cron line in the group's zone.")
    grace: Annotated[Duration, AfterValidator(_a_day_at_most)] = Field(
        datetime.timedelta(hours=2), description="How late it may still come after a time without Hearth."
    )
    texts: Annotated[Line, known("prompts", phrase("want-questions"))] = Field(
        DEFAULT_SET, description="Which set of questions rotates: a file of data/prompts."
    )
    questions: tuple[Words, ...] = Field(
        (), max_length=100, description="Questions of the group's own, instead of a set."
    )

    @model_validator(mode="after")
    def _one_time(self) -> Prompt:
        if (self.at is None) == (self.cron is None):
            given = phrase("finding-no-time") if self.cron is None else phrase("finding-both-times")
            raise wrong(given, phrase("want-one-time"))
        return self

    @property
    def rule(self) -> Daily | CronRule:
        """When it is due, on the wall clock."""
        if self.cron is not None:
            return CronRule(self.cron)
        assert self.at is not None
        return Daily(self.at, day_numbers(self.days))


class PictureSettings(Profile):
    """The picture of the whole group that facilitators may ask for."""

    from_people: int = Field(
        5, ge=3, le=1000, description="It exists only from so many people on; never fewer than three."
    )


def _different(moods: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if moods is not None and len({mood.casefold() for mood in moods}) < len(moods):
        raise wrong(phrase("finding-word-twice"), phrase("want-five-words"))
    return moods


Moods = Annotated[
    Annotated[tuple[MoodWord, ...], Field(min_length=5, max_length=5)] | None, AfterValidator(_different)
]
"""Five words for how it is, from the heaviest to the lightest."""


class CommunitySettings(Profile):
    """Check-ins of the whole community: the words that all groups, reminders and histories use."""

    moods: Moods = Field(
        None,
        description="Five words for how it is, from the heaviest to the lightest. A group may have its own.",
    )


class CheckinSettings(Profile):
    """Check-ins of a group: its prompts, its words for moods, what may be written and shared."""

    prompts: tuple[Prompt, ...] = Field((), max_length=20, description="Questions that come round.")
    moods: Moods = Field(
        None, description="The group's own five words for how it is, from the heaviest to the lightest."
    )
    notes: bool = Field(True, description="Whether a check-in may have words of one's own.")
    share: bool = Field(True, description="Whether a check-in may be shown to the group.")
    group_picture: PictureSettings = Field(
        PictureSettings(), description="The picture of the whole group for facilitators."
    )

    @model_validator(mode="after")
    def _ids(self) -> CheckinSettings:
        if len(self.named()) < len(self.prompts):
            raise wrong(phrase("finding-id-twice"), phrase("want-own-id"))
        return self

    def named(self) -> dict[str, Prompt]:
        """The prompts by their ids."""
        return {prompt.id or str(number): prompt for number, prompt in enumerate(self.prompts, start=1)}
