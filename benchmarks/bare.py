"""The bot that Hearth is measured against: discord.py as its documentation shows it, one command, no more."""

from __future__ import annotations

import argparse
import asyncio

import discord
from discord import app_commands

from .pointing import point_at
from .processes import Measured, say


class Bare(discord.Client):
    """discord.py's default client with a tree."""

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(intents=intents)
        self.tree = app_commands.CommandTree(self)

        @self.tree.command(description="Helplines for where you are.")
        async def crisis(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("You are not alone. 116 123", ephemeral=True)


class BareProcess(Measured):
    """What is asked of it beyond the common."""

    def __init__(self, client: Bare) -> None:
        super().__init__()
        self._client = client

    async def do_register(self) -> dict[str, int]:
        return {"commands": len(await self._client.tree.sync())}

    def do_servers(self) -> dict[str, int]:
        return {"servers": sum(not one.unavailable and len(one.channels) > 0 for one in self._client.guilds)}


async def _main(options: argparse.Namespace) -> None:
    client = Bare(discord.Intents.all() if options.all_intents else discord.Intents.default())
    point_at(options.url)
    asyncio.get_running_loop().set_debug(False)
    connecting = asyncio.create_task(client.start(options.token))
    process = BareProcess(client)
    say({"ready": True})
    await process.serve()
    await client.close()
    await asyncio.gather(connecting, return_exceptions=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--all-intents", action="store_true", help="see and cache every member")
    asyncio.run(_main(parser.parse_args()))
