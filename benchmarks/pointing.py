"""Pointing discord.py at the stand-in without loading the stand-in: it would count as the bot's own memory
and time. The same three attributes as in `bot.testing.discord_server.client`."""

from __future__ import annotations


def point_at(url: str) -> None:
    """From now on discord.py in this process talks to this address."""
    import yarl
    from discord.asset import Asset
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    address = yarl.URL(url)
    Route.BASE = str(address / "api" / "v10")
    DiscordWebSocket.DEFAULT_GATEWAY = address.with_scheme("ws") / "gateway"
    Asset.BASE = str(address / "cdn")
