"""What a community sets up about anonymous sharing, in its profile. Off by default."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bot.sdk import Profile
from bot.sdk.settings import Duration, Line, Phrases, RoomName, WallTime, duration_text, wrong

phrase = Phrases("sharing", Path(__file__).parent / "texts")
"""What findings about sharing say."""

_MINUTE = datetime.timedelta(minutes=1)
_LEAST, _MOST, _SPREAD = _MINUTE, 10 * _MINUTE, 9 * _MINUTE
_LONGEST = datetime.timedelta(days=2)
MOST_THEMES = 10

Policy = Literal["off", "at-once", "review-first"]
Theme = Annotated[Line, StringConstraints(max_length=40)]


class Delay(Profile):
    """How long a share waits before it comes out (or before moderators see it): a random time between two.

    Without it whoever looks could see who was there a moment before. So it can be longer, never shorter.
    """

    least: Duration = Field(_LEAST, description="At least so long; a minute or more.")
    most: Duration = Field(_MOST, description="At most so long; ten minutes or more.")

    @model_validator(mode="after")
    def _wide_enough(self) -> Delay:
        if self.least < _LEAST:
            raise wrong(phrase("finding-least", length=duration_text(self.least)), phrase("want-least"))
        if self.most < _MOST or self.most - self.least < _SPREAD:
            raise wrong(
                phrase("finding-narrow", least=duration_text(self.least), most=duration_text(self.most)),
                phrase("want-wide"),
            )
        if self.most > _LONGEST:
            raise wrong(phrase("finding-most", length=duration_text(self.most)), phrase("want-most"))
        return self


class Hours(Profile):
    """Between which times of day shares come out, on the wall clock of the group's zone."""

    opens: WallTime = Field(description="From when on, such as 08:00.")
    closes: WallTime = Field(
        description="Until when, such as 22:00. Earlier than `opens` means past midnight."
    )

    @model_validator(mode="after")
    def _some_time(self) -> Hours:
        if self.opens == self.closes:
            raise wrong(phrase("finding-one-time"), phrase("want-two-times"))
        return self

    def open_at(self, time: datetime.time) -> bool:
        """Whether shares may come out at this time of day."""
        if self.opens < self.closes:
            return self.opens <= time < self.closes
        return time >= self.opens or time < self.closes


def _different(themes: tuple[str, ...]) -> tuple[str, ...]:
    if len({theme.casefold() for theme in themes}) < len(themes):
        raise wrong(phrase("finding-theme-twice"), phrase("want-each-theme-once"))
    return themes


class SharingSettings(Profile):
    """Anonymous sharing, of the community or of a group. A group that says anything says all of it."""

    policy: Policy = Field(
        "off",
        description="off; at-once: shares and anonymous replies come out after their delay; review-first: "
        "moderators read them before, without learning whose they are.",
    )
    room: RoomName | None = Field(None, description="Where shares stand. By default a group's own room.")
    delay: Delay = Field(Delay(), description="How long a share waits, at random.")
    hours: Hours | None = Field(None, description="When shares come out. By default at any time.")
    who: Literal["everyone", "group"] = Field(
        "everyone", description="Who may share: everyone, or only whoever is in the group's own room."
    )
    known_days: int = Field(
        0,
        ge=0,
        le=365,
        description="How many days after agreeing to the promise somebody may first share or reply.",
    )
    a_day: int = Field(3, ge=1, le=20, description="How many shares a person may write in a day.")
    replies_a_day: int = Field(20, ge=1, le=100, description="How many anonymous replies, likewise.")
    pictures: bool = Field(False, description="Whether a share may have a picture.")
    warnings: Annotated[tuple[Theme, ...], AfterValidator(_different)] = Field(
        (), max_length=MOST_THEMES, description="Your own list of content warnings, instead of Hearth's."
    )
    keep: int = Field(90, ge=7, le=730, description="How many days a share and its replies are kept.")
    names: Literal["words", "numbers"] = Field(
        "words", description="What anonymous voices are called: two kind words, or a number."
    )
    small_group: int = Field(
        8, ge=3, le=1000, description="Below so many readers people are told that they may be guessed."
    )
    mute_days: int = Field(
        30,
        ge=1,
        le=180,
        description="For how many days the voice of a share can be muted; then nothing leads to it any more.",
    )
