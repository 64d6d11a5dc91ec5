"""What people write to each other: heard only where the operator and the space want it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.cli.running import _why_ended
from bot.config.operator import Space
from bot.platforms.discord.client import EDITED, HEARD, Client, intents
from bot.sdk.people import Level, PlaceKind
from bot.sdk.ports import Wrote
from bot.testing.discord_server import Channel, DiscordServer, Guild, Person, Upload
from bot.testing.turns import until

from .harbour import WALL, Hearth, hearth

PROFILE = "name: Harbour\nzone: UTC\ngroups: {ring: {name: Ring, room: '#evening'}}\n"


def watching(folder: Path, guild: Guild, *, watch: bool = True) -> dict[str, Any]:
    """How Hearth is started where a space's messages are looked at."""
    profile = folder / "harbour.yaml"
    profile.write_text(PROFILE + f"wall: {{watch: {str(watch).lower()}}}\n")
    return {"cogs": ["crisis", WALL], "spaces": {"harbour": Space(profile=profile, discord=str(guild.id))}}


def seen(running: Hearth) -> list[Wrote]:
    found: list[Wrote] = running.app.catalogue.cogs["wall"].service.seen
    return found


async def all_heard(server: DiscordServer, running: Hearth, ana: Person) -> None:
    """Wait until what was written before is done with: events come in order."""
    told = len(ana.direct_messages)
    ana.say(ana.direct, "crisis")
    await server.until(lambda: len(ana.direct_messages) > told + 1)
    await until(lambda: not running.platform._tasks)


async def test_by_default_nothing_privileged_is_asked_for(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path, **watching(tmp_path, guild)) as running:
        (session,) = server.gateway.connected()
        assert session.intents == intents().value
        assert not session.intents & (1 << 15)
        said = ana.say(guild, "A loud word")
        assert said is not None
        ana.edit(said, "A louder word")
        await all_heard(server, running, ana)
        assert seen(running) == []
        parsers: Any = running.platform._client._connection.parsers  # type: ignore[union-attr]  # connected
        assert EDITED not in parsers
    state: Any = Client(lambda event, data: None, lambda: None, content=True)._connection
    assert set(state.parsers) == {"READY", "RESUMED", EDITED, *HEARD}
    assert intents(content=True).value == intents().value | (1 << 15)


async def test_everything_that_can_be_known_of_a_message_is_told(
    server: DiscordServer, tmp_path: Path
) -> None:
    server.privileged_intents = frozenset({"message_content"})
    ana, ben = server.add_user("ana"), server.add_user("ben")
    guild = server.add_guild("Harbour", ["evening"], {"Loud": ["mention_everyone"]}, [(ana, ["Loud"]), ben])
    evening = guild.channel("evening")
    async with hearth(server, tmp_path, content=True, **watching(tmp_path, guild)) as running:
        first = ana.say(
            evening, f"<@{ben.id}> <@{ana.id}> @everyone look", [Upload("rose.png", b"12345", "image/png")]
        )
        assert first is not None
        ben.say(evening, "@everyone", reply_to=first)
        ana.edit(first, "look again")
        server.published_again(first.raw)  # the same words once more, as when an address is unfurled
        await all_heard(server, running, ana)
        one, two, three = sorted(seen(running), key=lambda wrote: (wrote.edited, wrote.message.ref))
        assert one.message.text == f"<@{ben.id}> <@{ana.id}> @everyone look"
        assert (one.message.ref, one.message.place.id) == (str(first.id), str(evening.id))
        assert one.message.place.name == "evening"
        assert one.message.author is not None
        assert (one.message.author.account, one.message.author.space) == (str(ana.id), "harbour")
        assert (one.mentions, one.everyone, one.edited) == (1, True, False)
        assert [(file.name, file.type, file.size) for file in one.files] == [("rose.png", "image/png", 5)]
        assert one.joined == datetime.datetime.fromisoformat(guild.joined)
        assert one.joined is not None
        assert one.joined.utcoffset() == datetime.timedelta(0)
        assert (two.mentions, two.everyone, two.files) == (1, False, ())  # it may not call everyone
        assert (three.message.text, three.edited, three.message.ref) == ("look again", True, one.message.ref)


async def test_only_people_are_heard_and_only_where_the_profile_wants_it(
    server: DiscordServer, tmp_path: Path
) -> None:
    server.privileged_intents = frozenset({"message_content"})
    ana, other = server.add_user("ana"), server.add_user("other bot")
    other.account.bot = True
    guild = server.add_guild("Harbour", ["evening"], members=[ana, other])
    elsewhere = server.add_guild("Elsewhere", ["evening"], members=[ana])
    old = ana.say(guild, "https://example.org")
    assert old is not None
    async with hearth(server, tmp_path, content=True, **watching(tmp_path, guild)) as running:
        server.published_again(old.raw)  # its address was unfurled: nobody wrote anything
        other.say(guild, "beep")
        ana.say(elsewhere, "quiet")
        waved = await ana.slash(guild, "wave")
        await waved.answered()
        await all_heard(server, running, ana)
        assert seen(running) == []
    unwatched = watching(tmp_path, guild, watch=False)
    async with hearth(server, tmp_path / "other", content=True, **unwatched) as running:
        ana.say(guild, "A loud word")
        await all_heard(server, running, ana)
        assert seen(running) == []


async def test_what_is_written_to_hearth_in_a_room_is_a_command_and_seen(
    server: DiscordServer, tmp_path: Path
) -> None:
    server.privileged_intents = frozenset({"message_content"})
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path, content=True, **watching(tmp_path, guild)) as running:
        ana.say(guild, f"<@{server.bot_user.id}> wave")
        ana.say(guild, f"hello <@{server.bot_user.id}>")
        await server.until(
            lambda: any(one.text == "Somebody waves." for one in server.messages(_room(guild)))
        )
        await all_heard(server, running, ana)
        assert len(seen(running)) == 2


def _room(guild: Guild) -> Channel:
    return guild.channel("evening")


async def test_threads_are_known_by_their_room_and_writers_by_what_their_roles_allow(
    server: DiscordServer, tmp_path: Path
) -> None:
    server.privileged_intents = frozenset({"message_content"})
    ana, mod = server.add_user("ana"), server.add_user("mod")
    roles = {"Watch": ["moderate_members"]}
    guild = server.add_guild("Harbour", ["evening"], roles, [ana, (mod, ["Watch"])], owner=ana)
    thread = server.add_thread(_room(guild), "Wednesday", private=False)
    async with hearth(server, tmp_path, content=True, **watching(tmp_path, guild)) as running:
        for _ in range(3):
            mod.say(thread, "Hello")
        ana.say(thread, "Hello")
        await all_heard(server, running, ana)
        levels = []
        for wrote in seen(running):
            place, author = wrote.message.place, wrote.message.author
            assert (place.kind, place.parent) == (PlaceKind.THREAD, str(_room(guild).id))
            group = running.app.spaces.get("harbour").group_at(place)
            assert group is not None
            assert group.name == "Ring"
            assert author is not None
            levels.append(author.level)
        assert levels == [Level.MODERATOR] * 4
        assert server.stats.requests["GET /channels/{channel_id}"] == 1
        assert server.stats.requests["GET /guilds/{guild_id}"] == 1
        guild.role("Watch").permissions = 0
        body = {"guild_id": str(guild.id), "role": guild.role("Watch").payload()}
        server.gateway.dispatch("GUILD_ROLE_UPDATE", body, guild=guild)
        mod.say(thread, "Hello")
        await all_heard(server, running, ana)
        last = seen(running)[-1].message.author
        assert last is not None
        assert last.level is Level.MEMBER


async def test_a_message_is_seen_also_where_nothing_more_can_be_asked(
    server: DiscordServer, tmp_path: Path
) -> None:
    server.privileged_intents = frozenset({"message_content"})
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    thread = server.add_thread(_room(guild), "Wednesday", private=False)
    async with hearth(server, tmp_path, content=True, **watching(tmp_path, guild)) as running:
        server.fail_next("GET /guilds/*", 500)
        server.fail_next("GET /channels/*", drop="before", times=2)
        ana.say(thread, "one")
        await all_heard(server, running, ana)
        ana.say(thread, "two")
        await all_heard(server, running, ana)
        one, two = seen(running)
        assert (one.message.text, one.message.place.id) == ("one", str(thread.id))
        assert two.message.place.parent == str(_room(guild).id)


async def test_without_the_grant_it_ends_with_what_to_do(server: DiscordServer, tmp_path: Path) -> None:
    with pytest.raises(discord.PrivilegedIntentsRequired) as ended:
        async with hearth(server, tmp_path, content=True):
            pass
    assert "switch Message Content on" in _why_ended(ended.value)
