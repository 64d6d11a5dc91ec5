"""The message of a group from which people share: posted by moderators, pressed by anybody."""

from __future__ import annotations

import pytest

from bot.testing.chat import Chat

from .scene import (
    COGS,
    FACES,
    ON_MATRIX_TOO,
    PAST_THE_DELAY,
    PROFILE,
    fills_in,
    gather,
    labels,
    post,
    sends,
    words,
)

OWN_ROOM = PROFILE.replace("policy: at-once", "policy: at-once\n      who: group")
TWO_GROUPS = f"""{PROFILE}  den:
    name: The den
    room: "#den"
    sharing: {{policy: at-once, small_group: 5}}
"""
pytestmark = [pytest.mark.hearth(cogs=COGS, profile=PROFILE), pytest.mark.faces(*FACES)]


@pytest.mark.hearth(cogs=COGS, profile=OWN_ROOM)
@ON_MATRIX_TOO
async def test_the_groups_message_opens_the_form_for_whoever_presses_it(chat: Chat) -> None:
    ada, mod, ring = chat.person("ada"), chat.person("mod"), await gather(chat, "ada", "mod")
    await mod.says(ring, "/share-invite")
    assert mod.sees_privately("If you pin it there")
    invitation = ring.last
    assert "Share without your name" in words(invitation)
    assert labels(invitation) == ["Share anonymously"]
    await chat.restart()
    await gather(chat, "ada", "mod")
    await ada.presses("Share anonymously", on=invitation)
    assert "I did not get up today." in words(await fills_in(ada, "I did not get up today."))
    await sends(ada)
    assert len(ring.standing) == 1
    await chat.clock.on(minutes=PAST_THE_DELAY)
    assert "I did not get up today." in words(post(ring))


@pytest.mark.hearth(cogs=COGS, profile=TWO_GROUPS)
async def test_in_each_group_its_message_leads_to_that_group(chat: Chat) -> None:
    ada, mod, den = chat.person("ada"), chat.person("mod"), chat.room("den")
    await gather(chat, "ada", "mod")
    for name in ("ada", "mod", "ben", "cleo", "dan"):
        await chat.person(name).joins(den)
    await mod.says(den, "/share-invite")
    await ada.presses("Share anonymously", on=den.last)
    await fills_in(ada, "I did not get up today.", picture=None)
    assert "In den" in words(ada.last).replace("#", "")


@pytest.mark.hearth(cogs=COGS, profile=OWN_ROOM)
@pytest.mark.faces("terminal", "matrix")
async def test_who_is_in_the_group_shares_from_the_direct_chat_and_nobody_else(chat: Chat) -> None:
    """Where platforms know who is in a room: nobody has to type in it that they share."""
    ada, eve, ring = chat.person("ada"), chat.person("eve"), await gather(chat, "ada")
    for who in (ada, eve):
        await who.says(None, "/share")
        await fills_in(who, "I did not get up today.")
    assert eve.sees_privately("Here people share from within the group's own room.")
    await sends(ada)
    await chat.clock.on(minutes=PAST_THE_DELAY)
    assert "I did not get up today." in words(post(ring))


async def test_a_member_cannot_post_it(chat: Chat) -> None:
    ring = await gather(chat, "ada")
    await chat.person("ada").says(ring, "/share-invite")
    assert ring.seen == []


@pytest.mark.hearth(cogs=COGS, profile=PROFILE.replace("at-once", "off"))
async def test_where_sharing_is_off_it_is_not_offered(chat: Chat) -> None:
    mod, ring = chat.person("mod"), await gather(chat, "mod")
    await mod.says(ring, "/share-invite")
    assert mod.sees_privately("Sharing without a name is not set up here.")
    assert ring.seen == []
