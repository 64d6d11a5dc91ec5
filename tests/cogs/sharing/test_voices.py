"""The rules of replying without a name, and of a reply's receipt, on a real database and without a chat."""

from __future__ import annotations

import pytest

from bot.sdk import Refused
from cogs.sharing.moderating import Scope
from cogs.sharing.said import Said, Wants
from cogs.sharing.service import Sharing
from cogs.sharing.standing import State
from cogs.sharing.tables import Address, Reply, Share, Voice

from .acts import (
    ADA,
    BEN,
    CLEO,
    DAN,
    DAY,
    HOUR,
    NOON,
    ROOM,
    SPACE,
    comes_out,
    opens,
    replies,
    rows,
    shared,
    where,
)  # fmt: skip


async def test_a_voice_has_one_name_in_a_thread_and_another_elsewhere(sharing: Sharing) -> None:
    one, other = await shared(sharing), await shared(sharing, CLEO, "something else")
    first, second = await replies(sharing, BEN, one.id), await replies(sharing, BEN, one.id, "And more.")
    assert first.name == second.name
    assert (await replies(sharing, DAN, one.id)).name != first.name
    marks = {voice.mark for voice in await rows(sharing, Voice)}
    await replies(sharing, BEN, other.id)
    assert len({voice.mark for voice in await rows(sharing, Voice)} - marks) == 1


async def test_names_never_run_out(sharing: Sharing) -> None:
    names = sharing.records.names("en")
    taken: list[str] = []
    for _ in range(3000):
        taken.append(names.voice(taken, numbered=False))
    assert len(set(taken)) == 3000
    numbered: list[str] = []
    for _ in range(200):
        numbered.append(names.voice(numbered, numbered=True))
    assert len(set(numbered)) == 200


async def test_the_author_is_marked_by_code_and_by_address_but_not_after_a_cut(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    spoken = await replies(sharing, DAN, receipt.id, "It is me.", key=receipt.key)
    assert spoken.author
    plain = await replies(sharing, ADA, receipt.id, "Somebody.")
    assert not plain.author, "nothing tells, unless they asked to hear of replies"
    other = await shared(sharing, CLEO, "more")
    await sharing.receipts.tell_replies(CLEO, other.id, other.key, on=True)
    assert (await replies(sharing, CLEO, other.id, "Thank you.")).author
    await sharing.receipts.cut(other.id, other.key)
    assert not (await replies(sharing, CLEO, other.id, "Thank you again.")).author


async def test_the_author_is_told_of_replies_in_batches_if_they_want(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    await sharing.receipts.tell_replies(ADA, receipt.id, receipt.key, on=True)
    for who in (BEN, CLEO):
        reply = await replies(sharing, who, receipt.id)
        await comes_out(sharing, reply.id)
    tells = [one for one in await sharing.outbox.waiting(SPACE, NOON) if one.what.value == "tell"]
    assert len(tells) == 1
    notice = await sharing.outbox.notice(tells[0].name, tells[0].due)
    assert notice is not None
    assert (notice.to.account, notice.handle, notice.replies) == (ADA.account, receipt.handle, 2)
    assert await sharing.outbox.notice(tells[0].name, tells[0].due + HOUR) is None, "under one slot only"
    await sharing.outbox.told(tells[0].name, tells[0].due, NOON + HOUR)
    assert len(await rows(sharing, Address)) == 1, "they want to hear of the next, too"
    assert await sharing.outbox.notice(tells[0].name, tells[0].due) is None


async def test_a_replys_code_opens_that_reply_and_takes_it_back(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    reply, other = await replies(sharing, BEN, receipt.id), await replies(sharing, CLEO, receipt.id)
    assert len({receipt.code, reply.code, other.code}) == 3
    with pytest.raises(Refused, match="stale-panel"):
        await sharing.receipts.take_down(reply.id, other.key, at=NOON)
    with pytest.raises(Refused, match="stale-panel"):
        await sharing.receipts.take_down(receipt.id, reply.key, at=NOON)
    panel = await opens(sharing, DAN, reply.code)
    assert (panel.id, panel.reply, panel.state, panel.said.text) == (
        reply.id, True, State.QUEUED, "Me neither.",
    )  # fmt: skip
    assert await sharing.receipts.take_down(reply.id, panel.key, at=NOON) == []
    assert await sharing.outbox.where(reply.id) is None
    with pytest.raises(Refused, match="no-such-code"):
        await opens(sharing, BEN, reply.code)
    assert (await opens(sharing, CLEO, other.code)).id == other.id


async def test_a_reply_that_was_taken_back_out_of_the_thread_can_still_be_muted(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    reply = await replies(sharing, BEN, receipt.id)
    await comes_out(sharing, reply.id)
    (plan,) = await sharing.receipts.take_down(reply.id, reply.key, at=NOON)
    assert (plan.what.value, plan.name) == ("update", reply.id)
    gone = await sharing.outbox.shown_anew(reply.id)
    assert gone is not None
    assert (gone.state, gone.said.text) == (State.GONE, "")
    await sharing.moderating.mute(SPACE, reply.id, Scope.WEEK, at=NOON)
    await sharing.age_out(NOON + 31 * DAY)
    assert await rows(sharing, Reply) == []


async def test_a_cut_of_a_reply_leaves_its_code_alone(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    reply = await replies(sharing, BEN, receipt.id)
    await sharing.receipts.cut(reply.id, reply.key)
    assert await rows(sharing, Address) == []
    assert await rows(sharing, Voice) == []
    with pytest.raises(Refused, match="stale-panel"):
        await sharing.receipts.panel(reply.id, reply.key)
    assert not (await opens(sharing, BEN, reply.code)).reachable
    assert (await replies(sharing, BEN, receipt.id)).name != reply.name


async def test_a_reply_that_is_changed_before_it_is_sent_still_speaks_as_the_author(
    sharing: Sharing,
) -> None:
    receipt = await shared(sharing)
    seen = await sharing.writing.reply(
        ADA, receipt.id, Said("It is me."), where(), ROOM, "en", at=NOON, key=receipt.key
    )
    again = await sharing.writing.reply(
        ADA, receipt.id, Said("It is I."), where(), ROOM, "en", at=NOON, instead_of=seen.id
    )
    assert again.author
    assert (await sharing.writing.send_reply(ADA, again.id, where(), at=NOON, today=NOON.date())).author


async def test_a_reply_that_never_came_out_goes_in_time(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    reply = await replies(sharing, BEN, receipt.id)
    await sharing.outbox.give_up(reply.id, NOON)
    await sharing.age_out(NOON + 31 * DAY)
    assert await rows(sharing, Reply) == []
    assert len(await rows(sharing, Share)) == 1


async def test_a_newcomer_replies_when_they_may_share(sharing: Sharing) -> None:
    receipt, there = await shared(sharing), where(known_days=3)
    with pytest.raises(Refused, match="agree-first"):
        await replies(sharing, BEN, receipt.id, there=there)
    await replies(sharing, ADA, receipt.id, key=receipt.key, there=there)
    await sharing.writing.agree(BEN, at=NOON)
    await replies(sharing, BEN, receipt.id, there=there, at=NOON + 3 * DAY)


async def test_advice_under_just_listen_is_asked_about_and_elsewhere_not(sharing: Sharing) -> None:
    listen, ideas = await shared(sharing), await shared(sharing, text="else", wants=Wants.IDEAS)
    advice = Said("You should try yoga.")
    assert (await sharing.writing.reply(BEN, listen.id, advice, where(), ROOM, "en", at=NOON)).advice
    assert not (await sharing.writing.reply(BEN, ideas.id, advice, where(), ROOM, "en", at=NOON)).advice
    felt = Said("I tried yoga and it did nothing for me either.")
    assert not (await sharing.writing.reply(BEN, listen.id, felt, where(), ROOM, "en", at=NOON)).advice
