"""Sharing as moderators live it: they act on what was said and never learn who said it."""

from __future__ import annotations

import pytest

from bot.testing.chat import Chat

from . import scene

pytestmark = [pytest.mark.hearth(cogs=scene.COGS, profile=scene.PROFILE), pytest.mark.faces(*scene.FACES)]


@pytest.mark.hearth(cogs=scene.COGS, profile=scene.REVIEWED)
@scene.ON_MATRIX_TOO
async def test_review_first_is_approved_at_the_desk(chat: Chat) -> None:
    ada, mod, ring, desk = chat.person("ada"), chat.person("mod"), chat.room("ring"), chat.room("desk")
    await scene.shares(chat, ada)
    waiting = desk.last
    assert "I did not get up today." in scene.words(waiting)
    assert "ada" not in scene.words(waiting).lower()
    assert scene.labels(waiting) == ["Approve", "Ask for a change", "Decline", "Mute this voice"]
    assert ring.seen == []
    await mod.presses("Approve", on=waiting)
    assert mod.sees_privately("Approved. It comes out in a few minutes.")
    assert "was approved" in scene.words(desk.standing[-1])
    await chat.clock.on(minutes=5)
    assert "I did not get up today." in scene.words(scene.post(ring))
    assert scene.labels(desk.standing[-1]) == []


@pytest.mark.hearth(cogs=scene.COGS, profile=scene.REVIEWED)
async def test_a_member_cannot_decide(chat: Chat) -> None:
    await scene.shares(chat, chat.person("ada"))
    ben, desk = chat.person("ben"), chat.room("desk")
    await ben.joins(desk)
    await ben.presses("Approve", on=desk.last)
    assert not ben.sees_privately("Approved.")
    await ben.says(chat.room("ring"), "/moderate amber 7")
    assert not ben.sees_privately("I find nothing")


@pytest.mark.hearth(cogs=scene.COGS, profile=scene.REVIEWED)
async def test_declined_with_a_reason_and_appealed_blind(chat: Chat) -> None:
    ada, mod, ring, desk = chat.person("ada"), chat.person("mod"), chat.room("ring"), chat.room("desk")
    receipt = await scene.shares(chat, ada)
    await mod.presses("Decline", on=desk.last)
    await mod.presses("Somebody could be recognised by it")
    await chat.clock.on(minutes=11)
    assert ada.sees_privately("Somebody could be recognised by it, perhaps you.")
    await scene.opens(ada, ring, scene.code_in(receipt))
    await ada.presses("Ask moderators to look again")
    await ada.answers("It could be any of thousands.")
    await chat.clock.on(minutes=11)
    appeal = desk.last
    assert "It could be any of thousands." in scene.words(appeal)
    assert "ada" not in scene.words(appeal).lower()
    await mod.presses("Answer", on=appeal)
    await mod.answers("You are right. Please share it again.")
    await chat.clock.on(minutes=11)
    assert ada.sees_privately("You are right. Please share it again.")
    assert ring.seen == []


@scene.ON_MATRIX_TOO
async def test_covering_and_showing_again(chat: Chat) -> None:
    ada, mod, ring = chat.person("ada"), chat.person("mod"), chat.room("ring")
    await scene.shares(chat, ada)
    handle = scene.handle_in(scene.post(ring))
    await mod.says(chat.room("desk"), f"/moderate {handle}")
    assert mod.last.private
    assert scene.labels(mod.last) == ["Cover it", "Close replies", "Mute this voice"]
    await mod.presses("Cover it")
    await chat.clock.on(minutes=1)
    assert "Moderators have covered what stood here." in scene.words(scene.post(ring))
    assert "did not get up" not in scene.words(scene.post(ring))
    await mod.presses("Show it again")
    await chat.clock.on(minutes=1)
    assert "I did not get up today." in scene.words(scene.post(ring))
    await mod.presses("Close replies")
    await chat.clock.on(minutes=1)
    assert "Reply anonymously" not in scene.labels(scene.post(ring))


async def test_a_reply_is_covered_from_its_menu(chat: Chat) -> None:
    await scene.shares(chat, chat.person("ada"))
    ben, mod, ring = chat.person("ben"), chat.person("mod"), chat.room("ring")
    await mod.joins(ring)
    await ben.presses("Reply anonymously", on=scene.post(ring))
    await ben.answers("Pull yourself together.")
    await scene.sends(ben)
    await chat.clock.on(minutes=11)
    await mod.chooses(ring, "moderate-this", on=ring.standing[-1])
    await mod.presses("Cover it")
    await chat.clock.on(minutes=1)
    assert "Pull yourself together." not in "".join(scene.words(one) for one in ring.standing)
    assert "I did not get up today." in scene.words(scene.post(ring))


@scene.ON_MATRIX_TOO
async def test_a_mute_says_the_same_whether_or_not_there_was_one(chat: Chat) -> None:
    ada, mod, ring, desk = chat.person("ada"), chat.person("mod"), chat.room("ring"), chat.room("desk")
    await scene.shares(chat, ada)
    handle = scene.handle_in(scene.post(ring))
    answers = []
    for _ in range(2):
        await mod.says(desk, f"/moderate {handle}")
        await mod.presses("Mute this voice")
        await mod.presses("Everywhere here, for a week")
        answers.append((scene.words(mod.last), scene.labels(mod.last)))
    assert answers[0] == answers[1]
    assert "ada" not in scene.words(mod.last).lower()
    await chat.restart()
    await scene.gather(chat, "ada")
    await scene.writes(ada, ring, "More.")
    assert ada.sees_privately("You can't write here without a name for")
    await chat.clock.on(days=8)
    await scene.writes(ada, ring, "More.")
    assert "More." in scene.words(ada.last)


async def test_lifting_one_mute_leaves_the_other(chat: Chat) -> None:
    ada, mod, ring, desk = chat.person("ada"), chat.person("mod"), chat.room("ring"), chat.room("desk")
    await scene.shares(chat, ada)
    handle, made = scene.handle_in(scene.post(ring)), []
    for _ in range(2):
        await mod.says(desk, f"/moderate {handle}")
        await mod.presses("Mute this voice")
        await mod.presses("Everywhere here, for a day")
        made.append(mod.last)
    await mod.presses("Lift this mute", on=made[0])
    assert mod.sees_privately("If there are others, they hold.")
    await scene.writes(ada, ring, "More.")
    assert ada.sees_privately("You can't write here without a name for one more day.")
    await mod.presses("Lift this mute", on=made[1])
    await scene.writes(ada, ring, "More.")
    assert "More." in scene.words(ada.last)


async def test_after_its_time_a_share_can_be_covered_but_its_voice_not_muted(chat: Chat) -> None:
    mod, ring, desk = chat.person("mod"), chat.room("ring"), chat.room("desk")
    await scene.shares(chat, chat.person("ada"))
    await chat.clock.on(days=32)
    await chat.app.keep_house()
    await mod.says(desk, f"/moderate {scene.handle_in(scene.post(ring))}")
    controls = mod.last
    await mod.presses("Mute this voice")
    await mod.presses("Everywhere here, for a day")
    assert mod.sees_privately("its voice can't be muted any more")
    await mod.presses("Cover it", on=controls)
    assert mod.sees_privately("Covered.")


@pytest.mark.hearth(cogs=scene.COGS, profile=scene.PROFILE.replace('moderators_room: "#desk"\n', ""))
async def test_without_a_room_of_their_own_a_report_says_what_is_missing(chat: Chat) -> None:
    await scene.shares(chat, chat.person("ada"))
    ben = chat.person("ben")
    await ben.presses("Something's wrong", on=scene.post(chat.room("ring")))
    await ben.presses("This hurts me")
    assert ben.sees_privately("moderators need a room of their own")
