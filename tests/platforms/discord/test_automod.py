"""Filters kept as AutoMod rules: only Hearth's own are touched, and what they stop comes in."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.discord.automod import fit
from bot.sdk.ports import Event, Filter, Unfit
from bot.testing.discord_server import DiscordServer, Guild
from bot.testing.turns import until

from .harbour import hearth

KIND = Filter("stigma", "Try describing what happened.", words=("psycho*",), allow=("psychology",))


def harbour(server: DiscordServer, *, may_manage: bool = True) -> Guild:
    allowed = ["manage_guild"] if may_manage else []
    return server.add_guild("Harbour", ["evening"], bot_permissions=allowed)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (Filter("empty"), "not-expressible"),
        (Filter("both", words=("a",), mentions=3), "not-expressible"),
        (Filter("many", words=tuple(f"w{n}" for n in range(1001))), "too-many-words"),
        (Filter("long", words=("x" * 61,)), "word-too-long"),
        (Filter("patterns", patterns=("a",) * 11), "too-many-patterns"),
        (Filter("pattern", patterns=("a" * 261,)), "pattern-too-long"),
        (Filter("allow", words=("a",), allow=("b",) * 101), "too-many-exceptions"),
        (Filter("mentions", mentions=51), "too-many-mentions"),
    ],
)
def test_what_automod_cannot_say_is_told(one: Filter, why: str) -> None:
    assert fit([one]) == ([], [Unfit(one.id, why)])


def test_at_most_six_rules_of_words_and_one_of_mentions_fit() -> None:
    words = [Filter(f"r{n}", words=("a",)) for n in range(8)]
    mentions = [Filter("m1", mentions=5), Filter("m2", mentions=6)]
    made, unfit = fit([*words, *mentions])
    assert [one.id for one, _ in made] == ["r0", "r1", "r2", "r3", "r4", "r5", "m1"]
    assert {one.id: one.why for one in unfit} == dict.fromkeys(("r6", "r7", "m2"), "too-many-rules")


async def test_rules_are_made_changed_and_removed_and_others_are_left_alone(
    server: DiscordServer, tmp_path: Path
) -> None:
    guild = harbour(server)
    guild.automod[7] = {
        "id": "7", "guild_id": str(guild.id), "creator_id": "99", "name": "Hearth: stigma", "enabled": True,
        "event_type": 1, "trigger_type": 1, "trigger_metadata": {"keyword_filter": ["theirs"]}, "actions": [],
        "exempt_roles": [], "exempt_channels": [],
    }  # fmt: skip
    async with hearth(server, tmp_path) as running:
        space = running.app.pipeline.space_of("discord", str(guild.id))
        assert await running.platform.keep(space, [KIND, Filter("other", words=("x",))]) == []
        ours = [rule for rule in guild.automod.values() if rule["creator_id"] != "99"]
        assert [rule["name"] for rule in ours] == ["Hearth: stigma", "Hearth: other"]
        assert ours[0]["trigger_metadata"]["keyword_filter"] == ["psycho*"]
        assert ours[0]["actions"][0]["metadata"] == {"custom_message": "Try describing what happened."}
        before = Counter(server.stats.requests)
        assert await running.platform.keep(space, [KIND]) == []
        sent = {route.split(" ")[0]: count for route, count in (server.stats.requests - before).items()}
        assert sent == {"GET": 1, "DELETE": 1}
        assert "Hearth: other" not in [rule["name"] for rule in guild.automod.values()]
        assert guild.automod[7]["trigger_metadata"] == {"keyword_filter": ["theirs"]}


async def test_without_manage_server_it_is_told_and_nothing_breaks(
    server: DiscordServer, tmp_path: Path
) -> None:
    guild = harbour(server, may_manage=False)
    async with hearth(server, tmp_path) as running:
        space = running.app.pipeline.space_of("discord", str(guild.id))
        assert await running.platform.keep(space, [KIND]) == [Unfit("stigma", "not-allowed")]


async def test_what_a_rule_stops_comes_in_by_the_id_of_its_filter(
    server: DiscordServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = server.add_user("ana")
    guild = harbour(server)
    server.join(guild, ana)
    heard: list[Event] = []
    async with hearth(server, tmp_path) as running:

        async def hear(event: Event, replies: Any) -> None:
            heard.append(event)

        monkeypatch.setattr(running.app.pipeline, "watches", lambda space: True)
        monkeypatch.setattr(running.app.pipeline, "handle", hear)
        space = running.app.pipeline.space_of("discord", str(guild.id))
        await running.platform.keep(space, [KIND])
        assert ana.say(guild, "that psycho again") is None
        await until(lambda: heard)
    (event,) = heard
    assert event.what.stopped_by == "stigma"
    # Message Content is off: the word alone
    assert (event.what.message.text, event.what.keyword) == ("", "psycho*")
    assert (event.person.account, event.what.message.ref) == (str(ana.id), "")
