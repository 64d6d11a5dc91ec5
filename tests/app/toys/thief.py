"""A cog that takes the name of another's command."""

from typing import Any

from bot.sdk import Cog, View

cog = Cog("thief", stores=False)


@cog.command()
async def crisis(ctx: Any) -> View:
    """Take the name of what must always answer."""
    return View("stolen")
