"""Rules that the platform keeps by itself, and the agreement that members are asked for."""

from __future__ import annotations

from typing import Any, cast

import pytest

from bot.platforms.terminal import Seen
from bot.sdk.ports import Event, Wrote
from bot.sdk.words import Message
from bot.testing.chat import Chat
from bot.testing.discord_server import permissions

from .scene import community

PROFILE = community("{id: zebra, say: No zebras here., when: {words: [zebra]}, then: [nudge, hold]}")
AGREEMENT = PROFILE + '  agreement: {parts: ["We listen first."]}\n'
FIRST = PROFILE + '  agreement: {parts: ["We listen first."], before_writing: true}\n'
pytestmark = pytest.mark.hearth(cogs=["rules", "config"], profile=PROFILE)
FACES = pytest.mark.faces("terminal", "discord", "matrix")


def words(seen: Seen) -> str:
    return "\n".join([seen.text, *(part for field in seen.fields for part in (field.name, field.text))])


def with_manage_server(chat: Chat) -> Any:
    """The stand-in's server, on which Hearth may now keep AutoMod rules."""
    guild = cast(Any, chat.face)._world.guild
    for role in guild.roles.values() if isinstance(guild.roles, dict) else guild.roles:
        if role.bot is not None:
            role.permissions |= permissions.bits(["manage_guild"])
    return guild


@pytest.mark.faces("discord")
async def test_automod_keeps_what_it_can_and_what_it_stops_is_recorded(chat: Chat) -> None:
    ann, mod, ring = chat.person("ann"), chat.person("mod"), chat.room("ring")
    guild = with_manage_server(chat)
    await mod.says(ring, "/moderation rules")
    told = words(mod.last)
    assert "Kept by AutoMod\nzebra" in told
    assert "AutoMod cannot say these\ncalls" in told
    assert [rule["name"] for rule in guild.automod.values()] == ["Hearth: zebra"]
    await ann.says(ring, "what a zebra")
    await chat.face.settle()
    assert ann.private == [], "AutoMod showed the rule's words"
    (case,) = await chat.app.catalogue.cogs["rules"].service.cases.record("test")
    assert (case.rules, case.actions, case.waits) == (("zebra",), ("stopped", "nudge"), False)
    await mod.says(ring, "/config try")
    await mod.answers("a zebra")
    assert "zebra: hold." in words(mod.last)
    assert "• calls" in words(mod.last)


CROWDED = PROFILE.replace("rules:\n", "rules:\n  use: [kind-words]\n")


@pytest.mark.faces("discord")
@pytest.mark.hearth(cogs=["rules", "config"], profile=CROWDED)
async def test_where_not_all_rules_find_room_the_communitys_own_come_first_and_then_the_strict(
    chat: Chat,
) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    guild = with_manage_server(chat)
    await mod.says(ring, "/moderation rules")
    kept = {rule["name"].removeprefix("Hearth: ") for rule in guild.automod.values()}
    assert len(kept) == 6
    assert {"zebra", "no-slurs", "no-cruelty"} <= kept
    (left,) = (field.text for field in mod.last.fields if "No room is left" in field.name)
    assert set(left.split(", ")) <= {
        "kind-labels", "kind-dying", "kind-recovery", "kind-loose-words", "kind-bonding"
    }  # fmt: skip
    await mod.says(ring, "/config try")
    await mod.answers("a zebra")
    assert "zebra: hold." in words(mod.last)


async def test_without_message_content_the_record_holds_the_word_alone(chat: Chat) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    platform = cast(Any, chat.face)._platform
    person, place = platform.person("ann"), platform.room("ring")
    wrote = Wrote(Message(place, "", person, ""), stopped_by="zebra", keyword="zebra")
    await chat.app.pipeline.handle(Event("stopped-1", person, place, wrote), cast(Any, None))
    await mod.says(ring, "/moderation case 1")
    assert "The platform met: zebra" in words(mod.last)
    assert chat.person("ann").private == []


@pytest.mark.hearth(
    cogs=["rules", "config"],
    profile=PROFILE + "    - {id: lion, say: No lions., when: {words: [lion]}, then: [nudge, hold, ask]}\n",
)
async def test_several_rules_of_the_platform_on_one_message_make_one_case(chat: Chat) -> None:
    mod, mods, ring = chat.person("mod"), chat.room("mods"), chat.room("ring")
    await mod.joins(mods)
    platform = cast(Any, chat.face)._platform
    person, place = platform.person("ann"), platform.room("ring")

    async def stopped(name: str, rule: str) -> None:
        wrote = Wrote(Message(place, "", person, ""), stopped_by=rule, keyword=rule)
        await chat.app.pipeline.handle(Event(name, person, place, wrote), cast(Any, None))
        await chat.at_once()

    record = chat.app.catalogue.cogs["rules"].service.cases.record
    await stopped("stopped-1", "zebra")
    await stopped("stopped-2", "lion")
    (case,) = await record("test")
    assert case.rules == ("zebra", "lion")
    assert case.waits
    assert len([one for one in mods.seen if "Something waits" in one.text]) == 1
    await mod.says(ring, "/moderation case 1")
    assert "The platform met: zebra" in words(mod.last)
    assert "The platform met: lion" in words(mod.last)
    await stopped("stopped-3", "lion")
    assert len(await record("test")) == 2, "the same rule again is another message"
    await chat.clock.on(seconds=10)
    await stopped("stopped-4", "zebra")
    assert len(await record("test")) == 3


@FACES
@pytest.mark.hearth(cogs=["rules"], profile=AGREEMENT)
async def test_the_agreement_is_asked_for_once_and_blocks_nothing(chat: Chat) -> None:
    ann, ring = chat.person("ann"), chat.room("ring")
    await ann.joins(ring)
    await ann.says(ring, "good evening")
    await ann.says(ring, "how are you all")
    await chat.face.settle()
    assert len([one for one in ann.private if "something we agree on here" in one.text]) == 1
    assert not any(one.gone for one in ring.seen)
    await ann.presses("Read it")
    assert "We listen first." in words(ann.last)


@FACES
@pytest.mark.hearth(cogs=["rules"], profile=FIRST)
async def test_where_the_profile_says_so_one_agrees_before_writing(chat: Chat) -> None:
    ann, ring = chat.person("ann"), chat.room("ring")
    await ann.joins(ring)
    await ann.says(ring, "good evening")
    await chat.face.settle()
    assert ann.sees_privately("so I took your message away")
    await ann.presses("Read it")
    await ann.presses("I agree")
    before = len(ann.private)
    await ann.says(ring, "good evening again")
    await chat.face.settle()
    assert len(ann.private) == before
