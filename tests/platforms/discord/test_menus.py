"""Commands in the menu of a message: how they are registered, and what a cog hears when one is chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.platforms.discord import menus
from bot.platforms.discord.registering import commands, fingerprint, restricted
from bot.sdk.people import Level
from bot.testing.discord_server import DiscordServer, NotOffered
from bot.testing.discord_server.check_commands import check_commands

from .harbour import WALL, hearth
from .test_registering import described


def menu(path: str = "point", name: str = "Point at this", **changed: Any) -> Any:
    return described(path, menu={"en": name, "de": "Darauf zeigen"}, **changed)


def test_a_command_about_a_message_stands_in_the_menu_and_nowhere_else() -> None:
    made, problems = commands([described("tidy"), menu(), menu("hush", "Hush", level=Level.MODERATOR)])
    assert problems == []
    assert list(check_commands(made)) == []
    assert [(one["type"], one["name"]) for one in made] == [(1, "tidy"), (3, "Point at this"), (3, "Hush")]
    assert made[1] == {
        "type": 3,
        "name": "Point at this",
        "name_localizations": {"de": "Darauf zeigen"},
        "contexts": [0],
        "integration_types": [0],
    }
    assert made[2]["default_member_permissions"] == str(1 << 40)
    assert restricted([menu("hush", level=Level.MODERATOR)]) == {"hush"}
    assert menus.paths([menu(), described("tidy")]) == {"Point at this": "point"}


def test_one_of_a_group_leaves_the_others_where_they_are() -> None:
    grouped: dict[str, Any] = {"group": "wall", "group_helps": {"en": "The wall"}}
    made, problems = commands([
        described("wall pin", name="pin", **grouped),
        described("wall point", name="point", menu={"en": "Point"}, **grouped),
    ])  # fmt: skip
    assert problems == []
    assert [one["name"] for one in made] == ["wall", "Point"]
    assert [one["name"] for one in made[0]["options"]] == ["pin"]


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        ([menu(name="x" * 33)], "point: name in the menu of a message in en has 33 characters"),
        ([described("point", menu={"en": "Point", "de": "y" * 33})], "in de has 33"),
        ([menu("a"), menu("b")], "/a and /b are both called 'Point at this'"),
        ([menu(f"m{n}", f"M {n}") for n in range(16)], "'M 15' is over the 15"),
    ],
)
def test_what_does_not_fit_is_left_out_alone(wanted: list[Any], what: str) -> None:
    made, problems = commands([described("tidy"), *wanted])
    assert made[0]["name"] == "tidy"
    assert list(check_commands(made)) == []
    assert len(problems) == 1
    assert what in str(problems[0])


def test_a_changed_name_is_registered_anew() -> None:
    before, after = (commands([menu(name=name)])[0] for name in ("Point at this", "Point"))
    assert fingerprint(before) != fingerprint(after)
    # As Discord gives it back.
    assert fingerprint([{**before[0], "id": "1", "description": "", "options": []}]) == fingerprint(before)


def test_words_are_read_wherever_they_stand() -> None:
    passed_on = {"content": "Look", "message_snapshots": [{"message": {"content": "what they wrote"}}]}
    assert menus.words(passed_on) == "Look\nwhat they wrote"
    framed = {"content": "", "components": [{"type": 17, "components": [
        {"type": 10, "content": "### A sheet"}, {"type": 10, "content": "||Red \\*and\\* yellow\\.||"},
        {"type": 1, "components": [{"type": 2, "label": "Wave"}]},
        {"type": 10, "content": "-# Mind the pins."},
    ]}]}  # fmt: skip
    assert menus.words(framed) == "A sheet\nRed *and* yellow.\nMind the pins."


async def test_a_chosen_command_opens_its_form_and_knows_the_message_when_it_comes_back(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana, ben = server.add_user("ana"), server.add_user("ben", locale="de")
    guild = server.add_guild("Harbour", ["evening"], members=[ana, ben])
    evening = guild.channel("evening")
    async with hearth(server, tmp_path, cogs=["crisis", WALL]) as running:
        service = running.app.catalogue.cogs["wall"].service
        assert "point" not in ana.commands(guild)
        said = ben.say(evening, "Look at the snow")
        assert said is not None
        assert server.content_visible(said.raw) is False
        opened = await ana.menu(said, "Point at this")
        await opened.answered()
        assert opened.modal is not None
        assert opened.response_type == 9
        sent = await ana.submit_modal(opened, {"What about it?": "So white."})
        await sent.answered()
        assert sent.message.ephemeral
        assert sent.message.text == "ben wrote: Look at the snow"
        ((message, words),) = service.told
        assert words == "So white."
        assert (message.ref, message.place.id) == (str(said.id), str(evening.id))
        assert (message.author.account, message.author.space) == (str(ben.id), message.place.space)
        waved = await ana.slash(guild, "wave")
        await waved.answered()
        opened = await ben.menu(waved.message, "Point at this")
        await opened.answered()
        sent = await ben.submit_modal(opened, {"What about it?": "Hello."})
        await sent.answered()
        message, _ = service.told[-1]
        assert (message.author, message.text) == (None, "Somebody waves.")


async def test_a_reply_that_mentions_hearth_is_about_what_it_replies_to(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana, ben = server.add_user("ana"), server.add_user("ben")
    guild = server.add_guild("Harbour", ["evening"], members=[ana, ben])
    async with hearth(server, tmp_path, cogs=["crisis", WALL]) as running:
        said = ben.say(guild, "Look at the snow")
        ana.say(guild, f"<@{server.bot_user.id}> point", reply_to=said)
        await server.until(lambda: ana.direct_messages)
        opened = await ana.press(ana.direct_messages[-1], "What about it?")
        await opened.answered()
        sent = await ana.submit_modal(opened, {"What about it?": "So white."})
        await sent.answered()
        ((message, _),) = running.app.catalogue.cogs["wall"].service.told
        assert said is not None
        assert message.ref == str(said.id)
        assert message.author.account == str(ben.id)
        assert message.text == ""  # without Message Content Discord does not say


async def test_a_moderators_menu_is_offered_to_moderators_and_to_whom_the_owner_lets_through(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana, mod, ben = server.add_user("ana"), server.add_user("mod"), server.add_user("ben", locale="de")
    roles: dict[str, list[str]] = {"Watch": ["moderate_members"], "Helpers": []}
    guild = server.add_guild("Harbour", ["evening"], roles, [ana, (mod, ["Watch"]), (ben, ["Helpers"])])
    said = ana.say(guild, "Hello")
    assert said is not None
    async with hearth(server, tmp_path):
        seen = await mod.menu(said, "Uproot this")
        await seen.answered()
        assert seen.message.ephemeral
        assert seen.text == "Uprooted as MODERATOR: Hello"
        with pytest.raises(NotOffered):
            await ben.menu(said, "Das ausreißen")
        server.set_command_permission(guild, "Uproot this", [(guild.role("Helpers"), True)])
        seen = await ben.menu(said, "Das ausreißen")
        await seen.answered()
        assert "Hello" in seen.text


async def test_a_menu_of_a_command_that_is_gone_is_answered(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    said = ana.say(guild, "Hello")
    assert said is not None
    async with hearth(server, tmp_path, cogs=["crisis", WALL]) as running:
        assert running.platform._reader is not None
        running.platform._reader.menu = {}
        chosen = await ana.menu(said, "Point at this")
        await chosen.answered()
        assert chosen.message.ephemeral
