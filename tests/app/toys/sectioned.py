"""A cog whose part of the profile would take the place of another's."""

from bot.sdk import Cog, Profile


class Settings(Profile):
    """Settings of nothing."""


cog = Cog("roles", settings=Settings, stores=False)
