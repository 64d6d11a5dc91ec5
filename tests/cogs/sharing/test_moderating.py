"""The rules of moderating, on a real database and without a chat."""

from __future__ import annotations

import pytest

from bot.privacy import keys
from bot.privacy.keyring import Keyring
from bot.sdk import Fate, Person, PlaceKind, Refused, Supplies
from bot.storage.rekey import rekey
from bot.storage.store import Storage
from cogs.sharing.moderating import Scope, Why
from cogs.sharing.replying import Report
from cogs.sharing.said import Said
from cogs.sharing.service import Sharing
from cogs.sharing.showing import how_it_stands
from cogs.sharing.standing import Goal, State
from cogs.sharing.tables import Address, Reply, Share
from cogs.sharing.taps import Kind

from .acts import (
    ADA,
    BEN,
    CLEO,
    DAN,
    DATA,
    DAY,
    DESK,
    NOON,
    ROOM,
    SPACE,
    comes_out,
    opens,
    replies,
    reviewed,
    rows,
    shared,
    where,
    writes,
)


async def test_review_first_goes_before_moderators_and_then_out(sharing: Sharing) -> None:
    receipt = await writes(sharing, ADA, "words", reviewed())
    await comes_out(sharing, receipt.id, place=DESK)
    with pytest.raises(Refused, match="no-such-share"):
        await sharing.replying.tap(BEN, receipt.id, Kind.ME_TOO, at=NOON)
    decided = await sharing.moderating.approve(receipt.id, at=NOON)
    assert (decided.desk, decided.desk_ref) == (DESK, f"message-{receipt.id}")
    with pytest.raises(Refused, match="decided-already"):
        await sharing.moderating.decline(receipt.id, Why.OTHER, at=NOON)
    await comes_out(sharing, receipt.id, "in-the-room")
    assert (await sharing.replying.share(receipt.id)).ref == "in-the-room"


async def test_a_button_pressed_before_its_post_is_recorded_says_so(sharing: Sharing) -> None:
    receipt = await writes(sharing, ADA, "words", reviewed())
    for place, presses in (
        (DESK, lambda: sharing.moderating.approve(receipt.id, at=NOON)),
        (ROOM, lambda: sharing.replying.tap(BEN, receipt.id, Kind.ME_TOO, at=NOON)),
    ):
        (plan,) = [one for one in await sharing.outbox.waiting(SPACE, NOON) if one.name == receipt.id]
        await sharing.outbox.hand_out(receipt.id, plan.due, place)
        with pytest.raises(Refused, match="just-arrived"):
            await presses()
        await sharing.outbox.settle(receipt.id, plan.due, Fate.POSTED, "message", plan.due)
        await presses()


async def test_a_reply_goes_before_moderators_too(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    reply = await replies(sharing, BEN, receipt.id, there=reviewed())
    assert reply.review
    card = await comes_out(sharing, reply.id, place=DESK)
    assert (card.goal, card.answers, card.handle) == (
        Goal.REVIEW, "I did not get up today.", f"{receipt.handle}.1",
    )  # fmt: skip
    assert (await opens(sharing, BEN, reply.code)).state is State.REVIEW
    with pytest.raises(Refused, match="no-such-share"):
        await sharing.replying.report(CLEO, reply.id, Report.HURTS, at=NOON)
    decided = await sharing.moderating.approve(reply.id, at=NOON)
    assert (decided.handle, decided.desk) == (f"{receipt.handle}.1", DESK)
    shown = await comes_out(sharing, reply.id, "in-the-thread")
    assert (shown.goal, shown.handle) == (Goal.ROOM, f"{receipt.handle}.1")
    assert shown.place is not None
    assert shown.place.kind is PlaceKind.THREAD
    assert [row.until for row in await rows(sharing, Reply)] == [None], "it goes with its share now"


async def test_a_reply_is_changed_declined_and_appealed_like_a_share(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    reply = await replies(sharing, BEN, receipt.id, "In Xanten, too.", there=reviewed())
    await comes_out(sharing, reply.id, place=DESK)
    (plan,) = (await sharing.moderating.ask_change(reply.id, "No town, please.", at=NOON)).plans
    notice = await sharing.outbox.notice(plan.name, plan.due)
    assert notice is not None
    assert (notice.to.account, notice.asked) == (BEN.account, "No town, please.")
    await sharing.outbox.told(plan.name, plan.due, NOON)
    panel = await opens(sharing, BEN, reply.code)
    await sharing.receipts.changed(BEN, reply.id, panel.key, Said("Me, too."), reviewed(), at=NOON)
    card = await comes_out(sharing, reply.id, place=DESK)
    assert (card.said.text, card.handle) == ("Me, too.", f"{receipt.handle}.1")
    await sharing.moderating.decline(reply.id, Why.AGREEMENT, at=NOON)
    panel = await opens(sharing, BEN, reply.code)
    assert (panel.state, panel.reason) == (State.DECLINED, "agreement")
    (appeal,) = await sharing.receipts.appeal(BEN, reply.id, panel.key, "Why?", at=NOON)
    assert await sharing.outbox.appeal(appeal.name) == (f"{receipt.handle}.1", "Why?")


async def test_a_mute_stops_what_its_voice_changes_adds_or_sends_again(sharing: Sharing) -> None:
    receipt, held = await shared(sharing), await writes(sharing, ADA, "more")
    await sharing.outbox.hand_out(held.id, held.plans[0].due, ROOM)
    await sharing.outbox.settle(held.id, held.plans[0].due, Fate.UNKNOWN, None, NOON)
    await sharing.moderating.mute(SPACE, receipt.id, Scope.WEEK, at=NOON)
    of, key, there = receipt.id, receipt.key, where()
    for act in (
        sharing.receipts.edit(ADA, of, key, Said("worse"), there, at=NOON),
        sharing.receipts.add(ADA, of, key, "worse", there, at=NOON),
        sharing.receipts.again(ADA, held.id, held.key, there, at=NOON),
    ):
        with pytest.raises(Refused, match="muted"):
            await act
    await sharing.receipts.appeal(ADA, of, key, "Please look again.", at=NOON)
    assert await sharing.receipts.take_down(of, key, at=NOON)


async def test_where_moderators_read_first_what_was_out_before_is_not_changed_past_them(
    sharing: Sharing,
) -> None:
    receipt, failed = await shared(sharing), await writes(sharing, ADA, "more")
    for act in (
        sharing.receipts.edit(ADA, receipt.id, receipt.key, Said("else"), reviewed(), at=NOON),
        sharing.receipts.add(ADA, receipt.id, receipt.key, "else", reviewed(), at=NOON),
    ):
        with pytest.raises(Refused, match="reviewed-first"):
            await act
    await sharing.outbox.settle(failed.id, failed.plans[0].due, Fate.REFUSED, None, NOON)
    await sharing.receipts.again(ADA, failed.id, failed.key, reviewed(), at=NOON)
    assert (await comes_out(sharing, failed.id, place=DESK)).goal is Goal.REVIEW


async def test_what_may_not_have_reached_moderators_is_sent_to_them_again(sharing: Sharing) -> None:
    receipt = await writes(sharing, ADA, "words", reviewed())
    due = receipt.plans[0].due
    await sharing.outbox.hand_out(receipt.id, due, DESK)
    (tell,) = await sharing.outbox.settle(receipt.id, due, Fate.UNKNOWN, None, due)
    notice = await sharing.outbox.notice(tell.name, tell.due)
    assert notice is not None
    assert (notice.kinds, notice.review) == (("held",), True)
    panel = await opens(sharing, ADA, receipt.code)
    assert how_it_stands(panel.state, panel.goal) == "state-held-review"
    await sharing.receipts.again(ADA, receipt.id, receipt.key, reviewed(), at=NOON)
    assert (await comes_out(sharing, receipt.id, place=DESK)).goal is Goal.REVIEW


async def test_a_change_is_asked_and_relayed_blind(sharing: Sharing) -> None:
    receipt = await writes(sharing, ADA, "words with a town", reviewed())
    await comes_out(sharing, receipt.id, place=DESK)
    decided = await sharing.moderating.ask_change(receipt.id, "Please leave out the town.", at=NOON)
    (plan,) = decided.plans
    notice = await sharing.outbox.notice(plan.name, plan.due)
    assert notice is not None
    assert (notice.kinds, notice.asked) == (("change",), "Please leave out the town.")
    panel = await opens(sharing, ADA, receipt.code)
    assert panel.state is State.CHANGE
    await sharing.receipts.changed(ADA, receipt.id, panel.key, Said("words"), reviewed(), at=NOON)
    card = await comes_out(sharing, receipt.id, "desk-2", DESK)
    assert card.said.text == "words"


async def test_a_declined_share_tells_why_and_goes_in_time(sharing: Sharing) -> None:
    receipt = await writes(sharing, ADA, "words", reviewed())
    await comes_out(sharing, receipt.id, place=DESK)
    await sharing.moderating.decline(receipt.id, Why.SOMEBODY, at=NOON)
    panel = await opens(sharing, ADA, receipt.code)
    assert (panel.state, panel.reason) == (State.DECLINED, "somebody")
    await sharing.age_out(NOON + 31 * DAY)
    assert await rows(sharing, Share) == []


async def test_what_only_waits_cannot_be_found_by_its_name(sharing: Sharing) -> None:
    receipt = await writes(sharing, ADA, "words", reviewed())
    with pytest.raises(Refused, match="no-such-handle"):
        await sharing.moderating.find(SPACE, receipt.handle)
    await comes_out(sharing, receipt.id, place=DESK)
    assert (await sharing.moderating.find(SPACE, receipt.handle)).id == receipt.id


async def test_covering_and_showing_again(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    card, plans = await sharing.moderating.cover(receipt.id, hidden=True, at=NOON)
    assert card.hidden
    assert [plan.what.value for plan in plans] == ["update"]
    with pytest.raises(Refused, match="replies-closed"):
        await replies(sharing, BEN, receipt.id)
    card, _ = await sharing.moderating.cover(receipt.id, hidden=False, at=NOON)
    assert not card.hidden


async def test_closed_replies_hold_back_what_waits(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    reply = await replies(sharing, BEN, receipt.id)
    await sharing.moderating.close(receipt.id, takes=False, at=NOON)
    card = await sharing.outbox.where(reply.id)
    assert card is not None
    assert not card.open
    (plan,) = await sharing.outbox.give_up(reply.id, NOON)
    notice = await sharing.outbox.notice(plan.name, plan.due)
    assert notice is not None
    assert (notice.kinds, notice.text) == (("failed",), "Me neither.")
    await sharing.outbox.told(plan.name, plan.due, NOON)
    assert (await opens(sharing, BEN, reply.code)).state is State.FAILED
    with pytest.raises(Refused, match="replies-closed"):
        await sharing.receipts.again(BEN, reply.id, reply.key, where(), at=NOON)


async def test_a_mute_holds_the_person_and_nobody_learns_it_was_there_before(sharing: Sharing) -> None:
    one, other = await shared(sharing), await shared(sharing, text="again")
    first = await sharing.moderating.mute(SPACE, one.id, Scope.WEEK, at=NOON)
    second = await sharing.moderating.mute(SPACE, other.id, Scope.WEEK, at=NOON)
    assert first.id != second.id
    assert first.until == second.until
    renamed = Person("terminal", ADA.account, SPACE, name="Somebody Else")
    for _ in range(2):
        with pytest.raises(Refused, match="muted"):
            await writes(sharing, renamed, "words")
        await sharing.moderating.lift(first.id)
    await sharing.moderating.lift(second.id)
    await writes(sharing, renamed, "words")


async def test_a_mute_in_a_thread_is_for_that_thread(sharing: Sharing) -> None:
    one, other = await shared(sharing), await shared(sharing, CLEO, "else")
    reply = await replies(sharing, BEN, one.id)
    await comes_out(sharing, reply.id)
    await sharing.moderating.mute(SPACE, reply.id, Scope.THREAD, at=NOON)
    with pytest.raises(Refused, match="muted"):
        await replies(sharing, BEN, one.id)
    await replies(sharing, BEN, other.id)
    await writes(sharing, BEN, "words")


async def test_a_mute_survives_the_cut_erasing_and_retention_and_ends_by_itself(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    await sharing.receipts.cut(receipt.id, receipt.key)
    await sharing.forget(ADA)
    await sharing.moderating.mute(SPACE, receipt.id, Scope.MONTH, at=NOON + 29 * DAY)
    await sharing.forget(ADA)
    await sharing.age_out(NOON + 40 * DAY)
    with pytest.raises(Refused, match="muted"):
        await writes(sharing, ADA, "words", at=NOON + 50 * DAY)
    await writes(sharing, ADA, "words", at=NOON + 60 * DAY)


async def test_when_the_handle_has_expired_the_share_can_be_hidden_but_not_muted(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    late = NOON + 31 * DAY
    await sharing.age_out(late)
    with pytest.raises(Refused, match="voice-over"):
        await sharing.moderating.mute(SPACE, receipt.id, Scope.WEEK, at=late)
    card, _ = await sharing.moderating.cover(receipt.id, hidden=True, at=late)
    assert card.hidden


async def test_a_mute_holds_back_what_that_voice_has_waiting(sharing: Sharing) -> None:
    out = await shared(sharing)
    waiting = await writes(sharing, ADA, "more of it")
    others = await writes(sharing, BEN, "mine")
    await sharing.moderating.mute(SPACE, out.id, Scope.DAY, at=NOON)
    assert await sharing.outbox.hand_out(waiting.id, waiting.plans[0].due, ROOM) is None
    assert await sharing.outbox.hand_out(others.id, others.plans[0].due, ROOM) is not None


async def test_a_report_counts_once_and_worry_reaches_the_author(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    await sharing.receipts.tell_replies(ADA, receipt.id, receipt.key, on=True)
    first = await sharing.replying.report(BEN, receipt.id, Report.WORRIED, at=NOON)
    again = await sharing.replying.report(BEN, receipt.id, Report.WORRIED, at=NOON)
    assert (first.fresh, again.fresh) == (True, False)
    (plan,) = first.plans
    notice = await sharing.outbox.notice(plan.name, plan.due)
    assert notice is not None
    assert notice.kinds == ("worried",)


async def test_an_appeal_is_answered_and_its_address_ends(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    await sharing.moderating.cover(receipt.id, hidden=True, at=NOON)
    (plan,) = await sharing.receipts.appeal(ADA, receipt.id, receipt.key, "It was about me.", at=NOON)
    with pytest.raises(Refused, match="appealed"):
        await sharing.receipts.appeal(ADA, receipt.id, receipt.key, "Again", at=NOON)
    assert await sharing.outbox.appeal(plan.name) == (receipt.handle, "It was about me.")
    (tell,) = await sharing.moderating.answer(plan.name, "You are right.", at=NOON)
    notice = await sharing.outbox.notice(tell.name, tell.due)
    assert notice is not None
    assert (notice.to.account, notice.answer, notice.handle) == (
        ADA.account,
        "You are right.",
        receipt.handle,
    )
    await sharing.outbox.told(tell.name, tell.due, NOON)
    assert await rows(sharing, Address) == []


async def test_an_unanswered_appeal_ends_after_fourteen_days(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    await sharing.receipts.appeal(ADA, receipt.id, receipt.key, "It was about me.", at=NOON)
    await sharing.age_out(NOON + 15 * DAY)
    assert await rows(sharing, Address) == []


async def test_codes_and_mutes_hold_after_new_secrets(sharing: Sharing, storage: Storage) -> None:
    receipt = await shared(sharing)
    reply = await replies(sharing, BEN, receipt.id)
    await comes_out(sharing, reply.id)
    await sharing.moderating.mute(SPACE, receipt.id, Scope.MONTH, at=NOON)
    ring = storage.keys
    assert isinstance(ring, Keyring)
    renewal = await ring.renew(keys.make())
    assert await rekey(storage, renewal) == 0
    ring.adopt(renewal)
    storage.relock()
    fresh = Sharing(Supplies(storage.store("sharing"), DATA, lambda: NOON))
    with pytest.raises(Refused, match="muted"):
        await writes(fresh, ADA, "words")
    assert (await opens(fresh, DAN, receipt.code)).id == receipt.id
    assert (await replies(fresh, BEN, receipt.id)).name == reply.name
    assert (await fresh.moderating.find(SPACE, receipt.handle)).id == receipt.id
