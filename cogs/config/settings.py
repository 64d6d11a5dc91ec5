"""What a community sets up about changes of its own profile."""

from __future__ import annotations

from pydantic import Field

from bot.sdk import Profile
from bot.sdk.settings import RoomName


class ConfigSettings(Profile):
    """Changes of the profile itself."""

    announce: RoomName | None = Field(
        None,
        description="The room that is told when the profile changes. By default nobody is told.",
    )
