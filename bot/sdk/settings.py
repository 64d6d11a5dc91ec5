"""The kinds of settings a cog's part of a profile is made of, each with its own kind errors."""

from bot.config.check import Wrong, all_wrong, wrong
from bot.config.fields import (
    CountryCode,
    Cron,
    Day,
    Days,
    Duration,
    Language,
    Line,
    RoomName,
    ShortName,
    WallTime,
    Words,
    Zone,
    day_numbers,
    duration_text,
    known,
)
from bot.config.phrases import Phrases

__all__ = [
    "CountryCode", "Cron", "Day", "Days", "Duration", "Language", "Line", "Phrases", "RoomName", "ShortName",
    "WallTime", "Words", "Wrong", "Zone", "all_wrong", "day_numbers", "duration_text", "known", "wrong",
]  # fmt: skip
