"""What a moderator may do in the direct chat, where Discord tells no roles."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config.operator import Space
from bot.testing.discord_server import DiscordServer, Guild, Person, SeenMessage

from .harbour import Hearth, hearth, until

PROFILE = """\
name: Harbour
zone: UTC
roles: {moderator: [Keeper]}
rules: {list: [{id: loud, say: Quieter please., when: {words: [loud]}, then: [hold]}]}
groups: {ring: {name: Ring, room: "#evening"}}
"""
MEMBER = "GET /guilds/{guild_id}/members/{user_id}"
REFUSED = "This one is for moderators."
NOTHING = "There is nothing like that in the record."
UNKNOWN = "I could not find out just now what you may do in your community."


class House:
    """A server with people of each kind, and Hearth on it."""

    def __init__(self, server: DiscordServer, guild: Guild, running: Hearth) -> None:
        self.server, self.guild, self.running = server, guild, running

    async def hears(self, who: Person, words: str) -> SeenMessage:
        """What somebody is answered in the direct chat."""
        before = len(who.direct_messages)
        said = who.say(who.direct, words)
        assert said is not None
        await until(lambda: len(who.direct_messages) > before + 1)
        return who.direct_messages[-1]

    @property
    def asked(self) -> int:
        """How often Discord was asked about one member."""
        return self.server.stats.requests[MEMBER]


@pytest.fixture
async def house(server: DiscordServer, tmp_path: Path) -> AsyncIterator[House]:
    people = {name: server.add_user(name, "en-GB") for name in ("ana", "kit", "mod", "own")}
    guild = server.add_guild(
        "Harbour", ["evening"], {"Keeper": [], "Loud": ["moderate_members"], "Boss": ["administrator"]},
        [people["ana"], (people["kit"], ["Keeper"]), (people["mod"], ["Loud"]), (people["own"], ["Boss"])],
    )  # fmt: skip
    profile = tmp_path / "harbour.yaml"
    profile.write_text(PROFILE)
    spaces = {"harbour": Space(profile=profile, discord=str(guild.id))}
    async with contextlib.AsyncExitStack() as stack:
        running = await stack.enter_async_context(
            hearth(server, tmp_path, cogs=["crisis", "rules", "help"], spaces=spaces)
        )
        yield House(server, guild, running)


def who(house: House, name: str) -> Person:
    return next(one for one in house.server.people.values() if one.name == name)


async def test_moderators_of_every_kind_are_known_in_the_direct_chat(house: House) -> None:
    for name in ("kit", "mod", "own"):
        assert (await house.hears(who(house, name), "moderation record")).text == NOTHING
        assert "/moderation case" in (await house.hears(who(house, name), "moderation")).text
    assert (await house.hears(who(house, "ana"), "moderation record")).text == REFUSED
    assert (await house.hears(who(house, "ana"), "moderation")).text == REFUSED


async def test_their_buttons_and_forms_work_there_as_long_as_they_have_the_role(house: House) -> None:
    ana, kit = who(house, "ana"), who(house, "kit")
    said = ana.say(house.guild.channel("evening"), "not kind")
    assert said is not None
    flagged = await kit.menu(said, "Flag to moderators")
    await flagged.answered()
    await (await kit.submit_modal(flagged, {})).answered()
    case = await house.hears(kit, "moderation case 1")
    opened = await kit.press(case, "Note")
    await opened.answered()
    assert opened.modal is not None
    noted = await kit.submit_modal(opened, {opened.modal.fields[0].label: "I asked her."})
    await noted.answered()
    assert "I asked her." in noted.text
    member = house.guild.members[kit.id]
    member.roles.clear()
    gone = await kit.press(case, "Note")
    await gone.answered()
    assert gone.text == REFUSED


async def test_no_members_command_waits_for_discord(house: House) -> None:
    ana = who(house, "ana")
    fault = house.server.fail_next("GET /guilds/*", hold=True, times=9)
    assert "116 123" in (await house.hears(ana, "crisis GB")).text
    await house.hears(ana, "rules")
    await house.hears(ana, "help")
    assert (house.asked, fault.hits) == (0, 0)


@pytest.mark.parametrize("what", ["GET /guilds/*/members/*", "GET /guilds/*"])
async def test_without_an_answer_a_moderator_hears_where_to_go(house: House, what: str) -> None:
    house.server.fail_next(what, 500)
    assert (await house.hears(who(house, "kit"), "moderation record")).text.startswith(UNKNOWN)
    assert (await house.hears(who(house, "kit"), "moderation record")).text == NOTHING


async def test_whoever_left_or_may_not_write_there_moderates_nothing(house: House) -> None:
    kit, own = who(house, "kit"), who(house, "own")
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
    for name in ("kit", "own"):
        house.guild.members[who(house, name).id].timed_out = soon.isoformat()
    assert (await house.hears(kit, "moderation record")).text == REFUSED
    assert (await house.hears(own, "moderation record")).text == NOTHING
    house.guild.members[kit.id].timed_out = (soon - datetime.timedelta(hours=2)).isoformat()
    assert (await house.hears(kit, "moderation record")).text == NOTHING
    house.server.add_guild("Elsewhere", members=[kit])
    house.server.leave(house.guild, kit)
    assert (await house.hears(kit, "moderation record")).text == REFUSED


async def test_what_roles_give_is_asked_for_again_after_it_changed(house: House) -> None:
    mod = who(house, "mod")
    assert (await house.hears(mod, "moderation record")).text == NOTHING
    role = next(one for one in house.guild.roles.values() if one.name == "Loud")
    role.permissions = 0
    house.server.gateway.dispatch(
        "GUILD_ROLE_UPDATE", {"guild_id": str(house.guild.id), "role": role.payload()}, guild=house.guild
    )
    assert (await house.hears(mod, "moderation record")).text == REFUSED
