"""A cog with the name of one that ships."""

from bot.sdk import Cog

cog = Cog("crisis", stores=False)
