"""Replying without a name as those live it who reply: looked at before, and with a receipt of their own."""

from __future__ import annotations

import pytest

from bot.testing.chat import Chat

from .scene import (
    COGS,
    FACES,
    ON_MATRIX_TOO,
    PAST_THE_DELAY,
    PROFILE,
    REVIEWED,
    code_in,
    labels,
    opens,
    post,
    replies,
    sends,
    shares,
    words,
)

pytestmark = [pytest.mark.hearth(cogs=COGS, profile=PROFILE), pytest.mark.faces(*FACES)]
review_first = pytest.mark.hearth(cogs=COGS, profile=REVIEWED)


async def approved(chat: Chat) -> None:
    """A share that moderators let through stands in the ring."""
    await shares(chat, chat.person("ada"))
    await chat.person("mod").presses("Approve", on=chat.room("desk").last)
    await chat.clock.on(minutes=5)


@review_first
@ON_MATRIX_TOO
async def test_where_moderators_read_first_they_read_replies_too(chat: Chat) -> None:
    await approved(chat)
    ben, mod, ring, desk = chat.person("ben"), chat.person("mod"), chat.room("ring"), chat.room("desk")
    await ben.presses("Reply anonymously", on=post(ring))
    await ben.answers("Me neither.")
    assert "First before the moderators" in words(ben.last)
    receipt = await sends(ben)
    assert "on its way to the moderators" in words(receipt)
    await chat.clock.on(minutes=PAST_THE_DELAY)
    assert len(ring.standing) == 1
    waiting = desk.last
    assert {"Me neither.", "I did not get up today."} <= set(words(waiting).split("\n"))
    assert "ben" not in words(waiting).lower()
    assert labels(waiting) == ["Approve", "Ask for a change", "Decline", "Mute this voice"]
    await mod.presses("Approve", on=waiting)
    await chat.clock.on(minutes=5)
    assert "Me neither." in words(ring.standing[-1])
    assert ring.standing[-1].thread == post(ring).ref


@review_first
async def test_a_reply_is_changed_on_request_with_its_code(chat: Chat) -> None:
    await approved(chat)
    ben, mod, ring, desk = chat.person("ben"), chat.person("mod"), chat.room("ring"), chat.room("desk")
    receipt = await replies(chat, ben, "In Xanten, too.")
    await mod.presses("Ask for a change", on=desk.last)
    await mod.answers("Please leave out the town.")
    await chat.clock.on(minutes=PAST_THE_DELAY)
    assert ben.sees_privately("Please leave out the town.")
    panel = await opens(ben, ring, code_in(receipt))
    assert "Your reply" in words(panel)
    await ben.presses("Change it")
    await ben.answers("Here, too.")
    await chat.clock.on(minutes=PAST_THE_DELAY)
    assert "Here, too." in words(desk.last)
    await mod.presses("Approve", on=desk.last)
    await chat.clock.on(minutes=5)
    assert "Here, too." in words(ring.standing[-1])
    assert not any("Xanten" in words(one) for one in ring.seen)


@review_first
async def test_a_declined_reply_is_told_why_and_appealed_blind(chat: Chat) -> None:
    await approved(chat)
    ben, mod, ring, desk = chat.person("ben"), chat.person("mod"), chat.room("ring"), chat.room("desk")
    receipt = await replies(chat, ben, "Pull yourself together.")
    await mod.presses("Decline", on=desk.last)
    await mod.presses("It goes against our agreement")
    await chat.clock.on(minutes=PAST_THE_DELAY)
    assert ben.sees_privately("It goes against what this community agreed on.")
    assert ben.sees_privately("Pull yourself together.")
    await opens(ben, ring, code_in(receipt))
    await ben.presses("Ask moderators to look again")
    await ben.answers("I meant it kindly.")
    await chat.clock.on(minutes=PAST_THE_DELAY)
    assert "I meant it kindly." in words(desk.last)
    assert "ben" not in words(desk.last).lower()
    await mod.presses("Answer", on=desk.last)
    await mod.answers("It did not sound so.")
    await chat.clock.on(minutes=PAST_THE_DELAY)
    assert ben.sees_privately("It did not sound so.")
    assert len(ring.standing) == 1


@ON_MATRIX_TOO
async def test_a_replys_code_takes_it_back_after_a_restart_from_another_account(chat: Chat) -> None:
    await shares(chat, chat.person("ada"))
    ben, dan, ring = chat.person("ben"), chat.person("dan"), chat.room("ring")
    receipt = await replies(chat, ben, "Me neither.")
    assert len(ring.standing) == 2
    await chat.restart()
    panel = await opens(dan, ring, code_in(receipt))
    assert labels(panel) == ["Ask moderators to look again", "Take it back"]
    await dan.presses("Take it back")
    assert dan.sees_privately("This takes your reply out of the thread")
    await dan.presses("Yes, take it down")
    await chat.clock.on(minutes=1)
    assert len(ring.standing) == 1
    gone = await opens(dan, ring, code_in(receipt))
    assert "I find nothing under this code" in words(gone)


async def test_a_covered_reply_is_appealed_by_its_code(chat: Chat) -> None:
    await shares(chat, chat.person("ada"))
    ben, mod, ring, desk = chat.person("ben"), chat.person("mod"), chat.room("ring"), chat.room("desk")
    receipt = await replies(chat, ben, "Pull yourself together.")
    await mod.joins(ring)
    await mod.chooses(ring, "moderate-this", on=ring.standing[-1])
    await mod.presses("Cover it")
    panel = await opens(ben, ring, code_in(receipt))
    assert "moderators covered what it says" in words(panel)
    await ben.presses("Ask moderators to look again")
    await ben.answers("I meant it kindly.")
    await chat.clock.on(minutes=PAST_THE_DELAY)
    assert "I meant it kindly." in words(desk.last)


async def test_worry_waits_in_the_panel_for_whom_nothing_leads_to(chat: Chat) -> None:
    receipt = await shares(chat, chat.person("ada"))
    ada, ben, ring = chat.person("ada"), chat.person("ben"), chat.room("ring")
    before = len(ada.private)
    await ben.presses("Something's wrong", on=post(ring))
    await ben.presses("I am worried about them")
    await chat.clock.on(hours=2)
    assert len(ada.private) == before
    panel = await opens(ada, ring, code_in(receipt))
    assert "is worried about you" in words(panel)
    assert labels(panel)[0] == "Find help now"
    assert "ben" not in words(panel).lower()


async def test_words_that_sound_like_danger_offer_help_wherever_they_are_written(chat: Chat) -> None:
    receipt = await shares(chat, chat.person("ada"))
    ada, ben, ring = chat.person("ada"), chat.person("ben"), chat.room("ring")
    await opens(ada, ring, code_in(receipt))
    await ada.presses("Add to it")
    await ada.answers("And I don't want to live.")
    assert labels(ada.last)[0] == "Find help now"
    await ben.presses("Reply openly", on=post(ring))
    await ben.answers("I don't want to live either.")
    assert labels(ben.last) == ["Find help now"]
    assert "Find help now" not in labels(ring.standing[-1])
