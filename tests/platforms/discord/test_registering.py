"""Commands as Discord has them: what is registered, when, and what is refused before it is sent."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.discord import check_commands, limits
from bot.platforms.discord.registering import commands, fingerprint
from bot.sdk.commands import Described, DescribedParam
from bot.sdk.errors import Declaration
from bot.sdk.people import Level
from bot.sdk.words import Kind
from bot.testing.discord_server import DiscordServer
from bot.testing.turns import until

from .harbour import Vault, hearth

PUT = "PUT /applications/{application_id}/commands"
GET = "GET /applications/{application_id}/commands"


def described(path: str = "tidy", **changed: Any) -> Described:
    fields: dict[str, Any] = {
        "path": path, "group": None, "name": path, "names": {}, "helps": {"en": "Tidy up."}, "params": (),
        "level": Level.MEMBER, "private": False, "always": False, "form": False,
    }  # fmt: skip
    return Described(**(fields | changed))


def option(**changed: Any) -> DescribedParam:
    fields: dict[str, Any] = {
        "name": "bed", "kind": Kind.TEXT, "required": False, "names": {}, "helps": {"en": "Which bed"},
        "choices": (), "suggests": False, "personal": False, "upto": 80,
    }  # fmt: skip
    return DescribedParam(**(fields | changed))


async def test_commands_are_registered_once_and_again_only_when_they_change(
    server: DiscordServer, tmp_path: Path
) -> None:
    vault = Vault()
    async with hearth(server, tmp_path, vault=vault):
        assert server.stats.requests[PUT] == 1
        names = {one["name"] for one in server.global_commands.values()}
        assert {"crisis", "plant", "shed"} <= names
    server.stats.reset()
    async with hearth(server, tmp_path, vault=vault):
        assert (server.stats.requests[PUT], server.stats.requests[GET]) == (0, 0)
    async with hearth(server, tmp_path):  # without a memory Discord is asked, once
        assert (server.stats.requests[PUT], server.stats.requests[GET]) == (0, 1)
    async with hearth(server, tmp_path, cogs=["crisis"], vault=vault, registered=False):
        await server.until(lambda: len(server.global_commands) == 1)
    assert server.stats.requests[PUT] == 1


async def test_an_unreadable_memory_does_not_keep_commands_from_being_registered(
    server: DiscordServer, tmp_path: Path
) -> None:
    class Broken(Vault):
        async def load(self, name: str) -> bytes | None:
            raise OSError("disk")

        async def save(self, blobs: Any) -> None:
            raise OSError("disk")

    async with hearth(server, tmp_path, vault=Broken()):
        assert server.stats.requests[PUT] == 1


@pytest.mark.parametrize(
    "fault", [{"status": 429, "retry_after": 0.1}, {"status": 500}, {"drop": "before"}], ids=str
)
async def test_registering_is_tried_until_it_works_and_answers_come_meanwhile(
    server: DiscordServer, tmp_path: Path, fault: dict[str, Any]
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path / "before"):
        pass
    struck = server.fail_next("GET /applications/*/commands", **fault)
    async with hearth(server, tmp_path / "after", registered=False) as running:
        asked = await ana.slash(guild, "hush")
        await asked.answered()
        await until(lambda: running.platform._restricted)
        assert struck.hits


async def test_permissions_count_only_once_they_are_registered(server: DiscordServer, tmp_path: Path) -> None:
    """What an older version had registered may let everybody through."""
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    old = {"name": "tidy", "type": 1, "id": "1", "description": "Tidy up."}
    server.global_commands[1] = old
    held = server.fail_next("GET /applications/*/commands", hold=True)
    async with hearth(server, tmp_path, registered=False):
        asked = await ana.slash(guild, "tidy")
        await asked.answered()
        assert asked.message.text == "This one is for moderators."
        held.release()


async def test_refused_commands_are_reported_and_everything_else_goes_on(
    server: DiscordServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with hearth(server, tmp_path / "before"):
        pass
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    server.global_commands.popitem()
    server.fail_next("PUT /applications/*/commands", 400, code=50035)
    async with hearth(server, tmp_path / "after", registered=False):
        await until(lambda: "refuses the commands" in caplog.text)
        asked = await ana.slash(guild, "crisis", country="Ireland")
        await asked.answered()


def test_levels_become_default_permissions_and_places() -> None:
    made, problems = commands(
        [
            described("a", private=True),
            described("b"),
            described("c", level=Level.FACILITATOR, private=True),
            described("d", level=Level.MODERATOR),
            described("e", level=Level.OPERATOR),
            described("f", always=True),
        ]
    )
    assert not problems
    assert made[0]["name"] == "f"
    assert {one["name"]: (one.get("default_member_permissions"), one["contexts"]) for one in made} == {
        "a": (None, [0, 1]),
        "b": (None, [0]),
        "c": (str(1 << 13), [0]),
        "d": (str(1 << 40), [0]),
        "e": ("0", [0]),
        "f": (None, [0, 1]),
    }


def test_every_language_that_discord_has() -> None:
    helps = {"en": "Tidy up.", "de": "Aufräumen.", "pt": "Arrumar.", "la": "Purga."}
    choices = (("north", {"en": "North", "de": "Norden"}),)
    beds = option(kind=Kind.CHOICE, choices=choices, names={"de": "beet", "en": "patch"})
    (made,), _ = commands([described(helps=helps, names={"de": "aufräumen"}, params=(beds,))])
    assert made["name_localizations"] == {"de": "aufräumen"}
    assert made["description_localizations"] == {"de": "Aufräumen.", "pt-BR": "Arrumar."}
    (asked,) = made["options"]
    assert asked["name_localizations"] == {"de": "beet", "en-GB": "patch", "en-US": "patch"}
    assert asked["choices"] == [{"name": "North", "name_localizations": {"de": "Norden"}, "value": "north"}]


def test_groups_become_subcommands() -> None:
    both = [
        described(
            f"shed {name}", group="shed", name=name, group_helps={"en": "The shed", "de": "Der Schuppen"}
        )
        for name in ("open", "close")
    ]
    (made,), _ = commands(both)
    assert (made["name"], made["description_localizations"]) == ("shed", {"de": "Der Schuppen"})
    assert [(one["type"], one["name"]) for one in made["options"]] == [(1, "open"), (1, "close")]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (described("x", helps={"en": "ok", "de": "ü" * 101}), "description in de has 101"),
        (described("x", helps={"en": ""}), "has 0 characters"),
        (described("x", names={"de": "Groß"}), "no name for Discord"),
        (described("x", names={"de": "zwei worte"}), "no name for Discord"),
        (described("x", names={"fr": "a" * 33}), "no name for Discord"),
        (described("x", params=tuple(option(name=f"o{n}") for n in range(26))), "26 options"),
        (described("x", params=(option(choices=(("a", {"en": "A" * 101}),)),)), "choice 'a' in en"),
        (described("x", params=(option(choices=(("a", {"en": "A"}),) * 26),)), "26 choices"),
        (described("x", params=tuple(
            option(name=f"o{n}", choices=tuple((f"{n}-{m}", {"en": "A" * 100}) for m in range(25)))
            for n in range(4))), "characters in all"),
    ],
)  # fmt: skip
def test_a_limit_broken_in_any_language_is_found_before_discord_finds_it(
    broken: Described, says: str
) -> None:
    with pytest.raises(Declaration, match=says):
        check_commands([broken])
    made, problems = commands([described("crisis", always=True), broken])
    assert [one["name"] for one in made] == ["crisis"]
    assert len(problems) == 1


def test_what_always_answers_is_never_the_one_command_too_many() -> None:
    many = [described(f"c{n}") for n in range(limits.COMMANDS + 3)] + [described("crisis", always=True)]
    made, problems = commands(many)
    assert made[0]["name"] == "crisis"
    assert len(made) == limits.COMMANDS
    assert len(problems) == 4


def test_the_order_of_commands_and_what_discord_fills_in_are_no_change() -> None:
    mine, _ = commands([described("a"), described("b", params=(option(),))])
    theirs = [
        one | {"id": "1", "version": "2", "application_id": "3", "dm_permission": True, "nsfw": False,
               "name_localizations": None, "default_member_permissions": None}
        for one in reversed(mine)
    ]  # fmt: skip
    assert fingerprint(theirs) == fingerprint(mine)
    theirs[0]["description"] = "Another"
    assert fingerprint(theirs) != fingerprint(mine)


async def test_a_command_that_cannot_be_shown_is_left_out_alone(
    server: DiscordServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    async with hearth(server, tmp_path, registered=False) as running:
        catalogue = running.app.catalogue
        whole = catalogue.described()
        catalogue._described = (*whole, described("Broken"))
        await running.platform._register(running.app.pipeline, server.application_id)
        assert "left out: /Broken" in caplog.text
        assert "crisis" in {one["name"] for one in server.global_commands.values()}
