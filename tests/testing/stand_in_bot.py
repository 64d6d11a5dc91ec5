"""A bot for the stand-in's tests: unmodified discord.py, its answers written by each test."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import discord
from discord.http import Route

from bot.testing.discord_server import (
    Channel,
    DiscordServer,
    point_discord_py_at,
)

COMMANDS: list[dict[str, Any]] = [
    {
        "name": "checkin",
        "name_localizations": {"de": "befinden"},
        "description": "Say how you are",
        "options": [
            {
                "type": 3,
                "name": "mood",
                "description": "In a word",
                "choices": [{"name": "steady", "name_localizations": {"de": "ruhig"}, "value": "3"}],
            }
        ],
    },
    {
        "name": "group",
        "description": "Groups",
        "default_member_permissions": "32",
        "options": [{"type": 1, "name": "open", "description": "Open one"}],
    },
    {
        "name": "crisis",
        "description": "Help lines",
        "options": [{"type": 3, "name": "country", "description": "Where", "autocomplete": True}],
    },
    {"name": "Report", "type": 3},
]


class Bot(discord.Client):
    """A bot whose answers a test writes as one function."""

    def __init__(
        self, answer: Callable[[discord.Interaction], Awaitable[Any]] | None = None, **options: Any
    ) -> None:
        super().__init__(intents=options.pop("intents", discord.Intents.default()), **options)
        self.answer = answer
        self.heard: list[discord.Message] = []
        self.errors: list[Exception] = []

    async def setup_hook(self) -> None:
        await self.http.bulk_upsert_global_commands(self.application_id or 0, COMMANDS)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        assert self.answer is not None
        try:
            await self.answer(interaction)
        except discord.HTTPException as error:
            self.errors.append(error)

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)

    async def post(self, channel: Channel, **body: Any) -> dict[str, Any]:
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id)
        found: dict[str, Any] = await self.http.request(route, json=body)
        return found


@contextlib.asynccontextmanager
async def running(server: DiscordServer, bot: discord.Client, shards: int = 1) -> AsyncIterator[None]:
    """The bot, logged in; stopped at the end, its failure raised."""
    with point_discord_py_at(server):
        task = asyncio.create_task(bot.start(server.token))
        waiting = asyncio.create_task(server.connected(shards))
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            waiting.cancel()
            task.result()
        await waiting
        try:
            yield
        finally:
            await bot.close()
            await task


def layout(*texts: str, button: str | None = None) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    for text in texts:
        view.add_item(discord.ui.TextDisplay(text))
    if button:
        view.add_item(discord.ui.ActionRow(discord.ui.Button(label=button, custom_id=f"b:{button}")))
    view.stop()
    return view


def form() -> discord.ui.Modal:
    modal = discord.ui.Modal(title="Check in", custom_id="form")
    choices = [discord.RadioGroupOption(label=name, value=name[0]) for name in ("Private", "Shared")]
    boxes = [discord.CheckboxGroupOption(label=name, value=name) for name in ("slept", "ate", "walked")]
    menu = [discord.SelectOption(label=name, value=name) for name in ("one", "two")]
    for text, part in (
        ("Note", discord.ui.TextInput(required=False, max_length=20)),
        ("Who", discord.ui.RadioGroup(options=choices, custom_id="who")),
        ("Did", discord.ui.CheckboxGroup(options=boxes, required=False)),
        ("Pick", discord.ui.Select(options=menu, custom_id="pick")),
        ("Picture", discord.ui.FileUpload(required=False)),
    ):
        modal.add_item(discord.ui.Label(text=text, component=part))
    return modal
